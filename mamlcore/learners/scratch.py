"""No learning beforehand: MAML's own random start, never trained, fine-tuned on each task."""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import Role, StepInfo
from mamlcore.learners.finetune import Choice, adapted, predict, tuned, untrained_info, untuned, with_choice
from mamlcore.learners.model import dead_start, start


class ScratchState(NamedTuple):
    """The untrained start and how to fine-tune from it."""

    theta: Theta
    choice: Choice


class Scratch:
    """What the data of one task alone can give this network."""

    name: ClassVar[str] = "scratch"
    label: ClassVar[str] = "Scratch"
    summary: ClassVar[str] = "The random start, never trained: it learns each task from its support rows alone."
    role: ClassVar[Role] = "untrained"
    adapts: ClassVar[bool] = True
    trains: ClassVar[bool] = False

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for hidden layers that start at zero."""
        reason = dead_start(config)
        return reason and f"{self.label} can't learn a task. {reason}."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> ScratchState:
        """Return the start that MAML has with a generator in the same state."""
        return ScratchState(start(problem, config, rng), untuned(config))

    def step(self, state: ScratchState, batch: TaskBatch, config: Config) -> tuple[ScratchState, StepInfo]:
        """Return the state unchanged."""
        return state, untrained_info(batch)

    def tune(self, state: ScratchState, batch: TaskBatch, config: Config) -> ScratchState:
        """Choose step size and number of steps on validation tasks."""
        return state._replace(choice=tuned(state.theta, batch, config))

    def predict(self, state: ScratchState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O) with the tuned step size and early stop."""
        return predict(state.theta, state.choice, batch, steps, config.model.activation)

    def theta(self, state: ScratchState) -> Theta:
        """Return the untrained start."""
        return state.theta

    def cost(self, state: ScratchState, problem: Problem, config: Config) -> float:
        """Return 0: a step does nothing."""
        return 0.0

    def parameters(self, state: ScratchState, config: Config) -> dict[str, Array]:
        """Return the untrained start and how it is fine-tuned."""
        return with_choice(state.theta, state.choice)

    def adapted(self, state: ScratchState, batch: TaskBatch, steps: int, config: Config) -> list[Theta]:
        """Return per-task parameters before and after 1..steps."""
        return adapted(state.theta, state.choice, batch, steps, config.model.activation)
