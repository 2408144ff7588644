"""The same meta-step in JAX: one jitted function, vmap over tasks, Adam inside. Import needs jax."""

from importlib import import_module
from typing import Any

import numpy as np

from mamlcore.arrays import Theta
from mamlcore.batch import LossName, TaskBatch
from mamlcore.benchmark.workloads import OUTER_LR, Workload
from mamlcore.optimizer import BETA1, BETA2, EPSILON

jax: Any = import_module("jax")
jnp: Any = import_module("jax.numpy")
_tree = jax.tree_util.tree_map


class Jax:
    """Compiled at the first step."""

    draws_ahead = False

    def __init__(self, work: Workload, theta: Theta) -> None:
        meta = jax.value_and_grad(_meta_loss(work))
        self._gradient = jax.jit(lambda theta, data: meta(theta, *data)[1])
        zeros = _tree(jnp.zeros_like, theta)
        self._state = (_tree(jnp.asarray, theta), zeros, zeros, 0)
        self._update = jax.jit(lambda state, data: _adam(state, meta(state[0], *data)[1]))

    def gradient(self, theta: Theta, batch: TaskBatch) -> Theta:
        """Return the meta-gradient at theta."""
        found = self._gradient(theta, _data(batch))
        return tuple((np.asarray(w), np.asarray(b)) for w, b in found)

    def step(self, batch: TaskBatch) -> None:
        """Take a meta-step."""
        self._state = jax.block_until_ready(self._update(self._state, _data(batch)))


def _data(batch: TaskBatch) -> tuple[Any, ...]:
    return batch.support_x, batch.support_y, batch.query_x, batch.query_y


def _meta_loss(work: Workload) -> Any:
    loss = _LOSSES[work.loss]

    def of_set(theta: Any, x: Any, y: Any) -> Any:
        for weights, bias in theta[:-1]:
            x = jnp.maximum(x @ weights + bias, 0.0)
        weights, bias = theta[-1]
        return loss(x @ weights + bias, y)

    def of_task(theta: Any, sx: Any, sy: Any, qx: Any, qy: Any) -> Any:
        for _ in range(work.steps):
            slope = jax.grad(of_set)(theta, sx, sy)
            theta = _tree(lambda p, g: p - work.inner_lr * g, theta, slope)
        return of_set(theta, qx, qy)

    over_tasks = jax.vmap(of_task, (None, 0, 0, 0, 0))
    return lambda theta, *data: over_tasks(theta, *data).mean()


def _adam(state: Any, slope: Any) -> Any:
    theta, mean, square, count = state
    count = count + 1
    mean = _tree(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, slope)
    square = _tree(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, square, slope)

    def moved(p: Any, m: Any, v: Any) -> Any:
        return p - OUTER_LR * (m / (1 - BETA1**count)) / (jnp.sqrt(v / (1 - BETA2**count)) + EPSILON)

    return _tree(moved, theta, mean, square), mean, square, count


def _cross_entropy(z: Any, y: Any) -> Any:
    return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1).mean()


def _bce(z: Any, y: Any) -> Any:
    return jnp.logaddexp(0.0, jnp.where(y[:, None] > 0, -z, z)).mean()


_LOSSES: dict[LossName, Any] = {
    "mse": lambda z, y: ((z - y) ** 2).mean(),
    "cross_entropy": _cross_entropy,
    "bce": _bce,
}
