"""ANIL: almost no inner loop. Only the head adapts; the body is learned by the outer loop alone.

    head_{k+1} = head_k - alpha ∇_head L_s(body, head_k)

in training and at test (Raghu, Raghu, Bengio and Vinyals 2020, section 4). The meta-gradient runs through the
head's steps exactly, unless inner.order is first, and by the body too, whose features the head adapts on. The paper's
head is the last layer; learner.anil_layers lets more of them adapt, and all of them are MAML.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import StepInfo
from mamlcore.learners.model import Adapt, start
from mamlcore.learners.stepping import Stepping, is_first_order, loss_for, meta_info
from mamlcore.losses import Loss
from mamlcore.metagrad import rows_of
from mamlcore.metagrad.rates import Rated, Rates, adapt_rated, mean_over_tasks, rated, uniform


class AnilState(NamedTuple):
    """The initialisation and the outer optimiser's memory."""

    theta: Theta
    optimizer: optimizer.OptimizerState


class Anil(Stepping[AnilState]):
    """MAML whose body stays as it is while a task is learned."""

    name: ClassVar[str] = "anil"
    label: ClassVar[str] = "ANIL"
    summary: ClassVar[str] = "MAML that adapts only its last layer: are good features enough, or must they adapt?"

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> AnilState:
        """Return MAML's own start and a fresh optimiser."""
        theta = start(problem, config, rng)
        return AnilState(theta, optimizer.init(theta, config.outer.optimizer))

    def step(self, state: AnilState, batch: TaskBatch, config: Config) -> tuple[AnilState, StepInfo]:
        """Take one step of the outer optimiser against the meta-gradient."""
        how = Rated(
            head_rates(state.theta, config, config.inner.steps), loss_for(state.theta, batch), config.model.activation
        )
        first_order = is_first_order(config)
        found = rated(state.theta, rows_of(state.theta, batch), how, first_order)
        gradient = mean_over_tasks(found.gradient)
        theta, memory = optimizer.update(state.optimizer, gradient, state.theta, config.outer.lr)
        return AnilState(theta, memory), meta_info(found.losses, batch, config.inner.steps, first_order)

    def adaptation(self, state: AnilState, loss: Loss, steps: int, config: Config) -> Adapt:
        """Return steps of the head with inner.lr."""
        how = Rated(head_rates(state.theta, config, 1), loss, config.model.activation)
        return lambda x, y: adapt_rated(state.theta, x, y, how, steps)


def head_rates(theta: Theta, config: Config, steps: int) -> tuple[Rates, ...]:
    """Return inner.lr for the layers that adapt and None for those below."""
    body = max(len(theta) - config.learner.anil_layers, 0)
    return tuple((None,) * body + rates[body:] for rates in uniform(theta, config.inner.lr, steps))
