"""The sequence model of SNAIL, over the support rows of T tasks and each query row as the step after them.

Support steps are causal, so they are the same whichever query follows: they are run once for a task, and every
query row as a last step of its own that sees them and itself, never another query. All steps stand side by side,
channels along the first axis, (C, T, S + Q): as each block's outputs are joined to its inputs, one array holds them
all and a block adds rows to it. The way back is written out, block by block.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer, Theta

#: Blocks of attention; between two of them stands a temporal convolution.
N_ATTENTION = 3


class Blocks(NamedTuple):
    """The layers by their place."""

    embed: list[Layer]
    attention: list[list[Layer]]  # three times query, key, value: (c, K), (c, K), (c, V)
    convolutions: list[list[Layer]]  # twice ceil(log2 T) times (2c, 2F): the past's rows, then the present's
    head: Layer


class Rows(NamedTuple):
    """What T tasks feed the sequence model."""

    support: Array  # (T, S, D)
    labels: Array  # (T, S, L): one-hot labels, or values
    query: Array  # (T, Q, D)


def blocks_of(params: Sequence[Any], n_embed: int) -> Blocks:
    """Return layers by their place; ``n_embed`` of them embed a row."""
    depth = (len(params) - n_embed - 3 * N_ATTENTION - 1) // (N_ATTENTION - 1)
    rest = iter(params)

    def take(count: int) -> list[Layer]:
        return [next(rest) for _ in range(count)]

    embed, attention, convolutions = take(n_embed), [], []
    for k in range(N_ATTENTION):
        attention.append(take(3))
        if k < N_ATTENTION - 1:
            convolutions.append(take(depth))
    return Blocks(embed, attention, convolutions, next(rest))


def n_dense(length: int) -> int:
    """Return ceil(log2 T): the dense blocks with which a temporal convolution sees T steps."""
    return max(1, (length - 1).bit_length())


class Reading:
    """T tasks read once: outputs at the queries, and back.

    What the last attention reads goes to the head alone, which is linear: its values are taken times the head's rows
    for them at once, (c, V) (V, O), so that O channels are read instead of V.
    """

    def __init__(self, blocks: Blocks, rows: Rows, activation: str) -> None:
        self._n_support = rows.support.shape[1]
        self._embedding = Embedding(blocks.embed, np.concatenate([rows.support, rows.query], axis=1), activation)
        self._n_embedded, n_labels = len(self._embedding.outputs), rows.labels.shape[-1]
        begin, self._value = self._n_embedded + n_labels, blocks.attention[-1][2]
        self._on_steps, self._on_read = np.split(blocks.head[0], [-len(self._value[1])])
        steps = np.zeros((len(self._on_steps), *self._embedding.outputs.shape[1:]), rows.support.dtype)
        steps[: self._n_embedded] = self._embedding.outputs
        steps[self._n_embedded : begin, :, : self._n_support] = np.moveaxis(rows.labels, -1, 0)
        self.steps, self.blocks = steps, list[Attention | Dense]()
        for layers, dense in zip(blocks.attention[:-1], blocks.convolutions, strict=True):
            begin = self._add(Attention(layers, steps[:begin], self._n_support))
            for i, layer in enumerate(dense):
                begin = self._add(Dense(layer, steps[:begin], self._n_support, 2**i))
        folded = self._value[0] @ self._on_read, self._value[1] @ self._on_read
        self.last = Attention([*blocks.attention[-1][:2], folded], steps, self._n_support)
        outputs = _product(self._on_steps.T, steps)
        outputs += self.last.outputs
        outputs += blocks.head[1][:, None, None]
        self._outputs = outputs.transpose(1, 2, 0)

    def _add(self, block: "Attention | Dense") -> int:
        """Join a block's outputs to the steps; return how many channels there are then."""
        begin, end = len(block.seen), len(block.seen) + len(block.outputs)
        self.steps[begin:end] = block.outputs
        self.blocks.append(block)
        return end

    @property
    def query(self) -> Array:
        """Outputs at each query as the last step, (T, Q, O)."""
        return self._outputs[:, self._n_support :]

    @property
    def support(self) -> Array:
        """Outputs at the support steps, (T, S, O)."""
        return self._outputs[:, : self._n_support]

    @property
    def looks(self) -> list[Array]:
        """What queries look at in each attention block, (T, Q, S + 1): the support steps, then themselves."""
        found = (block.share for block in [*self.blocks, self.last] if isinstance(block, Attention))
        return [share[:, :, self._n_support :].swapaxes(1, 2) for share in found]

    def back(self, error: Array) -> Theta:
        """Return the gradient by all layers, in their order, from that by the outputs at the queries (T, Q, O)."""
        d_out = np.zeros((error.shape[-1], *self.steps.shape[1:]), error.dtype)
        d_out[:, :, self._n_support :] = np.moveaxis(error, -1, 0)
        d_steps, (by_steps, bias) = _product(self._on_steps, d_out), _outer(self.steps, d_out)
        *found, (by_folded, by_bias) = self.last.back(d_out, d_steps)
        by_read = self._value[0].T @ by_folded + np.outer(self._value[1], by_bias)
        value = by_folded @ self._on_read.T, self._on_read @ by_bias
        gradient = [*found, value, (np.concatenate([by_steps, by_read]), bias)]
        for block in reversed(self.blocks):
            begin = len(block.seen)
            gradient[:0] = block.back(d_steps[begin : begin + len(block.outputs)], d_steps[:begin])
        return (*self._embedding.back(d_steps[: self._n_embedded]), *gradient)


class Embedding:
    """The MLP that embeds a row."""

    def __init__(self, layers: list[Layer], x: Array, activation: str) -> None:
        self._layers, self._activation = layers, activation
        self._trail = [np.ascontiguousarray(np.moveaxis(x, -1, 0))]
        for k, (weights, bias) in enumerate(layers):
            z = _product(weights.T, self._trail[-1])
            z += bias[:, None, None]
            if k < len(layers) - 1:
                z = np.tanh(z, out=z) if activation == "tanh" else np.maximum(z, 0.0, out=z)
            self._trail.append(z)
        self.outputs = self._trail[-1]  # (E, T, S + Q)

    def back(self, error: Array) -> list[Layer]:
        """Return the gradient by the layers."""
        found = list[Layer]()
        for k in range(len(self._layers) - 1, -1, -1):
            fed = self._trail[k]
            found.insert(0, _outer(fed, error))
            if k:
                slope = 1.0 - fed * fed if self._activation == "tanh" else fed > 0
                error = _product(self._layers[k][0], error) * slope
        return found


class Attention:
    """Att(K, V): each support step looks at its past and itself, each query at the support and itself."""

    def __init__(self, layers: list[Layer], seen: Array, n_support: int) -> None:
        self.seen, self._n_support, self._n_keys = seen, n_support, layers[0][0].shape[1]
        self._weights = np.concatenate([weights for weights, _ in layers], axis=1)
        self._scale = seen.dtype.type(self._n_keys**-0.5)
        made = _product(self._weights.T, seen)
        made += np.concatenate([bias for _, bias in layers])[:, None, None]
        self._ask, self._key, self._value = self._three(made)
        self._ask *= self._scale
        scores = np.empty((seen.shape[1], n_support + 1, seen.shape[2]), seen.dtype)
        np.matmul(self._by_task(self._key).swapaxes(1, 2), self._ask.swapaxes(0, 1), out=scores[:, :-1])
        np.einsum("ktn,ktn->tn", self._ask, self._key, out=scores[:, -1])
        scores[:, -1, :n_support] = -np.inf
        scores[:, :-1, :n_support] += np.tril(np.full((n_support, n_support), -np.inf, seen.dtype), -1)
        self.share = _softmax(scores)  # (T, S + 1, S + Q): how much a column looks at each support step and itself
        self.outputs = self._value * self.share[:, -1]
        own = self.outputs.swapaxes(0, 1)
        own += self._by_task(self._value) @ self.share[:, :-1]

    def back(self, error: Array, d_seen: Array) -> list[Layer]:
        """Add the derivative by what was seen to ``d_seen``; return the gradient by query, key and value layers."""
        share, others = self.share, self.share[:, :-1]
        made = np.empty((self._weights.shape[1], *error.shape[1:]), error.dtype)
        d_ask, d_key, d_value = self._three(made)
        by_task, n_support = error.swapaxes(0, 1), self._n_support
        d_share = np.empty_like(share)
        np.matmul(self._by_task(self._value).swapaxes(1, 2), by_task, out=d_share[:, :-1])
        np.einsum("vtn,vtn->tn", self._value, error, out=d_share[:, -1])
        np.multiply(error, share[:, -1], out=d_value)
        by_support = d_value[:, :, :n_support].swapaxes(0, 1)
        by_support += by_task @ others.swapaxes(1, 2)
        d_share -= np.einsum("tsn,tsn->tn", share, d_share)[:, None]
        d_share *= share  # now by the scores
        np.multiply(self._key, d_share[:, -1], out=d_ask)
        own = d_ask.swapaxes(0, 1)
        own += self._by_task(self._key) @ d_share[:, :-1]
        d_ask *= self._scale
        np.multiply(self._ask, d_share[:, -1], out=d_key)
        by_support = d_key[:, :, :n_support].swapaxes(0, 1)
        by_support += self._ask.swapaxes(0, 1) @ d_share[:, :-1].swapaxes(1, 2)
        d_seen += _product(self._weights, made)
        weights, bias = _outer(self.seen, made)
        return list(zip(self._three(weights.T, turned=True), self._three(bias), strict=True))

    def _three(self, rows: Array, turned: bool = False) -> list[Array]:
        """Return the parts of query, key and value along the first axis; ``turned`` each with its axes swapped."""
        parts = np.split(rows, [self._n_keys, 2 * self._n_keys])
        return [np.ascontiguousarray(part.T) for part in parts] if turned else parts

    def _by_task(self, rows: Array) -> Array:
        """Return the support steps' part of (K, T, S + Q) as (T, K, S)."""
        return rows[:, :, : self._n_support].swapaxes(0, 1)


class Dense:
    """A gated convolution that sees a step and the one ``dilation`` before, zeros at the start."""

    def __init__(self, layer: Layer, seen: Array, n_support: int, dilation: int) -> None:
        self.seen, self._n_support, self._dilation = seen, n_support, dilation
        self._past, self._present = np.split(layer[0], 2)
        z = _product(self._present.T, seen)
        z += layer[1][:, None, None]
        if dilation <= n_support:
            self._support = np.ascontiguousarray(seen[:, :, :n_support])
            past = _product(self._past.T, self._support)
            z[:, :, dilation:n_support] += past[:, :, : n_support - dilation]
            z[:, :, n_support:] += past[:, :, n_support - dilation, None]
        n_filters = len(z) // 2
        gate = z[n_filters:]
        gate *= 0.5
        np.tanh(z, out=z)
        gate *= 0.5
        gate += 0.5  # sigmoid(x) = (1 + tanh(x / 2)) / 2
        self._signal, self._gate = z[:n_filters], gate
        self.outputs = self._signal * self._gate

    def back(self, error: Array, d_seen: Array) -> list[Layer]:
        """Add the derivative by what was seen to ``d_seen``; return the gradient by the layer."""
        n_support, dilation = self._n_support, self._dilation
        d_z = np.concatenate([error * self._gate, error * self.outputs])
        n_filters = len(error)
        d_z[:n_filters] *= 1.0 - self._signal * self._signal
        d_z[n_filters:] *= 1.0 - self._gate
        d_seen += _product(self._present, d_z)
        by_present, bias = _outer(self.seen, d_z)
        by_past = np.zeros_like(by_present)
        if dilation <= n_support:
            d_past = np.zeros((*d_z.shape[:2], n_support), d_z.dtype)
            d_past[:, :, : n_support - dilation] = d_z[:, :, dilation:n_support]
            d_past[:, :, n_support - dilation] = d_z[:, :, n_support:].sum(axis=2)
            d_seen[:, :, :n_support] += _product(self._past, d_past)
            by_past = _outer(self._support, d_past)[0]
        return [(np.concatenate([by_past, by_present]), bias)]


def _product(matrix: Array, columns: Array) -> Array:
    """Return a matrix (a, b) times columns (b, T, n): one large product."""
    return (matrix @ columns.reshape(len(columns), -1)).reshape(len(matrix), *columns.shape[1:])


def _outer(fed: Array, error: Array) -> Layer:
    """Return the gradient of an affine layer by weights (a, b) and bias from what it was fed (a, T, n)."""
    flat = error.reshape(len(error), -1)
    return fed.reshape(len(fed), -1) @ flat.T, flat.sum(axis=1)


def _softmax(scores: Array) -> Array:
    """Return shares along axis 1; a score of -inf gives 0."""
    scores -= scores.max(axis=1, keepdims=True)
    share = np.exp(scores, out=scores)
    share /= share.sum(axis=1, keepdims=True)
    return share
