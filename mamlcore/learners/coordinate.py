"""Small networks that are shared by all coordinates of a learner: an LSTM of 20 units and an MLP 2-20-20-1.

Coordinates lie along the last axis, features along the first, (F, C): each gate is then one contiguous piece of
memory. A sweep over all coordinates goes in blocks that fit the cache. Going back, a block's forward pass is done
once more, which costs less than keeping its activations in main memory and bounds that memory.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer

#: Units of the LSTM and of each hidden layer of the MLP, in both papers.
UNITS = 20
_BLOCK = 1024


def blocks(n_coordinates: int) -> Iterator[slice]:
    """Yield slices that cover all coordinates, each small enough for the cache."""
    for start in range(0, n_coordinates, _BLOCK):
        yield slice(start, min(start + _BLOCK, n_coordinates))


def log_and_sign(x: Array, p: float) -> Array:
    """Return (2, ...): magnitude and sign of numbers that span many orders (Andrychowicz et al. 2016, appendix A).

    (log|x| / p, sign x) where |x| >= exp(-p), otherwise (-1, exp(p) x).
    """
    floor = x.dtype.type(math.exp(-p))
    out = np.empty((2, *x.shape), x.dtype)
    np.log(np.maximum(np.abs(x), floor), out=out[0])
    out[0] /= p
    np.clip(x / floor, -1.0, 1.0, out=out[1])
    return out


# -- the LSTM -----------------------------------------------------------------------------------------------


class LstmTape(NamedTuple):
    """What one step leaves for its derivative, C coordinates."""

    z: Array  # (I + 20 + 1, C): inputs, previous output, ones
    gates: Array  # (80, C): input, forget and output gate, candidate
    cell_before: Array  # (20, C)
    cell_tanh: Array  # (20, C)


def packed(layer: Layer) -> Array:
    """Return (80, I + 21): weights (I + 20, 80) and bias (80,) for :func:`lstm_step`.

    Rows of the three sigmoid gates are halved, for sigmoid(x) = (1 + tanh(x / 2)) / 2: one tanh serves all gates.
    """
    weights, bias = layer
    matrix = np.concatenate([weights.T, bias[:, None]], axis=1)
    matrix[: 3 * UNITS] *= 0.5
    return matrix


def lstm_step(matrix: Array, inputs: Array, output: Array, cell: Array) -> tuple[Array, Array, LstmTape]:
    """Take one step of an LSTM without peepholes; return the new output and cell, (20, C) each, and the tape.

    inputs (I, C); c' = f c + i tanh(...), h' = o tanh(c').
    """
    z = np.concatenate([inputs, output, np.ones((1, inputs.shape[1]), inputs.dtype)])
    gates = matrix @ z
    np.tanh(gates, out=gates)
    sigmoids = gates[: 3 * UNITS]
    sigmoids *= 0.5
    sigmoids += 0.5
    i, f, o, g = (gates[k * UNITS : (k + 1) * UNITS] for k in range(4))
    new_cell = f * cell
    new_cell += i * g
    cell_tanh = np.tanh(new_cell)
    return o * cell_tanh, new_cell, LstmTape(z, gates, cell, cell_tanh)


def lstm_back(matrix: Array, tape: LstmTape, d_output: Array, d_cell: Array) -> tuple[Array, Array, Array]:
    """Return (d matrix, d previous output, d previous cell) from the derivatives by output and cell.

    d matrix is that of the matrix without halved rows: see :func:`unpacked`.
    """
    i, f, o, g = (tape.gates[k * UNITS : (k + 1) * UNITS] for k in range(4))
    d_cell = d_cell + d_output * o * (1.0 - tape.cell_tanh * tape.cell_tanh)
    d = np.empty_like(tape.gates)
    np.multiply(d_cell, g, out=d[:UNITS])
    np.multiply(d_cell, tape.cell_before, out=d[UNITS : 2 * UNITS])
    np.multiply(d_output, tape.cell_tanh, out=d[2 * UNITS : 3 * UNITS])
    sigmoids = tape.gates[: 3 * UNITS]
    d[: 3 * UNITS] *= sigmoids - sigmoids * sigmoids
    np.multiply(d_cell * i, 1.0 - g * g, out=d[3 * UNITS :])
    back = matrix[:, -1 - UNITS : -1].T.copy()
    back[:, : 3 * UNITS] *= 2.0
    return d @ tape.z.T, back @ d, d_cell * f


def unpacked(d_matrix: Array) -> Layer:
    """Return the derivative (80, I + 21) of :func:`lstm_back` as one by weights (I + 20, 80) and bias (80,)."""
    return d_matrix[:, :-1].T, d_matrix[:, -1]


# -- an LSTM over a sequence, read out once at the end --------------------------------------------------------


def read_sequence(lstm: Layer, readout: Layer, inputs: Array) -> Array:
    """Run the LSTM over inputs (n, I, C) and return its last output times the readout (20, 1) plus bias, (C,)."""
    matrix, out = packed(lstm), np.empty(inputs.shape[-1], inputs.dtype)
    for part in blocks(out.size):
        output, _ = _run(matrix, inputs[:, :, part])
        out[part] = readout[0][:, 0] @ output + readout[1]
    return out


def read_sequence_back(lstm: Layer, readout: Layer, inputs: Array, d_out: Array) -> tuple[Layer, Layer]:
    """Return the derivatives by lstm and readout from the derivative (C,) by :func:`read_sequence`'s result."""
    matrix = packed(lstm)
    d_matrix, d_weights = np.zeros_like(matrix), np.zeros_like(readout[0])
    for part in blocks(d_out.size):
        output, tapes = _run(matrix, inputs[:, :, part])
        d = d_out[part]
        d_weights[:, 0] += output @ d
        d_output, d_cell = readout[0] * d, np.zeros_like(output)
        for tape in reversed(tapes):
            step, d_output, d_cell = lstm_back(matrix, tape, d_output, d_cell)
            d_matrix += step
    return unpacked(d_matrix), (d_weights, d_out.sum(keepdims=True))


def _run(matrix: Array, inputs: Array) -> tuple[Array, list[LstmTape]]:
    output = cell = np.zeros((UNITS, inputs.shape[-1]), inputs.dtype)
    tapes = []
    for step in inputs:
        output, cell, tape = lstm_step(matrix, step, output, cell)
        tapes.append(tape)
    return output, tapes


# -- the MLP ------------------------------------------------------------------------------------------------


def mlp(layers: Sequence[Layer], inputs: Array) -> Array:
    """Run a ReLU MLP (weights (fan_in, fan_out)) with one output over inputs (I, C); return (C,)."""
    out = np.empty(inputs.shape[-1], inputs.dtype)
    for part in blocks(out.size):
        out[part] = _mlp(layers, inputs[:, part])[-1][0]
    return out


def mlp_back(layers: Sequence[Layer], inputs: Array, d_out: Array) -> tuple[Layer, ...]:
    """Return the derivatives by the layers from the derivative (C,) by :func:`mlp`'s result."""
    sums = [(np.zeros_like(weights), np.zeros_like(bias)) for weights, bias in layers]
    for part in blocks(d_out.size):
        trail = _mlp(layers, inputs[:, part])
        d = d_out[part][None]
        for k in range(len(layers) - 1, -1, -1):
            sums[k][0][...] += trail[k] @ d.T
            sums[k][1][...] += d.sum(axis=1)
            if k:
                d = (layers[k][0] @ d) * (trail[k] > 0)
    return tuple(sums)


def _mlp(layers: Sequence[Layer], inputs: Array) -> list[Array]:
    """Return the inputs of each layer, then the outputs, (F, C) each."""
    trail = [inputs]
    for k, (weights, bias) in enumerate(layers):
        z = weights.T @ trail[-1]
        z += bias[:, None]
        trail.append(np.maximum(z, 0.0, out=z) if k < len(layers) - 1 else z)
    return trail
