"""Reptile: train on a task for a few steps, then move the start a little towards where that ended.

    phi_t = U^k(theta) on task t,   theta' = theta + epsilon (mean_t phi_t - theta)

(Nichol, Achiam and Schulman 2018, Algorithm 2 and section 3). U is one step on a minibatch of the task's rows; no row
is set apart, so support and query rows are trained on alike. With k = 1 this is joint training by SGD: what is
learned beyond it comes from the later steps. epsilon falls linearly (the paper: from 1 to 0 over 100,000 meta-steps;
k = 5 and minibatches of 10 as for Omniglot).

The inner rule is SGD with inner.lr unless learner.reptile_inner is adam: Adam without momentum (beta1 = 0), as in the
published code, with the step size it has there, 0.001. That code never clears Adam's memory between tasks; here each
task starts with a fresh one. There is no outer optimiser beside epsilon. SGD is the default because a held-out task
is adapted by the same rule, and few steps of 0.001 lead nowhere. Held-out tasks step on all support rows at once.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import StepInfo
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.model import Adapt, start
from mamlcore.learners.stepping import Stepping, loss_for
from mamlcore.losses import Loss
from mamlcore.metagrad import Inner, Rows, adapt, rows_of
from mamlcore.metagrad.inner import inner_step
from mamlcore.network import forward
from mamlcore.optimizer import BETA2, EPSILON


class ReptileState(NamedTuple):
    """The start, how often it moved, and what the minibatches are drawn from."""

    theta: Theta
    updates: int
    seed: int


class Reptile(Stepping[ReptileState]):
    """No second derivatives and no query set: the later of several ordinary steps tell where to start."""

    name: ClassVar[str] = "reptile"
    label: ClassVar[str] = "Reptile"
    summary: ClassVar[str] = "Trains on each task for a few steps, then moves its start a little towards the result."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> ReptileState:
        """Return MAML's own start."""
        theta = start(problem, config, rng)
        return ReptileState(theta, 0, int(rng.integers(2**31)))

    def step(self, state: ReptileState, batch: TaskBatch, config: Config) -> tuple[ReptileState, StepInfo]:
        """Move the start towards the mean of the trained parameters.

        The losses told are those of the query rows after training on them too: not what held-out tasks are judged by.
        Rows that no minibatch took are not counted.
        """
        rows, loss = rows_of(state.theta, batch), loss_for(state.theta, batch)
        k, rng = config.learner.reptile_inner_steps, np.random.default_rng([state.seed, state.updates])
        x, y = _pooled(rows)
        phi, memory = state.theta, None
        for chosen in minibatches(rng, len(x), x.shape[1], config.learner.reptile_batch, k):
            phi, memory = _step(phi, x[chosen], y[chosen], loss, config, memory)
        epsilon = step_size(config, state.updates)
        theta = tuple(
            (w + epsilon * (new_w.mean(axis=0) - w), b + epsilon * (new_b.mean(axis=0) - b))
            for (w, b), (new_w, new_b) in zip(state.theta, phi, strict=True)
        )
        losses = loss.values(forward(phi, rows.query_x, config.model.activation).outputs, rows.query_y)
        seen = min(k * config.learner.reptile_batch, x.shape[1])
        info = StepInfo(losses, batch.n_tasks * seen, batch.n_tasks * k, comparable=False)
        return ReptileState(theta, state.updates + 1, state.seed), info

    def cost(self, state: ReptileState, problem: Problem, config: Config) -> float:
        """Return the estimate from the sizes."""
        work, steps = work_of(problem, config), config.learner.reptile_inner_steps
        rows = min(config.learner.reptile_batch, work.support + work.query)
        return passes_us(state.theta, work, steps * rows / work.support, 0, 25 * steps)

    def adaptation(self, state: ReptileState, loss: Loss, steps: int, config: Config) -> Adapt:
        """Return the inner rule's steps on all support rows."""
        if config.learner.reptile_inner == "sgd":
            inner = Inner(config.inner.lr, steps, loss, config.model.activation)
            return lambda x, y: adapt(state.theta, x, y, inner)

        def with_adam(x: Array, y: Array) -> list[Theta]:
            path, memory = [state.theta], None
            for _ in range(steps):
                phi, memory = _step(path[-1], x, y, loss, config, memory)
                path.append(phi)
            return path

        return with_adam


class _Adam(NamedTuple):
    """Adam without momentum: running means of the squared gradient, per task."""

    updates: int
    squares: Theta


def step_size(config: Config, updates: int) -> float:
    """Return epsilon after so many meta-steps: linear from the first to the last, then constant."""
    settings = config.learner
    done = min(updates / settings.reptile_decay, 1.0)
    return settings.reptile_step + done * (settings.reptile_last_step - settings.reptile_step)


def minibatches(rng: np.random.Generator, n_tasks: int, n_rows: int, size: int, count: int) -> list[tuple[Array, ...]]:
    """Return count index pairs (T, 1), (T, size): each row once before any row twice, in an order of each task's own.

    A size beyond n_rows means all rows.
    """
    size = min(size, n_rows)
    shuffles = -(-size * count // n_rows)
    order = np.tile(np.arange(n_rows), (n_tasks, 1))
    rows = np.concatenate([rng.permuted(order, axis=1) for _ in range(shuffles)], axis=1)
    return [(np.arange(n_tasks)[:, None], rows[:, i * size : (i + 1) * size]) for i in range(count)]


def _pooled(rows: Rows) -> tuple[Array, Array]:
    return (
        np.concatenate([rows.support_x, rows.query_x], axis=1),
        np.concatenate([rows.support_y, rows.query_y], axis=1),
    )


def _step(
    phi: Theta, x: Array, y: Array, loss: Loss, config: Config, memory: _Adam | None
) -> tuple[Theta, _Adam | None]:
    """Take one step of the inner rule on rows of every task."""
    activation = config.model.activation
    new, step = inner_step(phi, x, y, Inner(config.inner.lr, 1, loss, activation))
    if config.learner.reptile_inner == "sgd":
        return new, None
    return _adam(phi, step.back.gradient, memory, config.learner.reptile_adam_lr)


def _adam(phi: Theta, gradient: Theta, memory: _Adam | None, lr: float) -> tuple[Theta, _Adam]:
    """Kingma and Ba 2015, Algorithm 1, with beta1 = 0 and each task's own memory."""
    updates = 1 if memory is None else memory.updates + 1
    old = gradient if memory is None else memory.squares
    keep = 0.0 if memory is None else BETA2
    correction = 1.0 / (1.0 - BETA2**updates)

    def square(before: Array, slope: Array) -> Array:
        return keep * before + (1.0 - BETA2) * (slope * slope)

    def move(start: Array, slope: Array, mean: Array) -> Array:
        return start - lr * (slope / (np.sqrt(mean * correction) + EPSILON))

    squares = tuple((square(v, g), square(u, h)) for (v, u), (g, h) in zip(old, gradient, strict=True))
    new = tuple((move(w, g, v), move(b, h, u)) for (w, b), (g, h), (v, u) in zip(phi, gradient, squares, strict=True))
    return new, _Adam(updates, squares)
