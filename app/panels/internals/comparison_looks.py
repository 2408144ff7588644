"""What query rows are compared with: attention to support rows, memory, distances to prototypes."""

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.panels.internals.asked import Asked, ends, task_text
from app.panels.internals.pictures import Matrices, Points
from mamlcore.arrays import Array
from mamlcore.learners import LEARNERS
from mamlcore.losses import softmax

translate = QCoreApplication.translate


def attention(asked: Asked) -> Matrices:
    """Show how much each query row looks at each support row, both sorted by class."""
    found = LEARNERS[asked.name].attention(asked.state, asked.task, asked.shot.config)  # type: ignore[attr-defined]
    kind = asked.kind.rpartition("_")[2]
    share = np.asarray(found[int(kind) - 1] if kind.isdigit() else found)[0]  # (Q, S) or (Q, S + 1)
    what = {
        "attention": translate("internals", "what each query row attends to on {0}; rows sum to 1"),
        "memory": translate("internals", "how each query row reads the memory on {0}; rows sum to 1"),
    }.get(asked.kind, translate("internals", "attention block {1} on {0}; rows sum to 1"))
    itself = share.shape[1] > asked.task.support_x.shape[1]
    marked, support = _row_order(asked.task.support_x[0], asked.task.support_y[0])
    classes, query = _row_order(asked.task.query_x[0], asked.task.query_y[0])
    columns = np.append(support, len(support)) if itself else support
    x_name = translate("internals", "support rows") if marked else translate("internals", "support rows, by x")
    y_name = translate("internals", "query rows") if classes else translate("internals", "query rows, by x")
    return Matrices(
        (share[query][:, columns],),
        0.0,
        ends(share, most=0.0)[1],
        (translate("internals", "{0}, then the query row itself").format(x_name), x_name) if itself else (x_name,),
        (y_name,),
        row_classes=classes,
        column_classes=(*marked, -1) if itself and marked else marked,
        subtitles=(what.format(task_text(asked), kind), task_text(asked)),
    )


def _row_order(x: Array, y: Array) -> tuple[tuple[int, ...], Array]:
    """Return the classes of rows x (rows, D) and their order: by class; of values to regress, by the first input."""
    if y.ndim == 2:
        return (), np.argsort(x[:, 0], kind="stable")
    order = np.argsort(y, kind="stable")
    return tuple(int(label) for label in y[order]), order


def distances(asked: Asked) -> Matrices:
    """Show the squared distance of each query row to each prototype, the nearest brightest."""
    found = LEARNERS[asked.name].distances(asked.state, asked.task, asked.shot.config)[0]  # type: ignore[attr-defined]
    classes, query = _row_order(asked.task.query_x[0], asked.task.query_y[0])
    if asked.name == "whitened_centroid":
        text = translate("internals", "‖query − prototype‖² after whitening on {0}; nearest is brightest")
    else:
        text = translate("internals", "‖query − prototype‖² on {0}; nearest is brightest")
    return Matrices(
        (found[query],),
        *ends(found)[::-1],
        (translate("internals", "prototypes: mean support row of each class"), translate("internals", "prototypes")),
        (translate("internals", "query rows"),),
        row_classes=classes,
        column_classes=tuple(range(found.shape[1])),
        subtitles=(text.format(task_text(asked)), task_text(asked)),
    )


def neighbors(asked: Asked) -> Matrices:
    """Show the squared distance of each query row to each support row, both sorted by class."""
    found = LEARNERS[asked.name].distances(asked.state, asked.task, asked.shot.config)[0]  # type: ignore[attr-defined]
    columns, support = _row_order(asked.task.support_x[0], asked.task.support_y[0])
    classes, query = _row_order(asked.task.query_x[0], asked.task.query_y[0])
    text = translate("internals", "‖query − support row‖² on {0}; nearest is brightest")
    return Matrices(
        (found[query][:, support],),
        *ends(found)[::-1],
        (translate("internals", "support rows"),),
        (translate("internals", "query rows"),),
        row_classes=classes,
        column_classes=columns,
        subtitles=(text.format(task_text(asked)), task_text(asked)),
    )


def posterior(asked: Asked) -> Matrices:
    """Show the oracle's probabilities of the classes of each query row."""
    logits = LEARNERS[asked.name].predict(asked.state, asked.task, 0, asked.shot.config)[0, 0]
    classes, query = _row_order(asked.task.query_x[0], asked.task.query_y[0])
    text = translate("internals", "Bayes’ probability of each class on {0}; rows sum to 1")
    return Matrices(
        (softmax(np.asarray(logits, np.float64))[query],),
        0.0,
        1.0,
        (translate("internals", "classes"),),
        (translate("internals", "query rows"),),
        row_classes=classes,
        column_classes=tuple(range(logits.shape[1])),
        subtitles=(text.format(task_text(asked)), task_text(asked)),
    )


def plane(asked: Asked) -> Points:
    """Show prototypes and rows along the two directions in which the prototypes differ most."""
    learner, config, task = LEARNERS[asked.name], asked.shot.config, asked.task
    prototypes = learner.prototypes(asked.state, task, config)[0]  # type: ignore[attr-defined]
    support, query = (
        learner.embedded(asked.state, x, config)[0]  # type: ignore[attr-defined]
        for x in (task.support_x, task.query_x)
    )
    axes, share = leading(prototypes)
    text = translate("internals", "embedding of {0}: large prototypes, filled support, hollow query rows")
    names = [translate("internals", "direction {0}, {1} % of the prototypes’ spread"),
             translate("internals", "direction {0}, {1} %")]  # fmt: skip
    return Points(
        support @ axes,
        query @ axes,
        prototypes @ axes,
        tuple(int(label) for label in task.support_y[0]),
        tuple(int(label) for label in task.query_y[0]),
        tuple(name.format(1, round(100 * share[0])) for name in names),
        tuple(name.format(2, round(100 * share[1])) for name in names),
        subtitles=(text.format(task_text(asked)), task_text(asked)),
    )


def leading(points: Array) -> tuple[Array, Array]:
    """Return the two directions (E, 2) in which points (N, E) vary most, and each one's share of the variance.

    The sign is such that the largest part of a direction is positive: pictures don't flip while training goes on.
    """
    centred = np.nan_to_num(np.asarray(points, np.float64) - np.mean(points, axis=0), posinf=0.0, neginf=0.0)
    _, sizes, rows = np.linalg.svd(centred, full_matrices=True)
    axes, sizes = np.zeros((2, points.shape[1])), np.append(sizes, (0.0, 0.0))[:2]
    axes[: min(2, len(rows))] = rows[:2]
    axes *= np.where(np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1) < 0, -1.0, 1.0)
    return axes.T, sizes**2 / max(float(np.sum(centred**2)), 1e-30)
