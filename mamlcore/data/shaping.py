"""From rows as they were found to rows as they are kept: cleaned, pictures sized and turned."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.csv_dialect import column_at
from mamlcore.data.preview import Problem
from mamlcore.data.raw import Raw
from mamlcore.errors import LoadError

TURNS = 4


def cleaned(raw: Raw, choices: Choices) -> tuple[Raw, list[Problem]]:
    """Leave out what the choices leave out, and say what that was."""
    problems = list[Problem]()
    for step in (_without_features, _without_gaps, _without_copies, _without_rare):
        raw, said = step(raw, choices)
        problems += said
    return raw, problems


def _without_features(raw: Raw, choices: Choices) -> tuple[Raw, list[Problem]]:
    if not choices.drop:
        return raw, []
    if raw.x.ndim != 2:
        raise LoadError(f"{raw.name}: pictures have no features to leave out, got {choices.drop[0]!r}")
    names = raw.features_named()
    gone = {column_at(names, word, raw.name) for word in choices.drop}
    kept = [at for at in range(len(names)) if at not in gone]
    if not kept:
        raise LoadError(f"{raw.name}: at least one feature must be kept, all {len(names)} are to be left out")
    return _features(raw, kept), []


def _features(raw: Raw, kept: list[int]) -> Raw:
    names = raw.features_named()
    return replace(raw, x=raw.x[:, kept], feature_names=tuple(names[at] for at in kept))


def _without_gaps(raw: Raw, choices: Choices) -> tuple[Raw, list[Problem]]:
    """Treat rows that lack a number, NaN or infinite, as chosen."""
    if raw.x.dtype.kind != "f":
        return raw, []
    gaps: Array = np.logical_not(np.isfinite(raw.x))
    if not gaps.any():
        return raw, []
    rows: Array = np.any(gaps.reshape(len(gaps), -1), axis=1)
    if choices.missing == "drop-rows":
        said = Problem("missing", "note", f"{rows.sum()} rows that lack a number are left out")
        return raw.rows(~rows), [said]
    if choices.missing == "drop-features" and raw.x.ndim == 2:
        names, columns = raw.features_named(), np.any(gaps, axis=0)
        if columns.all():
            raise LoadError(f"{raw.name}: every feature lacks a number somewhere; leave out the rows instead")
        said = Problem("missing", "note", f"Features that lack numbers are left out: {listed(names, columns)}")
        return _features(raw, np.flatnonzero(~columns).tolist()), [said]
    where = f", in {listed(raw.features_named(), np.any(gaps, axis=0))}" if raw.x.ndim == 2 else ""
    text = (
        f"{rows.sum()} of {len(rows)} rows lack a number (NaN, infinite or empty), first row "
        f"{int(rows.argmax()) + 1}{where}; leave those rows or features out"
    )
    fixes = "drop-rows" if rows.mean() < 0.5 or raw.x.ndim == 3 else "drop-features"
    return raw, [Problem("missing", "error", text, {"missing": fixes})]


def listed(names: tuple[str, ...], mask: Array, most: int = 5) -> str:
    """Return the chosen names in words: ``'a', 'b' and 3 more``."""
    chosen = [repr(names[at]) for at in np.flatnonzero(mask)[: most + 1]]
    more = int(mask.sum()) - most
    return ", ".join(chosen[:most]) + (f" and {more} more" if more > 0 else "")


def first_of_copies(x: Array) -> Array:
    """Return (n,) for each row the number of the first row that is its exact copy (its own when there is none)."""
    seen: dict[bytes, int] = {}
    rows = enumerate(np.ascontiguousarray(x))
    return np.array([seen.setdefault(blake2b(row, digest_size=16).digest(), at) for at, row in rows], dtype=int)


def _without_copies(raw: Raw, choices: Choices) -> tuple[Raw, list[Problem]]:
    if choices.duplicates == "keep":
        return raw, []
    kept = first_of_copies(raw.x) == np.arange(len(raw.x))
    if kept.all():
        return raw, []
    return raw.rows(kept), [Problem("duplicates", "note", f"{(~kept).sum()} exact copies of other rows are left out")]


def _without_rare(raw: Raw, choices: Choices) -> tuple[Raw, list[Problem]]:
    """Leave classes with too few rows out."""
    labels = raw.labels.reshape(-1)
    if len(labels) != len(raw.x) or not len(labels) or labels.dtype.kind not in "biufU":
        return raw, []  # the table's own check says so
    values, y, counts = np.unique(labels, return_inverse=True, return_counts=True)
    rare = counts < choices.min_rows
    if not rare.any():
        return raw, []
    kept = ~rare[y]
    if not kept.any():
        raise LoadError(f"{raw.name}: no class has {choices.min_rows} rows; is the label column the right one?")
    names = raw.class_names if raw.class_names is not None and values.dtype.kind in "iu" else None
    words = tuple(names[value] if names and 0 <= value < len(names) else str(value) for value in values)
    text = f"Classes with fewer than {choices.min_rows} rows are left out: {listed(words, rare)}"
    return raw.rows(kept), [Problem("rare", "warning", text)]


def turned(raw: Raw) -> Raw:
    """Add every class turned by 90, 180 and 270 degrees as a class of its own (the papers' fourfold Omniglot).

    A class and its turns stay in one group: they may not be divided. Pictures must be square.
    """
    if raw.x.ndim != 3 or raw.x.shape[1] != raw.x.shape[2]:
        raise LoadError(f"{raw.name}: only square pictures can be turned, got rows of shape {raw.x.shape[1:]}")
    words, y = _names(raw)
    names = tuple(f"{word}{turn}" for word in words for turn in ("", " +90", " +180", " +270"))
    x = np.concatenate(list(_turns(raw.x)))
    labels = np.concatenate([y * TURNS + turn for turn in range(TURNS)])
    groups = raw.groups if raw.groups is not None else np.array(words)[y]
    splits = None if raw.splits is None else np.tile(raw.splits, TURNS)
    return replace(raw, x=x, labels=labels, class_names=names, groups=np.tile(groups, TURNS), splits=splits)


def _turns(x: Array) -> Iterator[Array]:
    for turn in range(TURNS):
        yield np.rot90(x, turn, axes=(1, 2))


def _names(raw: Raw) -> tuple[tuple[str, ...], Array]:
    values, y = np.unique(raw.labels.reshape(-1), return_inverse=True)
    if (
        raw.class_names is not None
        and values.dtype.kind in "iu"
        and 0 <= values[0] <= values[-1] < len(raw.class_names)
    ):
        return tuple(raw.class_names[value] for value in values), y
    return tuple(str(value) for value in values), y
