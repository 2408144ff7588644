"""What a fast form is prepared for: sizes, dtype and kind of one meta-gradient."""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import LossName
from mamlcore.network import Activation


class Sizes(NamedTuple):
    """Everything that decides which calls are made; the numbers themselves come later."""

    widths: tuple[int, ...]  # input and output included
    n_tasks: int  # T
    support: int  # n, support rows of a task
    query: int  # m, query rows of a task
    steps: int  # S >= 1
    loss: LossName
    activation: Activation
    first_order: bool
    dtype: str  # "float32" or "float64"
    bias: bool = True  # False: the constant column is 0, so that biases neither act nor move

    @property
    def outputs(self) -> int:
        """Columns kept for the outputs: matmul has no fast path for a single one, so that gets a zero beside it."""
        return max(2, self.widths[-1])

    @property
    def width_pairs(self) -> list[tuple[int, int]]:
        """(a, b) of every layer, with the outputs as they are kept."""
        ends = (*self.widths[1:-1], self.outputs)
        return list(zip(self.widths[:-1], ends, strict=True))


def flat(rows: Array) -> Array:
    """Return (T, n, w) as (T n, w) without copying; the rows must be evenly spaced."""
    merged = rows.reshape(-1, rows.shape[-1])
    assert np.may_share_memory(merged, rows), "rows of all tasks must be evenly spaced"
    return merged


def evenly_spaced(rows: Array) -> bool:
    """Tell whether the rows (T, n, w) of all tasks follow each other at one distance."""
    return rows.shape[0] == 1 or rows.shape[1] == 1 or rows.strides[0] == rows.shape[1] * rows.strides[1]


def turned(array: Array) -> Array:
    """Return the transpose of each matrix."""
    return np.swapaxes(array, -1, -2)
