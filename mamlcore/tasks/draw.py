"""Drawing without replacement for many tasks at once, and rows by class."""

import numpy as np

from mamlcore.arrays import Array
from mamlcore.errors import LabError


def distinct(rng: np.random.Generator, sizes: Array, count: int) -> Array:
    """Return (len(sizes), count): in each row ``count`` different numbers below its size, in random order.

    Every ordered choice is equally likely. Floyd's algorithm (Bentley & Floyd 1987) for all rows at once, then
    a shuffle, since Floyd's order is not random: cost and memory do not grow with the sizes, and nothing is
    rejected. sizes (n,) integers. Raises LabError when one is below count.
    """
    if sizes.min(initial=count) < count:
        raise LabError(
            f"There must be {count} to draw {count} different ones, got {sizes.min()}; ask for fewer rows or ways"
        )
    uniform = rng.random((count, len(sizes)))
    picks = np.empty((count, len(sizes)), dtype=np.int64)
    for i in range(count):
        last = sizes - count + i
        pick = (uniform[i] * (last + 1)).astype(np.int64)
        taken = (picks[:i] == pick).any(axis=0)
        picks[i] = np.where(taken, last, pick)
    order = np.argsort(rng.random((len(sizes), count)), axis=1)
    return np.take_along_axis(picks.T, order, axis=1)


def labels_by_class(n_tasks: int, n_way: int, rows: int) -> Array:
    """Return (T, N*rows) labels 0..N-1, ``rows`` of each in turn."""
    return np.tile(np.repeat(np.arange(n_way), rows), (n_tasks, 1))
