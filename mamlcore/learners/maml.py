"""MAML: an initialisation from which a few gradient steps do well (Finn, Abbeel and Levine 2017, Algorithm 1)."""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import Role, StepInfo, named
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.model import dead_start, loss_of, outputs_after, parameters_after, start
from mamlcore.losses import LOSSES
from mamlcore.metagrad import Inner, compute, rows_of
from mamlcore.network import widths_of


class MamlState(NamedTuple):
    """The initialisation and the outer optimiser's memory."""

    theta: Theta
    optimizer: optimizer.OptimizerState


class Maml:
    """Every layer adapts; the meta-gradient runs through all inner steps, exactly unless inner.order is first."""

    name: ClassVar[str] = "maml"
    label: ClassVar[str] = "MAML"
    summary: ClassVar[str] = (
        "Learns the start from which a few gradient steps do best, differentiating through these steps."
    )
    role: ClassVar[Role] = "meta-learner"
    adapts: ClassVar[bool] = True
    trains: ClassVar[bool] = True

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for hidden layers that start at zero."""
        reason = dead_start(config)
        return reason and f"{self.label} can't train. {reason}."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> MamlState:
        """Return fresh weights and a fresh optimiser."""
        theta = start(problem, config, rng)
        return MamlState(theta, optimizer.init(theta, config.outer.optimizer))

    def first_order(self, config: Config) -> bool:
        """Whether the inner gradients count as constants."""
        return config.inner.order == "first"

    def step(self, state: MamlState, batch: TaskBatch, config: Config) -> tuple[MamlState, StepInfo]:
        """Take one step of the outer optimiser against the meta-gradient."""
        loss = LOSSES[loss_of(batch, widths_of(state.theta)[-1])]
        inner = Inner(config.inner.lr, config.inner.steps, loss, config.model.activation)
        first_order = self.first_order(config)
        losses, gradient = compute(state.theta, rows_of(state.theta, batch), inner, first_order)
        theta, memory = optimizer.update(state.optimizer, gradient, state.theta, config.outer.lr)
        rows = batch.n_tasks * (batch.support_x.shape[1] + batch.query_x.shape[1])
        evaluations = batch.n_tasks * (inner.steps * (1 if first_order else 3) + 1)
        return MamlState(theta, memory), StepInfo(losses, rows, evaluations)

    def tune(self, state: MamlState, batch: TaskBatch, config: Config) -> MamlState:
        """Return the state unchanged: the step size is the one it was trained for."""
        return state

    def predict(self, state: MamlState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O) with inner.lr."""
        return outputs_after(state.theta, batch, steps, config.inner.lr, config.model.activation)

    def theta(self, state: MamlState) -> Theta:
        """Return the meta-learned initialisation."""
        return state.theta

    def adapted(self, state: MamlState, batch: TaskBatch, steps: int, config: Config) -> list[Theta]:
        """Return per-task parameters before and after 1..steps."""
        return parameters_after(state.theta, batch, steps, config.inner.lr, config.model.activation)

    def cost(self, state: MamlState, problem: Problem, config: Config) -> float:
        """Return the estimate for a meta-gradient by the fast forms."""
        work, first_order = work_of(problem, config), self.first_order(config)
        gradients, calls = (work.steps, 18 * work.steps) if first_order else (3 * work.steps, 35 * work.steps)
        return passes_us(state.theta, work, gradients, 1, calls)

    def parameters(self, state: MamlState, config: Config) -> dict[str, Array]:
        """Return the initialisation."""
        return named(state.theta)
