"""The update rule of the Meta-LSTM for all coordinates of all tasks at once, and its back-propagation through time.

theta, gradients and gates come as (T, P), one row of P coordinates for each task; inside they are one line of T*P
coordinates, swept in blocks (:mod:`mamlcore.learners.coordinate`). Since losses and gradients count as constants,
coordinates do not meet, and a block's back-propagation needs nothing of the others.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer
from mamlcore.learners.coordinate import (
    UNITS,
    LstmSlope,
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

#: Scale of the logarithms of losses and gradients (Ravi and Larochelle 2017, section 3.2).
P = 10.0
_SMALL = 0.01


class Gated(NamedTuple):
    """The meta-learner's weights, shared by all coordinates."""

    lstm: Layer  # (4 + 20, 80), (80,): fed gradient (2), loss (2) and its own output
    input_gate: Layer  # (22, 1), (1,): fed h, theta and the previous input gate
    forget_gate: Layer  # (22, 1), (1,): fed h, theta and the previous forget gate


class _Packed(NamedTuple):
    """Gated with both gates in one: row 0 input, row 1 forget."""

    lstm: Packed
    by_output: Array  # (2, 20)
    by_theta: Array  # (2, 1)
    by_self: Array  # (2, 1)
    bias: Array  # (2, 1)


class _Sums(NamedTuple):
    """Derivatives by :class:`_Packed`, added up."""

    matrix: Array  # (80, 25)
    by_output: Array
    by_theta: Array
    by_self: Array
    bias: Array


class _Cell(NamedTuple):
    """State of a block of B coordinates between updates."""

    output: Array  # (20, B)
    cell: Array  # (20, B)
    gates: Array  # (2, B): input, forget


class _Tape(NamedTuple):
    """What one update of a block leaves for its derivative."""

    lstm: LstmTape
    before: _Cell | None  # None at the first update, before which all is 0
    gates: Array  # (2, B): input, forget
    theta: Array  # (B,) before the update
    gradient: Array  # (B,)


#: Memory for each update of each block, made once and used for one group of tasks after the other.
Rooms = list[list[LstmTape]]


def init(rng: np.random.Generator, dtype: np.dtype[Any]) -> Gated:
    """Draw weights U(-0.01, 0.01), b_I ~ U(-5, -4), b_F ~ U(4, 5), as the published code does."""

    def small(*shape: int) -> Array:
        return rng.uniform(-_SMALL, _SMALL, shape).astype(dtype)

    lstm = (small(4 + UNITS, 4 * UNITS), small(4 * UNITS))
    input_gate = (small(UNITS + 2, 1), rng.uniform(-5.0, -4.0, 1).astype(dtype))
    forget_gate = (small(UNITS + 2, 1), rng.uniform(4.0, 5.0, 1).astype(dtype))
    return Gated(lstm, input_gate, forget_gate)


def rooms(n_updates: int, n_coordinates: int, dtype: np.dtype[Any]) -> Rooms:
    """Return memory for all that updates of so many coordinates leave behind; good until this is asked again."""
    sizes = tuple(part.stop - part.start for part in blocks(n_coordinates))
    return lent_tapes(n_updates, 4, sizes, dtype)


class Updates:
    """A run of updates of theta (T, P), and its back-propagation through time.

    With rooms the activations of all updates are kept for :meth:`back`; without they are computed once more, block
    by block, so that memory does not grow with their number.
    """

    def __init__(self, meta: Gated, kept: Rooms | None = None) -> None:
        self._weights, self._kept = _pack(meta), kept
        self._cells: list[_Cell | None] = []
        self._done: list[tuple[Array, Array]] = []  # inputs (4, C) and gradient (C,) of each update
        self._tapes: list[list[_Tape]] = []  # of each block
        self._start: Array | None = None
        self._size = kept[0][0].output.shape[1] if kept else 0  # of a block; fewer tasks than rooms are made for fit in

    def update(self, theta: Array, gradient: Array, losses: Array) -> tuple[Array, Array, Array]:
        """Update theta (T, P) by gradient (T, P) and losses (T,); return new theta, input and forget gates, (T, P)."""
        line, slope = theta.ravel(), gradient.ravel()
        if self._start is None:
            self._start = theta
            self._cells = [None for _ in self._blocks(line.size)]
            self._tapes = [[] for _ in self._cells]
        inputs, done = _inputs(slope, losses), len(self._done)
        self._done.append((inputs, slope))
        found = np.empty((3, line.size), line.dtype)
        spare = new_tape(4, block_size(line.size), theta.dtype) if self._kept is None else None
        for k, part in enumerate(self._blocks(line.size)):
            before, size = self._cells[k], part.stop - part.start
            room = _running(spare, before, size) if self._kept is None else self._kept[done][k].first(size)
            found[0, part], found[1:, part] = _step(
                self._weights, inputs[:, part], line[part], slope[part], before, room
            )
            gates = found[1:, part]
            self._cells[k] = _Cell(room.output, room.cell, gates)
            if self._kept is not None:
                self._tapes[k].append(_Tape(room, before, gates, line[part], slope[part]))
        return tuple(found.reshape(3, *theta.shape))

    def back(self, d_theta: Array) -> tuple[Gated, Array]:
        """Return the derivatives by the weights and by each task's start (T, P) from that by the last theta (T, P)."""
        weights, n_steps = self._weights, len(self._done)
        dtype, start = d_theta.dtype, d_theta if self._start is None else self._start
        size = self._size or block_size(d_theta.size)
        own = None if self._kept is not None else [new_tape(4, size, dtype) for _ in range(n_steps)]
        room_back = new_slope(size, dtype)
        sums = _Sums(np.zeros_like(weights.lstm.whole), *(np.zeros_like(part) for part in weights[1:]))
        d_start = np.empty_like(start.ravel())
        for k, part in enumerate(self._blocks(d_start.size)):
            tapes = self._tapes[k] if own is None else self._again(part, start.ravel()[part], own)
            d_start[part] = _back(weights, tapes, d_theta.ravel()[part], room_back.first(part.stop - part.start), sums)
        return _unpack(sums), d_start.reshape(start.shape)

    def _blocks(self, n_coordinates: int) -> Iterator[slice]:
        return blocks(n_coordinates, self._size)

    def _again(self, part: slice, theta: Array, own: list[LstmTape]) -> list[_Tape]:
        """Run one block's updates once more and keep what they leave behind."""
        tapes, before = list[_Tape](), None
        for (inputs, slope), room in zip(self._done, own, strict=True):
            lstm = room.first(theta.size)
            new_theta, gates = _step(self._weights, inputs[:, part], theta, slope[part], before, lstm)
            tapes.append(_Tape(lstm, before, gates, theta, slope[part]))
            theta, before = new_theta, _Cell(lstm.output, lstm.cell, gates)
        return tapes


def _running(spare: LstmTape | None, before: _Cell | None, size: int) -> LstmTape:
    """Return room for an update that nothing is kept of: output and cell replace those before."""
    assert spare is not None
    room = spare.first(size)
    if before is not None:
        return room._replace(output=before.output, cell=before.cell)
    return room._replace(output=room.output.copy(), cell=room.cell.copy())


def _step(
    weights: _Packed, inputs: Array, theta: Array, gradient: Array, before: _Cell | None, tape: LstmTape
) -> tuple[Array, Array]:
    """Return the new theta (B,) and its gates (2, B)."""
    lstm_step(weights.lstm, inputs, None if before is None else (before.output, before.cell), tape)
    z = weights.by_output @ tape.output  # (2, B), then in place
    z += weights.by_theta * theta
    if before is not None:
        z += weights.by_self * before.gates
    z += weights.bias
    gates = np.tanh(0.5 * z, out=z)  # sigmoid(z) = (1 + tanh(z / 2)) / 2
    gates *= 0.5
    gates += 0.5
    return gates[1] * theta - gates[0] * gradient, gates


def _back(weights: _Packed, tapes: list[_Tape], d_theta: Array, slope: LstmSlope, sums: _Sums) -> Array:
    """Go back through the updates of a block; add to ``sums`` and return the derivative by its start."""
    d_gates = np.zeros((2, d_theta.size), d_theta.dtype)
    for tape in reversed(tapes):
        d_gates[0] -= d_theta * tape.gradient
        d_gates[1] += d_theta * tape.theta
        d_z = d_gates * tape.gates * (1.0 - tape.gates)
        sums.by_output[...] += d_z @ tape.lstm.output.T
        sums.by_theta[...] += d_z @ tape.theta[:, None]
        sums.bias[...] += d_z.sum(axis=1, keepdims=True)
        if tape.before is not None:
            sums.by_self[...] += (d_z * tape.before.gates).sum(axis=1, keepdims=True)
        d_theta = d_theta * tape.gates[1] + weights.by_theta[:, 0] @ d_z
        d_gates = weights.by_self * d_z
        np.add(slope.output, weights.by_output.T @ d_z, out=slope.output)
        lstm_back(weights.lstm, tape.lstm, None if tape.before is None else tape.before.cell, slope, sums.matrix)
    return d_theta


def _inputs(gradient: Array, losses: Array) -> Array:
    """Return (4, T*P): gradient and loss of each coordinate as log and sign."""
    loss = np.repeat(log_and_sign(losses.astype(gradient.dtype, copy=False), P), gradient.size // losses.size, axis=1)
    return np.concatenate([log_and_sign(gradient, P), loss])


def _pack(meta: Gated) -> _Packed:
    weights = np.concatenate([meta.input_gate[0], meta.forget_gate[0]], axis=1).T  # (2, 22)
    bias = np.stack([meta.input_gate[1], meta.forget_gate[1]])
    return _Packed(
        packed(meta.lstm), weights[:, :UNITS].copy(), weights[:, UNITS : UNITS + 1], weights[:, UNITS + 1 :], bias
    )


def _unpack(sums: _Sums) -> Gated:
    weights = np.concatenate([sums.by_output, sums.by_theta, sums.by_self], axis=1)  # (2, 22)
    gates = [(weights[k][:, None], sums.bias[k]) for k in range(2)]
    return Gated(unpacked(sums.matrix), *gates)
