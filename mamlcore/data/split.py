"""Which classes of a data set train, validate and test; and how rows are put on one scale by the training ones."""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.table import Table
from mamlcore.errors import LoadError

#: Classes for (train, validation, test). Letters: three splits. Digits: too few for a validation split.
BUNDLED_SIZES = {"letters": (15, 5, 6), "digits": (6, 0, 4)}
ENOUGH_FOR_THREE = 15  # classes
CLIP = 8.0


class Rows(NamedTuple):
    """The rows of one split, class by class."""

    ids: Array  # (P,) the split's classes, as numbered in the table
    order: Array  # row numbers of the table, sorted by class
    starts: Array  # (P,) where each class begins in order
    counts: Array  # (P,)


class Split(NamedTuple):
    """Training, validation and test rows: no row is in two; test shares no class with the others."""

    train: Rows
    validation: Rows
    test: Rows
    shares_classes: bool  # validation has the training classes (other rows): there are too few for its own


def largest_way(table: Table) -> int:
    """Return how many classes a task can have at most: what the smallest split can be given."""
    train, validation, test = split_sizes(table, 20)
    return min(train, validation or train, test)


def split_sizes(table: Table, n_way: int) -> tuple[int, int, int]:
    """Return the number of classes to train, validate and test on.

    A bundled set's are fixed. A user's set of 15 classes or more gives 19 % to validation and 23 % to test,
    more when n_way asks for it, up to a third; a smaller one 40 % to test (up to half) and none to validation,
    which then gets a quarter of the rows of the training classes. Raises LoadError below 4 classes.
    """
    if table.name in BUNDLED_SIZES:
        return BUNDLED_SIZES[table.name]
    n = table.n_classes
    if n < 4:
        raise LoadError(
            f"{table.name}: there must be at least 4 classes, 2 to train on and 2 others to test on, got {n}"
        )
    if n < ENOUGH_FOR_THREE:
        test = max(round(0.4 * n), min(n_way, n // 2))
        return n - test, 0, test
    test = max(round(0.23 * n), min(n_way, n // 3))
    validation = max(round(0.19 * n), min(n_way, n // 3))
    return n - validation - test, validation, test


def class_split(table: Table, n_way: int, seed: int) -> Split:
    """Divide the classes at random by the seed (which is a setting: nothing else moves a class)."""
    rng = np.random.default_rng(seed)
    train, validation, _ = split_sizes(table, n_way)
    order = rng.permutation(table.n_classes)
    ids = [np.sort(part) for part in np.split(order, [train, train + validation])]
    every = np.ones(len(table.y), dtype=bool)
    test = _rows(table, ids[2], every)
    if validation:
        return Split(_rows(table, ids[0], every), _rows(table, ids[1], every), test, shares_classes=False)
    aside = _a_quarter(table, rng)
    return Split(_rows(table, ids[0], ~aside), _rows(table, ids[0], aside), test, shares_classes=True)


def _a_quarter(table: Table, rng: np.random.Generator) -> Array:
    """Return (n,) booleans: a quarter of the rows of each class, at least one, chosen at random."""
    order = np.lexsort((rng.random(len(table.y)), table.y))
    counts = table.counts()
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    aside = np.empty(len(order), dtype=bool)
    aside[order] = rank < np.repeat(np.maximum(counts // 4, 1), counts)
    return aside


def _rows(table: Table, ids: Array, mask: Array) -> Rows:
    chosen = np.flatnonzero(np.isin(table.y, ids) & mask)
    order = chosen[np.argsort(table.y[chosen], kind="stable")]
    counts = np.bincount(table.y[chosen], minlength=table.n_classes)[ids]
    return Rows(ids, order, np.cumsum(counts) - counts, counts)


def scaled(table: Table, train: Rows, dtype: np.dtype[np.generic]) -> Array:
    """Return all rows (n, D) on one scale, learned from the training rows only.

    Features: their mean and deviation become 0 and 1, cut at +-8 (a constant feature becomes 0). Pictures: the
    smallest and largest value become 0 and 1.
    """
    x = table.x.astype(np.float64)
    seen = x[train.order]
    if table.image_shape is not None:
        low, high = seen.min(), seen.max()
        x -= low
        x /= (high - low) or 1.0
    else:
        deviation = seen.std(axis=0)
        x -= seen.mean(axis=0)
        x /= np.where(deviation > 0, deviation, 1.0)
    return np.clip(x, -CLIP, CLIP, out=x).astype(dtype)
