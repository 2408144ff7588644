"""Small networks and batches for tests of the numeric core, and a slow, independent way to the same numbers.

The slow way takes one task and one row at a time, and gets Hessian-vector products from a complex step through its
own gradient, so it shares no formula with the R-operator.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import TaskBatch

LOSSES = ("mse", "cross_entropy", "bce")
TINY = 1e-30  # the complex step: no difference is taken, so it may be as small as one likes


def network(rng: np.random.Generator, widths: tuple[int, ...], dtype: str = "float64") -> Theta:
    """Random weights of a sane size and biases off zero, so that no pre-activation is exactly 0."""
    return tuple(
        ((rng.standard_normal((a, b)) * (1.5 / a) ** 0.5).astype(dtype), (0.3 * rng.standard_normal(b)).astype(dtype))
        for a, b in pairwise(widths)
    )


def widths_for(loss: str, *inner: int) -> tuple[int, ...]:
    """Input and hidden widths, with the outputs that suit the loss."""
    return (*inner, {"mse": 2, "cross_entropy": 3, "bce": 1}[loss])


def targets(rng: np.random.Generator, loss: str, n_tasks: int, rows: int, n_outputs: int) -> Array:
    if loss == "mse":
        return rng.standard_normal((n_tasks, rows, n_outputs))
    return rng.integers(0, 2 if loss == "bce" else n_outputs, (n_tasks, rows))


def batch(
    rng: np.random.Generator, loss: str, widths: tuple[int, ...], n_tasks: int = 3, support: int = 4, query: int = 5
) -> TaskBatch:
    d, o = widths[0], widths[-1]
    return TaskBatch(
        rng.standard_normal((n_tasks, support, d)),
        targets(rng, loss, n_tasks, support, o),
        rng.standard_normal((n_tasks, query, d)),
        targets(rng, loss, n_tasks, query, o),
    )


def flat(theta: Any) -> Array:
    return np.concatenate([part.ravel() for layer in theta for part in layer])


def like(vector: Array, theta: Theta) -> Theta:
    layers, at = [], 0
    for w, b in theta:
        layers.append((vector[at : at + w.size].reshape(w.shape), vector[at + w.size : at + w.size + b.size]))
        at += w.size + b.size
    return tuple(layers)


def relative(found: Array, wanted: Array) -> float:
    """Largest deviation against the largest entry."""
    return float(np.max(np.abs(found - wanted)) / np.max(np.abs(wanted)))


# -- the slow way ---------------------------------------------------------------------------------------


def _row(theta: Theta, x: Array, y: Any, loss: str, activation: str) -> tuple[Any, Array]:
    """Loss of one row (with mean over outputs for mse) and its gradient as one vector."""
    h, trail = x, []
    for i, (w, b) in enumerate(theta):
        z = b + sum(h[k] * w[k] for k in range(len(h)))
        trail.append((h, z))
        h = z if i == len(theta) - 1 else (np.tanh(z) if activation == "tanh" else np.where(z.real > 0, z, 0.0))
    if loss == "mse":
        value, delta = ((h - y) ** 2).sum() / len(h), 2.0 * (h - y) / len(h)
    elif loss == "cross_entropy":
        share = np.exp(h) / np.exp(h).sum()
        value, delta = -np.log(share[y]), share - np.eye(len(h))[y]
    else:
        p = 1.0 / (1.0 + np.exp(-h[0]))
        value, delta = -np.log(p if y == 1 else 1.0 - p), np.array([p - y])
    parts: list[Array] = []
    for i in range(len(theta) - 1, -1, -1):
        parts[:0] = [np.outer(trail[i][0], delta).ravel(), delta]
        if i:
            z = trail[i - 1][1]
            slope = 1.0 - np.tanh(z) ** 2 if activation == "tanh" else np.where(z.real > 0, 1.0, 0.0)
            delta = (theta[i][0] @ delta) * slope
    return value, np.concatenate(parts)


def slow_loss(theta: Theta, x: Array, y: Array, loss: str, activation: str) -> tuple[Any, Array]:
    """Mean over the rows of one task: loss and gradient vector."""
    rows = [_row(theta, xi, yi, loss, activation) for xi, yi in zip(x, y, strict=True)]
    return sum(value for value, _ in rows) / len(rows), sum(g for _, g in rows) / len(rows)


def slow_meta_gradient(
    theta: Theta, tasks: TaskBatch, lr: float, steps: int, loss: str, activation: str, first_order: bool = False
) -> tuple[Array, Array]:
    """Query losses (T,) and meta-gradient (P,), one task after the other."""
    losses, total = [], np.zeros(flat(theta).size)
    for sx, sy, qx, qy in zip(tasks.support_x, tasks.support_y, tasks.query_x, tasks.query_y, strict=True):
        path = [flat(theta)]
        for _ in range(steps):
            path.append(path[-1] - lr * slow_loss(like(path[-1], theta), sx, sy, loss, activation)[1])
        value, g = slow_loss(like(path[-1], theta), qx, qy, loss, activation)
        for phi in [] if first_order else path[-2::-1]:
            turned = slow_loss(like(phi + 1j * TINY * g, theta), sx, sy, loss, activation)[1]
            g = g - lr * turned.imag / TINY
        losses.append(value)
        total += g
    return np.array(losses), total / len(losses)
