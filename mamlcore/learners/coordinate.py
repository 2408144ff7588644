"""An LSTM of 20 units that is shared by all coordinates of a learner.

Coordinates lie along the last axis, features along the first, (F, C): each gate is then one contiguous piece of
memory. A sweep over all coordinates goes in blocks that fit the cache. At the first step of an LSTM its own output and
cell are 0: products with them are left out.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer

#: Units of the LSTM and of each hidden layer of the MLP, in both papers.
UNITS = 20
_BLOCK = 1536
#: About how many microseconds one coordinate takes for a step of the LSTM, forward and back.
UPDATE_US = 0.27
#: Sets of tapes that a thread keeps.
_MOST_LENT = 2


def blocks(n_coordinates: int, size: int = 0) -> Iterator[slice]:
    """Yield slices that cover all coordinates, of this size, or about equally long and small enough for the cache."""
    size = size or block_size(n_coordinates)
    for start in range(0, n_coordinates, size):
        yield slice(start, min(start + size, n_coordinates))


def block_size(n_coordinates: int) -> int:
    """Return how long the blocks of so many coordinates are; the last may be shorter."""
    return max(1, -(-n_coordinates // max(1, -(-n_coordinates // _BLOCK))))


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


class LstmTape(NamedTuple):
    """Memory for one step over C coordinates; filled by :func:`lstm_step`, used up by :func:`lstm_back`.

    It is made once for a sweep and filled again for each block: fresh memory costs as much as the arithmetic.
    """

    z: Array  # (I + 20 + 1, C): inputs, previous output, ones
    gates: Array  # (80, C): input, forget and output gate, candidate
    cell: Array  # (20, C) after the step
    cell_tanh: Array  # (20, C)
    output: Array  # (20, C) after the step

    def first(self, size: int) -> "LstmTape":
        """Return the part for the first so many coordinates."""
        return LstmTape(*(array[:, :size] for array in self))


class LstmSlope(NamedTuple):
    """Derivatives that go back through the steps of a block, changed in place, and room to work."""

    output: Array  # (20, C): by the output
    cell: Array  # (20, C): by the cell
    gates: Array  # (80, C): by what goes into the gates
    work: Array  # (20, C)

    def first(self, size: int) -> "LstmSlope":
        """Return the part for the first so many coordinates, output and cell set to zero."""
        part = LstmSlope(*(array[:, :size] for array in self))
        part.output[...] = part.cell[...] = 0.0
        return part


def new_tape(n_inputs: int, size: int, dtype: np.dtype[Any]) -> LstmTape:
    """Return memory for a step over a block of so many coordinates."""
    return LstmTape(*(np.empty((rows, size), dtype) for rows in (n_inputs + UNITS + 1, 4 * UNITS, *(3 * [UNITS]))))


def new_slope(size: int, dtype: np.dtype[Any]) -> LstmSlope:
    """Return memory for going back over a block of so many coordinates."""
    return LstmSlope(*(np.empty((rows, size), dtype) for rows in (UNITS, UNITS, 4 * UNITS, UNITS)))


class _Lent(threading.local):
    """Tapes that this thread has used before, by their sizes; the most recent last."""

    def __init__(self) -> None:
        self.tapes: OrderedDict[tuple[int, int, tuple[int, ...], str], list[list[LstmTape]]] = OrderedDict()


_LENT = _Lent()


def lent_tapes(n_steps: int, n_inputs: int, sizes: tuple[int, ...], dtype: np.dtype[Any]) -> list[list[LstmTape]]:
    """Return a tape for each step and block, the same ones for the same sizes: good until this is asked again.

    Fresh memory costs as much as the arithmetic.
    """
    key = n_steps, n_inputs, sizes, dtype.str
    if key not in _LENT.tapes:
        _LENT.tapes[key] = [[new_tape(n_inputs, size, dtype) for size in sizes] for _ in range(n_steps)]
    _LENT.tapes.move_to_end(key)
    while len(_LENT.tapes) > _MOST_LENT:
        _LENT.tapes.popitem(last=False)
    return _LENT.tapes[key]


class Packed(NamedTuple):
    """An LSTM's weights (I + 20, 80) and bias (80,) as its steps need them.

    Rows of the three sigmoid gates are halved, for sigmoid(x) = (1 + tanh(x / 2)) / 2: one tanh serves all gates.
    """

    whole: Array  # (80, I + 21): inputs, previous output, ones
    first: Array  # (80, I + 1): inputs and ones, for the first step
    back: (
        Array  # (20, 80): from the derivatives by what goes into the gates to those by the previous output, not halved
    )


def packed(layer: Layer) -> Packed:
    """Return the weights for :func:`lstm_step`."""
    weights, bias = layer
    whole = np.concatenate([weights.T, bias[:, None]], axis=1)
    whole[: 3 * UNITS] *= 0.5
    first = np.concatenate([whole[:, : -1 - UNITS], whole[:, -1:]], axis=1)
    return Packed(whole, first, weights[-UNITS:].copy())


def lstm_step(matrix: Packed, inputs: Array, before: tuple[Array, Array] | None, tape: LstmTape) -> None:
    """Take one step of an LSTM without peepholes: c' = f c + i tanh(...), h' = o tanh(c').

    inputs (I, C); before holds output and cell (20, C) of the step before, which may be the tape's own and are then
    replaced; None at the first step.
    """
    z, gates, new_cell, cell_tanh, new_output = tape
    n_inputs = len(inputs)
    if before is None:
        z = z[: n_inputs + 1]
    else:
        z[n_inputs:-1] = before[0]
    z[:n_inputs], z[-1] = inputs, 1.0
    np.matmul(matrix.first if before is None else matrix.whole, z, out=gates)
    np.tanh(gates, out=gates)
    sigmoids = gates[: 3 * UNITS]
    sigmoids *= 0.5
    sigmoids += 0.5
    i, f, o, g = _four(gates)
    if before is None:
        np.multiply(i, g, out=new_cell)
    else:
        np.multiply(f, before[1], out=new_cell)
        np.multiply(i, g, out=cell_tanh)
        new_cell += cell_tanh
    np.tanh(new_cell, out=cell_tanh)
    np.multiply(o, cell_tanh, out=new_output)


def lstm_back(matrix: Packed, tape: LstmTape, cell_before: Array | None, slope: LstmSlope, total: Array) -> None:
    """Go back through one step: ``slope`` by its output and cell becomes that by those of the step before.

    Adds the derivative by the matrix (80, I + 21), its rows not halved, to ``total``: see :func:`unpacked`. The tape's
    gates are used up. cell_before is None at the first step, before which there is nothing to go back to.
    """
    i, f, o, g = _four(tape.gates)
    d_output, d_cell, d, work = slope
    np.multiply(tape.cell_tanh, tape.cell_tanh, out=work)
    np.subtract(1.0, work, out=work)
    work *= o
    work *= d_output
    d_cell += work
    d_i, d_f, d_o, d_g = _four(d)
    np.multiply(d_cell, g, out=d_i)
    np.multiply(d_output, tape.cell_tanh, out=d_o)
    np.multiply(d_cell, i, out=d_g)
    if cell_before is None:
        d_f[...] = 0.0
    else:
        np.multiply(d_cell, cell_before, out=d_f)
        d_cell *= f
    sigmoids = tape.gates[: 3 * UNITS]
    d[: 3 * UNITS] *= sigmoids
    np.subtract(1.0, sigmoids, out=sigmoids)
    d[: 3 * UNITS] *= sigmoids
    np.multiply(g, g, out=g)
    np.subtract(1.0, g, out=g)
    d_g *= g
    if cell_before is not None:
        np.matmul(matrix.back, d, out=d_output)
        total += d @ tape.z.T
        return
    n_inputs = total.shape[1] - UNITS - 1
    found = d @ tape.z[: n_inputs + 1].T
    total[:, :n_inputs] += found[:, :-1]
    total[:, -1] += found[:, -1]


def unpacked(d_matrix: Array) -> Layer:
    """Return the derivative (80, I + 21) of :func:`lstm_back` as one by weights (I + 20, 80) and bias (80,)."""
    return d_matrix[:, :-1].T, d_matrix[:, -1]


def _four(rows: Array) -> tuple[Array, Array, Array, Array]:
    return rows[:UNITS], rows[UNITS : 2 * UNITS], rows[2 * UNITS : 3 * UNITS], rows[3 * UNITS :]
