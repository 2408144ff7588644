"""A preview of data as people read it in a terminal, and as a tree of plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table as Grid

from mamlcore.arrays import Array
from mamlcore.cli.output import console
from mamlcore.data import FORMATS, Preview, Problem, Table

SHADES = " .:-=+*#%@"
N_PICTURES, MAX_HEIGHT = 4, 28  # pictures side by side, and how high they may be
N_ROWS, N_VALUES = 6, 8  # of a sample of rows
MARKS = {"error": "[red]error[/]", "warning": "[yellow]warning[/]", "note": "note"}


def print_preview(preview: Preview) -> None:
    """Print what was found, what would be imported, samples, and problems with the option that settles each."""
    grid = Grid(title=escape(preview.name), title_justify="left", box=None, pad_edge=False, show_header=False)
    grid.add_column(overflow="fold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in _lines(preview):
        grid.add_row(label, escape(text))
    for problem in preview.problems:
        grid.add_row(MARKS[problem.severity], escape(_advice(problem)))
    console().print(grid)
    if preview.table is not None:
        console().print(_samples(preview, preview.table), highlight=False, markup=False)


def _lines(preview: Preview) -> Iterator[tuple[str, str]]:
    yield "Format", FORMATS[preview.format].label
    for one in preview.detected:
        yield "Found", one.text if one.certain else f"{one.text} (please confirm: {option(one.choice, one.value)})"
    if preview.columns:
        more = f" and {len(preview.columns) - 12} more" if len(preview.columns) > 12 else ""
        yield "Columns", ", ".join(f"{column.name} ({column.kind})" for column in preview.columns[:12]) + more
    table, plan = preview.table, preview.split
    if table is None:
        return
    counts, shape = table.counts(), table.image_shape
    what = f"pictures of {shape[0]} x {shape[1]}" if shape else f"{table.x.shape[1]} features"
    low, high = int(counts.min()), int(counts.max())
    each = f"{low}" if low == high else f"{low} to {high}"
    yield "Data", f"{table.n_classes} classes, {each} rows each, {len(table.x)} rows in all, {what}"
    if plan is None:
        return
    for word, names in plan.classes.items():
        groups = f": {', '.join(plan.groups[word])}" if plan.groups[word] and len(plan.groups[word]) <= 12 else ""
        shared = " (other rows of the training classes)" if plan.shares_classes and word == "validation" else ""
        yield word.capitalize(), f"{len(names)} classes{shared}{groups}"
    yield "Split by", {"given": "the file's own split", "group": "group", "class": "class"}[plan.by]


def _advice(problem: Problem) -> str:
    options = " ".join(option(name, value) for name, value in problem.fix.items())
    return f"{problem.text} ({options})" if options else problem.text


def option(name: str, value: Any) -> str:
    """Return a choice as typed on the command line."""
    text = ",".join(value) if isinstance(value, tuple) else str(value)
    return f"--{name.replace('_', '-')} " + (f"'{text}'" if " " in text else text)


def _samples(preview: Preview, table: Table) -> str:
    """Return one picture of a few classes side by side, or one row of a few classes."""
    spread = np.linspace(0, table.n_classes - 1, min(N_ROWS, table.n_classes)).astype(int)
    if table.image_shape is not None and table.image_shape[0] <= MAX_HEIGHT:
        return _pictures(table, preview.samples[spread[:N_PICTURES], 0])
    return "\n".join(_row(table, int(preview.samples[number, 0])) for number in spread)


def _pictures(table: Table, rows: Array) -> str:
    assert table.image_shape is not None
    height, width = table.image_shape
    x = table.x[rows].reshape(-1, height, width).astype(np.float64)
    x = (x - x.min()) / (float(np.ptp(x)) or 1.0)
    shades = np.array(list(SHADES))[(x * (len(SHADES) - 1)).round().astype(int)]
    wide = 2 * width
    names = "  ".join(_tail(table.class_names[table.y[row]], wide).ljust(wide) for row in rows)
    lines = ["  ".join("".join(np.repeat(picture[line], 2)) for picture in shades) for line in range(height)]
    return "\n".join([names, *lines])


def _tail(name: str, width: int) -> str:
    """Return the end of a name, which tells a character from others of its alphabet."""
    return name if len(name) <= width else "…" + name[1 - width :]


def _row(table: Table, row: int) -> str:
    values = " ".join(f"{value:.4g}" for value in table.x[row, :N_VALUES])
    return f"{table.class_names[table.y[row]][:24]:24} {values}{' ...' if table.x.shape[1] > N_VALUES else ''}"


def preview_tree(preview: Preview) -> dict[str, Any]:
    """Return all of a preview but the rows themselves as plain values."""
    table, plan = preview.table, preview.split
    return {
        "name": preview.name,
        "format": preview.format,
        "choices": preview.choices.model_dump(),
        "detected": [asdict(one) for one in preview.detected],
        "columns": [asdict(column) for column in preview.columns],
        "problems": [{**asdict(problem), "fix": dict(problem.fix)} for problem in preview.problems],
        "data": None if table is None else _table_tree(preview, table),
        "split": None
        if plan is None
        else {**asdict(plan), "classes": _lists(plan.classes), "groups": _lists(plan.groups)},
    }


def _lists(names: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {word: list(part) for word, part in names.items()}


def _table_tree(preview: Preview, table: Table) -> dict[str, Any]:
    counts = table.counts().tolist()
    classes = [{"name": name, "rows": counts[at], "group": table.groups[at] if table.groups else None,
                "split": table.splits[at] if table.splits else None, "samples": preview.samples[at].tolist()}
               for at, name in enumerate(table.class_names)]  # fmt: skip
    return {
        "rows": len(table.x),
        "features": table.x.shape[1],
        "feature_names": list(table.feature_names),
        "image_shape": table.image_shape,
        "classes": classes,
    }
