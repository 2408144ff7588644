"""Problems that data may have although it can be read: each one sentence, and the choice that would settle it."""

from collections.abc import Iterator

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.preview import Problem, SplitPlan
from mamlcore.data.shaping import first_of_copies, listed
from mamlcore.data.table import Table

FEW_CLASSES = 15  # to train on: below, tasks are too alike to learn from
LEAK_CLASSES, LEAK_ROWS = 3, 15  # below, an ordered column may be chance


def problems_of(table: Table, choices: Choices, plan: SplitPlan) -> Iterator[Problem]:
    """Yield what a person should know before training on a table."""
    yield from _few_rows(table, choices)
    if plan.shares_classes:
        yield from _few_shared_rows(table, choices, plan)
    yield from _few_classes(table, choices, plan)
    if table.image_shape is None:
        yield from _constant(table)
        yield from _leaks(table)
    yield from _copies(table)


def _few_rows(table: Table, choices: Choices) -> Iterator[Problem]:
    counts, wanted = table.counts(), choices.k_shot + choices.n_query
    few = counts < wanted
    if few.any():
        least = int(counts.min())
        fix = {"min_rows": wanted} if (~few).sum() >= 4 else {"n_query": max(1, least - choices.k_shot)}
        yield Problem(
            "few_rows", "warning",
            f"{few.sum()} of {table.n_classes} classes have fewer rows than K + Q = {wanted}, the smallest {least}: "
            f"{listed(table.class_names, few)}; ask for fewer query rows, or leave such classes out", fix,
        )  # fmt: skip


def rows_for_a_task(table: Table, plan: SplitPlan) -> int:
    """Return K + Q at most: the rows of the smallest class of any split.

    Where validation shares the training classes it has a quarter of their rows (data.split).
    """
    counts = table.counts()
    if not plan.shares_classes:
        return int(counts.min())
    trains = np.isin(table.class_names, plan.classes["train"])
    return min(max(int(counts[trains].min()) // 4, 1), int(counts[~trains].min()))


def _few_shared_rows(table: Table, choices: Choices, plan: SplitPlan) -> Iterator[Problem]:
    most, wanted = rows_for_a_task(table, plan), choices.k_shot + choices.n_query
    if most < wanted:
        yield Problem(
            "few_shared_rows", "warning",
            f"With so few classes validation uses a quarter of the rows of the training classes, as few as {most}, so "
            f"K + Q can be at most {most}, not {wanted}; ask for fewer query rows",
            {"n_query": max(1, most - choices.k_shot)},
        )  # fmt: skip


def _few_classes(table: Table, choices: Choices, plan: SplitPlan) -> Iterator[Problem]:
    sizes = {word: len(names) for word, names in plan.classes.items() if names}
    smallest = min(sizes, key=lambda word: sizes[word])
    if sizes[smallest] < choices.n_way:
        yield Problem(
            "few_classes", "warning",
            f"The {smallest} split has {sizes[smallest]} classes, so a task can have at most that many, not "
            f"N = {choices.n_way}", {"n_way": max(2, sizes[smallest])},
        )  # fmt: skip
    if sizes["train"] < FEW_CLASSES:
        yield Problem(
            "few_classes", "warning",
            f"{sizes['train']} classes to train on are few to learn from across tasks: baselines may well win",
        )  # fmt: skip


def _constant(table: Table) -> Iterator[Problem]:
    constant = (table.x == table.x[:1]).all(axis=0)
    if constant.any():
        names = names_of(table)
        fix = {"drop": tuple(names[at] for at in np.flatnonzero(constant))} if not constant.all() else {}
        said = (
            "1 feature never changes and says"
            if constant.sum() == 1
            else f"{constant.sum()} features never change and say"
        )
        yield Problem("constant", "warning", f"{said} nothing: {listed(names, constant)}", fix)


def names_of(table: Table) -> tuple[str, ...]:
    """Return D names: the file's own, else numbers counted from 1."""
    return table.feature_names or tuple(str(at) for at in range(1, table.x.shape[1] + 1))


def _leaks(table: Table) -> Iterator[Problem]:
    """Find columns that count the rows, and columns that alone give the class away."""
    names = names_of(table)
    order = np.argsort(table.y, kind="stable")
    for at in range(table.x.shape[1]):
        column, fix = table.x[:, at].astype(np.float64), {"drop": (names[at],)}
        if len(column) >= LEAK_ROWS and counts_rows(column):
            yield Problem("index", "warning", f"Feature {names[at]!r} only numbers the rows; leave it out", fix)
        elif table.n_classes >= LEAK_CLASSES and len(column) >= LEAK_ROWS and tells_classes(column[order], table):
            text = f"Feature {names[at]!r} gives the class away by itself, as a row number of sorted rows or a copy of"
            yield Problem("leak", "warning", f"{text} the label does; leave it out unless it was measured", fix)


def counts_rows(column: Array) -> bool:
    """Tell whether a column runs in equal steps, or holds each of n consecutive whole numbers once."""
    steps = np.diff(column)
    if steps[0] != 0 and (steps == steps[0]).all():
        return True
    low, high = column.min(), column.max()
    whole = high - low == len(column) - 1 and (column == np.round(column)).all()
    return bool(whole and len(np.unique(column)) == len(column))


def tells_classes(by_class: Array, table: Table) -> bool:
    """Tell whether the classes lie in intervals of a column that do not touch; its values come class by class."""
    counts = table.counts()
    starts = np.cumsum(counts) - counts
    low, high = np.minimum.reduceat(by_class, starts), np.maximum.reduceat(by_class, starts)
    order = np.argsort(low)
    return bool((low[order][1:] > high[order][:-1]).all())


def _copies(table: Table) -> Iterator[Problem]:
    first = first_of_copies(table.x)
    copies = first != np.arange(len(first))
    if not copies.any():
        return
    crossed = int((table.y[first] != table.y).sum())
    also = f", {crossed} of them in another class" if crossed else ""
    yield Problem(
        "duplicates", "warning",
        f"{copies.sum()} of {len(first)} rows are exact copies of another{also}: a copy may be support and query of "
        "one task; leave copies out unless they were measured twice", {"duplicates": "drop"},
    )  # fmt: skip
