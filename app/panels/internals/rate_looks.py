"""Learned step sizes of Meta-SGD and MAML++, gates of the Meta-LSTM."""

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.look.numbers import number
from app.panels.internals.asked import Asked, ends, task_text
from app.panels.internals.pictures import Lines
from mamlcore.arrays import Array, Theta
from mamlcore.learners import LEARNERS, maml_pp, meta_sgd
from mamlcore.learners.meta_lstm import layers_of

N_BINS = 40
translate = QCoreApplication.translate


def rates(asked: Asked) -> Lines:
    """Show how Meta-SGD's rates are spread, a line for each layer."""
    rates, lr = meta_sgd.current_rates(asked.state, asked.shot.config), asked.shot.config.inner.lr
    layers = [np.concatenate([np.ravel(part) for part in layer]).astype(np.float64) for layer in rates]
    every = np.concatenate(layers)
    low, high = ends(every)
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


def step_rates(asked: Asked) -> Lines:
    """Show MAML++'s rates, a line for the weights and one for the biases of each layer."""
    config = asked.shot.config
    rates = maml_pp.current_rates(asked.state, config)  # for each step, for each layer (W, b)
    lines = np.array([[[float(part) for part in layer or ()] for layer in step] for step in rates])  # (S, L, 2)
    names = layer_names(lines.shape[1])
    text = translate("internals", "learned step size of each layer at each inner step; α is {0}")
    lowest, highest = ends(lines, config.inner.lr, config.inner.lr)
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


def gate(asked: Asked) -> Lines:
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
        low=float(np.floor(10 * ends(np.array(means), 1.0)[0]) / 10) if asked.kind == "forget" else 0.0,
        high=1.0 if asked.kind == "forget" else None,
        subtitles=(text.format(task_text(asked)), task_text(asked)),
    )


def _layer_means(gates: Array, theta: Theta) -> list[float]:
    layers = layers_of(gates, theta)
    return [float(np.concatenate([np.ravel(part) for part in layer]).mean()) for layer in layers]


def layer_names(n_layers: int) -> tuple[str, ...]:
    """Return "layer 1", ... and "output" for the last of several."""
    names = [translate("internals", "layer {0}").format(place + 1) for place in range(n_layers)]
    return (*names[:-1], translate("internals", "output")) if n_layers > 1 else tuple(names)
