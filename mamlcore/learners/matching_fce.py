"""Matching Networks with full-context embeddings: rows are embedded in view of the whole support (Vinyals et al. 2016).

Support rows g, by a bidirectional LSTM over f'(x_1) ... f'(x_S) with a skip (appendix A.2):
    g_i = →h_i + ←h_i + f'(x_i),  →h_i, →c_i = LSTM(f'(x_i), →h_{i-1}, →c_{i-1}), ← the same from the other end.
Query rows, by K steps of reading the support (appendix A.1, equations 3 to 6):
    ĥ_k, c_k = LSTM(f'(x), [h_{k-1}, r_{k-1}], c_{k-1})            (3)
    h_k = ĥ_k + f'(x)                                              (4)
    r_{k-1} = Σ_i a(h_{k-1}, g_i) g_i                              (5)
    a(h_{k-1}, g_i) = softmax over i of h_{k-1} · g_i              (6)
with h_0 = c_0 = 0, so r_0 is the mean of the g_i; f(x) = h_K. [h, r] is a concatenation: the recurrent matrix is
(2E, 4E). Published codes add r to h, or put a dense layer for the attention. f' = g' is the embedding that all
metric learners share; LSTM(x, h, c) has input, forget and output gates without peepholes. What follows is Matching:
attention of f(x) over the g_i by learner.matching_metric.

The LSTM reads the support in an order, while batches come sorted by class. Each meta-step therefore shuffles it
anew (all tasks of the batch alike), so that a place in the order says nothing of the class; between two meta-steps
the order stays. Gradients of the recurrent part are written out (full_context.py), all tasks and queries at once.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Layer, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import named
from mamlcore.learners.cost import products_us, work_of
from mamlcore.learners.embedding import embed, embedding_start
from mamlcore.learners.full_context import AttentiveReads, BothWays
from mamlcore.learners.matching import Matching, votes
from mamlcore.learners.metric import Compared, Errors, MetricState, n_classes
from mamlcore.learners.similarity import METRICS
from mamlcore.losses import softmax
from mamlcore.network import init_theta, widths_of


class Recurrent(NamedTuple):
    """Weights of the three LSTMs, each (inputs and recurrent, 4 E) with its bias (4 E,)."""

    forward: Layer  # (2 E, 4 E)
    backward: Layer  # (2 E, 4 E)
    reads: Layer  # (3 E, 4 E): of f'(x), h and r


class MatchingFce(Matching):
    """Matching whose embeddings of support and query rows depend on all support rows."""

    name: ClassVar[str] = "matching_fce"
    label: ClassVar[str] = "Matching FCE"
    summary: ClassVar[str] = "Matching that embeds each row in view of the whole support, by recurrent networks."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> MetricState:
        """Return MAML's own hidden layers, then fresh LSTMs, and a fresh optimiser."""
        layers = embedding_start(problem, config, rng)
        width = widths_of(layers)[-1]
        recurrent = [init_theta((inputs * width, 4 * width), config.model, rng)[0] for inputs in (2, 2, 3)]
        theta = (*layers, *recurrent)
        return MetricState(theta, optimizer.init(theta, config.outer.optimizer), problem.n_outputs)

    def compare(self, state: MetricState, support: Array, query: Array, labels: Array, config: Config) -> Compared:
        """Score by the attention of each query row, embedded in full context, to each class's rows."""
        order = reading_order(state, labels)
        recurrent, reads = Recurrent(*state.theta[-3:]), config.learner.read_steps
        g = BothWays(support[:, order], recurrent.forward, recurrent.backward)
        f = AttentiveReads(query, g.rows, recurrent.reads, reads)
        likeness, back_to_rows = METRICS[config.learner.matching_metric](f.rows, g.rows)
        scores, back_to_likeness = votes(likeness, labels[:, order], n_classes(state))

        def back(error: Array) -> Errors:
            by_f, by_g = back_to_rows(back_to_likeness(error))
            to_query, more_by_g, to_reads = f.back(by_f)
            to_support, to_forward, to_backward = g.back(by_g + more_by_g)
            return Errors(to_support[:, np.argsort(order)], to_query, Recurrent(to_forward, to_backward, to_reads))

        return Compared(scores, back)

    def embedding_of(self, state: MetricState) -> Theta:
        """Return the layers of f', without the LSTMs."""
        return state.theta[:-3]

    def cost(self, state: MetricState, problem: Problem, config: Config) -> float:
        """Return the estimate: the recurrent networks are most of it."""
        work, width = work_of(problem, config), len(state.theta[-1][1]) // 4
        rows = work.tasks * (work.query * config.learner.read_steps + 4 * work.support)
        calls = 60 * work.support + 100 * config.learner.read_steps
        return products_us(3.0 * rows * 4 * width**2, calls) + super().cost(state, problem, config)

    def parameters(self, state: MetricState, config: Config) -> dict[str, Array]:
        """Return the layers of f' and the LSTMs; columns are input, forget and output gate, candidate."""
        found = named(self.embedding_of(state))
        for name, (weights, bias) in Recurrent(*state.theta[-3:])._asdict().items():
            found |= {f"{name}_W": weights, f"{name}_b": bias}
        return found

    def attention(self, state: MetricState, batch: TaskBatch, config: Config) -> Array:
        """Return (T, Q, S): how much each query row attends to each support row in the end; rows sum to 1."""
        support, query = (embed(self.embedding_of(state), x, config).rows for x in (batch.support_x, batch.query_x))
        order = reading_order(state, batch.support_y)
        recurrent = Recurrent(*state.theta[-3:])
        g = BothWays(support[:, order], recurrent.forward, recurrent.backward).rows
        f = AttentiveReads(query, g, recurrent.reads, config.learner.read_steps).rows
        likeness = METRICS[config.learner.matching_metric](f, g)[0]
        return softmax(likeness)[..., np.argsort(order)]


def reading_order(state: MetricState, labels: Array) -> Array:
    """Return the order (S,) in which the support rows are read: another one after each meta-step."""
    return np.random.default_rng(state.optimizer.updates).permutation(labels.shape[1])
