"""The update rule of the Meta-LSTM for all coordinates of all tasks at once, and its back-propagation through time.

theta, gradients and gates come as (T, P), one row of P coordinates for each task; inside they are one line of T*P
coordinates, swept in blocks (:mod:`mamlcore.learners.coordinate`). Since losses and gradients count as constants,
coordinates do not meet, and a block's back-propagation needs nothing of the others.
"""

from typing import Any, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer
from mamlcore.learners.coordinate import (
    UNITS,
    LstmSlope,
    LstmTape,
    blocks,
    log_and_sign,
    lstm_back,
    lstm_step,
    new_slope,
    new_tape,
    packed,
    packed_back,
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

    matrix: Array  # (80, 25), see coordinate.packed
    by_output: Array  # (2, 20)
    by_theta: Array  # (2, 1)
    by_self: Array  # (2, 1)
    bias: Array  # (2, 1)


class _Cell(NamedTuple):
    """State of a block of B coordinates between updates."""

    output: Array  # (20, B)
    cell: Array  # (20, B)
    gates: Array  # (2, B): input, forget


class _Tape(NamedTuple):
    """What one update of a block leaves for its derivative."""

    lstm: LstmTape
    before: _Cell
    gates: Array  # (2, B): input, forget
    theta: Array  # (B,) before the update
    gradient: Array  # (B,)


Cells = list[_Cell]


def init(rng: np.random.Generator, dtype: np.dtype[Any]) -> Gated:
    """Draw weights U(-0.01, 0.01), b_I ~ U(-5, -4), b_F ~ U(4, 5), as the published code does."""

    def small(*shape: int) -> Array:
        return rng.uniform(-_SMALL, _SMALL, shape).astype(dtype)

    lstm = (small(4 + UNITS, 4 * UNITS), small(4 * UNITS))
    input_gate = (small(UNITS + 2, 1), rng.uniform(-5.0, -4.0, 1).astype(dtype))
    forget_gate = (small(UNITS + 2, 1), rng.uniform(4.0, 5.0, 1).astype(dtype))
    return Gated(lstm, input_gate, forget_gate)


def fresh(n_coordinates: int, dtype: np.dtype[Any]) -> Cells:
    """Return the state before the first update: zeros."""
    return [_zero(part.stop - part.start, dtype) for part in blocks(n_coordinates)]


def update(meta: Gated, theta: Array, gradient: Array, losses: Array, cells: Cells) -> tuple[Array, Array, Array]:
    """Update theta (T, P) by gradient (T, P) and losses (T,); return new theta, input and forget gates, (T, P).

    ``cells`` is the running state, changed in place.
    """
    weights, line, slope = _pack(meta), theta.ravel(), gradient.ravel()
    inputs, room = _inputs(slope, losses), new_tape(4, theta.dtype)
    found = np.empty((3, line.size), line.dtype)
    for k, part in enumerate(blocks(line.size)):
        own = room.first(part.stop - part.start)._replace(output=cells[k].output, cell=cells[k].cell)
        found[0, part], found[1:, part] = _step(weights, inputs[:, part], line[part], slope[part], cells[k], own)
        cells[k] = cells[k]._replace(gates=found[1:, part])
    return tuple(found.reshape(3, *theta.shape))


def back(meta: Gated, start: Array, gradients: list[Array], losses: list[Array], d_theta: Array) -> tuple[Gated, Array]:
    """Return the derivatives by the weights, and by each task's start (T, P), from that by the last theta (T, P).

    start, gradients and losses are what the updates began with and were fed.
    """
    weights = _pack(meta)
    slopes = [gradient.ravel() for gradient in gradients]
    fed = [_inputs(slope, loss) for slope, loss in zip(slopes, losses, strict=True)]
    rooms, room_back = [new_tape(4, start.dtype) for _ in fed], new_slope(start.dtype)
    sums = _Packed(*(np.zeros_like(part) for part in weights))
    d_start = np.empty_like(start.ravel())
    for part in blocks(d_start.size):
        size = part.stop - part.start
        theta, cell, tapes = start.ravel()[part], _zero(size, start.dtype), []
        for slope, inputs, room in zip(slopes, fed, rooms, strict=True):
            lstm = room.first(size)
            new_theta, gates = _step(weights, inputs[:, part], theta, slope[part], cell, lstm)
            tapes.append(_Tape(lstm, cell, gates, theta, slope[part]))
            theta, cell = new_theta, _Cell(lstm.output, lstm.cell, gates)
        d_start[part] = _back(weights, tapes, d_theta.ravel()[part], room_back.first(size), sums)
    return _unpack(sums), d_start.reshape(start.shape)


def _step(
    weights: _Packed, inputs: Array, theta: Array, gradient: Array, before: _Cell, tape: LstmTape
) -> tuple[Array, Array]:
    """Return the new theta (B,) and its gates (2, B)."""
    lstm_step(weights.matrix, inputs, before.output, before.cell, tape)
    z = weights.by_output @ tape.output  # (2, B), then in place
    z += weights.by_theta * theta
    z += weights.by_self * before.gates
    z += weights.bias
    gates = np.tanh(0.5 * z, out=z)  # sigmoid(z) = (1 + tanh(z / 2)) / 2
    gates *= 0.5
    gates += 0.5
    return gates[1] * theta - gates[0] * gradient, gates


def _back(weights: _Packed, tapes: list[_Tape], d_theta: Array, slope: LstmSlope, sums: _Packed) -> Array:
    """Go back through the updates of a block; add to ``sums`` and return the derivative by its start."""
    d_gates = np.zeros((2, d_theta.size), d_theta.dtype)
    back = packed_back(weights.matrix)
    for tape in reversed(tapes):
        d_gates[0] -= d_theta * tape.gradient
        d_gates[1] += d_theta * tape.theta
        d_z = d_gates * tape.gates * (1.0 - tape.gates)
        sums.by_output[...] += d_z @ tape.lstm.output.T
        sums.by_theta[...] += d_z @ tape.theta[:, None]
        sums.by_self[...] += (d_z * tape.before.gates).sum(axis=1, keepdims=True)
        sums.bias[...] += d_z.sum(axis=1, keepdims=True)
        d_theta = d_theta * tape.gates[1] + weights.by_theta[:, 0] @ d_z
        d_gates = weights.by_self * d_z
        np.add(slope.output, weights.by_output.T @ d_z, out=slope.output)
        sums.matrix[...] += lstm_back(back, tape.lstm, tape.before.cell, slope)
    return d_theta


def _inputs(gradient: Array, losses: Array) -> Array:
    """Return (4, T*P): gradient and loss of each coordinate as log and sign."""
    loss = np.repeat(log_and_sign(losses.astype(gradient.dtype, copy=False), P), gradient.size // losses.size, axis=1)
    return np.concatenate([log_and_sign(gradient, P), loss])


def _zero(size: int, dtype: np.dtype[Any]) -> _Cell:
    return _Cell(*(np.zeros((rows, size), dtype) for rows in (UNITS, UNITS, 2)))


def _pack(meta: Gated) -> _Packed:
    weights = np.concatenate([meta.input_gate[0], meta.forget_gate[0]], axis=1).T  # (2, 22)
    bias = np.stack([meta.input_gate[1], meta.forget_gate[1]])
    return _Packed(
        packed(meta.lstm), weights[:, :UNITS].copy(), weights[:, UNITS : UNITS + 1], weights[:, UNITS + 1 :], bias
    )


def _unpack(sums: _Packed) -> Gated:
    weights = np.concatenate([sums.by_output, sums.by_theta, sums.by_self], axis=1)  # (2, 22)
    gates = [(weights[k][:, None], sums.bias[k]) for k in range(2)]
    return Gated(unpacked(sums.matrix), *gates)
