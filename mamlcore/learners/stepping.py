"""What meta-learners have in common that start from a learned theta and adapt by gradient steps."""

from typing import ClassVar, Generic, Protocol, TypeVar

from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import Role, StepInfo, named
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.model import Adapt, dead_start, loss_of, outputs_along, parameters_along
from mamlcore.losses import LOSSES, Loss
from mamlcore.network import widths_of


class HasTheta(Protocol):
    """A state that holds what is learned of the start."""

    @property
    def theta(self) -> Theta:
        """Layers that all tasks start from."""


State = TypeVar("State", bound=HasTheta)


class Stepping(Generic[State]):
    """A learner need only say how it adapts; prediction, adapted parameters and refusals follow from that."""

    label: ClassVar[str]
    role: ClassVar[Role] = "meta-learner"
    adapts: ClassVar[bool] = True
    trains: ClassVar[bool] = True

    def adaptation(self, state: State, loss: Loss, steps: int, config: Config) -> Adapt:
        """Return the function from support rows to the parameters before and after 1..steps."""
        raise NotImplementedError

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for hidden layers that start at zero."""
        reason = dead_start(config)
        return reason and f"{self.label} can't train. {reason}."

    def tune(self, state: State, batch: TaskBatch, config: Config) -> State:
        """Return the state unchanged: its step sizes are those it was trained for."""
        return state

    def predict(self, state: State, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O)."""
        sizes = self.sizes(state)
        adapt_to = self.adaptation(state, loss_for(sizes, batch), steps, config)
        return outputs_along(sizes, batch, adapt_to, config.model.activation)

    def sizes(self, state: State) -> Theta:
        """Return parameters of the shapes and dtype that each task's have; their values don't matter."""
        return state.theta

    def theta(self, state: State) -> Theta | None:
        """Return the meta-learned initialisation."""
        return state.theta

    def adapted(self, state: State, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return per-task parameters before and after 1..steps."""
        sizes = self.sizes(state)
        return parameters_along(sizes, batch, self.adaptation(state, loss_for(sizes, batch), steps, config))

    def cost(self, state: State, problem: Problem, config: Config) -> float:
        """Return the estimate for a meta-gradient by the general form."""
        work = work_of(problem, config)
        gradients = work.steps if is_first_order(config) else 3 * work.steps
        return passes_us(self.sizes(state), work, gradients, 1, 70 * work.steps)

    def parameters(self, state: State, config: Config) -> dict[str, Array]:
        """Return the learned layers."""
        return named(state.theta)


def loss_for(theta: Theta, batch: TaskBatch) -> Loss:
    """Return the loss that a batch's targets and theta's outputs ask for."""
    return LOSSES[loss_of(batch, widths_of(theta)[-1])]


def rows_used(batch: TaskBatch) -> int:
    """Return how many labelled rows a batch holds, support and query."""
    return batch.n_tasks * (batch.support_x.shape[1] + batch.query_x.shape[1])


def is_first_order(config: Config) -> bool:
    """Whether inner gradients count as constants."""
    return config.inner.order == "first"


def meta_info(losses: Array, batch: TaskBatch, steps: int, first_order: bool, queries: int = 1) -> StepInfo:
    """Return the ledger of a meta-gradient through so many inner steps, with so many query gradients.

    A step costs one gradient, and a Hessian-vector product, worth two, on the way back unless first order.
    """
    evaluations = steps * (1 if first_order else 3) + queries
    return StepInfo(losses, rows_used(batch), batch.n_tasks * evaluations)
