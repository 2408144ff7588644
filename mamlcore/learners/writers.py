"""The networks of Meta Networks that write fast weights: an LSTM from a sequence of gradients, an MLP from one.

Both are the same for all coordinates. A shut ReLU makes a gradient exactly 0, and every second one is; what a network
says of a 0 is the same for all coordinates, so it is computed once. The MLP runs over the gradients that are not 0 and
one that is. The LSTM takes up a coordinate where its gradients begin, in the state that it has after so many zeros.

Going back over a sequence, a block's forward pass is done once more, which costs less than keeping its activations in
main memory and bounds that memory.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer
from mamlcore.learners.coordinate import (
    UNITS,
    LstmTape,
    Packed,
    block_size,
    blocks,
    lent_tapes,
    log_and_sign,
    lstm_back,
    lstm_step,
    new_slope,
    new_tape,
    packed,
    unpacked,
)

#: Scale of the logarithms of gradients (the published code).
P = 7.0
_INPUTS = 2  # log and sign


class _Block(NamedTuple):
    """Coordinates whose gradients are all 0 before the step ``start``."""

    places: Array
    start: int
    inputs: Array  # (G - start, 2, B)
    before: tuple[Array, Array] | None  # output and cell (20, 1) after so many zeros; None at the start


class SequenceWriter:
    """An LSTM over G gradients of C coordinates, slopes (G, C), with a readout (20, 1) of its last output."""

    def __init__(self, lstm: Layer, readout: Layer, slopes: Array) -> None:
        self._matrix, self._readout, self._slopes = packed(lstm), readout, slopes
        n_steps, n_coordinates = slopes.shape
        other = slopes != 0
        first = np.where(other.any(axis=0), other.argmax(axis=0), n_steps).astype(np.int16)
        order = np.argsort(first, kind="stable")
        self._first, n_moved = first[order], int(np.count_nonzero(first < n_steps))
        self._moved, self._still = order[:n_moved], order[n_moved:]
        self._rest = [new_tape(_INPUTS, 1, slopes.dtype) for _ in range(n_steps)]  # of a coordinate without gradients
        _run(self._matrix, np.swapaxes(log_and_sign(np.zeros((n_steps, 1), slopes.dtype), P), 0, 1), None, self._rest)
        self.outputs = np.empty(n_coordinates, slopes.dtype)  # (C,)
        self.outputs[self._still] = self._read(self._rest[-1])
        room = new_tape(_INPUTS, block_size(n_moved), slopes.dtype)
        for block in self._blocks():
            tape = room.first(len(block.places))
            _run(self._matrix, block.inputs, block.before, [tape] * len(block.inputs))
            self.outputs[block.places] = self._read(tape)

    def back(self, d_outputs: Array) -> tuple[Layer, Layer]:
        """Return the derivatives by lstm and readout from that by the outputs (C,); can be asked once."""
        n_steps, dtype = len(self._slopes), self._slopes.dtype
        d_matrix, d_weights = np.zeros_like(self._matrix.whole), np.zeros_like(self._readout[0])
        size = block_size(len(self._moved))
        rooms, slopes = [room for (room,) in lent_tapes(n_steps, _INPUTS, (size,), dtype)], new_slope(size, dtype)
        d_rest = np.zeros((n_steps, 2, UNITS, 1), dtype)  # by the output and the cell after so many zeros
        for block in self._blocks():
            tapes = [room.first(len(block.places)) for room in rooms[block.start :]]
            _run(self._matrix, block.inputs, block.before, tapes)
            d, slope = d_outputs[block.places], slopes.first(len(block.places))
            d_weights[:, 0] += tapes[-1].output @ d
            np.multiply(self._readout[0], d, out=slope.output)
            cells = [None if block.before is None else block.before[1], *(tape.cell for tape in tapes)]
            for tape, cell in zip(tapes[::-1], cells[-2::-1], strict=True):
                lstm_back(self._matrix, tape, cell, slope, d_matrix)
            if block.start:
                d_rest[block.start - 1] += np.stack([slope.output, slope.cell]).sum(axis=2, keepdims=True)
        d_still = d_outputs[self._still].sum()
        d_weights += self._rest[-1].output * d_still
        d_rest[-1, 0] += self._readout[0] * d_still
        self._rest_back(d_rest, d_matrix)
        return unpacked(d_matrix), (d_weights, d_outputs.sum(keepdims=True))

    def _rest_back(self, d_rest: Array, d_matrix: Array) -> None:
        """Go back through the zeros that all coordinates share."""
        slope = new_slope(1, d_rest.dtype).first(1)
        for k in range(len(self._rest) - 1, -1, -1):
            slope.output[...] += d_rest[k, 0]
            slope.cell[...] += d_rest[k, 1]
            lstm_back(self._matrix, self._rest[k], self._rest[k - 1].cell if k else None, slope, d_matrix)

    def _blocks(self) -> Iterator[_Block]:
        for part in blocks(len(self._moved)):
            places, start = self._moved[part], int(self._first[part.start])
            before = (self._rest[start - 1].output, self._rest[start - 1].cell) if start else None
            yield _Block(places, start, np.swapaxes(log_and_sign(self._slopes[start:, places], P), 0, 1), before)

    def _read(self, tape: LstmTape) -> Array:
        return np.asarray(self._readout[0][:, 0] @ tape.output + self._readout[1])


def _run(matrix: Packed, inputs: Array, before: tuple[Array, Array] | None, tapes: Sequence[LstmTape]) -> None:
    """Run a block through its tapes; ``before`` as in :func:`lstm_step`."""
    for step, tape in zip(inputs, tapes, strict=True):
        lstm_step(matrix, step, before, tape)
        before = tape.output, tape.cell


class RowWriter:
    """A ReLU MLP (weights (fan_in, fan_out)) with one output, run over one gradient of each coordinate, slopes (C,)."""

    def __init__(self, layers: Sequence[Layer], slopes: Array) -> None:
        self._layers, self._moved = layers, slopes != 0
        self._inputs = log_and_sign(np.append(slopes[self._moved], slopes.dtype.type(0)), P)
        found = np.empty(self._inputs.shape[1], slopes.dtype)
        for part in blocks(len(found)):
            found[part] = _mlp(layers, self._inputs[:, part])[-1][0]
        self.outputs = np.full(len(slopes), found[-1])  # (C,)
        self.outputs[self._moved] = found[:-1]

    def back(self, d_outputs: Array) -> tuple[Layer, ...]:
        """Return the derivatives by the layers from that by the outputs (C,)."""
        layers = self._layers
        d_found = np.append(d_outputs[self._moved], d_outputs[~self._moved].sum())
        sums = [(np.zeros_like(weights), np.zeros_like(bias)) for weights, bias in layers]
        for part in blocks(len(d_found)):
            trail, d = _mlp(layers, self._inputs[:, part]), d_found[part][None]
            ones = np.ones(d.shape[1], d.dtype)
            for k in range(len(layers) - 1, -1, -1):
                sums[k][0][...] += trail[k] @ d.T
                sums[k][1][...] += d @ ones
                if k:
                    d = layers[k][0] @ d
                    d *= trail[k] > 0
        return tuple(sums)


def _mlp(layers: Sequence[Layer], inputs: Array) -> list[Array]:
    """Return the inputs of each layer, then the outputs, (F, C) each."""
    trail, zeros = [inputs], np.zeros_like(inputs[0])  # np.maximum is five times slower with the number 0
    for k, (weights, bias) in enumerate(layers):
        z = weights.T @ trail[-1]
        z += bias[:, None]
        trail.append(np.maximum(z, zeros, out=z) if k < len(layers) - 1 else z)
    return trail
