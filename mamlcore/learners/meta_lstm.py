"""Meta-LSTM: an LSTM whose cell state is the learner's parameters (Ravi and Larochelle 2017).

    i_t = sigmoid(W_I [h_t, theta_{t-1}, i_{t-1}] + b_I)
    f_t = sigmoid(W_F [h_t, theta_{t-1}, f_{t-1}] + b_F)
    theta_t = f_t theta_{t-1} - i_t grad_t                      theta_0 = c_0, itself learned

(equation 2 and section 3.1). h_t is the output of an ordinary LSTM of 20 units that is fed the learner's loss and
gradient on the support rows, each as log and sign with p = 10 (section 3.2). All weights are shared by all
coordinates; states are each coordinate's own. The learner's losses and gradients count as constants (section 3.3),
so back-propagation through the updates is exact but for the dependence of grad_t on theta_{t-1}, and separate for
each coordinate.

Where paper and published code differ: the gates are fed the previous gates *after* the sigmoid, as the paper's
equations have it (the code feeds them before it), and zeros at the first update. Each update uses all support rows
and their mean loss, divided by no batch size a second time. There is no batch normalisation, hence nothing
transductive. The published runs take 12 updates (5-way 1-shot) and 8 (5-shot); here it is inner.steps, as for all.
"""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Layer, Theta, flat, split
from mamlcore.batch import LossName, Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners import gated
from mamlcore.learners.base import Role, StepInfo, named
from mamlcore.learners.coordinate import UPDATE_US
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.gradients import clipped
from mamlcore.learners.model import dead_start, start
from mamlcore.losses import LOSSES
from mamlcore.metagrad import Rows, rows_of, targets_of
from mamlcore.network import Activation, backward, forward, widths_of

#: The meta-gradient is never longer than that (the published configuration).
CLIP = 0.25
#: Coordinates of tasks that are unrolled together: bounds the memory, whatever the number of tasks.
_CHUNK_COORDINATES = 400_000
#: Updates of coordinates that are kept for the way back, some hundred numbers each: what fits the cache, at most.
_KEPT_UPDATES, _MOST_KEPT = 30_000, 60_000


class MetaLstmState(NamedTuple):
    """The learned start c_0, the meta-learner's weights and the outer optimiser's memory over both."""

    theta: Theta  # c_0
    meta: gated.Gated
    optimizer: optimizer.OptimizerState


class MetaLstm:
    """Learns the start and the update rule together: how much to keep and how far to go, for each coordinate."""

    name: ClassVar[str] = "meta_lstm"
    label: ClassVar[str] = "Meta-LSTM"
    summary: ClassVar[str] = "An LSTM learns the update rule itself: what to forget, how far to step, where to start."
    role: ClassVar[Role] = "meta-learner"
    adapts: ClassVar[bool] = True
    trains: ClassVar[bool] = True

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for hidden layers that start at zero."""
        reason = dead_start(config)
        return reason and f"{self.label} can't train. {reason}."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> MetaLstmState:
        """Return MAML's own start as c_0, and weights that make the first updates small gradient steps.

        b_F ~ U(4, 5), b_I ~ U(-5, -4): f ≈ 0.99, i ≈ 0.01; all else U(-0.01, 0.01) (the published code).
        """
        theta = start(problem, config, rng)
        meta = gated.init(rng, np.dtype(config.model.precision))
        return MetaLstmState(theta, meta, optimizer.init((*meta, *theta), "adam"))

    def step(self, state: MetaLstmState, batch: TaskBatch, config: Config) -> tuple[MetaLstmState, StepInfo]:
        """Take one step of Adam (learner.meta_lstm_lr) against the clipped gradient through inner.steps updates."""
        activation, steps = config.model.activation, config.inner.steps
        losses, gradient = meta_gradient(state, rows_of(state.theta, batch), steps, activation)
        params, memory = optimizer.update(
            state.optimizer, clipped(gradient, CLIP), (*state.meta, *state.theta), config.learner.meta_lstm_lr
        )
        n_meta = len(state.meta)
        rows = batch.n_tasks * (batch.support_x.shape[1] + batch.query_x.shape[1])
        info = StepInfo(losses, rows, batch.n_tasks * (steps + 1))
        return MetaLstmState(params[n_meta:], gated.Gated(*params[:n_meta]), memory), info

    def tune(self, state: MetaLstmState, batch: TaskBatch, config: Config) -> MetaLstmState:
        """Return the state unchanged: the update rule is learned."""
        return state

    def predict(self, state: MetaLstmState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O): with c_0, then after each update."""
        activation, dtype = config.model.activation, state.theta[0][0].dtype
        parts = []
        for part in _parts(state.theta, batch.n_tasks):
            chunk = batch.tasks(part)
            query_x = np.ascontiguousarray(chunk.query_x, dtype=dtype)
            path = unroll(state, _support(state.theta, chunk), steps, activation, gated.Updates(state.meta)).thetas
            phis = [forward(layers_of(theta, state.theta), query_x, activation).outputs for theta in path]
            parts.append(np.stack(phis))
        return np.concatenate(parts, axis=1)

    def theta(self, state: MetaLstmState) -> Theta:
        """Return c_0, the learned initialisation."""
        return state.theta

    def adapted(self, state: MetaLstmState, batch: TaskBatch, steps: int, config: Config) -> list[Theta]:
        """Return per-task parameters before and after 1..steps updates."""
        path = unroll(
            state, _support(state.theta, batch), steps, config.model.activation, gated.Updates(state.meta)
        ).thetas
        return [layers_of(theta, state.theta) for theta in path]

    def cost(self, state: MetaLstmState, problem: Problem, config: Config) -> float:
        """Return the estimate: the update rule, of each coordinate at each step, is most of it."""
        work = work_of(problem, config)
        updates = work.tasks * work.steps * sum(part.size for layer in state.theta for part in layer)
        return UPDATE_US * updates + passes_us(state.theta, work, work.steps, 1, 30 * work.steps)

    def parameters(self, state: MetaLstmState, config: Config) -> dict[str, Array]:
        """Return c_0 (``W0``, ...), and the LSTM and both gates by their names; gates are fed h (20), theta, gate.

        Columns of the LSTM are input, forget and output gate, candidate; its rows gradient (2), loss (2), h (20).
        """
        found = named(state.theta)
        for name, (weights, bias) in state.meta._asdict().items():
            found |= {f"{name}_W": weights, f"{name}_b": bias}
        return found

    def gates(self, state: MetaLstmState, batch: TaskBatch, steps: int, config: Config) -> tuple[Array, Array]:
        """Return input and forget gates, (steps, T, P) each, coordinates in the order of theta's layers.

        What figure 3 of the paper shows; :func:`layers_of` splits a (T, P) row of them into layers.
        """
        path = unroll(state, _support(state.theta, batch), steps, config.model.activation, gated.Updates(state.meta))
        return np.stack(path.input_gates), np.stack(path.forget_gates)


class Unrolled(NamedTuple):
    """The updates of T tasks; parameters of a task are one row (P,)."""

    thetas: list[Array]  # steps + 1 times (T, P)
    input_gates: list[Array]  # (T, P)
    forget_gates: list[Array]  # (T, P)


def unroll(
    state: MetaLstmState, support: tuple[Array, Array], steps: int, activation: Activation, updates: gated.Updates
) -> Unrolled:
    """Update c_0 on each task's support rows x (T, S, D), y as targets_of() gives them, by fresh ``updates``."""
    x, y = support
    n_tasks, loss = len(x), LOSSES[_loss_name(state.theta, y)]
    path = Unrolled([np.repeat(flat(state.theta)[None], n_tasks, axis=0)], [], [])
    for _ in range(steps):
        phi = layers_of(path.thetas[-1], state.theta)
        passed = forward(phi, x, activation)
        gradient = backward(phi, passed, loss.gradient(passed.outputs, y), activation).gradient
        found = updates.update(path.thetas[-1], rows_of_layers(gradient), loss.values(passed.outputs, y))
        for kept, new in zip(path, found, strict=True):
            kept.append(new)
    return path


def meta_gradient(state: MetaLstmState, rows: Rows, steps: int, activation: Activation) -> tuple[Array, Theta]:
    """Return query losses (T,) after the updates and the gradient of their mean by (*meta, *c_0)."""
    n_tasks, losses, n_coordinates = len(rows.support_x), [], sum(part.size for layer in state.theta for part in layer)
    keeps = 0 < steps * n_coordinates <= _MOST_KEPT
    together = max(1, _KEPT_UPDATES // (steps * n_coordinates)) if keeps else 0
    room = gated.rooms(steps, together * n_coordinates, state.theta[0][0].dtype) if keeps else None
    total: list[Layer] = []
    for part in _parts(state.theta, n_tasks, together):
        updates = gated.Updates(state.meta, room)
        path = unroll(state, (rows.support_x[part], rows.support_y[part]), steps, activation, updates)
        phi = layers_of(path.thetas[-1], state.theta)
        passed, targets = forward(phi, rows.query_x[part], activation), rows.query_y[part]
        loss = LOSSES[_loss_name(state.theta, targets)]
        losses.append(loss.values(passed.outputs, targets))
        error = loss.gradient(passed.outputs, targets)
        error /= n_tasks
        d_theta = rows_of_layers(backward(phi, passed, error, activation).gradient)
        d_meta, d_start = updates.back(d_theta)
        found = (*d_meta, *split(d_start.sum(axis=0), state.theta))
        total = [(w + dw, b + db) for (w, b), (dw, db) in zip(total, found, strict=True)] if total else list(found)
    return np.concatenate(losses), tuple(total)


def _loss_name(theta: Theta, targets: Array) -> LossName:
    if targets.ndim == 3:
        return "mse"
    return "bce" if widths_of(theta)[-1] == 1 else "cross_entropy"


def _support(theta: Theta, batch: TaskBatch) -> tuple[Array, Array]:
    dtype = theta[0][0].dtype
    return np.ascontiguousarray(batch.support_x, dtype=dtype), targets_of(batch.support_y, dtype)


def _parts(theta: Theta, n_tasks: int, size: int = 0) -> Iterator[slice]:
    """Yield slices of so many tasks, or of as many as keep their coordinates together below the bound."""
    size = size or max(1, _CHUNK_COORDINATES // sum(part.size for layer in theta for part in layer))
    for first in range(0, n_tasks, size):
        yield slice(first, first + size)


def rows_of_layers(layers: Theta) -> Array:
    """Return per-task layers, W (T, a, b) and b (T, b), as one row of P numbers for each task, (T, P)."""
    return np.concatenate([part.reshape(len(part), -1) for layer in layers for part in layer], axis=1)


def layers_of(rows: Array, like: Theta) -> Theta:
    """Return rows (T, P) as per-task layers shaped as ``like``."""
    layers, at = [], 0
    for weights, bias in like:
        middle, end = at + weights.size, at + weights.size + bias.size
        layers.append((np.ascontiguousarray(rows[:, at:middle]).reshape(-1, *weights.shape), rows[:, middle:end]))
        at = end
    return tuple(layers)
