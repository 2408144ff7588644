"""Labelled rows from a Parquet file, by the optional pyarrow: columns of numbers, lists of numbers, a label column."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.csv_dialect import LABEL_NAMES, column_at, label_column, split_word
from mamlcore.data.preview import Column, Detected, Problem
from mamlcore.data.raw import Raw
from mamlcore.data.table import MAX_BYTES, MAX_FEATURES, MAX_ROWS, SPLITS
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress

BATCH = 4096  # rows


def read(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read all columns of numbers as features; a column of lists of one length becomes that many features."""
    path = paths[0]
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError:
        raise LoadError(
            f"{path.name}: Parquet files need pyarrow; install it with pip install 'maml-lab[parquet]', or save as CSV"
        ) from None
    try:
        with parquet.ParquetFile(path, thrift_string_size_limit=2**24, thrift_container_size_limit=2**20) as file:
            return _Reader(file, choices, path.name).raw(progress)
    except (LoadError, Cancelled):
        raise
    except Exception as error:  # pyarrow has a dozen kinds
        reason = " ".join(str(error).split())[:160]
        raise LoadError(f"{path.name}: is damaged or no Parquet file ({reason}); use an intact copy") from None


class _Reader:
    """One open file."""

    def __init__(self, file: Any, choices: Choices, name: str) -> None:
        self.file, self.choices, self.name = file, choices, name
        self.types = import_module("pyarrow").types
        fields = list(file.schema_arrow)
        self.titles = [field.name for field in fields]
        self.kinds = [field.type for field in fields]
        _check_size(file.metadata, name)
        if len(fields) < 2:
            raise LoadError(f"{name}: must have at least one feature column and a label column")
        self.label = label_column(self.titles, choices.label, name, True)
        self.group = column_at(self.titles, choices.group, name) if choices.group else None
        self.split = next((at for at, word in enumerate(self.titles) if word.casefold() == "split"), None)

    def raw(self, progress: Progress) -> Raw:
        aside = {self.label, self.group, self.split} - {None}
        features = [at for at in range(len(self.titles)) if at not in aside and self._is_number(self.kinds[at])]
        out = [at for at in range(len(self.titles)) if at not in aside and at not in features]
        if not features:
            raise LoadError(f"{self.name}: must have a feature column of numbers; say which column holds the labels")
        pieces, words, done = list[Array](), dict[int, list[Any]]({at: [] for at in aside if at is not None}), 0
        total = max(self.file.metadata.num_rows, 1)
        for batch in self.file.iter_batches(BATCH, columns=[self.titles[at] for at in (*features, *words)]):
            progress(min(done / total, 1.0))
            done += batch.num_rows
            by_name = {name: batch.column(at) for at, name in enumerate(batch.schema.names)}
            pieces.append(np.concatenate([self._numbers(by_name[self.titles[at]], at) for at in features], axis=1))
            if 8 * done * pieces[0].shape[1] > MAX_BYTES or len({piece.shape[1] for piece in pieces}) > 1:
                raise LoadError(
                    f"{self.name}: must have lists of one length and at most {MAX_BYTES >> 20} MB of numbers"
                )
            for at, column in words.items():
                column.extend(by_name[self.titles[at]].to_pylist())
        if not done:
            raise LoadError(f"{self.name}: must have rows, got none")
        x, title = np.concatenate(pieces), self.titles[self.label]
        certain = bool(self.choices.label) or title.casefold() in LABEL_NAMES
        detected = Detected("label", title, f"Labels are in column {title!r}", certain)
        return Raw(
            self.name, x, self._labels(words[self.label]), None, self._texts(words, self.group), self._splits(words),
            self._names(features, x.shape[1]), self._columns(), (detected,),
            tuple(self._text_problem(at) for at in out),
        )  # fmt: skip

    def _text_problem(self, at: int) -> Problem:
        said = f"Column {self.titles[at]!r} holds no numbers ({self.kinds[at]}) and is left out"
        return Problem("text", "warning", f"{said}; choose it as label column if it names the classes")

    def _is_number(self, kind: Any) -> bool:
        types = self.types
        if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
            kind = kind.value_type
        return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))

    def _numbers(self, column: Any, at: int) -> Array:
        """Return (n, 1), or (n, length of the lists); gaps become NaN."""
        if not self.types.is_nested(self.kinds[at]):
            return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)[:, None]
        rows = [row if row is not None else () for row in column.to_pylist()]
        length = max(map(len, rows), default=0)
        if length > MAX_FEATURES or any(len(row) not in (0, length) for row in rows):
            raise LoadError(
                f"{self.name}: lists in column {self.titles[at]!r} must have one length of at most {MAX_FEATURES}"
            )  # fmt: skip
        return np.array([row or (np.nan,) * length for row in rows], dtype=np.float64).reshape(len(rows), length)

    def _labels(self, values: list[Any]) -> Array:
        if any(value is None for value in values):
            at = values.index(None) + 1
            raise LoadError(f"{self.name}: every row must have a label, row {at} has none; fill it or drop the row")
        if all(isinstance(value, int | float) for value in values):
            return np.array(values)
        return np.array([str(value) for value in values])

    def _texts(self, words: dict[int, list[Any]], at: int | None) -> Array | None:
        return None if at is None else np.array([str(word) for word in words[at]])

    def _splits(self, words: dict[int, list[Any]]) -> Array | None:
        if self.split is None or self.split == self.label:
            return None
        found = np.array([split_word(str(word)) for word in words[self.split]])
        return found if set(found.tolist()) <= set(SPLITS) else None

    def _names(self, features: list[int], n_features: int) -> tuple[str, ...]:
        if len(features) == n_features:
            return tuple(self.titles[at] for at in features)
        return ()

    def _columns(self) -> tuple[Column, ...]:
        head = next(self.file.iter_batches(1000), None)
        found = []
        for at, title in enumerate(self.titles):
            values = [] if head is None else [str(value) for value in head.column(at).to_pylist() if value is not None]
            distinct = len(set(values))
            is_real = self.types.is_floating(self.kinds[at]) or self.types.is_nested(self.kinds[at])
            may = 2 <= distinct <= max(2, len(values) // 2) and not is_real
            kind: Literal["number", "text"] = "number" if self._is_number(self.kinds[at]) else "text"
            found.append(Column(title, kind, distinct, len(values), values[0][:80] if values else "", may))
        return tuple(found)


def _check_size(metadata: Any, name: str) -> None:
    size = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    n_rows, n_columns = metadata.num_rows, metadata.num_columns
    if n_rows > MAX_ROWS or n_columns > MAX_FEATURES + 3 or size > MAX_BYTES:
        raise LoadError(
            f"{name}: there may be at most {MAX_ROWS} rows, {MAX_FEATURES} features and {MAX_BYTES >> 20} MB, got "
            f"{n_rows} rows of {n_columns} and {size >> 20} MB; use a part of it"
        )
