"""Nearest centroid: each query row goes to the class whose mean support row is closest. Nothing is ever trained."""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import Role, StepInfo
from mamlcore.learners.finetune import untrained_info


class CentroidState(NamedTuple):
    """How many outputs are asked for: N ways, or 1 logit."""

    n_outputs: int


class NearestCentroid:
    """Outputs are -‖x - c‖², squared Euclidean in raw features; on one logit ‖x - c_0‖² - ‖x - c_1‖².

    The scale of these logits is that of the features, so the loss depends on it; the accuracy does not. A class
    without a support row takes the mean of all of them.
    """

    name: ClassVar[str] = "nearest_centroid"
    label: ClassVar[str] = "Nearest centroid"
    summary: ClassVar[str] = (
        "Compares query rows with the mean of each class in the raw features: no network, no training."
    )
    role: ClassVar[Role] = "untrained"
    adapts: ClassVar[bool] = False
    trains: ClassVar[bool] = False

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for a regression."""
        if not problem.is_classification:
            return f"{self.label} needs classes, and these tasks have values to regress."
        return None

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> CentroidState:
        """Return the number of outputs."""
        return CentroidState(problem.n_outputs)

    def step(self, state: CentroidState, batch: TaskBatch, config: Config) -> tuple[CentroidState, StepInfo]:
        """Return the state unchanged."""
        return state, untrained_info(batch)

    def tune(self, state: CentroidState, batch: TaskBatch, config: Config) -> CentroidState:
        """Return the state unchanged: there is nothing to choose."""
        return state

    def predict(self, state: CentroidState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O), the same at every step."""
        distances = self.distances(state, batch, config)
        outputs = distances[..., :1] - distances[..., 1:] if state.n_outputs == 1 else -distances
        return np.broadcast_to(outputs, (steps + 1, *outputs.shape))

    def distances(self, state: CentroidState, batch: TaskBatch, config: Config) -> Array:
        """Return the squared distance of each query row to each class mean, (T, Q, N)."""
        dtype = np.dtype(config.model.precision)
        means = _means(batch.support_x.astype(dtype, copy=False), batch.support_y, max(state.n_outputs, 2))
        query_x = batch.query_x.astype(dtype, copy=False)
        return np.stack([((query_x - means[:, None, n]) ** 2).sum(axis=-1) for n in range(means.shape[1])], axis=-1)

    def theta(self, state: CentroidState) -> Theta | None:
        """Return None: there are no parameters."""
        return None

    def cost(self, state: CentroidState, problem: Problem, config: Config) -> float:
        """Return 0: a step does nothing."""
        return 0.0

    def parameters(self, state: CentroidState, config: Config) -> dict[str, Array]:
        """Return nothing: nothing is trained."""
        return {}

    def adapted(self, state: CentroidState, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return None: there are no parameters."""
        return None


def _means(x: Array, labels: Array, n_classes: int) -> Array:
    """Return the mean support row of each class, (T, N, D)."""
    member = (labels[:, None, :] == np.arange(n_classes)[:, None]).astype(x.dtype)  # (T, N, S)
    count = member.sum(axis=-1, keepdims=True)
    means = (member @ x) / np.maximum(count, 1)
    return np.where(count > 0, means, x.mean(axis=1, keepdims=True))
