"""General reverse mode by HIPS autograd, for learners whose networks are no plain MLP: all tasks in one sweep.

Only the learner's own part runs under autograd; losses and their derivatives stay those of :mod:`mamlcore.losses`.
Fused operations that an attention or convolution block needs are primitives of their own, with their derivative
written out: fewer passes over memory than autograd's composition.
"""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import make_vjp
from autograd.extend import defvjp, primitive

from mamlcore.arrays import Array, Layer, Theta

#: Inside a traced function an array may be autograd's box around one.
Traced = Any
Fused = Callable[[Traced], Traced]


def pullback(function: Callable[[list[Layer]], Traced], params: Theta) -> tuple[Array, Callable[[Array], Theta]]:
    """Return the function's value at params and the map from a derivative by the value to one by params.

    The function sees a list of (weights, bias) and must compose autograd's operations.
    """
    back, value = make_vjp(lambda boxes: function([(layer[0], layer[1]) for layer in boxes]), tuple(params))
    return value, back


def times(rows: Traced, weights: Traced) -> Traced:
    """Return rows (..., a) times shared weights (a, b): one large product instead of many small ones."""
    flat = anp.reshape(rows, (-1, rows.shape[-1]))
    return anp.reshape(anp.dot(flat, weights), (*rows.shape[:-1], weights.shape[-1]))


def affine(rows: Traced, layer: tuple[Traced, Traced]) -> Traced:
    """Return rows (..., a) times weights (a, b) plus bias (b,)."""
    return times(rows, layer[0]) + layer[1]


def activate(z: Traced, activation: str) -> Traced:
    """Return the network's activation of z."""
    return anp.tanh(z) if activation == "tanh" else relu(z)


def _part(x: Array, index: Any) -> Array:
    return x[index]


def _part_back(ans: Array, x: Array, index: Any) -> Callable[[Array], Array]:
    def back(g: Array) -> Array:
        whole = np.zeros_like(x)
        whole[index] = g
        return whole

    return back


#: Return x[index] for slices and single places: autograd's own way back from there is many times slower.
part: Callable[[Traced, Any], Traced] = primitive(_part)
defvjp(part, _part_back, None)


def _relu(z: Array) -> Array:
    """Return max(z, 0)."""
    return np.maximum(z, 0.0)


relu: Fused = primitive(_relu)
defvjp(relu, lambda ans, z: lambda g: g * (ans > 0))


def _softmax(scores: Array) -> Array:
    """Return probabilities along the last axis; a score of -inf gives 0."""
    share = np.exp(scores - scores.max(axis=-1, keepdims=True))
    share /= share.sum(axis=-1, keepdims=True)
    return share


softmax: Fused = primitive(_softmax)
defvjp(softmax, lambda ans, scores: lambda g: ans * (g - (g * ans).sum(axis=-1, keepdims=True)))


def _gated_unit(z: Array) -> Array:
    """Return tanh(a) * sigmoid(b), (..., F), for z = [a, b], (..., 2F) (van den Oord et al. 2016, equation 2)."""
    a, b = _halves(z)
    return a * b


def _halves(z: Array) -> tuple[Array, Array]:
    width = z.shape[-1] // 2
    return np.tanh(z[..., :width]), 0.5 + 0.5 * np.tanh(0.5 * z[..., width:])


def _gated_unit_back(ans: Array, z: Array) -> Callable[[Array], Array]:
    def back(g: Array) -> Array:
        a, b = _halves(z)
        return np.concatenate([g * b * (1.0 - a * a), g * ans * (1.0 - b)], axis=-1)

    return back


gated_unit: Fused = primitive(_gated_unit)
defvjp(gated_unit, _gated_unit_back)
