"""Meta-SGD: the start and a step size for each parameter are learned together (Li, Zhou, Chen and Li 2017).

    phi = theta - a ⊙ ∇L_s(theta)                              (equation 3)
    (theta, a) minimise the query loss after it, both by the same outer optimiser (Algorithm 1)

so that a gives both length and direction of a step; after one step dM/da = -∇L_q(phi) ⊙ ∇L_s(theta). The paper takes
one step; with inner.steps of them all share the same a, and the gradient runs through the whole chain. The step
sizes begin at inner.lr, not at the paper's random values, so that untrained it is MAML; they may become negative, as
in the paper. Moving inner.lr during a run multiplies all of them.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Layer, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import StepInfo, named
from mamlcore.learners.model import Adapt, start
from mamlcore.learners.stepping import Stepping, is_first_order, loss_for, meta_info
from mamlcore.losses import Loss
from mamlcore.metagrad import rows_of
from mamlcore.metagrad.rates import Rated, Rates, adapt_rated, mean_over_tasks, rated


class MetaSgdState(NamedTuple):
    """Start, step sizes, and the outer optimiser's memory over both."""

    theta: Theta
    rates: Theta  # a, shaped as theta
    lr: float  # the inner.lr that rates belong to
    optimizer: optimizer.OptimizerState


class MetaSgd(Stepping[MetaSgdState]):
    """MAML with a learned step size, and direction, for every single parameter."""

    name: ClassVar[str] = "meta_sgd"
    label: ClassVar[str] = "Meta-SGD"
    summary: ClassVar[str] = "Learns beside the start how far each single weight should step, and in which direction."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> MetaSgdState:
        """Return MAML's own start with inner.lr for every parameter."""
        theta, lr = start(problem, config, rng), config.inner.lr
        rates = tuple((np.full_like(w, lr), np.full_like(b, lr)) for w, b in theta)
        return MetaSgdState(theta, rates, lr, optimizer.init(theta + rates, config.outer.optimizer))

    def step(self, state: MetaSgdState, batch: TaskBatch, config: Config) -> tuple[MetaSgdState, StepInfo]:
        """Take one step of the outer optimiser on start and step sizes."""
        rates = current_rates(state, config)
        steps, first_order = config.inner.steps, is_first_order(config)
        how = Rated((rates,) * steps, loss_for(state.theta, batch), config.model.activation)
        found = rated(state.theta, rows_of(state.theta, batch), how, first_order)
        gradient = mean_over_tasks(found.gradient) + summed(found.rates)
        both, memory = optimizer.update(state.optimizer, gradient, state.theta + rates, config.outer.lr)
        n = len(state.theta)
        info = meta_info(found.losses, batch, steps, first_order)
        return MetaSgdState(both[:n], both[n:], config.inner.lr, memory), info

    def adaptation(self, state: MetaSgdState, loss: Loss, steps: int, config: Config) -> Adapt:
        """Return steps with the learned step sizes."""
        how = Rated((current_rates(state, config),), loss, config.model.activation)
        return lambda x, y: adapt_rated(state.theta, x, y, how, steps)

    def parameters(self, state: MetaSgdState, config: Config) -> dict[str, Array]:
        """Return the start, and ``alpha_W0``, ...: the step size of each of its numbers."""
        return named(state.theta) | named(current_rates(state, config), "alpha_")


def current_rates(state: MetaSgdState, config: Config) -> Theta:
    """Return the step sizes shaped as theta, multiplied by what inner.lr has changed by since they were learned."""
    if config.inner.lr == state.lr:
        return state.rates
    factor = config.inner.lr / state.lr
    return tuple((w * factor, b * factor) for w, b in state.rates)


def summed(steps: tuple[Rates, ...]) -> Theta:
    """Return the gradient by step sizes that all steps share."""
    layers: list[Layer] = []
    for parts in zip(*steps, strict=True):
        shared = [part for part in parts if part is not None]
        layers.append((np.sum([w for w, _ in shared], axis=0), np.sum([b for _, b in shared], axis=0)))
    return tuple(layers)
