"""How a task is solved: iMAML's rest and its linear system, Proto-MAML's head, whitening, a baseline's fine-tuning."""

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.look.numbers import number
from app.panels.internals.asked import Asked, ends, task_text
from app.panels.internals.pictures import Lines, Matrices
from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS
from mamlcore.learners.model import loss_of
from mamlcore.losses import LOSSES

translate = QCoreApplication.translate


def rest(asked: Asked) -> Lines:
    """Show how slope and pull come to balance while iMAML adapts."""
    config = asked.shot.config
    found = LEARNERS["imaml"].balance(asked.state, asked.task, config.evaluation.steps, config)  # type: ignore[attr-defined]
    lines = np.asarray(found, np.float64)[:, :, 0]  # (3, steps + 1)
    text = translate("internals", "slope ∇L and pull λ (φ − θ) on {0}: at rest their sum is 0")
    return Lines(
        np.arange(lines.shape[1], dtype=np.float64),
        (translate("internals", "slope"), translate("internals", "pull"), translate("internals", "sum")),
        np.where(lines > 0, lines, np.nan),  # at the start there is no pull
        (translate("internals", "length"),),
        (translate("internals", "inner steps"),),
        is_log=True,
        mark=(float(config.inner.steps), translate("internals", "S {0}").format(config.inner.steps)),
        subtitles=(text.format(task_text(asked)), task_text(asked)),
    )


def system(asked: Asked) -> Lines:
    """Show how far conjugate gradients have solved iMAML's system for the meta-gradient."""
    config = asked.shot.config
    steps = config.learner.imaml_cg_steps
    found = LEARNERS["imaml"].residuals(asked.state, asked.task, max(10, steps + 3), config)  # type: ignore[attr-defined]
    text = translate("internals", "‖g − (I + H / λ) v‖ / ‖g‖ on {0}: what conjugate gradients leave unsolved")
    return Lines(
        np.arange(len(found), dtype=np.float64),
        (translate("internals", "residual"),),
        np.asarray(found, np.float64).T,
        (translate("internals", "relative residual"), translate("internals", "residual")),
        (translate("internals", "steps of conjugate gradients"), translate("internals", "CG steps")),
        is_log=True,
        mark=(float(steps), translate("internals", "taken: {0}").format(steps)),
        subtitles=(text.format(task_text(asked)), f"‖g − (I + H / λ) v‖ / ‖g‖, {task_text(asked)}", task_text(asked)),
    )


def head(asked: Asked) -> Matrices:
    """Show the head that Proto-MAML makes of the prototypes, and what adaptation has made of it."""
    config = asked.shot.config
    path = LEARNERS["proto_maml"].adapted(asked.state, asked.task, config.inner.steps, config)
    heads = [_as_rows(*phi[-1]) for phi in path or ()]
    first, last = heads[0], heads[-1]
    weights = np.stack([first, last])[:, :, :-1]  # biases are far larger and would leave no colour for these
    most = max(abs(end) for end in ends(weights, 0.0, 0.0)) or 1.0
    moved = 100 * np.linalg.norm(last - first) / max(float(np.linalg.norm(first)), 1e-30)
    text = translate("internals", "head of {0}: weights 2 c, then the bias −‖c‖²; adaptation moved it by {1} %")
    several = len(first) > 1
    return Matrices(
        (first, last),
        -most,
        most,
        (translate("internals", "hidden units, then the bias"), translate("internals", "hidden units")),
        (translate("internals", "classes"),) if several else (),
        (translate("internals", "from prototypes"), translate("internals", "after S steps")),
        row_names=() if several else (translate("internals", "logit"),),
        row_classes=tuple(range(len(first))) if several else (),
        diverging=True,
        subtitles=(
            text.format(task_text(asked), number(float(moved))),
            translate("internals", "{0}, moved by {1} %").format(task_text(asked), number(float(moved))),
            task_text(asked),
        ),
    )


def _as_rows(weights: Array, bias: Array) -> Array:
    """Return one task's head W (1, H, O), b (1, O) as (O, H + 1)."""
    return np.concatenate([weights[0], bias[0][None]]).T.astype(np.float64)


def spectrum(asked: Asked) -> Lines:
    """Show the scatter within classes by direction, before and after whitening."""
    found = LEARNERS["whitened_centroid"].spectrum(asked.state)  # type: ignore[attr-defined]
    text = translate("internals", "eigenvalues of the scatter within training classes; {0} rows beyond class means")
    return Lines(
        np.arange(1, found.shape[1] + 1, dtype=np.float64),
        (translate("internals", "measured"), translate("internals", "shrunk"), translate("internals", "whitened")),
        np.where(found > 0, found, np.nan),
        (translate("internals", "variance along the direction"), translate("internals", "variance")),
        (translate("internals", "directions, widest first"), translate("internals", "direction")),
        is_log=True,
        subtitles=(
            text.format(asked.state.freedom),
            translate("internals", "eigenvalues of the scatter within classes"),
            translate("internals", "scatter within classes"),
        ),
    )


def tuning(asked: Asked) -> Lines:
    """Show a baseline's losses on the support rows it is fitted to and on the query rows, to where it stops."""
    config, task = asked.shot.config, asked.task
    choice = asked.state.choice
    onto_support = TaskBatch(task.support_x, task.support_y, task.support_x, task.support_y, task.classes)
    curves = []
    for batch in (onto_support, task):
        outputs = LEARNERS[asked.name].predict(asked.state, batch, config.evaluation.steps, config).astype(np.float64)
        loss = LOSSES[loss_of(batch, outputs.shape[-1])]
        curves.append([float(loss.values(step, batch.query_y)[0]) for step in outputs])
    text = translate("internals", "fine-tuning on {0} with the step size {1}, chosen on validation tasks")
    end = min(choice.steps, config.evaluation.steps)
    return Lines(
        np.arange(len(curves[0]), dtype=np.float64),
        (translate("internals", "support"), translate("internals", "query")),
        np.array(curves),
        (translate("internals", "loss on this task"), translate("internals", "loss")),
        (translate("internals", "steps of fine-tuning"), translate("internals", "steps")),
        is_log=True,
        mark=(float(end), translate("internals", "stops after {0}").format(choice.steps)),
        subtitles=(
            text.format(task_text(asked), number(choice.lr)),
            translate("internals", "{0}, step size {1}").format(task_text(asked), number(choice.lr)),
            task_text(asked),
        ),
    )
