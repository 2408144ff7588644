"""The three losses recorded on a tape, for reflected outputs z = -o.

Outputs lie class by class, (O, T, n): maxima and sums over a few classes are then passes over long rows. All three
give E = rate dL/dz for a sum L over rows; rate is -alpha/n on support rows and 1/(m T) on query rows.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import LossName
from mamlcore.metagrad.tape import Tape

#: Records RE = rate d²L/dz² RZ for the outputs of one step, from RZ and into RE, both (O, T, n).
Bend = Callable[[Array, Array], None]


class Outcome(Protocol):
    """A loss on one set of rows: the support rows, whose targets serve all steps, or the query rows."""

    def load(self, targets: Array, rate: float) -> None:
        """Take the targets of a new batch, (T, n, O) or labels (T, n), and the rate."""

    def error(self, z: Array, e: Array) -> Bend:
        """Record e = rate dL/dz from z, both (O, T, n); return what records its tangent."""

    def values(self, losses: Array) -> None:
        """Record the mean loss of each task (T,), of the outputs that error() saw last."""


class SquaredError:
    """L = Σ (o - y)² / O; reflected, the target is -y."""

    def __init__(self, tape: Tape, n_outputs: int, n_tasks: int, rows: int) -> None:
        self._tape, self._shape = tape, (n_outputs, n_tasks, rows)
        self._rate = tape.kept()
        self._target = tape.kept(*self._shape)
        self._residual: Array

    def load(self, targets: Array, rate: float) -> None:
        """Take targets (T, n, O)."""
        np.negative(targets.transpose(2, 0, 1), out=self._target)
        self._rate[...] = rate * 2.0 / self._shape[0]

    def error(self, z: Array, e: Array) -> Bend:
        """E = rate 2 (z - y) / O."""
        self._residual = self._tape.scratch(*self._shape)
        self._tape.do(np.subtract, z, self._target, self._residual)
        self._tape.do(np.multiply, self._residual, self._rate, e)
        return lambda rz, re: self._tape.do(np.multiply, rz, self._rate, re)

    def values(self, losses: Array) -> None:
        """Mean of (z - y)²."""
        square = self._tape.scratch(*self._shape)
        self._tape.do(np.multiply, self._residual, self._residual, square)
        _mean_of_rows(self._tape, square, losses)


class SoftmaxCrossEntropy:
    """L = log Σ exp(o) - o of the label, the largest o shifted to 0."""

    def __init__(self, tape: Tape, n_outputs: int, n_tasks: int, rows: int) -> None:
        self._tape, self._shape = tape, (n_outputs, n_tasks, rows)
        self._rate = tape.kept()
        self._one_hot = tape.kept(*self._shape)
        self._index = tape.kept(n_tasks, rows, dtype=np.intp)  # of the label's own logit in (O, T, n)
        self._places = np.arange(n_tasks * rows).reshape(n_tasks, rows)
        self._labels: Array | None = None
        self._shifted: Array
        self._total: Array

    def load(self, targets: Array, rate: float) -> None:
        """Take labels (T, n); those of the batch before are often the same, being ordered by class."""
        self._rate[...] = rate
        if self._labels is None or not np.array_equal(targets, self._labels):
            self._labels = None  # until all is in place: Ctrl-C may come between any two lines
            np.equal(targets, np.arange(self._shape[0])[:, None, None], out=self._one_hot, casting="unsafe")
            np.add(targets * self._places.size, self._places, out=self._index)
            self._labels = targets.copy()

    def error(self, z: Array, e: Array) -> Bend:
        """E = rate (Y - p), p = softmax(-z)."""
        do, scratch = self._tape.do, self._tape.scratch
        least, total = scratch(*self._shape[1:]), scratch(*self._shape[1:])
        shifted, p = scratch(*self._shape), scratch(*self._shape)
        do(np.minimum.reduce, z, 0, None, least)
        do(np.subtract, least, z, shifted)
        do(np.exp, shifted, p)
        _flush(self._tape, p)
        do(np.add.reduce, p, 0, None, total)
        do(np.divide, p, total, p)
        do(np.subtract, self._one_hot, p, e)
        do(np.multiply, e, self._rate, e)
        self._shifted, self._total = shifted, total
        return lambda rz, re: self._bend(p, rz, re)

    def _bend(self, p: Array, rz: Array, re: Array) -> None:
        """RE = rate p (RZ - Σ p RZ)."""
        do = self._tape.do
        share, mean = self._tape.scratch(*self._shape), self._tape.scratch(*self._shape[1:])
        do(np.multiply, p, rz, share)
        do(np.add.reduce, share, 0, None, mean)
        do(np.multiply, p, mean, re)
        do(np.subtract, share, re, re)
        do(np.multiply, re, self._rate, re)

    def values(self, losses: Array) -> None:
        """Mean of log Σ exp - the label's shifted logit."""
        do, n_rows = self._tape.do, self._shape[1:]
        own, row = self._tape.scratch(*n_rows), self._tape.scratch(1, *n_rows)
        do(np.take, self._shifted, self._index, None, own, "clip")
        do(np.log, self._total, row[0])
        do(np.subtract, row[0], own, row[0])
        _mean_of_rows(self._tape, row, losses)


class LogisticLoss:
    """L = log(1 + exp(v)), v = -o for label 1 and o for label 0; reflected, -v = (1 - 2 y) z.

    With d = 1 + exp(-v): σ(v) = 1 / d and σ(-v) = exp(-v) / d, each exact to rounding where it is small. -v stops at
    a bound where σ(v) is 1e-12 (in double precision 1e-46), so that nothing overflows or becomes subnormal.
    """

    def __init__(self, tape: Tape, n_outputs: int, n_tasks: int, rows: int) -> None:
        self._tape, self._shape = tape, (1, n_tasks, rows)
        self._one, self._bound = tape.dtype.type(1), tape.dtype.type(28 if tape.dtype == np.float32 else 106)
        self._rate, self._minus_rate, self._sign = tape.kept(), tape.kept(), tape.kept(*self._shape)
        self._signs = np.array([1, -1], tape.dtype)  # 1 - 2 y for each label
        self._minus_v: Array

    def load(self, targets: Array, rate: float) -> None:
        """Take labels 0 or 1, (T, n)."""
        self._rate[...], self._minus_rate[...] = rate, -rate
        self._signs.take(targets, out=self._sign[0], mode="clip")

    def error(self, z: Array, e: Array) -> Bend:
        """E = rate (2 y - 1) σ(v)."""
        do = self._tape.do
        minus_v, power, d = (self._tape.scratch(*self._shape) for _ in range(3))
        do(np.multiply, self._sign, z, minus_v)
        do(np.fmin, minus_v, self._bound, power)
        do(np.exp, power, power)
        do(np.add, power, self._one, d)
        do(np.divide, self._sign, d, e)
        do(np.multiply, e, self._minus_rate, e)
        self._minus_v = minus_v
        return lambda rz, re: self._bend(power, d, rz, re)

    def _bend(self, power: Array, d: Array, rz: Array, re: Array) -> None:
        """RE = rate σ(v) σ(-v) RZ."""
        do, share = self._tape.do, self._tape.scratch(*self._shape)
        do(np.multiply, d, d, share)
        do(np.divide, power, share, share)
        do(np.multiply, share, self._rate, share)
        do(np.multiply, share, rz, re)

    def values(self, losses: Array) -> None:
        """Mean of log(1 + exp(v))."""
        do, v = self._tape.do, self._tape.scratch(*self._shape)
        do(np.negative, self._minus_v, v)
        do(np.logaddexp, v, self._tape.dtype.type(0), v)
        _mean_of_rows(self._tape, v, losses)


def _mean_of_rows(tape: Tape, values: Array, losses: Array) -> None:
    """Record losses (T,) = mean of values (O, T, n) over outputs and rows."""
    tape.do(np.add.reduce, values, (0, 2), None, losses)
    tape.do(np.divide, losses, tape.dtype.type(values.shape[0] * values.shape[2]), losses)


def _flush(tape: Tape, share: Array) -> None:
    """Round what is far below rounding error to 0: (p + c) - c, with p below 1e-12 (in double precision 1e-46) gone.

    A confident network has shares whose products are subnormal numbers, on which a processor is many times slower.
    """
    c = tape.dtype.type(2.0**-16 if tape.dtype == np.float32 else 2.0**-100)
    tape.do(np.add, share, c, share)
    tape.do(np.subtract, share, c, share)


OUTCOMES: dict[LossName, Callable[[Tape, int, int, int], Any]] = {
    "mse": SquaredError,
    "cross_entropy": SoftmaxCrossEntropy,
    "bce": LogisticLoss,
}
