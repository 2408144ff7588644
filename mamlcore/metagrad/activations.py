"""Activations recorded on a tape, for a network that is run reflected.

Hidden rows are -[h, 1], and data rows, [x, 1], meet weights of the opposite sign. So every pre-activation is -z, and
the activation is -σ(-u): min(u, 0) for relu, tanh itself for tanh. The equations of forward, backward and tangents are
those of any network; only data and loss know of it.
What is gained: the sign bit of -z, spread over the word by an arithmetic shift, is the mask of active units, and
"times the slope" is one bitwise and. The constant column, -1, passes both; a column of 0 in errors stays 0.
"""

from typing import Protocol

import numpy as np

from mamlcore.arrays import Array
from mamlcore.metagrad.tape import Tape
from mamlcore.network import Activation


class Slope(Protocol):
    """What an activation leaves behind for the derivatives: one for each layer, step and set of rows."""

    def apply(self, h: Array) -> None:
        """Turn pre-activations h (T, n, k + 1), the last column constant, into activations in place."""

    def times(self, e: Array) -> None:
        """Multiply e (T, n, k + 1) by the activation's slope in place."""

    def tangent(self, rh: Array) -> None:
        """Turn the tangent of the pre-activations into that of the activations in place."""

    def bend(self, re: Array, e: Array) -> None:
        """Add to re, already times the slope, what comes from the slope's own tangent; e is the error there."""


class ReluSlope:
    """min(u, 0): the sign as a mask of all bits; no second derivative."""

    def __init__(self, tape: Tape, *shape: int) -> None:
        self._tape = tape
        self._ints = np.int32 if tape.dtype == np.float32 else np.int64
        self._shift = self._ints(8 * tape.dtype.itemsize - 1)
        self._mask = tape.scratch(*shape, dtype=self._ints)

    def apply(self, h: Array) -> None:
        """Keep what is negative."""
        self._tape.do(np.right_shift, h.view(self._ints), self._shift, self._mask)
        self.times(h)

    def times(self, e: Array) -> None:
        """Keep e where the unit is active."""
        bits = e.view(self._ints)
        self._tape.do(np.bitwise_and, bits, self._mask, bits)

    def tangent(self, rh: Array) -> None:
        """Keep rh where the unit is active."""
        self.times(rh)

    def bend(self, re: Array, e: Array) -> None:
        """Add nothing: relu is straight on both sides."""


class TanhSlope:
    """tanh: slope 1 - h², whose tangent is -2 h Rh."""

    def __init__(self, tape: Tape, *shape: int) -> None:
        self._tape = tape
        self._slope = tape.scratch(*shape)
        self._bend = tape.scratch(*shape)
        self._h: Array

    def apply(self, h: Array) -> None:
        """h = tanh(h), slope = 1 - h²."""
        self._h = h
        units = h[..., :-1]
        self._tape.do(np.tanh, units, units)
        self._tape.do(np.multiply, h, h, self._slope)
        self._tape.do(np.subtract, self._tape.dtype.type(1), self._slope, self._slope)

    def times(self, e: Array) -> None:
        """E = e slope."""
        self._tape.do(np.multiply, e, self._slope, e)

    def tangent(self, rh: Array) -> None:
        """Rh = Rz slope; the slope's tangent relative to the slope is -2 h Rz."""
        self._tape.do(np.multiply, rh, self._h, self._bend)
        self._tape.do(np.multiply, self._bend, self._tape.dtype.type(-2), self._bend)
        self.times(rh)

    def bend(self, re: Array, e: Array) -> None:
        """RE += -2 h Rz E."""
        self._tape.do(np.multiply, self._bend, e, self._bend)
        self._tape.do(np.add, re, self._bend, re)


SLOPES: dict[Activation, type[ReluSlope] | type[TanhSlope]] = {"relu": ReluSlope, "tanh": TanhSlope}
