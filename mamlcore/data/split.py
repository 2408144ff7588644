"""Which classes of a data set train, validate and test; and how rows are put on one scale by the training ones."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.table import SPLITS, Table
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


class Scale(NamedTuple):
    """How rows (n, D) of the file become rows that a network is trained on: ``(x - offset) / width``, cut at +-8."""

    offset: Array  # (D,)
    width: Array  # (D,)

    def applied(self, x: Array) -> Array:
        """Return rows (n, D) on this scale, as float64."""
        moved = x.astype(np.float64)
        moved -= self.offset
        moved /= self.width
        return np.clip(moved, -CLIP, CLIP, out=moved)


class Split(NamedTuple):
    """Training, validation and test rows: no row is in two; test shares no class with the others."""

    train: Rows
    validation: Rows
    test: Rows
    shares_classes: bool  # validation has the training classes (other rows): there are too few for its own


def largest_way(table: Table, seed: int = 0) -> int:
    """Return how many classes a task can have at most: what the smallest split can be given."""
    train, validation, test = split_sizes(table, 20, seed)
    return min(train, validation or train, test)


def split_sizes(table: Table, n_way: int, seed: int = 0) -> tuple[int, int, int]:
    """Return the number of classes to train, validate and test on.

    A bundled set's are fixed. A user's set of 15 classes or more gives 19 % to validation and 23 % to test,
    more when n_way asks for it, up to a third; a smaller one 40 % to test (up to half) and none to validation,
    which then gets a quarter of the rows of the training classes. Where groups or the file itself divide the
    classes, the sizes are theirs, whatever n_way. Raises LoadError below 4 classes.
    """
    if divided_by(table, seed) != "class":
        train, validation, test = _parts(table, n_way, seed, np.random.default_rng(seed))
        return len(train), len(validation), len(test)
    return _plain_sizes(table, n_way)


def _plain_sizes(table: Table, n_way: int) -> tuple[int, int, int]:
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


def divided_by(table: Table, seed: int) -> Literal["given", "group", "class"]:
    """Tell what divides the classes: the file's own split (seed 0 only), whole groups, or chance alone."""
    if seed == 0 and {"train", "test"} <= set(table.splits):
        return "given"
    return "group" if len(set(table.groups)) > 1 else "class"


def class_split(table: Table, n_way: int, seed: int) -> Split:
    """Divide the classes by the seed (which is a setting: nothing else moves a class).

    Seed 0 is the file's own split where it has one; classes of one group are never divided.
    """
    rng = np.random.default_rng(seed)
    ids = [np.sort(part) for part in _parts(table, n_way, seed, rng)]
    every = np.ones(len(table.y), dtype=bool)
    test = _rows(table, ids[2], every)
    if len(ids[1]):
        return Split(_rows(table, ids[0], every), _rows(table, ids[1], every), test, shares_classes=False)
    aside = _a_quarter(table, rng)
    return Split(_rows(table, ids[0], ~aside), _rows(table, ids[0], aside), test, shares_classes=True)


def _parts(table: Table, n_way: int, seed: int, rng: np.random.Generator) -> list[Array]:
    """Return the training, validation and test classes' numbers."""
    by = divided_by(table, seed)
    if by == "given":
        train, validation, test = (np.flatnonzero(np.array(table.splits) == word) for word in SPLITS)
        if not len(validation):
            train, validation = _held_out(table, train, rng)
        parts = [train, validation, test]
    elif by == "group":
        parts = _by_groups(table, rng)
    else:
        train_size, validation_size, _ = _plain_sizes(table, n_way)
        parts = np.split(rng.permutation(table.n_classes), [train_size, train_size + validation_size])
    if len(parts[0]) < 2 or len(parts[2]) < 2:
        raise LoadError(
            f"{table.name}: training and test need 2 classes each, but divided by {by} they get {len(parts[0])} and "
            f"{len(parts[2])}; take another task.split_seed, or import the file anew, split by class"
        )
    return parts


def _units(table: Table, ids: Array) -> list[Array]:
    """Return the classes among ids in bundles that may not be divided: groups, or single classes."""
    groups = np.array(table.groups)[ids] if table.groups else np.arange(len(ids))
    return [ids[groups == name] for name in np.unique(groups)]


def _held_out(table: Table, train: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Take a sixth of the training classes for validation, in whole groups; none where there are too few."""
    units = _units(table, train)
    if len(units) < 3 or len(train) < ENOUGH_FOR_THREE:
        return train, train[:0]
    taken, kept = _taken(units, rng.permutation(len(units)).tolist(), len(train) / 6)
    return np.concatenate([units[i] for i in kept]), taken


def _by_groups(table: Table, rng: np.random.Generator) -> list[Array]:
    """Deal whole groups out: to test until it has enough classes, then to validation, the others to training.

    A group with more than half of the classes always trains.
    """
    every = np.arange(table.n_classes)
    units = sorted(_units(table, every), key=lambda ids: int(ids[0]))
    order = rng.permutation(len(units)).tolist()
    order.sort(key=lambda i: 2 * len(units[i]) > table.n_classes)
    three = len(units) >= 3 and table.n_classes >= ENOUGH_FOR_THREE
    test, order = _taken(units, order, (0.23 if three else 0.4) * table.n_classes)
    validation, order = _taken(units, order, 0.19 * table.n_classes) if three and len(order) > 1 else (every[:0], order)
    return [np.concatenate([units[i] for i in order]), validation, test]


def _taken(units: list[Array], order: Sequence[int], n_wanted: float) -> tuple[Array, list[int]]:
    """Take units in this order until they hold enough classes, never the last one; return classes and what is left."""
    left, taken = list(order), list[Array]()
    while len(left) > 1 and sum(map(len, taken)) < n_wanted:
        taken.append(units[left.pop(0)])
    return np.concatenate(taken), left


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


def scale_of(table: Table, train: Rows) -> Scale:
    """Return the scale that the training rows set.

    Features: their mean and deviation become 0 and 1 (a constant feature becomes 0). Pictures: the smallest and
    largest value become 0 and 1.
    """
    seen = table.x[train.order].astype(np.float64)
    if table.image_shape is not None:
        low, high = seen.min(), seen.max()
        n_features = seen.shape[1]
        return Scale(np.full(n_features, low), np.full(n_features, (high - low) or 1.0))
    deviation = seen.std(axis=0)
    return Scale(seen.mean(axis=0), np.where(deviation > 0, deviation, 1.0))
