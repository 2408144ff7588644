"""Learners with the kinds of tasks they take, small enough to train in a test."""

import numpy as np
import pytest

from mamlcore import tree
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners import LEARNERS
from mamlcore.losses import LOSSES

CONFIG = Config().with_settings(
    {"model.hidden": (6, 5), "model.precision": "float64", "inner.lr": 0.1, "inner.steps": 2, "outer.lr": 0.01}
)
LINEAR = CONFIG.with_settings({"model.hidden": ()})
POOL = 8
#: What only the oracle may know: ranges of what tells one task from another, and that classes differ everywhere.
RANGES = {"amplitude": np.array([-4.0, 4.0]), "phase": np.array([-3.0, 5.0])}
PROBLEMS = {
    "mse": Problem(2, 2, "mse", known=RANGES),
    "cross_entropy": Problem(4, 3, "cross_entropy", POOL, {"basis": np.eye(4)}),
    "bce": Problem(4, 1, "bce"),
}
CASES = [
    (name, kind, config)
    for name, learner in LEARNERS.items()
    for kind, problem in PROBLEMS.items()
    for config in (CONFIG, LINEAR)
    if learner.unsupported(problem, config) is None
]
case = pytest.mark.parametrize(
    ("name", "kind", "config"), CASES, ids=[f"{n}-{k}-{'mlp' if c is CONFIG else 'linear'}" for n, k, c in CASES]
)


def sample(kind, seed=0, n_tasks=4, shots=2, queries=3):
    """Tasks with something to learn: linear values with a common direction, or classes from a fixed pool."""
    rng, problem = np.random.default_rng(seed), PROBLEMS[kind]
    d = problem.n_inputs
    if kind == "cross_entropy":
        pool = 2.0 * np.random.default_rng(99).standard_normal((POOL, d))
        classes = np.stack([rng.permutation(POOL)[:3] for _ in range(n_tasks)])
        labels = np.tile(np.repeat(np.arange(3), shots + queries).reshape(3, -1), (n_tasks, 1, 1))
        x = pool[classes][:, :, None, :] + 0.5 * rng.standard_normal((*labels.shape, d))
        parts = [
            v[:, :, s].reshape(n_tasks, -1, *v.shape[3:])
            for s in (slice(shots), slice(shots, None))
            for v in (x, labels)
        ]
        return TaskBatch(*parts, classes)
    x = rng.standard_normal((n_tasks, 3 * (shots + queries), d))
    w = np.random.default_rng(98).standard_normal((d, problem.n_outputs))
    w = 2 * w + rng.standard_normal((n_tasks, d, problem.n_outputs))
    y, told = x @ w, {"amplitude": w[:, 0, 0], "phase": w[:, 1, 0]}
    y = y if kind == "mse" else (y[..., 0] > 0).astype(np.int64)
    return TaskBatch(
        x[:, : 3 * shots], y[:, : 3 * shots], x[:, 3 * shots :], y[:, 3 * shots :], parameters=told
    )  # fmt: skip


def fresh(name, kind, config=CONFIG, seed=5):
    return LEARNERS[name].init(PROBLEMS[kind], config, np.random.default_rng(seed))


def trained(name, kind, config=CONFIG, steps=3):
    state = fresh(name, kind, config)
    for seed in range(steps):
        state, _ = LEARNERS[name].step(state, sample(kind, seed), config)
    return LEARNERS[name].tune(state, sample(kind, 50), config)


def leaves(state):
    return np.concatenate([np.ravel(leaf) for leaf in tree.flatten(state).values()])


def mean_loss(outputs, batch, kind):
    return LOSSES[kind].values(outputs, batch.query_y).mean(axis=-1)
