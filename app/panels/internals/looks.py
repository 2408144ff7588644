"""From a learner on a task to a picture of its internals, one function for each kind of look. No widget."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.look.numbers import number
from app.panels.internals.directions import Directions, directions
from app.panels.internals.pictures import Lines, Matrices
from app.plots.view import inner_steps, short_steps
from mamlcore.arrays import Array, Theta
from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS, maml_pp, meta_sgd
from mamlcore.learners.meta_lstm import layers_of
from mamlcore.snapshot import Snapshot

MOST_MATRICES = 5
N_BINS = 40
translate = QCoreApplication.translate


class Asked(NamedTuple):
    """What is to be looked at."""

    shot: Snapshot
    name: str  # of the learner
    kind: str
    task_index: int  # of the held-out task
    over_all: bool  # on all held-out tasks instead, where that makes sense

    @property
    def state(self) -> Any:
        """The learner's state."""
        return self.shot.learners[self.name].state

    @property
    def task(self) -> TaskBatch:
        """The inspected task, as a batch of one."""
        return self.shot.held_out.tasks(slice(self.task_index, self.task_index + 1))

    @property
    def batch(self) -> TaskBatch:
        """The task or the tasks that gradients are averaged over."""
        return self.shot.held_out if self.over_all else self.task


def look(asked: Asked) -> Matrices | Lines:
    """Return the picture that is asked for; costs what the learner needs for one task, or for all."""
    with np.errstate(all="ignore"):  # numbers that are lost are shown as such
        return _LOOKS[asked.kind](asked)


def _ends(values: Array, least: float = np.inf, most: float = -np.inf) -> tuple[float, float]:
    """Return the smallest and largest finite value, at most ``least`` and at least ``most``; 0 and 1 for none."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=least)), float(finite.max(initial=most))
    return (low, high) if np.isfinite(low) and np.isfinite(high) else (0.0, 1.0)


# -- gradient directions


def _gradients(asked: Asked) -> tuple[Directions, str]:
    found = directions(asked.name, asked.state, asked.batch, asked.shot.config)
    if asked.over_all:
        return found, translate("internals", "mean of {0} held-out tasks").format(found.n_tasks)
    return found, _task(asked)


def _task(asked: Asked) -> str:
    return translate("internals", "task {0}").format(asked.task_index + 1)


def _kinds_of_gradient() -> tuple[str, str, str]:
    return translate("internals", "Exact"), translate("internals", "First-order"), translate("internals", "Reptile")


def _cosines(asked: Asked) -> Matrices:
    found, where = _gradients(asked)
    steps = len(found.norms)
    shown = np.unique(np.round(np.linspace(1, steps, min(steps, MOST_MATRICES))).astype(int))
    text = translate("internals", "cosines between meta-gradients, {0}").format(where)
    return Matrices(
        tuple(found.cosines[s - 1] for s in shown),
        -1.0,
        1.0,
        (translate("internals", "columns in the same order as rows"), translate("internals", "same order")),
        (),
        tuple(inner_steps(int(s)) if len(shown) <= 3 else short_steps(int(s)) for s in shown),
        _kinds_of_gradient(),
        diverging=True,
        subtitles=(text, where),
    )


def _angles(asked: Asked) -> Lines:
    found, where = _gradients(asked)
    exact, first, reptile = _kinds_of_gradient()
    pairs = ((0, 1, exact, first), (0, 2, exact, reptile), (1, 2, first, reptile))
    values = np.array([found.cosines[:, i, j] for i, j, _, _ in pairs])
    low = _ends(values)[0]
    return Lines(
        np.arange(1, len(found.norms) + 1, dtype=np.float64),
        tuple(f"{one} · {other}" for _, _, one, other in pairs),
        values,
        (translate("internals", "cosine of two meta-gradients"), translate("internals", "cosine")),
        _steps_axis(),
        low=-1.0 if low < 0 else 0.0,
        high=1.0,
        subtitles=(translate("internals", "cosines between meta-gradients, {0}").format(where), where),
    )


def _norms(asked: Asked) -> Lines:
    found, where = _gradients(asked)
    text = translate("internals", "length of meta-gradients, {0}; Reptile is (θ − φ) / α")
    return Lines(
        np.arange(1, len(found.norms) + 1, dtype=np.float64),
        _kinds_of_gradient(),
        found.norms.T,
        (translate("internals", "norm of the meta-gradient"), translate("internals", "norm")),
        _steps_axis(),
        is_log=True,
        subtitles=(text.format(where), where),
    )


def _steps_axis() -> tuple[str, ...]:
    return translate("internals", "inner steps before the query loss"), translate("internals", "inner steps")


# -- attention and distances


def _attention(asked: Asked) -> Matrices:
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
        _ends(share, most=0.0)[1],
        (translate("internals", "{0}, then the query row itself").format(x_name), x_name) if itself else (x_name,),
        (y_name,),
        row_classes=classes,
        column_classes=(*marked, -1) if itself and marked else marked,
        subtitles=(what.format(_task(asked), kind), _task(asked)),
    )


def _row_order(x: Array, y: Array) -> tuple[tuple[int, ...], Array]:
    """Return the classes of rows x (rows, D) and their order: by class; of values to regress, by the first input."""
    if y.ndim == 2:
        return (), np.argsort(x[:, 0], kind="stable")
    order = np.argsort(y, kind="stable")
    return tuple(int(label) for label in y[order]), order


def _distances(asked: Asked) -> Matrices:
    found = LEARNERS[asked.name].distances(asked.state, asked.task, asked.shot.config)[0]  # type: ignore[attr-defined]
    classes, query = _row_order(asked.task.query_x[0], asked.task.query_y[0])
    text = translate("internals", "‖query − prototype‖² on {0}; nearest is brightest")
    return Matrices(
        (found[query],),
        *_ends(found)[::-1],
        (translate("internals", "prototypes: mean support row of each class"), translate("internals", "prototypes")),
        (translate("internals", "query rows"),),
        row_classes=classes,
        column_classes=tuple(range(found.shape[1])),
        subtitles=(text.format(_task(asked)), _task(asked)),
    )


# -- rates and gates


def _rates(asked: Asked) -> Lines:
    """Show how Meta-SGD's rates are spread, a line for each layer."""
    rates, lr = meta_sgd.current_rates(asked.state, asked.shot.config), asked.shot.config.inner.lr
    layers = [np.concatenate([np.ravel(part) for part in layer]).astype(np.float64) for layer in rates]
    every = np.concatenate(layers)
    low, high = _ends(every)
    width = max(high - low, 0.2 * abs(lr))
    edges = np.linspace(low - 0.1 * width, high + 0.1 * width, N_BINS + 1)
    shares = np.array([np.histogram(layer, edges)[0] / layer.size for layer in layers])
    text = translate("internals", "step sizes of single weights, mean {0}; {1} % negative")
    return Lines(
        (edges[:-1] + edges[1:]) / 2,
        layer_names(len(layers)),
        shares,
        (translate("internals", "share of the layer’s rates"), translate("internals", "share")),
        (translate("internals", "learned step size"),),
        is_whole=False,
        mark=(lr, translate("internals", "α {0}").format(number(lr))),
        subtitles=(text.format(number(float(every.mean())), number(100 * float((every < 0).mean()))),),
    )


def _step_rates(asked: Asked) -> Lines:
    """Show MAML++'s rates, a line for the weights and one for the biases of each layer."""
    config = asked.shot.config
    rates = maml_pp.current_rates(asked.state, config)  # for each step, for each layer (W, b)
    lines = np.array([[[float(part) for part in layer or ()] for layer in step] for step in rates])  # (S, L, 2)
    names = layer_names(lines.shape[1])
    text = translate("internals", "learned step size of each layer at each inner step; α is {0}")
    lowest, highest = _ends(lines, config.inner.lr, config.inner.lr)
    beyond = max(0.1 * (highest - lowest), 0.05 * config.inner.lr)
    return Lines(
        np.arange(1, len(rates) + 1, dtype=np.float64),
        tuple(form.format(name) for name in names for form in ("{0}, W", "{0}, b")),
        lines.reshape(len(rates), -1).T,
        (translate("internals", "learned step size"),),
        (translate("internals", "inner step"),),
        low=float(lowest - beyond),
        high=float(highest + beyond),
        subtitles=(text.format(number(config.inner.lr)),),
    )


def _gate(asked: Asked) -> Lines:
    """Show the mean gate of each layer's coordinates at each update."""
    config = asked.shot.config
    both = LEARNERS["meta_lstm"].gates(asked.state, asked.task, config.evaluation.steps, config)  # type: ignore[attr-defined]
    gates = both[1 if asked.kind == "forget" else 0]  # (steps, 1, P)
    means = [_layer_means(step, asked.state.theta) for step in gates]
    if asked.kind == "forget":
        text = translate("internals", "how much of each parameter an update keeps on {0}")
    else:
        text = translate("internals", "how far an update goes against the gradient on {0}")
    return Lines(
        np.arange(1, len(means) + 1, dtype=np.float64),
        layer_names(len(asked.state.theta)),
        np.array(means).T,
        (translate("internals", "mean gate of the layer"), translate("internals", "gate")),
        (translate("internals", "update"),),
        low=float(np.floor(10 * _ends(np.array(means), 1.0)[0]) / 10) if asked.kind == "forget" else 0.0,
        high=1.0 if asked.kind == "forget" else None,
        subtitles=(text.format(_task(asked)), _task(asked)),
    )


def _layer_means(gates: Array, theta: Theta) -> list[float]:
    layers = layers_of(gates, theta)
    return [float(np.concatenate([np.ravel(part) for part in layer]).mean()) for layer in layers]


def layer_names(n_layers: int) -> tuple[str, ...]:
    """Return "layer 1", ... and "output" for the last of several."""
    names = [translate("internals", "layer {0}").format(place + 1) for place in range(n_layers)]
    return (*names[:-1], translate("internals", "output")) if n_layers > 1 else tuple(names)


_LOOKS: Mapping[str, Callable[[Asked], Matrices | Lines]] = {
    "cosines": _cosines,
    "angles": _angles,
    "norms": _norms,
    "attention": _attention,
    "attention_1": _attention,
    "attention_2": _attention,
    "attention_3": _attention,
    "memory": _attention,
    "distances": _distances,
    "rates": _rates,
    "step_rates": _step_rates,
    "forget": _gate,
    "input": _gate,
}
