"""Nearest centroid after whitening by what varies within classes: transfer in closed form, and a strong baseline.

Over the stream of training batches a running within-class scatter W is kept: for each class of each task the sum of
(x - class mean)(x - class mean)ᵀ over its support and query rows. C = W / (rows - class means) is the covariance of
rows about their class, pooled over meta-train classes as in Fisher's discriminant analysis. It is shrunk towards
the identity, 0.8 C + 0.2 tr(C)/D I, as it is estimated from few classes, and a new task's query rows are compared
with its class means by the distance (x - c)ᵀ C⁻¹ (x - c). No step size, no network: what it knows of the classes
to come is in which directions a class is wide.

If rows are N(mean, C) and means are anything, then after k rows with average c a new row is N(c, (1 + 1/k) C):
outputs are the logarithms of these densities but for a common constant, so losses mean something too.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import Role, StepInfo
from mamlcore.learners.cost import products_us, work_of
from mamlcore.learners.metric import as_outputs, averaging, chunks
from mamlcore.learners.similarity import closeness
from mamlcore.losses import LOSSES

#: Share of the identity in the covariance.
SHRINK = 0.2


class WhitenedState(NamedTuple):
    """The scatter within classes so far, in float64, and how many outputs are asked for."""

    scatter: Array  # (D, D)
    freedom: int  # rows minus class means: what the scatter is divided by
    n_outputs: int  # N ways, or 1 logit


class WhitenedCentroid:
    """Learns one covariance from all training rows; before the first batch it is nearest centroid."""

    name: ClassVar[str] = "whitened_centroid"
    label: ClassVar[str] = "Whitened centroid"
    summary: ClassVar[str] = "Nearest centroid, with distances scaled by how rows of training classes scatter."
    role: ClassVar[Role] = "baseline"
    adapts: ClassVar[bool] = False
    trains: ClassVar[bool] = True

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for a regression."""
        if not problem.is_classification:
            return f"{self.label} needs classes, and these tasks have values to regress."
        return None

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> WhitenedState:
        """Return a scatter of nothing."""
        return WhitenedState(np.zeros((problem.n_inputs, problem.n_inputs)), 0, problem.n_outputs)

    def step(self, state: WhitenedState, batch: TaskBatch, config: Config) -> tuple[WhitenedState, StepInfo]:
        """Add the batch to the scatter. The losses told are those of its query rows before; no gradient is used."""
        losses = LOSSES["cross_entropy"].values(_scores(state, batch), batch.query_y)
        scatter, freedom = within(batch, max(state.n_outputs, 2))
        rows = batch.n_tasks * (batch.support_x.shape[1] + batch.query_x.shape[1])
        after = WhitenedState(state.scatter + scatter, state.freedom + freedom, state.n_outputs)
        return after, StepInfo(losses, rows, 0)

    def tune(self, state: WhitenedState, batch: TaskBatch, config: Config) -> WhitenedState:
        """Return the state unchanged: there is nothing to choose."""
        return state

    def predict(self, state: WhitenedState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O), the same at every step."""
        scores = np.concatenate([_scores(state, part) for part in chunks(batch)])
        return as_outputs(scores.astype(config.model.precision, copy=False), state.n_outputs, steps)

    def cost(self, state: WhitenedState, problem: Problem, config: Config) -> float:
        """Return the estimate from the sizes."""
        work, n_inputs = work_of(problem, config), problem.n_inputs
        return products_us(3.0 * work.tasks * (work.support + work.query) * n_inputs**2 + n_inputs**3, 60)

    def distances(self, state: WhitenedState, batch: TaskBatch, config: Config) -> Array:
        """Return the squared distance of each query row to each class mean after whitening, (T, Q, N)."""
        return np.maximum(-_near(state, batch), 0.0)

    def spectrum(self, state: WhitenedState) -> Array:
        """Return (3, D): eigenvalues of the covariance within classes, of the shrunk one, and of rows after whitening.

        Each in falling order; zeros as long as nothing is known. Those after whitening need not be 1: rows are
        whitened by the shrunk covariance.
        """
        covariance, turn = _covariance(state), whitening(state)
        if not np.isfinite(covariance).all():
            return np.full((3, len(covariance)), np.nan)
        found = [np.linalg.eigvalsh(part)[::-1] for part in (covariance, _shrunk(covariance))]
        return np.maximum([*found, np.linalg.eigvalsh(turn.T @ covariance @ turn)[::-1]], 0.0)

    def parameters(self, state: WhitenedState, config: Config) -> dict[str, Array]:
        """Return the scatter within classes and what to divide it by for a covariance."""
        return {"scatter": state.scatter, "freedom": np.asarray(state.freedom)}

    def theta(self, state: WhitenedState) -> Theta | None:
        """Return None: there is no network."""
        return None

    def adapted(self, state: WhitenedState, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return None: there is no network."""
        return None


def within(batch: TaskBatch, n_ways: int) -> tuple[Array, int]:
    """Return the scatter (D, D) of a batch's rows about the means of their classes, task by task, and its freedom."""
    x = np.concatenate([batch.support_x, batch.query_x], axis=1).astype(np.float64)
    y = np.concatenate([batch.support_y, batch.query_y], axis=1)
    means = averaging(y, n_ways, x.dtype) @ x
    apart = (x - np.take_along_axis(means, y[..., None], axis=1)).reshape(-1, x.shape[-1])
    classes = (y[..., None] == np.arange(n_ways)).any(axis=1)  # (T, N)
    return apart.T @ apart, int(y.size - classes.sum())


def whitening(state: WhitenedState) -> Array:
    """Return A (D, D) such that rows x A have the shrunk covariance I; the identity as long as nothing is known."""
    covariance = _covariance(state)
    if not 0.0 < np.trace(covariance) < np.inf:
        return np.eye(len(covariance))
    return np.linalg.inv(np.linalg.cholesky(_shrunk(covariance))).T


def _covariance(state: WhitenedState) -> Array:
    return state.scatter / max(state.freedom, 1)


def _shrunk(covariance: Array) -> Array:
    n_features = len(covariance)
    return (1.0 - SHRINK) * covariance + SHRINK * float(np.trace(covariance)) / n_features * np.eye(n_features)


def _near(state: WhitenedState, batch: TaskBatch) -> Array:
    """Return (T, Q, N) float64: minus the squared distance to each class mean after whitening."""
    turn = whitening(state)
    centre = batch.support_x.mean(axis=1, keepdims=True, dtype=np.float64)
    support, query = (batch.support_x - centre) @ turn, (batch.query_x - centre) @ turn
    return closeness(query, averaging(batch.support_y, max(state.n_outputs, 2), support.dtype) @ support)[0]


def _scores(state: WhitenedState, batch: TaskBatch) -> Array:
    """Return (T, Q, N) float64: log densities of query rows under each class, but for a common constant."""
    n_ways, near = max(state.n_outputs, 2), _near(state, batch)
    count = (batch.support_y[..., None] == np.arange(n_ways)).sum(axis=1)  # (T, N)
    widened = 1.0 + 1.0 / np.where(count > 0, count, batch.support_y.shape[1])[:, None, :]
    return (near / widened - len(state.scatter) * np.log(widened)) / 2.0
