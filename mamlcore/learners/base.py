"""What a learner is: pure functions over a state that is a value.

A state is a NamedTuple whose leaves are arrays, numbers or nested tuples of these, so that
:mod:`mamlcore.tree` can flatten it for a checkpoint. Nothing a learner is given is ever changed in place.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config

Role = Literal["meta-learner", "baseline", "untrained", "ceiling"]


@dataclass(frozen=True, slots=True)
class StepInfo:
    """What one meta-step tells besides the new state: only ever looked at."""

    query_losses: Array  # (T,) training loss of each task of the batch, after adaptation where there is any
    rows: int  # labelled rows used
    gradient_evaluations: int  # passes back through a task's support, or query, rows; a Hessian-vector product is two
    comparable: bool = True  # whether query_losses are of the kind held-out tasks are judged by


class Learner(Protocol):
    """One way to learn from few examples. One file each, one line in the registry."""

    name: ClassVar[str]  # as in config.learners
    label: ClassVar[str]  # as shown
    summary: ClassVar[str]  # one sentence
    role: ClassVar[Role]
    adapts: ClassVar[bool]  # whether its outputs change with the number of inner steps
    trains: ClassVar[bool]  # whether step() changes anything

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return why this learner can't be offered for such tasks, or None."""

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> Any:
        """Return the state before training."""

    def step(self, state: Any, batch: TaskBatch, config: Config) -> tuple[Any, StepInfo]:
        """Take one meta-step on a batch of training tasks."""

    def tune(self, state: Any, batch: TaskBatch, config: Config) -> Any:
        """Choose what a baseline may choose on validation tasks; meta-learners return state unchanged."""

    def predict(self, state: Any, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Adapt to each task's support rows and return outputs on its query rows.

        Returns (steps + 1, T, Q, O): before adaptation and after 1..steps; logits for classes, values for
        a regression. Uses batch.query_x only, never batch.query_y.
        """

    def theta(self, state: Any) -> Theta | None:
        """Return the learned initialisation, where the learner has one."""

    def adapted(self, state: Any, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return per-task parameters (T leading) before and after 1..steps, where there are any."""

    def cost(self, state: Any, problem: Problem, config: Config) -> float:
        """Return about how many microseconds a meta-step takes, from sizes alone: see :mod:`mamlcore.learners.cost`."""

    def parameters(self, state: Any, config: Config) -> dict[str, Array]:
        """Return all that was trained, by names of its own, weights as (fan_in, fan_out): what a file takes away.

        Single numbers, of shape (), tell what was chosen or counted beside it; what was drawn once and never
        trained is named ``fixed_...``. Neither is a parameter.
        """


def named(layers: Theta, prefix: str = "") -> dict[str, Array]:
    """Return layers as ``W0``, ``b0``, ``W1``, ... with a prefix; a layer without bias has no ``b``."""
    parts = {
        f"{prefix}{kind}{i}": part for i, layer in enumerate(layers) for kind, part in zip("Wb", layer, strict=True)
    }
    return {name: part for name, part in parts.items() if part.size}


def n_parameters(learner: Learner, state: Any, config: Config) -> int:
    """Return how many numbers a learner trains; 0 for one that never does."""
    if not learner.trains:
        return 0
    parts = learner.parameters(state, config).items()
    return sum(part.size for name, part in parts if part.ndim and not name.startswith("fixed_"))
