"""Matching Networks: every support row votes for its label, weighted by attention (Vinyals et al. 2016).

p(y | x) = Σ_i a(x, x_i) y_i (equation 1), a = softmax over the support rows of the likeness of f(x) and g(x_i), here
with f = g; loss -log p. Outputs are log p, one for each class; K rows of a class just add up their attention. The
softmax is over *support rows*; several published codes sum raw cosines by class and take the softmax over classes
instead, which is another model.

learner.matching_metric says what likeness is. l2, the default, is -‖f(x) - f(x_i)‖²: with one shot that is exactly
Prototypical Networks. cosine is the paper's (section 2.1.1). It learns worse, here as in others' reproductions:
a cosine is at most 1, so attention can't grow sharp. With N = 5 and K = 1 no query can exceed
p = e / (e + 4/e) = 0.65, and over all five classes the loss can't fall below 0.764 (:func:`cosine_floor`), however
right the classes are. A temperature would lift that floor and be another model; there is none.
"""

import math
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.cost import products_us, work_of
from mamlcore.learners.embedding import embed
from mamlcore.learners.metric import Compared, Errors, MetricLearner, MetricState, n_classes
from mamlcore.learners.similarity import METRICS
from mamlcore.losses import softmax
from mamlcore.references import log_softmax


class Matching(MetricLearner):
    """Attention over the support rows in a learned embedding, without full-context embeddings."""

    name: ClassVar[str] = "matching"
    label: ClassVar[str] = "Matching"
    summary: ClassVar[str] = "Learns an embedding in which support rows vote for their class, weighted by likeness."

    def compare(self, state: MetricState, support: Array, query: Array, labels: Array, config: Config) -> Compared:
        """Score by the logarithm of the summed attention of each class's rows."""
        likeness, back_to_rows = METRICS[config.learner.matching_metric](query, support)
        scores, back_to_likeness = votes(likeness, labels, n_classes(state))

        def back(error: Array) -> Errors:
            by_query, by_support = back_to_rows(back_to_likeness(error))
            return Errors(by_support, by_query)

        return Compared(scores, back)

    def cost(self, state: MetricState, problem: Problem, config: Config) -> float:
        """Return the estimate: the votes of all pairs of rows beside the embedding."""
        work = work_of(problem, config)
        return products_us(700.0 * work.tasks * work.query * work.support, 100) + super().cost(state, problem, config)

    def attention(self, state: MetricState, batch: TaskBatch, config: Config) -> Array:
        """Return (T, Q, S): how much each query row attends to each support row; rows sum to 1."""
        support, query = (embed(state.theta, x, config).rows for x in (batch.support_x, batch.query_x))
        return softmax(METRICS[config.learner.matching_metric](query, support)[0])


def votes(likeness: Array, labels: Array, n_ways: int) -> tuple[Array, Callable[[Array], Array]]:
    """Return (T, Q, N): the log of the attention that each class's rows get together, and how to go back.

    likeness (T, Q, S), of which attention is the softmax over S; labels (T, S). Summed from each class's largest
    likeness, so no confidence overflows. A class without a row counts as one row of average likeness: nothing is
    known of it, and its log p must not be -inf.
    """
    member = labels[..., None] == np.arange(n_ways)  # (T, S, N)
    known = member.any(axis=1)[:, None, :]  # (T, 1, N)
    real = likeness.real
    largest = [np.where(member[:, None, :, n], real, -np.inf).max(axis=-1) for n in range(n_ways)]
    top = np.where(known, np.stack(largest, axis=-1), 0.0).astype(real.dtype)  # (T, Q, N)
    own = np.broadcast_to(labels[:, None, :], likeness.shape)
    part = np.exp(likeness - np.take_along_axis(top, own, axis=-1))
    total = part @ member.astype(likeness.dtype)
    summed = np.where(known, top + np.log(np.where(known, total, 1.0)), likeness.mean(axis=-1)[..., None])
    log_p = log_softmax(summed)

    def back(error: Array) -> Array:
        error = error - np.exp(log_p) * error.sum(axis=-1, keepdims=True)
        shared = np.where(known, 0.0, error).sum(axis=-1, keepdims=True) / labels.shape[1]
        each = np.where(known, error / np.where(known, total, 1.0), 0.0)
        return np.take_along_axis(each, own, axis=-1) * part + shared

    return log_p, back


def cosine_floor(n_way: int) -> float:
    """Return the least loss that attention by cosine can reach over N classes at once: 0.764 for N = 5.

    The best embedding puts the classes at the corners of a simplex: cosine 1 with the own class and -1 / (N - 1)
    with each other, hence log(e + (N - 1) exp(-1 / (N - 1))) - 1, whatever K is.
    """
    return math.log(math.e + (n_way - 1) * math.exp(-1.0 / (n_way - 1))) - 1.0
