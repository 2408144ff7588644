"""The network that every learner shares, and its adaptation to the tasks of a batch."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import LossName, Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.losses import LOSSES
from mamlcore.metagrad import Inner, adapt, targets_of
from mamlcore.network import Activation, forward, init_theta, widths_of

#: Adapts a start to support rows x (T, S, D) and targets y: parameters before and after each step.
Adapt: TypeAlias = Callable[[Array, Array], list[Theta]]
#: Adapted parameters and activations of one chunk of tasks stay below so many numbers at each step.
_CHUNK_NUMBERS = 2_000_000


def widths(problem: Problem, config: Config) -> tuple[int, ...]:
    """Return the network's widths, input and output included."""
    return (problem.n_inputs, *config.model.hidden, problem.n_outputs)


def start(problem: Problem, config: Config, rng: np.random.Generator) -> Theta:
    """Draw the initial parameters: the same for every learner, given generators in the same state."""
    return init_theta(widths(problem, config), config.model, rng)


def dead_start(config: Config) -> str | None:
    """Return why nothing can be learned from the initial weights, or None."""
    if config.model.init == "zero" and config.model.hidden:
        return (
            "Zero initial weights give the hidden layers no gradient: choose Glorot initial weights, or no hidden layer"
        )
    return None


def loss_of(batch: TaskBatch, n_outputs: int) -> LossName:
    """Return the loss that targets and network ask for: values mse, labels bce on one logit or cross_entropy."""
    if batch.support_y.ndim == 3:
        return "mse"
    return "bce" if n_outputs == 1 else "cross_entropy"


def outputs_after(theta: Theta, batch: TaskBatch, steps: int, lr: float, activation: Activation) -> Array:
    """Adapt a shared theta to each task; return outputs (steps + 1, T, Q, O) on its query rows, after each step."""
    return outputs_along(theta, batch, _plain_steps(theta, batch, steps, lr, activation), activation)


def parameters_after(theta: Theta, batch: TaskBatch, steps: int, lr: float, activation: Activation) -> list[Theta]:
    """Adapt a shared theta to each task; return per-task parameters, (T, ...) leading, before and after each step."""
    return parameters_along(theta, batch, _plain_steps(theta, batch, steps, lr, activation))


def outputs_along(theta: Theta, batch: TaskBatch, adapt_to: Adapt, activation: Activation) -> Array:
    """Return outputs (steps + 1, T, Q, O) on each task's query rows along the path that adapt_to takes.

    theta gives dtype and sizes only; many tasks are adapted in chunks.
    """
    parts = []
    for chunk in _chunks(theta, batch):
        query_x = np.ascontiguousarray(chunk.query_x, dtype=theta[0][0].dtype)
        path = adapt_to(*_support(theta, chunk))
        parts.append(np.stack([forward(phi, query_x, activation).outputs for phi in path]))
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def parameters_along(theta: Theta, batch: TaskBatch, adapt_to: Adapt) -> list[Theta]:
    """Return per-task parameters, (T, ...) leading, along the path that adapt_to takes; theta gives the dtype."""
    return [_per_task(phi, batch.n_tasks) for phi in adapt_to(*_support(theta, batch))]


def _plain_steps(theta: Theta, batch: TaskBatch, steps: int, lr: float, activation: Activation) -> Adapt:
    inner = Inner(lr, steps, LOSSES[loss_of(batch, widths_of(theta)[-1])], activation)
    return lambda x, y: adapt(theta, x, y, inner)


def _support(theta: Theta, batch: TaskBatch) -> tuple[Array, Array]:
    dtype = theta[0][0].dtype
    return np.ascontiguousarray(batch.support_x, dtype=dtype), targets_of(batch.support_y, dtype)


def _per_task(theta: Theta, n_tasks: int) -> Theta:
    def one_each(part: Array, own: int) -> Array:
        return part if part.ndim > own else np.broadcast_to(part, (n_tasks, *part.shape))

    return tuple((one_each(w, 2), one_each(b, 1)) for w, b in theta)


def _chunks(theta: Theta, batch: TaskBatch) -> Iterator[TaskBatch]:
    """Split a batch so that memory stays bounded however many tasks it has and however wide the network is."""
    n_parameters = sum(part.size for layer in theta for part in layer)
    n_rows = batch.support_x.shape[1] + batch.query_x.shape[1]
    size = max(1, _CHUNK_NUMBERS // max(n_parameters, n_rows * sum(widths_of(theta))))
    for first in range(0, batch.n_tasks, size):
        yield batch.tasks(slice(first, first + size))
