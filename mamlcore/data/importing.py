"""From a file to a data set: look at it first, then take it."""

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.checks import problems_of, rows_for_a_task
from mamlcore.data.choices import Choices
from mamlcore.data.pictures import sized
from mamlcore.data.plan import split_plan
from mamlcore.data.preview import Preview, Problem, SplitPlan
from mamlcore.data.raw import Raw, part
from mamlcore.data.shaping import cleaned, turned
from mamlcore.data.sources import FORMATS, format_of
from mamlcore.data.table import Table, checked_table
from mamlcore.errors import LoadError
from mamlcore.evaluate import Progress

Paths = str | PathLike[str] | Sequence[str | PathLike[str]]
SAMPLES = 6  # rows of each class in a preview
_ORDER = {"error": 0, "warning": 1, "note": 2}


def inspect(paths: Paths, choices: Choices | None = None, progress: Progress | None = None) -> Preview:
    """Read a file, several, or a folder, and say what is in it; nothing is written.

    ``preview.table`` is what :func:`import_data` would return, None when a problem stands in the way.
    ``progress`` is told the share done and may raise Cancelled. Raises LoadError for what cannot be read at all,
    SettingError for choices that do not fit.
    """
    choices, report = choices or Choices(), progress or (lambda share: None)
    found = _as_paths(paths)
    kind = format_of(found, choices)
    raw = FORMATS[kind].read(found, choices, part(report, 0.0, 0.8))
    problems = list(raw.problems)
    raw, said = cleaned(sized(raw, choices), choices)
    problems += said
    settled = _settled(choices, kind, raw)
    table, plan = None, None
    if not any(problem.severity == "error" for problem in problems):
        report(0.85)
        table, plan, said = _taken(raw, settled)
        problems += said
        report(0.9)
        problems += problems_of(table, choices, plan) if plan is not None else ()
        table = None if any(problem.severity == "error" for problem in problems) else table
    report(1.0)
    problems.sort(key=lambda problem: _ORDER[problem.severity])
    return Preview(raw.name, kind, settled, raw.detected, raw.columns, tuple(problems), table, _samples(table), plan)


def _settled(choices: Choices, kind: str, raw: Raw) -> Choices:
    """Fill in what was found out where nothing was chosen."""
    found = {one.choice: one.value for one in raw.detected if getattr(choices, one.choice) in ("auto", "")}
    return choices.changed({**found, "format": kind})


def import_data(paths: Paths, choices: Choices | None = None, progress: Progress | None = None) -> Table:
    """Return the rows of a file, several, or a folder, as the choices say.

    Raises LoadError for what cannot be read and for the first problem that stands in the way.
    """
    preview = inspect(paths, choices, progress)
    return taken(preview)


def taken(preview: Preview) -> Table:
    """Return the table of a preview. LoadError when a problem stands in the way."""
    if preview.table is None:
        raise LoadError(f"{preview.name}: {preview.errors[0].text}")
    return preview.table


def fitting(preview: Preview) -> dict[str, int]:
    """Return N, K and Q for tasks on this data: those chosen, but no more ways and rows than there are."""
    table, plan, choices = taken(preview), preview.split, preview.choices
    n_way, n_query = choices.n_way, choices.n_query
    if plan is not None:
        n_way = min(n_way, *(len(names) for names in plan.classes.values() if names))
        n_query = max(1, min(n_query, rows_for_a_task(table, plan) - choices.k_shot))
    return {"task.n_way": n_way, "task.k_shot": choices.k_shot, "task.n_query": n_query}


def _as_paths(paths: Paths) -> list[Path]:
    several = [paths] if isinstance(paths, str | PathLike) else list(paths)
    return [Path(path).expanduser() for path in several]


def _taken(raw: Raw, choices: Choices) -> tuple[Table, SplitPlan | None, list[Problem]]:
    """Build the table, divided as chosen; what stands in the way of dividing it is a problem, not an error."""
    raw, said = _divided(raw, choices)
    if choices.rotations:
        raw = turned(raw)
    table = checked_table(
        raw.name, raw.x, raw.labels, raw.class_names, raw.groups, raw.splits, raw.feature_names
    )  # fmt: skip
    for kind, words, kept in (("group", raw.groups, table.groups), ("split", raw.splits, table.splits)):
        if words is not None and not kept:
            said.append(Problem(kind, "warning", f"Some class has rows in more than one {kind}, so the class split "
                                f"cannot follow the {kind}s", {"split_by": "class"}))  # fmt: skip
    try:
        return table, split_plan(table, choices.n_way), said
    except LoadError as error:
        return table, None, [*said, Problem("few_classes", "error", str(error).partition(": ")[2])]


def _divided(raw: Raw, choices: Choices) -> tuple[Raw, list[Problem]]:
    """Keep only what the chosen way of dividing classes needs."""
    wanted, has = choices.split_by, {"given": raw.splits is not None, "group": raw.groups is not None}
    if not has.get(wanted, True):
        what = "split" if wanted == "given" else "groups"
        raise LoadError(f"{raw.name}: holds no {what} of its own, so it cannot be split by {wanted}; split by class")
    if wanted == "class":
        return replace(raw, groups=None, splits=None), []
    return replace(raw, splits=None) if wanted == "group" else raw, []


def _samples(table: Table | None) -> Array:
    """Return (C, k) row numbers: a few rows of each class, always the same ones."""
    if table is None:
        return np.zeros((0, 0), dtype=np.int64)
    k = int(min(SAMPLES, table.counts().min()))
    order = np.lexsort((np.random.default_rng(0).random(len(table.y)), table.y))
    counts = table.counts()
    return order[(np.cumsum(counts) - counts)[:, None] + np.arange(k)]
