"""The two networks of Meta Networks with slow and fast weights, and the gradients that fast weights come from.

Slow weights are shared by all tasks; fast ones are generated: Q* one set for each task, W* one for each query row.
A layer with both adds their results behind separate ReLUs, the last layer of a network without: layer augmentation
(Munkhdalai and Yu 2017, section 3.3). Such layers have no biases.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np

from mamlcore.arrays import Array, Layer, Theta
from mamlcore.learners.reverse import Traced, affine, part, relu, softmax, times
from mamlcore.losses import Loss
from mamlcore.network import backward, forward

#: Gradients of the key network are taken in at most so many groups of rows, one LSTM step each (published code).
MAX_STEPS = 10
_TINY = 1e-12


class Shape(NamedTuple):
    """What can't be read off the parameters alone."""

    n_keys: int  # layers of the key network
    n_fast: int  # how many of them, counted from the last, have fast weights
    loss: Loss


class Parts(NamedTuple):
    """All trained layers by their place."""

    keys: list[Layer]  # u: slow weights Q; hidden layers without fast weights have biases, the others none
    base: list[Layer]  # b: slow weights W, no biases
    lstm: Layer  # d, with its readout: weights G
    readout: Layer
    mlp: list[Layer]  # m: weights Z


def parts_of(layers: Sequence[Any], n_keys: int) -> Parts:
    """Return trained layers by their place."""
    rest = list(layers[n_keys:])
    return Parts(list(layers[:n_keys]), rest[:2], rest[2], rest[3], rest[4:])


def split(rows: Traced, like: Sequence[Layer]) -> list[Traced]:
    """Return generated weights (..., P) as (..., a, b) for each layer."""
    out, at = [], 0
    for weights, _ in like:
        a, b = weights.shape
        out.append(anp.reshape(part(rows, np.s_[..., at : at + a * b]), (*rows.shape[:-1], a, b)))
        at += a * b
    return out


def key(layers: list[Layer], fast: list[Traced], x: Array) -> Traced:
    """Return keys u(Q, Q*, x), (T, n, K), of rows x (T, n, D); fast (T, a, b) for the last layers."""
    n_slow, hidden = len(layers) - len(fast), x
    for layer in layers[:n_slow]:
        hidden = relu(affine(hidden, layer))
    for k, ((slow, _), extra) in enumerate(zip(layers[n_slow:], fast, strict=True)):
        one, two = times(hidden, slow), anp.matmul(hidden, extra)
        hidden = one + two if k == len(fast) - 1 else relu(one) + relu(two)
    return hidden


def look_up(memory_keys: Traced, keys: Traced) -> Traced:
    """Return the softmax over the memory of cosine similarities, (T, Q, S), for keys (T, S, K) and (T, Q, K)."""
    return softmax(anp.matmul(_unit(keys), anp.swapaxes(_unit(memory_keys), 1, 2)))


def answer(base: list[Layer], memory: Traced, share: Traced, keys: Traced) -> Traced:
    """Return outputs (T, Q, O) of b(W, W*) on keys (T, Q, K), W* = share memory: each query row has its own.

    memory (T, S, P), share (T, Q, S).
    """
    fast = split(anp.matmul(share, memory), base)  # (T, Q, a, b)
    hidden = keys
    for k, ((slow, _), extra) in enumerate(zip(base, fast, strict=True)):
        one = times(hidden, slow)
        row = anp.reshape(hidden, (*hidden.shape[:2], 1, hidden.shape[2]))
        two = anp.reshape(anp.matmul(row, extra), one.shape)
        hidden = one + two if k == len(base) - 1 else relu(one) + relu(two)
    return hidden


def key_gradients(layers: list[Layer], head: Array, x: Array, y: Array, shape: Shape) -> Array:
    """Return gradients of the embedding loss by Q, (G, T, P): the loss of a group of rows, for G <= 10 groups.

    The slow key network alone, with a ReLU behind its last layer, then the key head (K, O). Groups take every G-th
    row, so that they mix the classes; where S is no multiple of their size, some rows are taken twice.
    """
    n_rows = x.shape[1]
    size = -(-n_rows // MAX_STEPS)
    steps = -(-n_rows // size)
    index = (np.arange(steps)[:, None] + steps * np.arange(size)) % n_rows
    groups_x, groups_y = (np.swapaxes(v[:, index], 0, 1).reshape(-1, size, *v.shape[2:]) for v in (x, y))
    theta = (*_with_biases(layers), (head, np.zeros(head.shape[1], head.dtype)))
    gradient = _gradient(theta, groups_x, groups_y, shape.loss)[shape.n_keys - shape.n_fast : shape.n_keys]
    return _in_rows(gradient).reshape(steps, len(x), -1)


def base_gradients(base: list[Layer], keys: Array, y: Array, loss: Loss) -> Array:
    """Return gradients by W of each support row's own loss, (T, S, P), from its key (T, S, K)."""
    rows, targets = keys.reshape(-1, 1, keys.shape[-1]), y.reshape(-1, 1, *y.shape[2:])
    return _in_rows(_gradient(_with_biases(base), rows, targets, loss)).reshape(*keys.shape[:2], -1)


def _gradient(theta: Theta, x: Array, y: Array, loss: Loss) -> Theta:
    passed = forward(theta, x, "relu")
    return backward(theta, passed, loss.gradient(passed.outputs, y), "relu").gradient


def _in_rows(layers: Theta) -> Array:
    """Return weights (n, a, b) as one row of numbers for each of n."""
    return np.concatenate([weights.reshape(len(weights), -1) for weights, _ in layers], axis=1)


def _with_biases(layers: list[Layer]) -> Theta:
    return tuple((w, b if b.size else np.zeros(w.shape[1], w.dtype)) for w, b in layers)


def _unit(rows: Traced) -> Traced:
    return rows / anp.sqrt(anp.sum(rows * rows, axis=-1, keepdims=True) + _TINY)
