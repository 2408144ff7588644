"""What learners that embed and compare have in common: their state, one meta-step, predictions.

Such a learner does not adapt. It embeds support and query rows by one network (embedding.py), scores each query row
for each class of its task, and trains the network on the cross-entropy of these scores, task by task as it will
be tested (episodic training; Vinyals et al. 2016, section 2.2).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import Role, StepInfo, named
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.embedding import embed, embedding_start, pull_back
from mamlcore.losses import LOSSES
from mamlcore.network import widths_of

#: Embedded rows and scores of one chunk of tasks stay below so many numbers.
_CHUNK_NUMBERS = 4_000_000


class MetricState(NamedTuple):
    """The embedding, the outer optimiser's memory, and how many outputs are asked for."""

    theta: Theta
    optimizer: optimizer.OptimizerState
    n_outputs: int  # N ways, or 1 logit


class Errors(NamedTuple):
    """Derivatives of a loss by what a comparison was made of."""

    support: Array  # (T, S, E)
    query: Array  # (T, Q, E)
    theta: Theta = ()  # by parameters of the comparison itself, summed over tasks


#: Takes the derivative of a loss by the class scores (T, Q, N).
Back: TypeAlias = Callable[[Array], Errors]


class MetricLearner(ABC):
    """Embeds and compares. A subclass says how by ``compare``."""

    label: ClassVar[str]
    role: ClassVar[Role] = "meta-learner"
    adapts: ClassVar[bool] = False
    trains: ClassVar[bool] = True

    @abstractmethod
    def compare(self, state: MetricState, support: Array, query: Array, labels: Array, config: Config) -> "Compared":
        """Score embedded query rows (T, Q, E) for each class of support rows (T, S, E) with labels (T, S)."""

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for a regression and for weights that start at zero."""
        if not problem.is_classification:
            return f"{self.label} needs classes, and these tasks have values to regress."
        if config.model.init == "zero":
            return (
                f"{self.label} can't train. From zero weights every row is embedded at the same place and no "
                "gradient says where to go: choose Glorot initial weights."
            )
        return None

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> MetricState:
        """Return fresh layers, MAML's own, and a fresh optimiser."""
        theta = embedding_start(problem, config, rng)
        return MetricState(theta, optimizer.init(theta, config.outer.optimizer), problem.n_outputs)

    def step(self, state: MetricState, batch: TaskBatch, config: Config) -> tuple[MetricState, StepInfo]:
        """Take one step of the outer optimiser against the gradient of the mean query loss."""
        loss, n_support = LOSSES["cross_entropy"], batch.support_x.shape[1]
        layers = self.embedding_of(state)
        embedded = embed(layers, np.concatenate([batch.support_x, batch.query_x], axis=1), config)
        support, query = embedded.rows[:, :n_support], embedded.rows[:, n_support:]
        compared = self.compare(state, support, query, batch.support_y, config)
        errors = compared.back(loss.gradient(compared.scores, batch.query_y) / batch.n_tasks)
        gradient = pull_back(layers, embedded, np.concatenate([errors.support, errors.query], axis=1), config)
        losses = loss.values(compared.scores, batch.query_y)
        return self.moved(state, (*gradient, *errors.theta), config), info_of(losses, batch)

    def moved(self, state: MetricState, gradient: Theta, config: Config) -> MetricState:
        """Return the state after one step of the outer optimiser."""
        theta, memory = optimizer.update(state.optimizer, gradient, state.theta, config.outer.lr)
        return state._replace(theta=theta, optimizer=memory)

    def tune(self, state: MetricState, batch: TaskBatch, config: Config) -> MetricState:
        """Return the state unchanged: there is nothing to choose."""
        return state

    def predict(self, state: MetricState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O), the same at every step."""
        parts = [self._compared(state, part, config).scores for part in chunks(batch, widths_of(state.theta)[1:])]
        return as_outputs(np.concatenate(parts), state.n_outputs, steps)

    def embedding_of(self, state: MetricState) -> Theta:
        """Return the layers of the embedding."""
        return state.theta

    def cost(self, state: MetricState, problem: Problem, config: Config) -> float:
        """Return the estimate from the sizes."""
        return passes_us(self.embedding_of(state), work_of(problem, config), 1, 1, 100)

    def parameters(self, state: MetricState, config: Config) -> dict[str, Array]:
        """Return the layers of the embedding."""
        return named(state.theta)

    def theta(self, state: MetricState) -> Theta | None:
        """Return None: the weights embed and are no start that a task adapts."""
        return None

    def adapted(self, state: MetricState, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return None: no parameter changes from task to task."""
        return None

    def _compared(self, state: MetricState, batch: TaskBatch, config: Config) -> "Compared":
        support, query = (embed(self.embedding_of(state), x, config).rows for x in (batch.support_x, batch.query_x))
        return self.compare(state, support, query, batch.support_y, config)


class Compared(NamedTuple):
    """Scores of query rows, log probabilities up to a constant for each row, and how to go back."""

    scores: Array  # (T, Q, N)
    back: Back


def n_classes(state: MetricState) -> int:
    """Return N; one logit tells two classes apart."""
    return max(state.n_outputs, 2)


def as_outputs(scores: Array, n_outputs: int, steps: int) -> Array:
    """Return class scores (T, Q, N) as outputs (steps + 1, T, Q, O); one logit is the second minus the first."""
    outputs = scores[..., 1:] - scores[..., :1] if n_outputs == 1 else scores
    return np.broadcast_to(outputs, (steps + 1, *outputs.shape))


def averaging(labels: Array, n_ways: int, dtype: "np.dtype[np.generic]") -> Array:
    """Return (T, N, S) weights that average each class's rows; a class without a row takes the mean of all."""
    member = (labels[:, None, :] == np.arange(n_ways)[:, None]).astype(dtype)
    count = member.sum(axis=-1, keepdims=True)
    return np.where(count > 0, member / np.maximum(count, 1), dtype.type(1) / labels.shape[1])


def info_of(losses: Array, batch: TaskBatch) -> StepInfo:
    """Return the ledger's line: a gradient through the support rows and one through the query rows of each task."""
    rows = batch.n_tasks * (batch.support_x.shape[1] + batch.query_x.shape[1])
    return StepInfo(losses, rows, 2 * batch.n_tasks)


def chunks(batch: TaskBatch, widths: tuple[int, ...] = ()) -> Iterator[TaskBatch]:
    """Split a batch so that memory stays bounded however many tasks it has and however wide the network is."""
    n_support, n_query = batch.support_x.shape[1], batch.query_x.shape[1]
    numbers = (n_support + n_query) * (batch.support_x.shape[2] + sum(widths)) + 2 * n_support * n_query
    size = max(1, _CHUNK_NUMBERS // numbers)
    for first in range(0, batch.n_tasks, size):
        yield batch.tasks(slice(first, first + size))
