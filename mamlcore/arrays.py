"""Array aliases and the parameter type that every part of the core passes around."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
#: One layer: weights (fan_in, fan_out) and bias (fan_out,); adapted ones carry a leading task axis T.
Layer: TypeAlias = tuple[Array, Array]
#: A network's parameters, first layer first.
Theta: TypeAlias = tuple[Layer, ...]


def frozen(array: Array) -> Array:
    """Return the array made read-only (in place), so that it may be shared between threads."""
    array.setflags(write=False)
    return array


def is_finite(theta: Theta) -> bool:
    """Tell whether every weight and bias is a finite number."""
    return all(bool(np.isfinite(part).all()) for layer in theta for part in layer)
