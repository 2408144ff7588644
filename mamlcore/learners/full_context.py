"""Embedding rows in view of a whole support set: the recurrent networks of Matching with FCE, with their derivatives.

Vinyals et al. 2016, appendix A; see matching_fce.py. Back-propagation through time is written out. Inside, features
lie along the first axis and rows along the last, (..., E, n): each gate is one piece of memory. Two products are
taken on the S support rows of a task instead of its many query rows, which changes no result: with W_r the rows of
the recurrent matrix that belong to r, r W_r = (Σ_i a_i g_i) W_r = Σ_i a_i (g_i W_r); and at the first read h = 0,
so r is the mean of the g_i for every query row.
"""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer

#: Pre-activations of the tasks that are read together stay below so many numbers: what fits the cache.
_CHUNK_NUMBERS = 160_000


# -- one step of an LSTM ------------------------------------------------------------------------------------


class _Tape(NamedTuple):
    """What one step leaves for its derivative."""

    gates: Array  # (..., 4, E, n): input, forget and output gate, candidate
    before: Array  # (..., E, n): the cell before
    tanh: Array  # (..., E, n) of the cell after


def _lstm(z: Array, cell: Array) -> tuple[Array, Array, _Tape]:
    """Return output and cell (..., E, n) after a step; z (..., 4, E, n), what goes into the gates, is used up."""
    sigmoids = z[..., :3, :, :]
    sigmoids *= 0.5
    np.tanh(z, out=z)
    sigmoids *= 0.5
    sigmoids += 0.5
    i, f, o, candidate = _four(z)
    new = f * cell
    new += i * candidate
    tanh = np.tanh(new)
    return o * tanh, new, _Tape(z, cell, tanh)


def _lstm_back(tape: _Tape, d_output: Array, d_cell: Array) -> tuple[Array, Array]:
    """Return the derivatives by z and by the cell before, from those by output and cell; the tape is used up."""
    i, f, o, candidate = _four(tape.gates)
    along = tape.tanh * tape.tanh
    np.subtract(1.0, along, out=along)
    along *= o
    along *= d_output
    d_cell = along + d_cell
    d_z = np.empty_like(tape.gates)
    d_i, d_f, d_o, d_candidate = _four(d_z)
    np.multiply(d_cell, candidate, out=d_i)
    np.multiply(d_cell, tape.before, out=d_f)
    np.multiply(d_output, tape.tanh, out=d_o)
    np.multiply(d_cell, i, out=d_candidate)
    d_cell *= f
    sigmoids, d_sigmoids = tape.gates[..., :3, :, :], d_z[..., :3, :, :]
    d_sigmoids *= sigmoids
    np.subtract(1.0, sigmoids, out=sigmoids)
    d_sigmoids *= sigmoids
    candidate *= candidate
    np.subtract(1.0, candidate, out=candidate)
    d_candidate *= candidate
    return d_z, d_cell


def _four(gates: Array) -> tuple[Array, Array, Array, Array]:
    return gates[..., 0, :, :], gates[..., 1, :, :], gates[..., 2, :, :], gates[..., 3, :, :]


# -- support rows -------------------------------------------------------------------------------------------


class BothWays:
    """g_i = →h_i + ←h_i + row_i of support rows (T, S, E): two LSTMs that run from either end."""

    def __init__(self, rows: Array, forward: Layer, backward: Layer) -> None:
        n_tasks, n_steps, width = rows.shape
        weights, bias = np.stack([forward[0], backward[0]]), np.stack([forward[1], backward[1]])
        self._to_inputs, self._recurrent = weights[:, :width], np.swapaxes(weights[:, width:], 1, 2).copy()
        self._fed = _both_orders(rows)  # (S, 2, E, T)
        z = np.swapaxes(self._to_inputs, 1, 2) @ self._fed
        z += bias[..., None]
        hidden = cell = np.zeros_like(self._fed[0])
        outputs, self._tapes = [], []
        for k in range(n_steps):
            if k:
                z[k] += self._recurrent @ hidden
            hidden, cell, tape = _lstm(z[k].reshape(2, 4, width, n_tasks), cell)
            outputs.append(hidden)
            self._tapes.append(tape)
        self._outputs = np.stack(outputs)
        self.rows = rows + _one_order(self._outputs)  # g, (T, S, E)

    def back(self, error: Array) -> tuple[Array, Layer, Layer]:
        """Return derivatives by rows and both layers from that by g; can be asked once."""
        n_steps, _, width, n_tasks = self._fed.shape
        d_out = _both_orders(error)
        d_z, d_cell = np.empty((n_steps, 2, 4 * width, n_tasks), error.dtype), np.zeros_like(d_out[0])
        for k in range(n_steps - 1, -1, -1):
            d_gates, d_cell = _lstm_back(self._tapes[k], d_out[k], d_cell)
            d_z[k] = d_gates.reshape(d_z[k].shape)
            if k:
                d_out[k - 1] += np.swapaxes(self._recurrent, 1, 2) @ d_z[k]
        before = np.concatenate([np.zeros_like(self._outputs[:1]), self._outputs[:-1]])
        fed, by_step = (
            part.transpose(1, 2, 0, 3).reshape(2, part.shape[2], -1)
            for part in (np.concatenate([self._fed, before], axis=2), d_z)
        )
        d_weights, d_bias = fed @ np.swapaxes(by_step, 1, 2), by_step.sum(axis=-1)
        d_rows = error + _one_order(self._to_inputs @ d_z)
        return d_rows, (d_weights[0], d_bias[0]), (d_weights[1], d_bias[1])


def _both_orders(rows: Array) -> Array:
    """Return rows (T, S, E) as (S, 2, E, T): in their order, and from the other end."""
    turned = rows.transpose(1, 2, 0)
    return np.stack([turned, turned[::-1]], axis=1)


def _one_order(both: Array) -> Array:
    """Return (S, 2, E, T) as (T, S, E): the sum of both at each row."""
    return (both[:, 0] + both[::-1, 1]).transpose(2, 0, 1)


# -- query rows ---------------------------------------------------------------------------------------------


class AttentiveReads:
    """h_K (T, Q, E) from f'(x) (T, Q, E) and g (T, S, E): equations 3 to 6, some tasks after the other."""

    def __init__(self, query: Array, g: Array, layer: Layer, reads: int) -> None:
        size = max(1, _CHUNK_NUMBERS // (layer[1].size * query.shape[1]))
        self._parts = [slice(first, first + size) for first in range(0, len(query), size)]
        self._done = [_Reads(query[part], g[part], layer, reads) for part in self._parts]
        self.rows = np.concatenate([done.rows for done in self._done])

    def back(self, error: Array) -> tuple[Array, Array, Layer]:
        """Return derivatives by query rows, g and layer from that by h_K; can be asked once."""
        found = [done.back(error[part]) for part, done in zip(self._parts, self._done, strict=True)]
        by_query, by_g, by_layer = zip(*found, strict=True)
        weights, bias = zip(*by_layer, strict=True)
        return np.concatenate(by_query), np.concatenate(by_g), (np.sum(weights, axis=0), np.sum(bias, axis=0))


class _Read(NamedTuple):
    """What one read leaves for its derivative."""

    tape: _Tape
    hidden: Array  # (E, T Q) before
    share: Array  # (T, S, Q)


class _Reads:
    """All reads of a few tasks."""

    def __init__(self, query: Array, g: Array, layer: Layer, reads: int) -> None:
        n_tasks, n_query, width = query.shape
        self._g, self._x = g, _columns(query)
        self._on_query, self._on_hidden, on_read = np.split(layer[0], 3)
        self._on_read, self._read = on_read, g @ on_read  # (T, S, 4 E)
        fixed = self._on_query.T @ self._x
        fixed += layer[1][:, None]
        first = fixed + np.repeat(self._read.mean(axis=1).T, n_query, axis=1)
        output, cell, self._first = _lstm(first.reshape(4, width, -1), np.zeros_like(self._x))
        hidden = output + self._x
        self._later: list[_Read] = []
        for _ in range(reads - 1):
            share = _softmax(g @ _by_task(hidden, n_tasks))
            z = self._on_hidden.T @ hidden
            z += fixed
            by_task = _by_task(z, n_tasks)
            by_task += np.swapaxes(self._read, 1, 2) @ share
            output, cell, tape = _lstm(z.reshape(4, width, -1), cell)
            self._later.append(_Read(tape, hidden, share))
            hidden = output + self._x
        self.rows = _rows(hidden, n_tasks)

    def back(self, error: Array) -> tuple[Array, Array, Layer]:
        g, x, n_tasks = self._g, self._x, len(error)
        d_hidden, d_cell, d_x = _columns(error), np.zeros_like(x), np.zeros_like(x)
        d_fixed = np.zeros((4 * len(x), x.shape[1]), error.dtype)
        d_on_hidden, d_read, d_g = np.zeros_like(self._on_hidden), np.zeros_like(self._read), np.zeros_like(g)
        for step in reversed(self._later):
            d_x += d_hidden
            d_gates, d_cell = _lstm_back(step.tape, d_hidden, d_cell)
            d_z = d_gates.reshape(d_fixed.shape)
            d_fixed += d_z
            d_on_hidden += step.hidden @ d_z.T
            d_tasks = _by_task(d_z, n_tasks)
            d_read += step.share @ np.swapaxes(d_tasks, 1, 2)
            d_share = self._read @ d_tasks  # (T, S, Q)
            d_scores = step.share * (d_share - (step.share * d_share).sum(axis=1, keepdims=True))
            d_g += d_scores @ np.swapaxes(_by_task(step.hidden, n_tasks), 1, 2)
            d_hidden = self._on_hidden @ d_z
            by_task = _by_task(d_hidden, n_tasks)
            by_task += np.swapaxes(g, 1, 2) @ d_scores
        d_x += d_hidden
        d_z = _lstm_back(self._first, d_hidden, d_cell)[0].reshape(d_fixed.shape)
        d_fixed += d_z
        d_read += _by_task(d_z, n_tasks).sum(axis=2)[:, None, :] / g.shape[1]
        d_x += self._on_query @ d_fixed
        d_g += d_read @ self._on_read.T
        d_on_read = g.reshape(-1, g.shape[-1]).T @ d_read.reshape(-1, d_read.shape[-1])
        d_weights = np.concatenate([x @ d_fixed.T, d_on_hidden, d_on_read])
        return _rows(d_x, n_tasks), d_g, (d_weights, d_fixed.sum(axis=1))


def _softmax(scores: Array) -> Array:
    """Return shares of support rows, which lie along axis 1 of (T, S, Q)."""
    share = np.exp(scores - scores.real.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    return share


def _columns(rows: Array) -> Array:
    """Return rows (T, Q, E) as (E, T Q)."""
    return np.ascontiguousarray(rows.reshape(-1, rows.shape[-1]).T)


def _rows(columns: Array, n_tasks: int) -> Array:
    """Return (E, T Q) as (T, Q, E)."""
    return np.ascontiguousarray(columns.T).reshape(n_tasks, -1, len(columns))


def _by_task(columns: Array, n_tasks: int) -> Array:
    """Return (E, T Q) seen as (T, E, Q)."""
    return columns.reshape(len(columns), n_tasks, -1).swapaxes(0, 1)
