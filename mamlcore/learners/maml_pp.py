"""MAML++: MAML with parts that make its training steadier, each with a switch (Antoniou, Edwards and Storkey 2019).

Multi-step loss (section 4.1): M = Σ_k v_k L_q(phi_k) over all inner steps k = 1..S. At first v_k = 1/S; v_S grows
linearly at the cost of the others, none of which falls below 0.03/S; then the last step alone counts.
Learned rates (section 4.4, LSLR): phi_{k+1} = phi_k - a_{l,k} ∇L_s(phi_k), one a for each layer's weights, one for
its biases, at each step k, learned by the outer optimiser from inner.lr on. Steps beyond inner.steps use the last.
Annealed order (section 4.2): first-order gradients at first, exact ones after that.
Cosine (section 4.6): beta falls from outer.lr to a hundredth of it along half a cosine, and stays there.

The plan is learner.maml_pp_length meta-steps long. As shares of it the schedules are the paper's and its code's:
15 of 150 epochs (of 500 meta-steps) for the multi-step loss, 50 of 150 for the first order, all for the cosine. With
all four off it is MAML, bit for bit. The paper's batch normalisation (sections 4.3 and 4.5) stays out: there is none
in this network, and hence nothing transductive.
"""

import math
from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import SETTINGS, Config
from mamlcore.learners.base import StepInfo, named
from mamlcore.learners.model import Adapt, start
from mamlcore.learners.stepping import Stepping, is_first_order, loss_for, meta_info
from mamlcore.losses import Loss
from mamlcore.metagrad import Inner, Rows, compute, rows_of
from mamlcore.metagrad.rates import Rated, Rates, adapt_rated, mean_over_tasks, rated, uniform

#: Rates are kept for the most steps there can be, so that inner.steps may change during a run.
MAX_STEPS = int(SETTINGS["inner.steps"].high or 1)
_MULTI_STEP_SHARE, _FIRST_ORDER_SHARE = 0.1, 1 / 3
_LEAST_WEIGHT, _LEAST_RATE = 0.03, 0.01


class MamlPlusPlusState(NamedTuple):
    """Start, step sizes, how far the plan has come, and the outer optimiser's memory over start and step sizes."""

    theta: Theta
    rates: Theta  # for each layer those of W and of b, (MAX_STEPS,) each
    lr: float  # the inner.lr that rates belong to
    updates: int
    optimizer: optimizer.OptimizerState


class MamlPlusPlus(Stepping[MamlPlusPlusState]):
    """Multi-step loss, a step size per layer and step, first order first, cosine outer steps."""

    name: ClassVar[str] = "maml_pp"
    label: ClassVar[str] = "MAML++"
    summary: ClassVar[str] = "MAML with learned step sizes and smoother schedules; each part can be switched off."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> MamlPlusPlusState:
        """Return MAML's own start with inner.lr for every layer and step."""
        theta, lr = start(problem, config, rng), config.inner.lr
        row = np.full(MAX_STEPS, lr, dtype=theta[0][0].dtype)
        rates = tuple((row.copy(), row.copy()) for _ in theta)
        return MamlPlusPlusState(theta, rates, lr, 0, optimizer.init(theta + rates, config.outer.optimizer))

    def step(self, state: MamlPlusPlusState, batch: TaskBatch, config: Config) -> tuple[MamlPlusPlusState, StepInfo]:
        """Take one step of the outer optimiser as the plan has it."""
        first_order, weights = goes_first_order(config, state.updates), step_weights(config, state.updates)
        rates = _scaled(state, config)
        losses, gradient = _gradient(state.theta, rates, batch, config, first_order, weights)
        beta = outer_rate(config, state.updates)
        both, memory = optimizer.update(state.optimizer, gradient, state.theta + rates, beta)
        n = len(state.theta)
        learned = both[n:] if config.learner.maml_pp_rates == "on" else rates
        info = meta_info(losses, batch, config.inner.steps, first_order, sum(v > 0 for v in weights))
        return MamlPlusPlusState(both[:n], learned, config.inner.lr, state.updates + 1, memory), info

    def adaptation(self, state: MamlPlusPlusState, loss: Loss, steps: int, config: Config) -> Adapt:
        """Return steps with the learned step sizes."""
        how = Rated(current_rates(state, config), loss, config.model.activation)
        return lambda x, y: adapt_rated(state.theta, x, y, how, steps)

    def parameters(self, state: MamlPlusPlusState, config: Config) -> dict[str, Array]:
        """Return the start, and ``alpha_W0``, ... where they are learned: a step size for each inner step, (S,).

        Further steps take the last of them.
        """
        learned = config.learner.maml_pp_rates == "on"
        used = tuple((w[: config.inner.steps], b[: config.inner.steps]) for w, b in _scaled(state, config))
        return named(state.theta) | (named(used, "alpha_") if learned else {})


def current_rates(state: MamlPlusPlusState, config: Config) -> tuple[Rates, ...]:
    """Return the step sizes of each of the inner.steps steps, layer by layer; inner.lr throughout when switched off.

    Moving inner.lr during a run multiplies the learned ones.
    """
    if config.learner.maml_pp_rates == "off":
        return uniform(state.theta, config.inner.lr, config.inner.steps)
    return _by_step(_scaled(state, config), config.inner.steps)


def step_weights(config: Config, updates: int) -> tuple[float, ...]:
    """Return v_1..v_S after so many meta-steps (the published code's importance vector)."""
    steps, done = config.inner.steps, updates / (_MULTI_STEP_SHARE * config.learner.maml_pp_length)
    if config.learner.maml_pp_multi_step == "off" or done >= 1.0 or steps == 1:
        return (0.0,) * (steps - 1) + (1.0,)
    early = max(1.0 - done, _LEAST_WEIGHT) / steps
    return (early,) * (steps - 1) + (1.0 - (steps - 1) * early,)


def goes_first_order(config: Config, updates: int) -> bool:
    """Whether the plan still takes first-order gradients; always when inner.order is first."""
    annealed = config.learner.maml_pp_annealed_order == "on"
    return is_first_order(config) or (annealed and updates < _FIRST_ORDER_SHARE * config.learner.maml_pp_length)


def outer_rate(config: Config, updates: int) -> float:
    """Return beta after so many meta-steps."""
    if config.learner.maml_pp_cosine == "off":
        return config.outer.lr
    done = min(updates / config.learner.maml_pp_length, 1.0)
    least = _LEAST_RATE * config.outer.lr
    return least + 0.5 * (config.outer.lr - least) * (1.0 + math.cos(math.pi * done))


def _scaled(state: MamlPlusPlusState, config: Config) -> Theta:
    if config.inner.lr == state.lr:
        return state.rates
    factor = config.inner.lr / state.lr
    return tuple((w * factor, b * factor) for w, b in state.rates)


def _by_step(rates: Theta, steps: int) -> tuple[Rates, ...]:
    return tuple(tuple((np.asarray(w[k]), np.asarray(b[k])) for w, b in rates) for k in range(steps))


def _gradient(
    theta: Theta, rates: Theta, batch: TaskBatch, config: Config, first_order: bool, weights: tuple[float, ...]
) -> tuple[Array, Theta]:
    """Return the losses after the last step, and the gradient by theta and by the rates in one tuple of layers."""
    rows: Rows = rows_of(theta, batch)
    loss, steps, activation = loss_for(theta, batch), config.inner.steps, config.model.activation
    learns_rates = config.learner.maml_pp_rates == "on"
    if not learns_rates and weights[-1] == 1.0:
        losses, gradient = compute(theta, rows, Inner(config.inner.lr, steps, loss, activation), first_order)
        return losses, gradient + tuple((np.zeros_like(w), np.zeros_like(b)) for w, b in rates)
    used = _by_step(rates, steps) if learns_rates else uniform(theta, config.inner.lr, steps)
    found = rated(theta, rows, Rated(used, loss, activation, weights), first_order)
    return found.losses, mean_over_tasks(found.gradient) + _stacked(found.rates)


def _stacked(steps: tuple[Rates, ...]) -> Theta:
    """Return each layer's gradient by its rates (MAX_STEPS,), zero for steps that were not taken."""

    def row(parts: list[Array]) -> Array:
        return np.array(parts + [np.zeros_like(parts[0])] * (MAX_STEPS - len(parts)))

    layers = zip(*steps, strict=True)
    return tuple(
        (row([part[0] for part in layer if part]), row([part[1] for part in layer if part])) for layer in layers
    )
