"""Prototypical Networks: each class is the mean of its embedded support rows (Snell, Swersky and Zemel 2017).

c_n = mean of f(x_i) over the class's support rows (equation 1), p(y = n | x) = softmax_n(-‖f(x) - c_n‖²), squared
Euclidean (equation 2), loss -log p (Algorithm 1). The outputs are -‖f(x) - c_n‖². As ‖f(x)‖² is the same for all
classes, this is a linear classifier on f with weights 2 c_n and biases -‖c_n‖² (section 2.4).

The paper trains with more ways than it tests with; learner.train_way does that with the rows of the same batch
(episodes.py). It halves Adam's step size every 2,000 episodes; here outer.lr stays what it is set to, as for every
learner.
"""

from typing import ClassVar

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import StepInfo
from mamlcore.learners.embedding import embed, pull_back
from mamlcore.learners.episodes import apart, in_groups, masked_cross_entropy, widened
from mamlcore.learners.metric import Compared, Errors, MetricLearner, MetricState, averaging, n_classes
from mamlcore.learners.similarity import closeness


class Prototypical(MetricLearner):
    """Nearest class mean in a learned embedding. A class without a support row takes the mean of all of them."""

    name: ClassVar[str] = "prototypical"
    label: ClassVar[str] = "Prototypical"
    summary: ClassVar[str] = (
        "Learns an embedding in which each row lies nearest to the mean of its own class; nothing adapts."
    )

    def compare(self, state: MetricState, support: Array, query: Array, labels: Array, config: Config) -> Compared:
        """Score by the squared distance to each prototype."""
        return to_prototypes(support, query, averaging(labels, n_classes(state), support.dtype))

    def step(self, state: MetricState, batch: TaskBatch, config: Config) -> tuple[MetricState, StepInfo]:
        """Take one step of the outer optimiser; with learner.train_way on episodes of so many ways.

        The losses told are then those of the episodes, which are harder than the tasks.
        """
        wanted = config.learner.train_way
        if not wanted or state.n_outputs == 1:  # with one logit labels are no classes that could meet others
            return super().step(state, batch, config)
        episodes = widened(batch, state.n_outputs, wanted)
        group, n_support = episodes.group, batch.support_x.shape[1]
        embedded = embed(state.theta, np.concatenate([batch.support_x, batch.query_x], axis=1), config)
        support, query = (in_groups(rows, group) for rows in np.split(embedded.rows, [n_support], axis=1))
        weights = averaging(episodes.support_y, episodes.kept.shape[1], support.dtype)
        scores, back = to_prototypes(support, query, weights)
        losses, error = masked_cross_entropy(scores, episodes.query_y, episodes.kept)
        errors = back(error / len(losses))
        parts = [apart(part, batch.n_tasks, group) for part in (errors.support, errors.query)]
        gradient = pull_back(state.theta, embedded, np.concatenate(parts, axis=1), config)
        info = StepInfo(losses, episodes.rows, 2 * batch.n_tasks, comparable=False)
        return self.moved(state, gradient, config), info

    def prototypes(self, state: MetricState, batch: TaskBatch, config: Config) -> Array:
        """Return each task's class means in the embedding, (T, N, E)."""
        support = embed(state.theta, batch.support_x, config).rows
        return averaging(batch.support_y, n_classes(state), support.dtype) @ support

    def embedded(self, state: MetricState, x: Array, config: Config) -> Array:
        """Return rows (T, n, D) in the embedding, (T, n, E)."""
        return embed(state.theta, x, config).rows

    def distances(self, state: MetricState, batch: TaskBatch, config: Config) -> Array:
        """Return the squared distance of each query row to each prototype, (T, Q, N)."""
        query = embed(state.theta, batch.query_x, config).rows
        return np.maximum(-closeness(query, self.prototypes(state, batch, config))[0], 0.0)  # rounding goes below 0


def to_prototypes(support: Array, query: Array, weights: Array) -> Compared:
    """Score query rows (T, Q, E) by -‖q - c_n‖², c = weights (T, N, S) times support rows (T, S, E)."""
    scores, back_to_points = closeness(query, weights @ support)

    def back(error: Array) -> Errors:
        by_query, by_prototypes = back_to_points(error)
        return Errors(np.swapaxes(weights, -1, -2) @ by_prototypes, by_query)

    return Compared(scores, back)
