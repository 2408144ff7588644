"""Labelled rows from a .csv file as spreadsheets write it: comma, semicolon or tab, header or none."""

import csv
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NoReturn, TextIO

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.csv_dialect import MISSING, SAMPLE_LINES, Dialect, dialect, number, split_word
from mamlcore.data.preview import Problem
from mamlcore.data.raw import Raw
from mamlcore.data.table import MAX_BYTES, MAX_FEATURES, MAX_ROWS, Table, checked_table
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress

REPORT_LINES = 1000  # between two reports of progress
MAX_LINE = 2**20  # characters of a line


def read_csv(path: Path, name: str, progress: Progress | None = None) -> Table:
    """Read numbers and one label column: the one called label, class, target, y or species, else the last.

    Text is UTF-8; with semicolons or tabs between columns a comma may be the decimal mark. Nothing is left out: a
    cell that is no number refuses the file. ``progress`` is told the share read and may raise Cancelled.
    Raises LoadError, and no other error, for whatever is wrong with the file.
    """
    raw = _read(path, name, Choices(), progress, strict=True)
    return checked_table(name, raw.x, raw.labels, None, raw.groups, raw.splits, raw.feature_names)


def read(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read as :func:`read_csv` does, but by the choices: gaps become NaN, columns of text are left out and named."""
    return _read(paths[0], paths[0].name, choices, progress, strict=False)


def _read(path: Path, name: str, choices: Choices, progress: Progress | None, *, strict: bool) -> Raw:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LoadError(f"{name}: must be at most {MAX_BYTES >> 20} MB, got {size >> 20} MB; use a part of it")
        with path.open(encoding="utf-8-sig", newline="") as file:
            form = dialect(list(islice(_capped(file), SAMPLE_LINES)), choices, name)
            file.seek(0)
            lines = _lines(csv.reader(_reported(_capped(file), size, progress), delimiter=form.separator), name)
            return _Rows(form, name, strict).raw(lines)
    except (LoadError, Cancelled):
        raise
    except UnicodeDecodeError:
        raise LoadError(f"{name}: must be UTF-8 text; save it as CSV UTF-8") from None
    except Exception as error:  # csv.Error, OSError, MemoryError
        reason = " ".join(str(error).split())
        raise LoadError(f"{name}: must be a readable CSV file, got: {reason}; save it anew") from None


def _capped(file: TextIO) -> Iterator[str]:
    while line := file.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise ValueError(f"a line of more than {MAX_LINE} characters")
        yield line


def _reported(file: Iterable[str], size: int, progress: Progress | None) -> Iterator[str]:
    """Pass lines on, and tell now and then how far the file has been read."""
    done = 0
    for at, line in enumerate(file):
        done += len(line)
        if progress is not None and at % REPORT_LINES == 0:
            progress(min(done / max(size, 1), 1.0))
        yield line


def _lines(reader: Iterable[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled lines with their numbers, all of one length, within the caps."""
    width = n_rows = 0
    for at, row in enumerate(reader, 1):
        if not any(cell.strip() for cell in row):
            continue
        width, n_rows = width or len(row), n_rows + 1
        if len(row) != width:
            raise LoadError(
                f"{name}: every line must have {width} columns as the first has, line {at} has {len(row)}"
            )  # fmt: skip
        if n_rows > MAX_ROWS + 1 or width > MAX_FEATURES + 3 or 8 * n_rows * width > MAX_BYTES:
            raise LoadError(
                f"{name}: there may be at most {MAX_ROWS} rows, {MAX_FEATURES} features and {MAX_BYTES >> 20} MB "
                "of numbers; use a part of it"
            )
        yield at, row


class _Rows:
    """Collects numbers and words line by line."""

    def __init__(self, form: Dialect, name: str, strict: bool) -> None:
        self.form, self.name, self.strict = form, name, strict
        self.values = array("d")
        self.words: dict[str, list[str]] = {"label": [], "group": [], "split": []}
        aside = {form.label, form.group, form.split} - {None}
        texts = {at for at, column in enumerate(form.columns) if column.kind == "text"} - aside
        self.left_out = set() if strict else texts
        self.features = [at for at in range(len(form.titles)) if at not in aside | self.left_out]
        self.odd: dict[int, tuple[int, str]] = {}  # column -> the first line with a word among the numbers

    def raw(self, lines: Iterator[tuple[int, list[str]]]) -> Raw:
        """Read all lines."""
        form = self.form
        for at, row in islice(lines, int(form.has_header), None):
            self._add(at, row)
        if not self.words["label"]:
            raise LoadError(f"{self.name}: must have rows below its header line")
        if not self.features:
            raise LoadError(f"{self.name}: must have a feature column of numbers; say which column holds the labels")
        named = tuple(form.titles[at] for at in self.features) if form.has_header else ()
        x = np.frombuffer(self.values).reshape(-1, len(self.features))
        return Raw(
            self.name, x, _labels(self.words["label"], form.decimal_comma), None,
            np.array(self.words["group"]) if form.group is not None else None,
            np.array(self.words["split"]) if form.split is not None else None,
            named, form.columns, form.detected, tuple(self._problems()),
        )  # fmt: skip

    def _add(self, line: int, row: list[str]) -> None:
        form = self.form
        label = row[form.label].strip()
        for at in self.features:
            value = number(row[at], form.decimal_comma)
            if value is None:
                if self.strict:
                    self._refuse(line, row[at])
                value = np.nan
                if row[at].strip().casefold() not in MISSING:
                    self.odd.setdefault(at, (line, row[at].strip()))
            self.values.append(value)
        if not label:
            raise LoadError(
                f"{self.name}: every row must have a label, line {line} has none; fill it or drop the row"
            )  # fmt: skip
        self.words["label"].append(label)
        for key, column in (("group", form.group), ("split", form.split)):
            if column is not None:
                self.words[key].append(split_word(row[column]) if key == "split" else row[column].strip())

    def _refuse(self, line: int, cell: str) -> NoReturn:
        raise LoadError(
            f"{self.name}: features must be numbers, line {line} holds {cell[:40]!r}; fill it or drop the column, "
            "and call the label column label, class, target or y; or import the file, which lets you choose"
        )

    def _problems(self) -> Iterator[Problem]:
        for at in sorted(self.left_out):
            column = self.form.columns[at]
            yield Problem("text", "warning", f"Column {column.name!r} holds text, such as {column.example[:40]!r}, and "
                          "is left out; choose it as label column if it names the classes")  # fmt: skip
        for at, (line, cell) in self.odd.items():
            title = self.form.titles[at]
            yield Problem("odd", "warning", f"Column {title!r} holds {cell[:40]!r} on line {line} where others hold "
                          "numbers; such cells count as missing", {"drop": (title,)})  # fmt: skip


def _labels(cells: list[str], decimal_comma: bool) -> Array:
    numbers = [number(cell, decimal_comma) for cell in cells]
    return np.array(cells) if None in numbers else np.array(numbers, dtype=np.float64)
