"""What tests of learners that embed and compare share: the slow way to an embedding, and a check of a whole step."""

import numpy as np
from cases import TINY, flat, like, relative
from learner_cases import CONFIG

from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS

SGD = CONFIG.with_settings({"outer.optimizer": "sgd", "outer.lr": 0.25})


def slow_embedding(theta, x, config):
    """Embed one row (D,)."""
    layers = list(theta)
    top = config.learner.embedding or not config.model.hidden
    for i, (w, b) in enumerate(layers):
        x = np.array([b[j] + sum(x[k] * w[k, j] for k in range(len(x))) for j in range(w.shape[1])])
        if i < len(layers) - 1 or not top:
            x = np.tanh(x) if config.model.activation == "tanh" else np.maximum(x, 0.0)
    return x


def step_gradient_error(name, state, batch, config):
    """Relative error of the step's gradient along 8 directions against a complex step through loss and all."""
    learner, rng, worst = LEARNERS[name], np.random.default_rng(3), 0.0
    start = flat(state.theta)
    gradient = (start - flat(learner.step(state, batch, config)[0].theta)) / config.outer.lr  # plain descent
    for _ in range(8):
        direction = rng.standard_normal(start.size)
        shifted = state._replace(theta=like(start + 1j * TINY * direction, state.theta))
        slope = learner.step(shifted, batch, config)[1].query_losses.mean().imag / TINY
        worst = max(worst, relative(np.array([gradient @ direction]), np.array([slope])))
    return worst


def support_permuted(batch, seed=0):
    order = np.random.default_rng(seed).permutation(batch.support_x.shape[1])
    return TaskBatch(batch.support_x[:, order], batch.support_y[:, order], batch.query_x, batch.query_y, batch.classes)


def classes_renamed(batch, order):
    back = np.argsort(order)
    return TaskBatch(
        batch.support_x, order[batch.support_y], batch.query_x, order[batch.query_y], batch.classes[:, back]
    )


def random_labels(n_tasks, seed):
    """Tasks of 4 + 9 rows whose labels 0 and 1 say nothing of x; some have no support row of one class."""
    rng = np.random.default_rng(seed)

    def half(n):
        return rng.standard_normal((n_tasks, n, 4)), rng.integers(0, 2, (n_tasks, n))

    return TaskBatch(*half(4), *half(9))
