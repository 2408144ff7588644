"""SGD and Adam as values: an update returns new parameters and a new state, and changes nothing in place."""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from mamlcore.arrays import Array, Theta

Name = Literal["adam", "sgd"]
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
_FLUSH_EVERY = 128  # updates


class SgdState(NamedTuple):
    """Plain gradient descent remembers only how often it stepped."""

    updates: int


class AdamState(NamedTuple):
    """Adam's running means over all P parameters in one vector, in theta's order."""

    updates: int
    mean: Array  # (P,) of the gradient
    square: Array  # (P,) of its square


OptimizerState: TypeAlias = SgdState | AdamState


def init(theta: Theta, name: Name) -> OptimizerState:
    """Return the state before the first update."""
    if name == "sgd":
        return SgdState(0)
    zeros = np.zeros_like(flat(theta))
    return AdamState(0, zeros, zeros.copy())


@np.errstate(over="ignore", invalid="ignore")
def update(state: OptimizerState, gradient: Theta, theta: Theta, lr: float) -> tuple[Theta, OptimizerState]:
    """Take one step against the gradient; (W, b) layers in and out, dtype kept.

    Adam: Kingma and Ba 2015, Algorithm 1, with b1 = 0.9, b2 = 0.999, epsilon = 1e-8 and bias correction.
    """
    slope, start = flat(gradient), flat(theta)
    if isinstance(state, SgdState):
        return split(start - lr * slope, theta), SgdState(state.updates + 1)
    updates = state.updates + 1
    mean = BETA1 * state.mean
    mean += (1.0 - BETA1) * slope
    square = BETA2 * state.square
    slope *= slope
    slope *= 1.0 - BETA2
    square += slope
    if updates % _FLUSH_EVERY == 0:
        _flush(mean, square)
    move, correction = slope, (1.0 - BETA2**updates) ** 0.5  # the memory of slope serves again
    np.sqrt(square, out=move)
    move += EPSILON * correction
    np.divide(mean, move, out=move)
    move *= lr * correction / (1.0 - BETA1**updates)
    np.subtract(start, move, out=move)
    return split(move, theta), AdamState(updates, mean, square)


def _flush(mean: Array, square: Array) -> None:
    """Round what no longer matters beside epsilon to 0, in single precision.

    The means of a parameter without gradient, a dead relu's, shrink for ever: they would end as subnormal numbers,
    on which a processor is many times slower.
    """
    if mean.dtype == np.float32:
        mean += np.float32(2.0**-43)
        mean -= np.float32(2.0**-43)
        square += np.float32(2.0**-66)
        square -= np.float32(2.0**-66)


def flat(theta: Theta) -> Array:
    """Return all parameters in one vector (P,)."""
    return np.concatenate([part.ravel() for layer in theta for part in layer])


def split(vector: Array, like: Theta) -> Theta:
    """Return a vector (P,) as layers shaped as ``like``: views of it."""
    layers, start = [], 0
    for weights, bias in like:
        middle, end = start + weights.size, start + weights.size + bias.size
        layers.append((vector[start:middle].reshape(weights.shape), vector[middle:end]))
        start = end
    return tuple(layers)
