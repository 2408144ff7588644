"""Tasks cut from real data: N classes, K and Q rows of each, support and query never sharing a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from mamlcore.arrays import Array, frozen
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.data import open_table
from mamlcore.data.split import Rows, Scale, class_split, largest_way, scale_of, split_sizes
from mamlcore.data.table import Table
from mamlcore.errors import LoadError
from mamlcore.tasks.base import Limit, PlainSource, ReferenceLine, Split, TaskSource, chance_line
from mamlcore.tasks.draw import distinct, labels_by_class


@dataclass(frozen=True)
class DatasetSource(PlainSource):
    """Holds the scaled rows (n, D) and which of them belong to which split."""

    table: Table
    x: Array
    splits: Mapping[Split, Rows]
    n_way: int
    problem: Problem
    scale: Scale | None = None  # of x, where x was made from the table's rows

    def sample(self, rng: np.random.Generator, n_tasks: int, split: Split, k_shot: int, n_query: int) -> TaskBatch:
        """Draw n_tasks tasks of N classes, K and Q rows a class, ordered by class.

        parameters: ``class_id`` (T, N) numbers classes in the whole set, ``support_rows`` and ``query_rows``
        (T, S) and (T, Q) number rows in the file.
        """
        rows = self.splits[split]
        classes = distinct(rng, np.full(n_tasks, len(rows.ids)), self.n_way)
        flat = classes.ravel()
        picks = distinct(rng, rows.counts[flat], k_shot + n_query)
        picks += rows.starts[flat][:, None]
        taken = rows.order[picks].reshape(n_tasks, self.n_way, -1)
        support, query = taken[:, :, :k_shot].reshape(n_tasks, -1), taken[:, :, k_shot:].reshape(n_tasks, -1)
        return TaskBatch(
            self.x[support], labels_by_class(n_tasks, self.n_way, k_shot),
            self.x[query], labels_by_class(n_tasks, self.n_way, n_query),
            classes, {"class_id": rows.ids[classes], "support_rows": support, "query_rows": query},
        )  # fmt: skip

    def references(self, batch: TaskBatch) -> tuple[ReferenceLine, ...]:
        """Return chance: for real data no ceiling is known."""
        return (chance_line(self.n_way),)

    def class_names(self, batch: TaskBatch) -> list[list[str]]:
        """Return the names of each task's N classes."""
        return [[self.table.class_names[i] for i in ids] for ids in batch.parameters["class_id"]]

    def scaling(self) -> Scale | None:
        """Return how rows of the file become those of x."""
        return self.scale

    def image_shape(self) -> tuple[int, int] | None:
        """Return (height, width) when rows are pictures."""
        return self.table.image_shape


class Dataset:
    """Classes of a bundled data set or of a user's file; test classes are met in no training task."""

    name: ClassVar[str] = "dataset"
    label: ClassVar[str] = "Real data"
    summary: ClassVar[str] = "Tell N real classes apart: bundled letters or digits, or your own .npz or .csv file."
    settings: ClassVar[tuple[str, ...]] = ("dataset", "n_way", "k_shot", "n_query", "split_seed")
    defaults: ClassVar[Mapping[str, Any]] = {
        "task.dataset": "letters", "task.n_way": 5, "task.k_shot": 1, "task.n_query": 15, "task.n_features": 16,
        "model.hidden": (64,), "inner.lr": 0.3, "inner.steps": 5, "outer.lr": 2e-3, "outer.tasks": 16,
    }  # fmt: skip

    def limits(self, config: Config) -> dict[str, Limit]:
        """Return what the data can give: ways, rows a class, and the length of a row. LoadError when unreadable."""
        table, task = open_table(config.task.dataset), config.task
        n_features = table.x.shape[1]
        most = largest_way(table, task.split_seed)
        rows, where = _smallest_class(table, min(task.n_way, most), task.split_seed)
        return {
            "task.n_way": Limit(2, most, _way_reason(table, task.split_seed)),
            "task.k_shot": Limit(
                1, max(1, rows - task.n_query), f"{where}, and {task.n_query} of a class are query rows"
            ),
            "task.n_query": Limit(
                1, max(1, rows - task.k_shot), f"{where}, and {task.k_shot} of a class are support rows"
            ),
            "task.n_features": Limit(n_features, n_features, f"a row of {table.name} has {n_features} features"),
        }

    def open(self, config: Config, rng: np.random.Generator) -> TaskSource:
        """Build the source; split_seed, not rng, divides the classes."""
        task = config.task
        table = open_table(task.dataset)
        splits, x, scale = _prepared(table, task.n_way, task.split_seed, config.model.precision)
        problem = Problem(x.shape[1], task.n_way, "cross_entropy", len(splits["train"].ids))
        return DatasetSource(table, x, splits, task.n_way, problem, scale)


@lru_cache(maxsize=2)
def _prepared(table: Table, n_way: int, seed: int, precision: str) -> tuple[Mapping[Split, Rows], Array, Scale]:
    split = class_split(table, n_way, seed)
    splits: dict[Split, Rows] = {"train": split.train, "validation": split.validation, "test": split.test}
    scale = scale_of(table, split.train)
    return splits, frozen(scale.applied(table.x).astype(np.dtype(precision))), scale


@lru_cache(maxsize=64)
def _smallest_class(table: Table, n_way: int, seed: int) -> tuple[int, str]:
    """Return the fewest rows of any class in any split, and a clause that says where."""
    split = class_split(table, n_way, seed)
    named = {"training": split.train, "validation": split.validation, "test": split.test}
    kind = min(named, key=lambda name: int(named[name].counts.min()))
    rows = named[kind]
    at = int(rows.counts.argmin())
    if rows.counts[at] < 2:
        raise LoadError(f"{table.name}: a class needs 8 rows when there are fewer than 15 classes, got fewer")
    aside = ", a quarter of a training class" if split.shares_classes and kind == "validation" else ""
    where = f"class {table.class_names[rows.ids[at]]!r} of {table.name} has {rows.counts[at]} {kind} rows{aside}"
    return int(rows.counts[at]), where


def _way_reason(table: Table, seed: int) -> str:
    sizes = dict(zip(("training", "validation", "test"), split_sizes(table, 20, seed), strict=True))
    kind = min((name for name in sizes if sizes[name]), key=lambda name: sizes[name])
    return f"the {kind} split of {table.name} has {sizes[kind]} of its {table.n_classes} classes"
