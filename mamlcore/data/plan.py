"""The class split that training would use first, in names."""

import numpy as np

from mamlcore.data.preview import SplitPlan
from mamlcore.data.split import class_split, divided_by
from mamlcore.data.table import Table


def split_plan(table: Table, n_way: int, seed: int = 0) -> SplitPlan:
    """Return which classes, and which groups, train, validate and test. LoadError where they cannot be divided."""
    split = class_split(table, n_way, seed)
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    names = {word: tuple(table.class_names[i] for i in rows.ids) for word, rows in parts.items()}
    groups: dict[str, tuple[str, ...]] = dict.fromkeys(parts, ())
    if table.groups:
        groups = {word: tuple(np.unique(np.array(table.groups)[rows.ids]).tolist()) for word, rows in parts.items()}
    return SplitPlan(divided_by(table, seed), names, groups, split.shares_classes)
