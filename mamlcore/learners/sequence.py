"""The sequence model of SNAIL, over the support rows of T tasks and each query row as the step after them.

Support steps are causal, so they are the same whichever query follows: they are run once for a task, and every
query row as a last step of its own that sees them and itself, never another query.
"""

from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np

from mamlcore.arrays import Array, Layer
from mamlcore.learners.reverse import Traced, activate, affine, gated_unit, part, softmax, times

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


def blocks_of(params: list[Any], n_embed: int) -> Blocks:
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


def run(blocks: Blocks, rows: Rows, activation: str, looks: list[Array] | None = None) -> tuple[Traced, Traced]:
    """Return outputs at the support steps, (T, S, O), and at each query as the last step, (T, Q, O).

    Query weights of each attention block are appended to ``looks``.
    """
    empty = np.zeros((*rows.query.shape[:2], rows.labels.shape[-1]), rows.labels.dtype)
    support = anp.concatenate([embed(blocks, rows.support, activation), rows.labels], axis=-1)
    query = anp.concatenate([embed(blocks, rows.query, activation), empty], axis=-1)
    for k, layers in enumerate(blocks.attention):
        support, query = attend(layers, support, query, looks)
        if k < len(blocks.convolutions):
            for i, layer in enumerate(blocks.convolutions[k]):
                support, query = convolve(layer, support, query, 2**i)
    return affine(support, blocks.head), affine(query, blocks.head)


def embed(blocks: Blocks, x: Array, activation: str) -> Traced:
    """Embed rows (..., D)."""
    for layer in blocks.embed[:-1]:
        x = activate(affine(x, layer), activation)
    return affine(x, blocks.embed[-1])


def attend(layers: list[Layer], support: Traced, query: Traced, looks: list[Array] | None) -> tuple[Traced, Traced]:
    """Let support steps look at their past and themselves, queries at the support and themselves; join what is read."""
    ask, key, value = layers
    scale = support.dtype.type(key[0].shape[-1] ** -0.5)
    keys, values = anp.swapaxes(affine(support, key), 1, 2), affine(support, value)
    scores = anp.matmul(scale * affine(support, ask), keys)  # (T, S, S): row i asks, column j is asked
    n_steps = support.shape[1]
    later = np.triu(np.full((n_steps, n_steps), -np.inf, support.dtype), 1)
    seen = anp.matmul(softmax(scores + later), values)
    asked = scale * affine(query, ask)
    itself = anp.sum(asked * affine(query, key), axis=-1, keepdims=True)
    share = softmax(anp.concatenate([anp.matmul(asked, keys), itself], axis=-1))  # (T, Q, S + 1)
    if looks is not None:
        looks.append(share)
    read = anp.matmul(part(share, np.s_[..., :-1]), values) + part(share, np.s_[..., -1:]) * affine(query, value)
    return anp.concatenate([support, seen], axis=-1), anp.concatenate([query, read], axis=-1)


def convolve(layer: Layer, support: Traced, query: Traced, dilation: int) -> tuple[Traced, Traced]:
    """Run one dense block: its gated convolution sees a step and the one ``dilation`` before, zeros at the start."""
    weights, bias = layer
    width, n_steps = support.shape[-1], support.shape[1]
    past, present = times(support, part(weights, np.s_[:width])), part(weights, np.s_[width:])
    nothing = np.zeros((support.shape[0], min(dilation, n_steps), bias.shape[0]), support.dtype)
    late = anp.concatenate([nothing, part(past, np.s_[:, : n_steps - nothing.shape[1]])], axis=1)
    at_query = (
        part(past, np.s_[:, n_steps - dilation : n_steps - dilation + 1]) if dilation <= n_steps else nothing[:, :1]
    )
    return (
        anp.concatenate([support, gated_unit(times(support, present) + late + bias)], axis=-1),
        anp.concatenate([query, gated_unit(times(query, present) + at_query + bias)], axis=-1),
    )
