"""The theta panel as numbers: weights of each layer, their spread, how far adaptation moves them. No widget."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.plots.axes import step_above
from mamlcore.arrays import Array, Theta
from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot

N_BINS = 41


@dataclass(frozen=True, slots=True)
class LayerPicture:
    """One layer as a heat map."""

    values: Array  # (fan_in + 1, fan_out): the weights, and the bias as the last row
    norm: float  # Frobenius norm of weights and bias together

    @property
    def fan_in(self) -> int:
        """Inputs of the layer."""
        return int(self.values.shape[0]) - 1

    @property
    def fan_out(self) -> int:
        """Outputs of the layer."""
        return int(self.values.shape[1])


def with_theta(shot: Snapshot) -> list[str]:
    """Return the learners that have an initialisation to show."""
    return [name for name in shot.learners if shot.theta(name) is not None]


def pictures(theta: Theta) -> list[LayerPicture]:
    """Return every layer as a heat map, first layer first."""
    found = []
    for weights, bias in theta:
        values = np.concatenate([weights, bias[None]]).astype(np.float64)
        with np.errstate(over="ignore"):
            found.append(LayerPicture(values, float(np.sqrt(np.sum(values**2)))))
    return found


def level(layers: Sequence[LayerPicture]) -> float:
    """Return the symmetric limit of the colours: the smallest of 1, 2, 5 x 10^k that 99.5 % of the values keep to.

    It moves in steps only, so that the colours hold still while training goes on.
    """
    values = np.abs(np.concatenate([layer.values.ravel() for layer in layers]))
    values = values[np.isfinite(values)]
    return step_above(float(np.quantile(values, 0.995))) if values.size else 1.0


def histogram(layer: LayerPicture, limit: float) -> Array:
    """Return the share (N_BINS,) of a layer's weights in equal bins of [-limit, limit]; outliers count at the ends."""
    values = layer.values[np.isfinite(layer.values)]
    counts, _ = np.histogram(np.clip(values, -limit, limit), bins=N_BINS, range=(-limit, limit))
    return counts / max(values.size, 1)


def movement(shot: Snapshot, name: str, task: TaskBatch) -> Array | None:
    """Return ||phi_k - theta|| (E+1, L) for each inner step k and layer, on a batch of one task.

    The norm is Frobenius, over weights and bias. None for a learner whose parameters do not move.
    """
    learner, view = LEARNERS[name], shot.learners[name]
    with np.errstate(all="ignore"):
        steps = learner.adapted(view.state, task, shot.config.evaluation.steps, shot.config)
        if steps is None:
            return None
        start = steps[0]
        return np.array([[_distance(now, then) for now, then in zip(phi, start, strict=True)] for phi in steps])


def _distance(now: tuple[Array, Array], then: tuple[Array, Array]) -> float:
    parts = (np.asarray(a[0], np.float64) - b[0] for a, b in zip(now, then, strict=True))
    return float(np.sqrt(sum(np.sum(part**2) for part in parts)))
