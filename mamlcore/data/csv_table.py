"""Labelled rows from a .csv file as spreadsheets write it: comma, semicolon or tab, header or none."""

import csv
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NoReturn

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.table import MAX_BYTES, MAX_FEATURES, MAX_ROWS, Table, checked_table
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress

REPORT_LINES = 1000  # between two reports of progress
LABEL_NAMES = ("label", "class", "target", "y")


def read_csv(path: Path, name: str, progress: Progress | None = None) -> Table:
    """Read numbers and one label column: the one called label, class, target or y, else the last.

    Text is UTF-8; with semicolons or tabs between columns a comma may be the decimal mark.
    ``progress`` is told the share read and may raise Cancelled.
    Raises LoadError, and no other error, for whatever is wrong with the file.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LoadError(f"{name}: must be at most {MAX_BYTES >> 20} MB, got {size >> 20} MB; use a part of it")
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            lines = _lines(csv.reader(_reported(file, size, progress), delimiter=delimiter), name)
            return _table(lines, name, decimal_comma=delimiter != ",")
    except (LoadError, Cancelled):
        raise
    except UnicodeDecodeError:
        raise LoadError(f"{name}: must be UTF-8 text; save it as CSV UTF-8") from None
    except Exception as error:  # csv.Error, OSError, MemoryError
        reason = " ".join(str(error).split())
        raise LoadError(f"{name}: must be a readable CSV file, got: {reason}; save it anew") from None


def _reported(file: Iterable[str], size: int, progress: Progress | None) -> Iterator[str]:
    """Pass lines on, and tell now and then how far the file has been read."""
    done = 0
    for number, line in enumerate(file):
        done += len(line)
        if progress is not None and number % REPORT_LINES == 0:
            progress(min(done / max(size, 1), 1.0))
        yield line


def _delimiter(line: str) -> str:
    return "\t" if "\t" in line else ";" if ";" in line else ","


def _lines(reader: Iterable[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled lines with their numbers, all of one length, within the caps."""
    width = n_rows = 0
    for number, row in enumerate(reader, 1):
        if not any(cell.strip() for cell in row):
            continue
        width, n_rows = width or len(row), n_rows + 1
        if len(row) != width:
            raise LoadError(
                f"{name}: every line must have {width} columns as the first has, line {number} has {len(row)}"
            )  # fmt: skip
        if n_rows > MAX_ROWS + 1 or width > MAX_FEATURES + 1 or 8 * n_rows * width > MAX_BYTES:
            raise LoadError(
                f"{name}: there may be at most {MAX_ROWS} rows, {MAX_FEATURES} features and {MAX_BYTES >> 20} MB "
                "of numbers; use a part of it"
            )
        yield number, row
    if width < 2:
        raise LoadError(f"{name}: must have at least one feature column and a label column")


def _table(lines: Iterator[tuple[int, list[str]]], name: str, *, decimal_comma: bool) -> Table:
    """Tell header and label column from the first line; collect numbers and labels line by line."""
    first = next(lines, (0, []))
    at, has_header = _label_column(first[1], name, decimal_comma)
    values, labels = array("d"), list[str]()
    for number, row in lines if has_header else chain([first], lines):
        label = row.pop(at).strip()
        numbers = [_number(cell, decimal_comma) for cell in row]
        if None in numbers or not label:
            _refuse(number, row, numbers, name)
        values.extend(numbers)  # type: ignore[arg-type]  # None was refused
        labels.append(label)
    if not labels:
        raise LoadError(f"{name}: must have rows below its header line")
    return checked_table(name, np.frombuffer(values).reshape(len(labels), -1), _labels(labels, decimal_comma))


def _label_column(first: list[str], name: str, decimal_comma: bool) -> tuple[int, bool]:
    """Return the column of the labels and whether the first line is a header."""
    found = [column for column, cell in enumerate(first) if cell.strip().casefold() in LABEL_NAMES]
    if len(found) > 1:
        titles = ", ".join(first[column].strip() for column in found)
        raise LoadError(
            f"{name}: only one column may be called {', '.join(LABEL_NAMES)}, got {titles}; rename the others"
        )  # fmt: skip
    if found:
        return found[0], True
    return len(first) - 1, any(_number(cell, decimal_comma) is None for cell in first[:-1])


def _refuse(line: int, row: list[str], numbers: list[float | None], name: str) -> NoReturn:
    if None not in numbers:
        raise LoadError(f"{name}: every row must have a label, line {line} has none; fill it or drop the row")
    raise LoadError(
        f"{name}: features must be numbers, line {line} holds {row[numbers.index(None)][:40]!r}; "
        "fill it or drop the column, and call the label column label, class, target or y"
    )


def _labels(cells: list[str], decimal_comma: bool) -> Array:
    numbers = [_number(cell, decimal_comma) for cell in cells]
    return np.array(cells) if None in numbers else np.array(numbers, dtype=np.float64)


def _number(cell: str, decimal_comma: bool) -> float | None:
    """Return a cell's number, None when it is none: no 1_000, no 1.234,5."""
    cell = cell.strip()
    if decimal_comma and "." not in cell:
        cell = cell.replace(",", ".", 1)
    if "_" in cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return None
