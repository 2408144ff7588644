"""SGD and Adam as values: an update returns new parameters and a new state, and changes nothing in place."""

from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from mamlcore.arrays import Array, Theta, flat, split

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
    beta1, rest1, beta2, rest2 = _constants(state.mean.dtype)
    move = slope * rest1
    mean = state.mean * beta1
    mean += move
    np.multiply(slope, slope, out=move)
    move *= rest2
    square = state.square * beta2
    square += move
    if updates % _FLUSH_EVERY == 0:
        _flush(mean, square)
    correction = (1.0 - BETA2**updates) ** 0.5
    np.sqrt(square, out=move)
    move += EPSILON * correction
    np.divide(mean, move, out=move)
    move *= lr * correction / (1.0 - BETA1**updates)
    np.subtract(start, move, out=move)
    return split(move, theta), AdamState(updates, mean, square)


@cache
def _constants(dtype: np.dtype[Any]) -> tuple[Array, ...]:
    """Return b1, 1 - b1, b2, 1 - b2 as arrays of no dimension: a call on a short vector is twice as fast with these."""
    return tuple(np.array(value, dtype) for value in (BETA1, 1.0 - BETA1, BETA2, 1.0 - BETA2))


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
