"""Inner steps whose step sizes differ by layer, by parameter and by step, and the gradient by the step sizes too.

    phi_0 = theta,   phi_{k+1} = phi_k - a_k ⊙ ∇L_s(phi_k),   M = Σ_k v_k L_q(phi_k) over k = 1..S

    dM/da_k = -g_{k+1} ⊙ ∇L_s(phi_k),   summed over all that share the step size
    g_k     = g_{k+1} - ∇²L_s(phi_k) (a_k ⊙ g_{k+1}) + v_k ∇L_q(phi_k),   g_S = v_S ∇L_q(phi_S)

One rate per parameter is Meta-SGD (Li et al. 2017, equation 3), one per layer and step with weights v is MAML++
(Antoniou et al. 2019, sections 4.1 and 4.4), no rate for the body is ANIL (Raghu et al. 2020). A rate that all
share and v = (0, ..., 0, 1) give :func:`mamlcore.metagrad.plain.plain`.
"""

from typing import NamedTuple, TypeAlias

import numpy as np

from mamlcore.arrays import Array, Layer, Theta
from mamlcore.losses import Loss
from mamlcore.metagrad.inner import InnerStep
from mamlcore.metagrad.plain import Rows
from mamlcore.network import Activation, backward, forward, hessian_vector

#: For each layer the step sizes of (W, b), in theta's dtype, of shape () or that of W and b; None: it stays put.
Rates: TypeAlias = tuple[Layer | None, ...]


class Rated(NamedTuple):
    """How each task is adapted, and which of its query losses count."""

    rates: tuple[Rates, ...]  # a_0..a_{S-1}
    loss: Loss
    activation: Activation
    weights: tuple[float, ...] | None = None  # v_1..v_S; None: only the loss after the last step counts


class RatedGradient(NamedTuple):
    """What a meta-batch says of start and step sizes."""

    losses: Array  # (T,) query losses after the last step
    gradient: Theta  # of each task's own M by its phi_0: (T, ...) leading
    rates: tuple[Rates, ...]  # gradient of the mean of M over tasks, shaped as the rates


def uniform(theta: Theta, lr: float, steps: int) -> tuple[Rates, ...]:
    """Return one step size for all layers and steps."""
    rate = np.asarray(lr, dtype=theta[0][0].dtype)
    return (tuple((rate, rate) for _ in theta),) * steps


def moved(theta: Theta, gradient: Theta, rates: Rates) -> Theta:
    """Return theta - rates ⊙ gradient; layers that move become one for each task, layers without a rate stay."""
    return tuple(
        layer if rate is None else (_moved(layer[0], slope[0], rate[0]), _moved(layer[1], slope[1], rate[1]))
        for layer, slope, rate in zip(theta, gradient, rates, strict=True)
    )


def rated_step(theta: Theta, x: Array, y: Array, how: Rated, k: int) -> tuple[Theta, InnerStep]:
    """Take inner step k, with the last step's rates from S on; x (T, S, D), y (T, S, O) or labels (T, S)."""
    passed = forward(theta, x, how.activation)
    back = backward(theta, passed, how.loss.gradient(passed.outputs, y), how.activation)
    rates = how.rates[min(k, len(how.rates) - 1)]
    return moved(theta, back.gradient, rates), InnerStep(theta, passed, back)


@np.errstate(over="ignore", invalid="ignore")
def adapt_rated(theta: Theta, x: Array, y: Array, how: Rated, steps: int) -> list[Theta]:
    """Return the parameters after 0..steps inner steps; overflows without a warning, as adapt() does."""
    path = [theta]
    for k in range(steps):
        path.append(rated_step(path[-1], x, y, how, k)[0])
    return path


@np.errstate(over="ignore", invalid="ignore")
def rated(theta: Theta, rows: Rows, how: Rated, first_order: bool = False) -> RatedGradient:
    """Return query losses and exact gradients by start and step sizes; theta shared, or per task layer by layer.

    ``first_order`` drops the Hessian: inner gradients count as constants, the step sizes still have a gradient.
    """
    phi, tape = theta, list[InnerStep]()
    slopes: dict[int, Theta] = {}  # v_k ∇L_q(phi_k), per task
    steps, losses = len(how.rates), np.empty(0)
    weights = how.weights or (0.0,) * (steps - 1) + (1.0,)
    for k in range(1, steps + 1):
        phi, step = rated_step(phi, rows.support_x, rows.support_y, how, k - 1)
        tape.append(step)
        if weights[k - 1] or k == steps:
            slopes[k], losses = _query(phi, rows, how, weights[k - 1])
    gradient, found = slopes[steps], list[Rates]()
    for k in range(steps - 1, -1, -1):
        found.append(_rate_gradient(gradient, tape[k].back.gradient, how.rates[k], len(losses)))
        if not first_order:
            gradient = _through(tape[k], gradient, how.rates[k], rows.support_y, how)
        if k in slopes:
            gradient = _combined(gradient, slopes[k], 1.0)
    return RatedGradient(losses, gradient, tuple(found[::-1]))


def mean_over_tasks(gradient: Theta) -> Theta:
    """Return the mean of per-task layers over tasks."""
    return tuple((w.sum(axis=0) / len(w), b.sum(axis=0) / len(b)) for w, b in gradient)


def _query(phi: Theta, rows: Rows, how: Rated, weight: float) -> tuple[Theta, Array]:
    passed = forward(phi, rows.query_x, how.activation)
    error = how.loss.gradient(passed.outputs, rows.query_y)
    if weight != 1.0:
        error *= weight
    gradient = backward(phi, passed, error, how.activation).gradient
    return gradient, how.loss.values(passed.outputs, rows.query_y)


def _through(step: InnerStep, gradient: Theta, rates: Rates, support_y: Array, how: Rated) -> Theta:
    """Return (I - ∇²L_s diag(a)) g for each task."""
    direction = tuple(
        (np.zeros_like(layer[0]), np.zeros_like(layer[1])) if rate is None else (rate[0] * g[0], rate[1] * g[1])
        for layer, g, rate in zip(step.theta, gradient, rates, strict=True)
    )
    curvature = how.loss.curvature(step.passed.outputs, support_y)
    curved = hessian_vector(step.theta, step.passed, step.back, direction, curvature, how.activation)
    return _combined(gradient, curved, -1.0)


def _combined(one: Theta, two: Theta, factor: float) -> Theta:
    return tuple((w + factor * dw, b + factor * db) for (w, b), (dw, db) in zip(one, two, strict=True))


def _rate_gradient(gradient: Theta, slope: Theta, rates: Rates, n_tasks: int) -> Rates:
    return tuple(
        None if rate is None else (_shared(g[0], s[0], rate[0], n_tasks), _shared(g[1], s[1], rate[1], n_tasks))
        for g, s, rate in zip(gradient, slope, rates, strict=True)
    )


def _shared(gradient: Array, slope: Array, rate: Array, n_tasks: int) -> Array:
    """Return the mean over tasks of -g ⊙ s, summed too over all the parameters that share the rate."""
    total = np.einsum("t...,t...->...", gradient, slope)
    return np.asarray(total if rate.ndim else total.sum()) / -n_tasks


def _moved(start: Array, slope: Array, rate: Array) -> Array:
    move = slope * -rate
    move += start
    return move
