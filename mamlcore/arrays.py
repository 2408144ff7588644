"""Array aliases and the parameter type that every part of the core passes around."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mamlcore.errors import LabError

Array: TypeAlias = NDArray[Any]
#: One layer: weights (fan_in, fan_out) and bias (fan_out,); adapted ones carry a leading task axis T.
Layer: TypeAlias = tuple[Array, Array]
#: A network's parameters, first layer first.
Theta: TypeAlias = tuple[Layer, ...]


def frozen(array: Array) -> Array:
    """Return the array made read-only (in place), so that it may be shared between threads."""
    array.setflags(write=False)
    return array


def as_array(values: Any, name: str) -> Array:
    """Return values as an array; LabError where lists within lists are not all of one length."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise LabError(f"{name} must be an array, or lists that are all of one length ({error})") from None


def is_finite(theta: Theta) -> bool:
    """Tell whether every weight and bias is a finite number."""
    return all(bool(np.isfinite(part).all()) for layer in theta for part in layer)


class FlatTheta(tuple[Layer, ...]):
    """A theta whose layers are views of one vector: engine and optimiser read and write that, without joining parts."""

    vector: Array  # (P,): W0, b0, W1, ...


def flat(theta: Sequence[Layer]) -> Array:
    """Return all parameters in one vector (P,), not to be written to: it may be theta itself."""
    if isinstance(theta, FlatTheta):
        return theta.vector
    return np.concatenate([part.ravel() for layer in theta for part in layer])


def split(vector: Array, like: Theta) -> FlatTheta:
    """Return a vector (P,) as layers shaped as ``like``: views of it."""
    layers, start = [], 0
    for weights, bias in like:
        middle = start + weights.size
        end = middle + bias.size
        layers.append((vector[start:middle].reshape(weights.shape), vector[middle:end]))
        start = end
    theta = FlatTheta(layers)
    theta.vector = vector
    return theta
