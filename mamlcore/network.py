"""The multilayer perceptron over T tasks at once: forward, backward, exact Hessian-vector product.

Parameters are a Theta: a tuple of (W, b). Shared by all tasks they are W (a, b) and b (b,); per task they are
W (T, a, b) and b (T, b). Rows are x (T, n, D). No hidden layer makes the model linear. The dtype is whatever
theta and x have: float32, float64, or complex for a complex-step check.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.config import ModelConfig
from mamlcore.losses import Curvature

Activation = Literal["relu", "tanh"]
ACTIVATIONS: tuple[Activation, ...] = ("relu", "tanh")
_TRUNCATED_STD = 0.01


class Forward(NamedTuple):
    """What a forward pass leaves for the backward one."""

    inputs: tuple[Array, ...]  # of each layer: x, then the hidden activations, (T, n, a)
    outputs: Array  # (T, n, O)


class Backward(NamedTuple):
    """What a backward pass leaves for a Hessian-vector product."""

    gradient: Theta
    errors: tuple[Array, ...]  # dL/dz of each layer, (T, n, b)
    slopes: tuple[Array, ...]  # activation's derivative behind each hidden layer, (T, n, b)


def init_theta(widths: Sequence[int], model: ModelConfig, rng: np.random.Generator) -> Theta:
    """Draw the initial parameters of a network with these widths, input and output included.

    Weights (fan_in, fan_out), first layer first, times model.init_scale; biases zero; dtype model.precision.
    glorot: uniform in ±sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, equation 16). truncated: normal with
    standard deviation 0.01, drawn again beyond 2 of them (Finn et al. 2017, the published code). zero: zeros.
    """
    dtype = np.dtype(model.precision)
    draw = _INITIALISERS[model.init]
    layers = []
    for fan_in, fan_out in pairwise(widths):
        weights = model.init_scale * draw(rng, fan_in, fan_out)
        layers.append((weights.astype(dtype), np.zeros(fan_out, dtype=dtype)))
    return tuple(layers)


def widths_of(theta: Theta) -> tuple[int, ...]:
    """Return the widths of a network, input and output included."""
    return (theta[0][0].shape[-2], *(weights.shape[-1] for weights, _ in theta))


def forward(theta: Theta, x: Array, activation: Activation) -> Forward:
    """Run rows x (T, n, D) through the network."""
    inputs = [x]
    for weights, bias in theta[:-1]:
        inputs.append(_activate(_affine(inputs[-1], weights, bias), activation))
    return Forward(tuple(inputs), _affine(inputs[-1], *theta[-1]))


def backward(theta: Theta, passed: Forward, error: Array, activation: Activation, pooled: bool = False) -> Backward:
    """Return the gradient of a loss whose derivative by the outputs is ``error`` (T, n, O).

    The gradient is per task, W (T, a, b) and b (T, b); ``pooled`` sums it over tasks, W (a, b) and b (b,).
    """
    errors, slopes, layers = [error], [], []
    for i in range(len(theta) - 1, -1, -1):
        layers.append((_outer(passed.inputs[i], errors[-1], pooled), _column_sums(errors[-1], pooled)))
        if i > 0:
            slopes.append(_slope(passed.inputs[i], activation))
            back = _times(errors[-1], np.swapaxes(theta[i][0], -1, -2))
            back *= slopes[-1]
            errors.append(back)
    return Backward(tuple(layers[::-1]), tuple(errors[::-1]), tuple(slopes[::-1]))


def hessian_vector(
    theta: Theta,
    passed: Forward,
    back: Backward,
    direction: Theta,
    curvature: Curvature,
    activation: Activation,
    pooled: bool = False,
) -> Theta:
    """Return the Hessian of a loss by theta times ``direction`` (per task), exactly.

    Pearlmutter's R-operator (1994): the derivative of forward and backward pass along the direction, which costs
    about two gradients. ``curvature`` is the loss's own Hessian at the outputs; ``pooled`` sums over tasks.
    """
    tangents, pre_tangents = _forward_tangents(theta, passed, back, direction)
    error_tangent = curvature(pre_tangents[-1])
    layers = []
    for i in range(len(theta) - 1, -1, -1):
        weight_part = _outer(passed.inputs[i], error_tangent, pooled)
        if i > 0:
            weight_part += _outer(tangents[i - 1], back.errors[i], pooled)
        layers.append((weight_part, _column_sums(error_tangent, pooled)))
        if i > 0:
            error_tangent = _times(error_tangent, np.swapaxes(theta[i][0], -1, -2))
            error_tangent += _times(back.errors[i], np.swapaxes(direction[i][0], -1, -2))
            error_tangent *= back.slopes[i - 1]
            if activation == "tanh":  # tanh'' = -2 tanh tanh', and tanh' is already in the error
                error_tangent -= 2.0 * passed.inputs[i] * pre_tangents[i - 1] * back.errors[i - 1]
    return tuple(layers[::-1])


def _forward_tangents(
    theta: Theta, passed: Forward, back: Backward, direction: Theta
) -> tuple[list[Array], list[Array]]:
    """Tangents of the hidden activations, and of every layer's affine outputs."""
    tangents: list[Array] = []
    pre_tangents: list[Array] = []
    for i, ((weights, _), (weights_tangent, bias_tangent)) in enumerate(zip(theta, direction, strict=True)):
        pre = _affine(passed.inputs[i], weights_tangent, bias_tangent)
        if i > 0:
            pre += _times(tangents[-1], weights)
        pre_tangents.append(pre)
        if i < len(theta) - 1:
            tangents.append(pre * back.slopes[i])
    return tangents, pre_tangents


def _affine(rows: Array, weights: Array, bias: Array) -> Array:
    z = _times(rows, weights)
    z += bias if bias.ndim == 1 else bias[:, None, :]
    return z


def _times(rows: Array, weights: Array) -> Array:
    """Return rows (T, n, a) times weights, (a, b) or (T, a, b)."""
    if rows.shape[-1] == 1:  # matmul has no fast path for an inner dimension of 1
        return rows * weights
    if weights.ndim == 2:  # one large product instead of T small ones
        return (rows.reshape(-1, rows.shape[-1]) @ weights).reshape(*rows.shape[:-1], weights.shape[-1])
    return rows @ weights


def _outer(rows: Array, errors: Array, pooled: bool) -> Array:
    """Return rowsᵀ errors for each task, (T, a, b), or summed over tasks, (a, b)."""
    if pooled:
        return rows.reshape(-1, rows.shape[-1]).T @ errors.reshape(-1, errors.shape[-1])
    return np.swapaxes(rows, -1, -2) @ errors


def _column_sums(errors: Array, pooled: bool) -> Array:
    """Return sums over rows, (T, b) or over tasks too, (b,); as a product, which beats a reduction."""
    rows = errors.reshape(-1, errors.shape[-1]) if pooled else errors
    return np.ones(rows.shape[-2], dtype=rows.dtype) @ rows


def _activate(z: Array, activation: Activation) -> Array:
    """Apply the activation; z may be overwritten."""
    if activation == "tanh":
        return np.tanh(z, out=z)
    z *= z.real > 0
    return z


def _slope(hidden: Array, activation: Activation) -> Array:
    """Return the derivative of the activation from its value."""
    if activation == "tanh":
        return 1.0 - hidden * hidden
    return (hidden.real > 0).astype(hidden.dtype)


def _glorot(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    limit = (6.0 / (fan_in + fan_out)) ** 0.5
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def _truncated(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    normal = rng.standard_normal((fan_in, fan_out))
    while (beyond := np.abs(normal) > 2.0).any():
        normal[beyond] = rng.standard_normal(int(np.count_nonzero(beyond)))
    return _TRUNCATED_STD * normal


def _zero(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    return np.zeros((fan_in, fan_out))


_INITIALISERS: dict[str, Callable[[np.random.Generator, int, int], Array]] = {
    "glorot": _glorot,
    "truncated": _truncated,
    "zero": _zero,
}
