"""Labelled rows from a .csv file as spreadsheets write it: comma, semicolon or tab, header or none."""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.table import MAX_BYTES, MAX_FEATURES, MAX_ROWS, Table, checked_table
from mamlcore.errors import LoadError

LABEL_NAMES = ("label", "class", "target", "y")


def read_csv(path: Path, name: str) -> Table:
    """Read numbers and one label column: the one called label, class, target or y, else the last.

    Text is UTF-8; with semicolons or tabs between columns a comma may be the decimal mark.
    Raises LoadError, and no other error, for whatever is wrong with the file.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LoadError(f"{name}: must be at most {MAX_BYTES >> 20} MB, got {size >> 20} MB; use a part of it")
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            rows = _rows(csv.reader(file, delimiter=delimiter), name)
        return _table(rows, name, decimal_comma=delimiter != ",")
    except LoadError:
        raise
    except UnicodeDecodeError:
        raise LoadError(f"{name}: must be UTF-8 text; save it as CSV UTF-8") from None
    except Exception as error:  # csv.Error, OSError, MemoryError
        raise LoadError(f"{name}: must be a readable CSV file, got: {error}; save it anew") from None


def _delimiter(line: str) -> str:
    return "\t" if "\t" in line else ";" if ";" in line else ","


def _rows(lines: Iterable[list[str]], name: str) -> list[list[str]]:
    """Return the filled lines, all of one length, within the caps."""
    rows: list[list[str]] = []
    for number, row in enumerate(lines, 1):
        if not any(cell.strip() for cell in row):
            continue
        if rows and len(row) != len(rows[0]):
            raise LoadError(
                f"{name}: every line must have {len(rows[0])} columns as the first has, line {number} has {len(row)}"
            )
        rows.append(row)
        if len(rows) > MAX_ROWS + 1 or len(row) > MAX_FEATURES + 1:
            raise LoadError(f"{name}: must have at most {MAX_ROWS} rows and {MAX_FEATURES} features; use a part of it")
    if not rows or len(rows[0]) < 2:
        raise LoadError(f"{name}: must have at least one feature column and a label column")
    return rows


def _table(rows: list[list[str]], name: str, *, decimal_comma: bool) -> Table:
    header = [cell.strip().casefold() for cell in rows[0]]
    found = [column for column, title in enumerate(header) if title in LABEL_NAMES]
    if len(found) > 1:
        titles = ", ".join(rows[0][column].strip() for column in found)
        raise LoadError(
            f"{name}: only one column may be called {', '.join(LABEL_NAMES)}, got {titles}; rename the others"
        )
    has_header = bool(found) or any(_number(cell, decimal_comma) is None for cell in rows[0][:-1])
    at = found[0] if found else len(header) - 1
    body = rows[1:] if has_header else rows
    if not body:
        raise LoadError(f"{name}: must have rows below its header line")
    labels = [row[at].strip() for row in body]
    x = np.empty((len(body), len(header) - 1))
    for i, row in enumerate(body):
        cells = row[:at] + row[at + 1 :]
        numbers = [_number(cell, decimal_comma) for cell in cells]
        if None in numbers:
            wrong = numbers.index(None)
            raise LoadError(
                f"{name}: features must be numbers, row {i + 1 + has_header} holds {cells[wrong][:40]!r}; "
                "fill it or drop the column, and call the label column label, class, target or y"
            )
        x[i] = numbers
    return checked_table(name, x, _labels(labels, name, decimal_comma))


def _labels(cells: list[str], name: str, decimal_comma: bool) -> Array:
    if "" in cells:
        raise LoadError(f"{name}: every row must have a label, row {cells.index('') + 1} below the header has none")
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
