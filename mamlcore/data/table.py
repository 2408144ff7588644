"""Table: labelled rows as read from a file, checked; and the caps that every reader keeps to."""

from dataclasses import dataclass

import numpy as np

from mamlcore.arrays import Array, frozen
from mamlcore.errors import LoadError

MAX_ROWS = 1_000_000
MAX_FEATURES = 4096
MAX_BYTES = 512 * 2**20  # of the arrays in memory and of a file on disk
SPLITS = ("train", "validation", "test")
MAX_MAGNITUDE = 1e30  # squares of larger values overflow when a feature is standardised


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows and their classes, in the order of the file. Shared between threads: never changed."""

    name: str  # as said in messages
    x: Array  # (n, D) numbers as stored
    y: Array  # (n,) classes 0..C-1
    class_names: tuple[str, ...]  # C names, sorted
    image_shape: tuple[int, int] | None = None  # when a row is a picture, row by row
    groups: tuple[str, ...] = ()  # C names of what a class split never divides (alphabets), when there are such
    splits: tuple[str, ...] = ()  # C of "train", "validation", "test", when the file itself divides the classes
    feature_names: tuple[str, ...] = ()  # D names, when the file has them

    @property
    def n_classes(self) -> int:
        """C."""
        return len(self.class_names)

    def counts(self) -> Array:
        """Return (C,): the rows of each class."""
        return np.bincount(self.y, minlength=self.n_classes)


def checked_table(
    name: str,
    x: Array,
    labels: Array,
    names: tuple[str, ...] | None = None,
    groups: Array | None = None,
    splits: Array | None = None,
    feature_names: tuple[str, ...] = (),
) -> Table:
    """Build a table from x (n, D) or pictures (n, h, w) and labels (n,), numbers or text.

    names: what the whole numbers 0..C-1 in labels stand for. groups and splits are (n,) text; they are kept when
    every class lies in one group, and in one of train, validation, test. Raises LoadError with file, rule, value.
    """
    if x.ndim not in (2, 3) or min(x.shape) < 1:
        raise LoadError(f"{name}: features must be rows x columns or pictures x height x width, got shape {x.shape}")
    shape = (int(x.shape[1]), int(x.shape[2])) if x.ndim == 3 else None
    x = x.reshape(len(x), -1)
    _check_features(name, x)
    y, class_names = _classes(name, labels, len(x), names)
    rare = int(np.argmin(np.bincount(y)))
    if np.bincount(y)[rare] < 2:
        raise LoadError(
            f"{name}: every class needs at least 2 rows, {class_names[rare]!r} has 1; "
            "drop it, or see whether the label column is the right one"
        )
    of_class = {"groups": of_classes(y, groups), "splits": of_classes(y, splits)}
    if not set(of_class["splits"]) <= set(SPLITS) or len(feature_names) not in (0, x.shape[1]):
        raise LoadError(
            f"{name}: a split must be {', '.join(SPLITS)}, and feature_names as many as the {x.shape[1]} features, "
            f"got {sorted(set(of_class['splits']))[:4]} and {len(feature_names)} names"
        )
    return Table(name, frozen(np.ascontiguousarray(x)), frozen(y), class_names, shape, **of_class,
                 feature_names=feature_names)  # fmt: skip


def of_classes(y: Array, words: Array | None) -> tuple[str, ...]:
    """Return for each class the word that all its rows have; nothing when a class has two, or there are no words."""
    if words is None or len(words) != len(y):
        return ()
    order = np.argsort(y, kind="stable")
    starts = np.flatnonzero(np.diff(y[order], prepend=-1))
    first = words[order[starts]]
    return tuple(str(word) for word in first) if (words == first[y]).all() else ()


def _check_features(name: str, x: Array) -> None:
    if x.dtype.kind not in "biuf" or x.dtype.itemsize > 8:
        raise LoadError(f"{name}: features must be numbers of at most 64 bits, got type {x.dtype}")
    if len(x) > MAX_ROWS or x.shape[1] > MAX_FEATURES or x.nbytes > MAX_BYTES:
        raise LoadError(
            f"{name}: there may be at most {MAX_ROWS} rows, {MAX_FEATURES} features and {MAX_BYTES >> 20} MB, "
            f"got {len(x)} rows of {x.shape[1]}; use a part of it"
        )
    if x.dtype.kind == "f":
        bad = np.argwhere(~(np.abs(x) <= MAX_MAGNITUDE))
        if len(bad):
            row, column = bad[0]
            raise LoadError(
                f"{name}: features must be finite and below {MAX_MAGNITUDE:g}, row {row + 1}, column {column + 1} "
                f"holds {x[row, column]:g}; fill or drop such rows"
            )


def _classes(name: str, labels: Array, n_rows: int, names: tuple[str, ...] | None) -> tuple[Array, tuple[str, ...]]:
    """Return labels as (n,) numbers 0..C-1 and the C names."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.shape != (n_rows,):
        raise LoadError(f"{name}: there must be one label for each of {n_rows} rows, got shape {labels.shape}")
    if labels.dtype.kind == "f" and np.isfinite(labels).all() and (labels == np.round(labels)).all():
        labels = labels.astype(np.int64) if np.abs(labels).max() < 2**53 else labels
    if labels.dtype.kind not in "biuU":
        raise LoadError(f"{name}: labels must be whole numbers or text, got type {labels.dtype}, such as {labels[0]}")
    values, y = np.unique(labels, return_inverse=True)
    if len(values) < 2:
        raise LoadError(
            f"{name}: there must be at least 2 classes, got {len(values)}; is the label column the right one?"
        )
    if names is not None and labels.dtype.kind in "iu" and values[0] >= 0 and values[-1] < len(names):
        return y.astype(np.int64), tuple(names[value] for value in values)
    return y.astype(np.int64), tuple(str(value) for value in values)
