"""Labelled rows from an .npz file, read with nothing taken on trust: no pickles, no bombs, no lies about size."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.preview import Detected, Problem
from mamlcore.data.raw import Raw, part
from mamlcore.data.table import SPLITS, Table, checked_table
from mamlcore.errors import LoadError
from mamlcore.evaluate import Progress
from mamlcore.npz import FOREIGN, checked_members, opened, read_array

FEATURES = ("X", "x", "features", "embeddings", "data")
LABELS = ("y", "labels", "label", "targets")
_PARTS = {"train": "train", "val": "validation", "valid": "validation", "validation": "validation",
          "dev": "validation", "test": "test"}  # fmt: skip
_OF_A_PART = re.compile(rf"(?i)(?:x|features|embeddings|data|images)_({'|'.join(_PARTS)})")


def read_npz(path: Path, name: str, progress: Progress | None = None) -> Table:
    """Read a file that holds what :func:`read` describes, as it is.

    Raises LoadError, and no other error, for whatever is wrong with the file.
    """
    raw = _raw(path, name, progress or (lambda share: None))
    return checked_table(name, raw.x, raw.labels, raw.class_names, raw.groups, raw.splits, raw.feature_names)


def read(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read features (``X``, ``features``, ...) and labels (``y``, ``labels``, ...), or the same for each split.

    Optional: ``class_names``, ``feature_names``, ``group`` and ``split``, for each class or each row. Splits come as
    ``X_train``, ``y_train``, ``X_val`` ..., or as ``train``, ``val``, ``test`` of shape (classes, per_class, ...).
    """
    return _raw(paths[0], paths[0].name, progress)


class _Arrays(Mapping[str, Array]):
    """The arrays of an open archive, each read when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, name: str, progress: Progress) -> None:
        members = checked_members(archive, name, FOREIGN)
        self._entries = {file.removesuffix(".npy"): entry for file, entry in members.items()}
        self._total, self._done = sum(entry.file_size for entry in self._entries.values()) or 1, 0
        self._archive, self._name, self._progress = archive, name, progress
        progress(0.0)

    def __getitem__(self, key: str) -> Array:
        entry = self._entries[key]
        report = part(self._progress, self._done / self._total, (self._done + entry.file_size) / self._total)
        self._done += entry.file_size
        return read_array(self._archive, entry, self._name, range(1, 7), report)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def one_of(self, keys: tuple[str, ...]) -> str:
        """Return the only one of the keys that is there."""
        found = [key for key in keys if key in self._entries]
        if len(found) != 1:
            got = ", ".join(found) if found else ", ".join(list(self)[:8]) or "none"
            raise LoadError(
                f"{self._name}: exactly one array must be called {', '.join(keys[:-1])} or {keys[-1]}, got {got}"
            )  # fmt: skip
        return found[0]


def _raw(path: Path, name: str, progress: Progress) -> Raw:
    with opened(path, name, "an .npz file") as archive:
        arrays = _Arrays(archive, name, progress)
        keys = {found[1].lower(): key for key in arrays if (found := _OF_A_PART.fullmatch(key))}
        if keys:
            return _pre_split(arrays, {_PARTS[word]: key for word, key in keys.items()}, name)
        by_class = {_PARTS[key.lower()]: key for key in arrays if key.lower() in _PARTS}
        if by_class and not any(key in arrays for key in (*FEATURES, *LABELS)):
            return by_class_arrays({split: arrays[key] for split, key in by_class.items()}, name)
        return _plain(arrays, name)


def _plain(arrays: _Arrays, name: str) -> Raw:
    x = as_rows(arrays[arrays.one_of(FEATURES)], name)
    labels = arrays[arrays.one_of(LABELS)]
    names = _text(arrays, "class_names", name)
    return Raw(
        name, x, labels, names, _for_each_row(arrays, "group", labels, names, name),
        _for_each_row(arrays, "split", labels, names, name), _text(arrays, "feature_names", name) or (),
    )  # fmt: skip


def _pre_split(arrays: _Arrays, keys: Mapping[str, str], name: str) -> Raw:
    """Put X_train, X_val ... below each other, with what each row's split is."""
    parts, labels = [], []
    for split in (split for split in SPLITS if split in keys):
        ending = keys[split].rpartition("_")[2]
        of_labels = tuple(f"{key}_{ending}" for key in (*LABELS, "Y"))
        parts.append(as_rows(arrays[keys[split]], name))
        labels.append(arrays[arrays.one_of(of_labels)].reshape(-1))
    if len({rows.shape[1:] for rows in parts}) > 1:
        shapes = ", ".join(str(rows.shape) for rows in parts)
        raise LoadError(f"{name}: the splits must have rows of one shape, got {shapes}")
    lengths = [len(rows) for rows in labels]
    splits = np.repeat([split for split in SPLITS if split in keys], lengths)
    return Raw(name, np.concatenate(parts), np.concatenate(labels), _text(arrays, "class_names", name),
               splits=splits, detected=(_layout(f"One pair of arrays for each of {', '.join(keys)}"),))  # fmt: skip


def by_class_arrays(arrays: Mapping[str, Array], name: str) -> Raw:
    """Lay arrays of shape (classes, per_class, ...) out as rows; ``arrays`` go by split, or by "" for no split."""
    rows, labels, splits, class_names = [], [], [], list[str]()
    for split, array in arrays.items():
        if array.ndim < 3:
            raise LoadError(f"{name}: an array of a split must have shape (classes, per class, ...), got {array.shape}")
        n_classes, per_class = array.shape[:2]
        rows.append(as_rows(array.reshape(n_classes * per_class, *array.shape[2:]), name))
        labels.append(np.repeat(len(class_names) + np.arange(n_classes), per_class))
        width = len(str(n_classes))
        class_names += [f"{split}/{i:0{width}}".lstrip("/") for i in range(1, n_classes + 1)]
        splits.append(np.full(n_classes * per_class, split))
    if len({part_.shape[1:] for part_ in rows}) > 1:
        raise LoadError(f"{name}: the splits must have rows of one shape, got {[r.shape for r in rows]}")
    said = Problem("by_class", "note", "The array's first axis was taken for classes and its second for their rows")
    return Raw(
        name, np.concatenate(rows), np.concatenate(labels), tuple(class_names),
        splits=np.concatenate(splits) if any(arrays) else None, problems=(said,),
        detected=(_layout("Arrays of shape (classes, per class, ...)"),),
    )  # fmt: skip


def _layout(text: str) -> Detected:
    return Detected("format", "npz", text)


def as_rows(x: Array, name: str) -> Array:
    """Return rows (n, D) or grey pictures (n, h, w) of what may have axes of length 1 and colours.

    Raises LoadError for other shapes.
    """
    if x.ndim > 3:
        x = x.reshape(len(x), *(length for length in x.shape[1:] if length != 1))
    x = x[:, None] if x.ndim == 1 and len(x) else x
    if x.ndim == 4 and x.dtype.kind in "uif":
        axis = 3 if x.shape[3] in (3, 4) else 1 if x.shape[1] == 3 else None
        if axis is not None:
            x = x.take(range(3), axis=axis).mean(axis=axis, dtype=np.float32).astype(x.dtype)
    if x.ndim not in (2, 3) or min(x.shape) < 1:
        raise LoadError(f"{name}: features must be rows x columns or pictures x height x width, got shape {x.shape}")
    return x


def _text(arrays: _Arrays, key: str, name: str) -> tuple[str, ...] | None:
    if key not in arrays:
        return None
    array = arrays[key]
    if array.ndim != 1 or array.dtype.kind != "U":
        raise LoadError(f"{name}: {key} must be a list of text, got {array.dtype} of shape {array.shape}")
    return tuple(str(text) for text in array)


def _for_each_row(arrays: _Arrays, key: str, labels: Array, names: tuple[str, ...] | None, name: str) -> Array | None:
    """Return the file's text for each row; a text for each class is handed on to its rows."""
    given = _text(arrays, key, name)
    if given is None:
        return None
    words = np.array(given)
    if len(words) == len(labels):
        return words
    values, y = np.unique(labels, return_inverse=True)
    whole = names is not None and labels.dtype.kind in "iu" and len(values) and values[0] >= 0
    if whole and names is not None and len(words) == len(names) > values[-1]:
        return words[labels.reshape(-1)]
    if len(words) != len(values):
        raise LoadError(
            f"{name}: {key} must name one for each class or each row, got {len(words)} for {len(values)} classes"
        )
    return words[y.reshape(-1)]
