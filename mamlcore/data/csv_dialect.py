"""What kind of CSV file it is, found out from its first lines: separator, decimal mark, header, columns."""

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

from mamlcore.data.choices import Choices
from mamlcore.data.preview import Column, Detected
from mamlcore.data.table import SPLITS
from mamlcore.errors import LoadError

LABEL_NAMES = ("label", "class", "target", "y", "species")
SAMPLE_LINES = 1000
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}
_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.IGNORECASE)
_POINT = re.compile(r"[+-]?\d*\.\d*(e[+-]?\d+)?", re.IGNORECASE)


class Dialect(NamedTuple):
    """How to read one file."""

    separator: str  # the character
    decimal_comma: bool
    titles: tuple[str, ...]  # the columns' names, or their numbers counted from 1
    has_header: bool
    label: int  # the labels' column
    group: int | None
    split: int | None
    columns: tuple[Column, ...]
    detected: tuple[Detected, ...]


def number(cell: str, decimal_comma: bool) -> float | None:
    """Return a cell's number, None when it is none: no 1_000, no 1.234,5, and one decimal mark only."""
    cell = cell.strip()
    if decimal_comma:
        if "." in cell:
            return None
        cell = cell.replace(",", ".", 1)
    if "_" in cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def dialect(head: Sequence[str], choices: Choices, name: str) -> Dialect:
    """Find out from the first lines, or take from the choices, how the file is to be read.

    Raises LoadError when the label column cannot be told, or is not there.
    """
    separator = choices.separator if choices.separator != "auto" else _separator(head[0] if head else "")
    mark = SEPARATORS[separator]
    rows = [row for row in csv.reader(head, delimiter=mark) if any(cell.strip() for cell in row)]
    if not rows or len(rows[0]) < 2:
        raise LoadError(f"{name}: must have at least one feature column and a label column")
    decimal, certain = _decimal(rows, separator, choices)
    comma = decimal == "comma"
    has_header = _has_header(rows, choices, comma)
    titles = tuple(cell.strip() for cell in rows[0]) if has_header else ()
    titles = tuple(title or str(at) for at, title in enumerate(titles or [""] * len(rows[0]), 1))
    body = [row for row in rows[1 if has_header else 0 :] if len(row) == len(titles)]
    label = label_column(titles, choices.label, name, has_header)
    group = column_at(titles, choices.group, name) if choices.group else None
    split = _split_column(titles, body, label)
    columns = tuple(_column(title, [row[at] for row in body], comma) for at, title in enumerate(titles))
    detected = (
        Detected("separator", separator, f"Columns are separated by {_WORDS[separator]}"),
        Detected("decimal", decimal, f"Numbers have a decimal {decimal}, such as {_example(rows, comma)}", certain),
        Detected("header", "yes" if has_header else "no",
                 "The first line names the columns" if has_header else "There is no line of column names"),
        Detected("label", titles[label], f"Labels are in column {titles[label]!r}", bool(choices.label) or
                 titles[label].casefold() in LABEL_NAMES),
    )  # fmt: skip
    return Dialect(mark, comma, titles, has_header, label, group, split, columns, detected)


_WORDS = {"comma": "commas", "semicolon": "semicolons", "tab": "tabs"}


def _separator(line: str) -> str:
    return "tab" if "\t" in line else "semicolon" if ";" in line else "comma"


def _decimal(rows: Sequence[Sequence[str]], separator: str, choices: Choices) -> tuple[str, bool]:
    """Return the decimal mark and whether that is certain: a comma found rather than chosen is not."""
    if choices.decimal != "auto":
        return choices.decimal, True
    cells = [cell.strip() for row in rows for cell in row] if separator != "comma" else []
    commas = any(_COMMA.fullmatch(cell) for cell in cells)
    points = any(_POINT.fullmatch(cell) for cell in cells)
    return ("comma", False) if commas and not points else ("point", not commas)


def _example(rows: Sequence[Sequence[str]], comma: bool) -> str:
    form = _COMMA if comma else _POINT
    return next(
        (cell.strip() for row in rows for cell in row if form.fullmatch(cell.strip())), "1,5" if comma else "1.5"
    )


def _has_header(rows: Sequence[Sequence[str]], choices: Choices, comma: bool) -> bool:
    """A header names a label column, or has words above numbers."""
    if choices.header != "auto":
        return choices.header == "yes"
    first, body = rows[0], rows[1:]
    if any(cell.strip().casefold() in LABEL_NAMES for cell in first):
        return True
    wide = [row for row in body if len(row) == len(first)]
    numeric = [at for at in range(len(first)) if wide and _share([row[at] for row in wide], comma) > 0.5]
    return any(number(first[at], comma) is None for at in numeric) or (bool(wide) and not numeric)


def _share(cells: Sequence[str], comma: bool) -> float:
    return sum(number(cell, comma) is not None for cell in cells) / len(cells)


def _split_column(titles: Sequence[str], body: Sequence[Sequence[str]], label: int) -> int | None:
    """Return the column that names each row's split, where there is one called so that does."""
    for at, title in enumerate(titles):
        if title.casefold() == "split" and at != label and body:
            return at if {split_word(row[at]) for row in body} <= set(SPLITS) else None
    return None


def split_word(cell: str) -> str:
    """Return train, validation or test for the words people use."""
    word = cell.strip().casefold()
    return {"val": "validation", "valid": "validation", "dev": "validation", "training": "train"}.get(word, word)


def label_column(titles: Sequence[str], wanted: str, name: str, has_header: bool) -> int:
    """Return the column of the labels: the one wanted, the one called so, else the last."""
    if wanted:
        return column_at(titles, wanted, name)
    found = [at for at, title in enumerate(titles) if title.casefold() in LABEL_NAMES] if has_header else []
    if len(found) > 1:
        raise LoadError(
            f"{name}: only one column may be called {', '.join(LABEL_NAMES)}, got "
            f"{', '.join(titles[at] for at in found)}; say which holds the labels, or rename the others"
        )
    return found[0] if found else len(titles) - 1


def column_at(titles: Sequence[str], wanted: str, name: str) -> int:
    """Return a column by name, or by number counted from 1. LoadError when there is none."""
    if wanted in titles:
        return list(titles).index(wanted)
    folded = [title.casefold() for title in titles]
    if folded.count(wanted.casefold()) == 1:
        return folded.index(wanted.casefold())
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= len(titles):
        return int(wanted) - 1
    known = ", ".join(titles[:8]) + (", ..." if len(titles) > 8 else "")
    raise LoadError(f"{name}: there is no column {wanted!r}; there are {known}")


def _column(title: str, cells: Sequence[str], comma: bool) -> Column:
    filled = [cell.strip() for cell in cells if cell.strip().casefold() not in MISSING]
    is_number = bool(filled) and _share(filled, comma) > 0.5
    distinct = len(set(filled))
    may_be_label = 2 <= distinct <= max(2, len(cells) // 2)
    if is_number:
        values = [number(cell, comma) for cell in filled]
        may_be_label = may_be_label and all(value is not None and value == value // 1 for value in values)
    return Column(
        title, "number" if is_number else "text", distinct, len(cells), filled[0] if filled else "", may_be_label
    )
