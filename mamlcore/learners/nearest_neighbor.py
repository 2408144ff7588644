"""Nearest neighbour: each query row goes to the class of the closest support row. Nothing is ever trained."""

from typing import ClassVar

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.learners.metric import as_outputs, chunks
from mamlcore.learners.nearest_centroid import CentroidState, NearestCentroid
from mamlcore.learners.similarity import closeness


class NearestNeighbor(NearestCentroid):
    """Outputs are -‖x - x_i‖² of each class's closest support row, squared Euclidean in raw features.

    On one logit the second minus the first. With one shot it is nearest centroid. The scale of these logits is
    that of the features, so the loss depends on it; the accuracy does not. A class without a support row takes
    the mean of all of them.
    """

    name: ClassVar[str] = "nearest_neighbor"
    label: ClassVar[str] = "Nearest neighbour"
    summary: ClassVar[str] = (
        "Compares query rows with each single support row in the raw features: no network, no training."
    )

    def predict(self, state: CentroidState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O), the same at every step."""
        scores = np.concatenate([_closest(part, max(state.n_outputs, 2)) for part in chunks(batch)])
        return as_outputs(scores.astype(config.model.precision, copy=False), state.n_outputs, steps)

    def distances(self, state: CentroidState, batch: TaskBatch, config: Config) -> Array:
        """Return the squared distance of each query row to each support row, (T, Q, S)."""
        return -_near(batch)


def _closest(batch: TaskBatch, n_ways: int) -> Array:
    """Return (T, Q, N): minus the least squared distance to a row of each class."""
    near = _near(batch)
    member = (batch.support_y[:, None, :] == np.arange(n_ways)[:, None])[:, :, None]  # (T, N, 1, S)
    best = [np.where(member[:, n], near, -np.inf).max(axis=-1) for n in range(n_ways)]
    known = member.any(axis=-1)[:, None, :, 0]  # (T, 1, N)
    query = batch.query_x - batch.support_x.mean(axis=1, keepdims=True, dtype=np.float64)
    to_mean = -(query * query).sum(axis=-1)[..., None]
    return np.where(known, np.stack(best, axis=-1), to_mean)


def _near(batch: TaskBatch) -> Array:
    """Return (T, Q, S): minus the squared distance of each pair of rows.

    In float64 and about the mean support row, so that equal rows are told from merely close ones.
    """
    support = batch.support_x.astype(np.float64)
    centre = support.mean(axis=1, keepdims=True)
    return np.minimum(closeness(batch.query_x - centre, support - centre)[0], 0.0)
