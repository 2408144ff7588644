"""The oracle: who is told what the others must find out. A ceiling to hold the curves against, no competitor.

Sine waves: the shared network, given each row's x and beside it the amplitude and phase of its wave, each scaled to
-1..1 over its range (Finn et al. 2017, section 5.1; the published code gives them unscaled). It is trained on the
pooled support and query rows, by the same optimiser and as many rows as everyone, and adapts to nothing: what is
left is the error of a network of this size after this much training.

Gaussian classes: told the informative directions, the noise and how class means spread, but not the means of a
task's classes, Bayes' rule gives the probabilities of the classes in closed form (references.gaussian_log_posterior;
PLDA, Ioffe 2006). Nothing is left to train. No learner that judges query rows one by one can expect a lower loss.

All this knowledge comes from Problem.known and TaskBatch.parameters, which no other learner looks at.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.learners.base import Role, StepInfo, named
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.metric import info_of
from mamlcore.learners.model import dead_start
from mamlcore.losses import LOSSES
from mamlcore.network import backward, forward, init_theta
from mamlcore.references import gaussian_log_posterior

#: The numbers that tell one wave from another: in TaskBatch.parameters (T,), their ranges in Problem.known (2,).
WAVE = ("amplitude", "phase")


class OracleState(NamedTuple):
    """What is known, and for waves the network that makes use of it."""

    theta: Theta  # inputs x, amplitude, phase; no layers for Gaussian classes
    optimizer: optimizer.OptimizerState
    ranges: Array  # (2, 2): (low, high) of amplitude and phase; no rows for Gaussian classes
    basis: Array  # (D, r); (D, 0) for waves
    n_outputs: int
    steps: int  # meta-steps seen


class Oracle:
    """Knows the parameters of each wave, or how Gaussian classes are made."""

    name: ClassVar[str] = "oracle"
    label: ClassVar[str] = "Oracle"
    summary: ClassVar[str] = (
        "Is told what the others must learn: each wave's amplitude and phase, or how Gaussian classes are made."
    )
    role: ClassVar[Role] = "ceiling"
    adapts: ClassVar[bool] = False
    trains: ClassVar[bool] = True

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason where nothing is known of the tasks, and for hidden layers that start at zero."""
        if problem.loss == "cross_entropy" and "basis" in problem.known:
            return None
        if problem.loss != "mse" or not set(WAVE) <= set(problem.known):
            return (
                f"{self.label} needs tasks whose making is known: sine waves, or Gaussian classes. "
                "Of these tasks there is nothing to tell it."
            )
        reason = dead_start(config)
        return reason and f"{self.label} can't train. {reason}."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> OracleState:
        """Return what is known, and for waves fresh weights and a fresh optimiser."""
        theta: Theta = ()
        ranges, basis = np.zeros((0, 2)), np.zeros((problem.n_inputs, 0))
        if problem.loss == "mse":
            ranges = np.stack([problem.known[name] for name in WAVE]).astype(np.float64)
            sizes = (problem.n_inputs + len(WAVE), *config.model.hidden, problem.n_outputs)
            theta = init_theta(sizes, config.model, rng)
        else:
            basis = np.array(problem.known["basis"], dtype=np.float64)
        memory = optimizer.init(theta, config.outer.optimizer) if theta else optimizer.SgdState(0)
        return OracleState(theta, memory, ranges, basis, problem.n_outputs, 0)

    def step(self, state: OracleState, batch: TaskBatch, config: Config) -> tuple[OracleState, StepInfo]:
        """Train the network on pooled support and query rows; for Gaussian classes only look.

        The losses told are those of the query rows before the step.
        """
        seen = state._replace(steps=state.steps + 1)
        if not state.theta:
            losses = LOSSES["cross_entropy"].values(_log_posterior(state, batch, config), batch.query_y)
            return seen, StepInfo(losses, 0, 0)
        activation, n_support = config.model.activation, batch.support_x.shape[1]
        told = _told(state, batch, np.concatenate([batch.support_x, batch.query_x], axis=1))
        y = np.concatenate([batch.support_y, batch.query_y], axis=1).astype(told.dtype, copy=False)
        passed = forward(state.theta, told, activation)
        error = LOSSES["mse"].gradient(passed.outputs, y) / batch.n_tasks
        gradient = backward(state.theta, passed, error, activation, pooled=True).gradient
        theta, memory = optimizer.update(state.optimizer, gradient, state.theta, config.outer.lr)
        losses = LOSSES["mse"].values(passed.outputs[:, n_support:], y[:, n_support:])
        return seen._replace(theta=theta, optimizer=memory), info_of(losses, batch)

    def tune(self, state: OracleState, batch: TaskBatch, config: Config) -> OracleState:
        """Return the state unchanged: there is nothing to choose."""
        return state

    def predict(self, state: OracleState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O), the same at every step: values, or log probabilities of classes."""
        if state.theta:
            outputs = forward(state.theta, _told(state, batch, batch.query_x), config.model.activation).outputs
        else:
            outputs = _log_posterior(state, batch, config).astype(config.model.precision, copy=False)
        return np.broadcast_to(outputs, (steps + 1, *outputs.shape))

    def cost(self, state: OracleState, problem: Problem, config: Config) -> float:
        """Return the estimate from the sizes."""
        return passes_us(state.theta, work_of(problem, config), 1, 1, 30)

    def parameters(self, state: OracleState, config: Config) -> dict[str, Array]:
        """Return the network's layers; none for Gaussian classes."""
        return named(state.theta)

    def theta(self, state: OracleState) -> Theta | None:
        """Return None: its network takes other inputs and is no start that a task adapts."""
        return None

    def adapted(self, state: OracleState, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return None: no parameter changes from task to task."""
        return None


def _told(state: OracleState, batch: TaskBatch, x: Array) -> Array:
    """Return rows (T, n, D) with amplitude and phase of their wave beside them, in the precision of theta."""
    missing = [name for name in WAVE if name not in batch.parameters]
    if missing:
        raise LabError(f"TaskBatch.parameters must hold {' and '.join(missing)} of each task: the oracle is told these")
    values = np.stack([batch.parameters[name] for name in WAVE], axis=-1)  # (T, 2)
    middle, half = state.ranges.mean(axis=1), np.diff(state.ranges, axis=1)[:, 0] / 2
    scaled = (values - middle) / np.where(half > 0, half, 1.0)
    beside = np.broadcast_to(scaled[:, None, :], (*x.shape[:2], len(WAVE)))
    return np.concatenate([x, beside], axis=-1).astype(state.theta[0][0].dtype, copy=False)


def _log_posterior(state: OracleState, batch: TaskBatch, config: Config) -> Array:
    """Return (T, Q, N) float64: log probabilities of the classes given the support rows."""
    support, query = batch.support_x @ state.basis, batch.query_x @ state.basis
    task = config.task
    return gaussian_log_posterior(support, batch.support_y, query, state.n_outputs, task.spread, task.noise)
