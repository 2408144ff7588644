"""The book's tasks: labels are coin flips, whatever the features say. The negative control.

"Hands-On Meta Learning with Python", notebook 6.5: x ~ U[0, 1]^50, y ~ Bernoulli(1/2), support and query
unrelated. Nothing can beat loss ln 2 and accuracy 1/2 here; a learner that does is leaking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.tasks.base import MADE_FEATURES, Limit, PlainSource, ReferenceLine, Split, TaskSource, chance_line
from mamlcore.tasks.floats import uniform
from mamlcore.tasks.shared_direction import TWO_CLASSES


@dataclass(frozen=True)
class BookSource(PlainSource):
    """Draws features and, apart from them, labels."""

    dtype: np.dtype[Any]
    problem: Problem

    def sample(self, rng: np.random.Generator, n_tasks: int, split: Split, k_shot: int, n_query: int) -> TaskBatch:
        """Draw n_tasks tasks; K and Q are rows in all."""
        rows = k_shot + n_query
        x = uniform(rng, (n_tasks, rows, self.problem.n_inputs), self.dtype)
        y = (rng.random((n_tasks, rows)) < 0.5).astype(np.int64)
        return TaskBatch(x[:, :k_shot], y[:, :k_shot], x[:, k_shot:], y[:, k_shot:])

    def references(self, batch: TaskBatch) -> tuple[ReferenceLine, ...]:
        """Return chance, which is also the Bayes level."""
        line = chance_line(2)
        note = "Labels say nothing of x: ln 2 and one half are the best there is, whatever is learned."
        return (ReferenceLine(line.name, line.label, line.loss, line.accuracy, note),)


class Book:
    """Random features, random labels, nothing shared."""

    name: ClassVar[str] = "book"
    label: ClassVar[str] = "Random labels (the book)"
    summary: ClassVar[str] = "Labels are coin flips: nothing can be learned; K and Q count rows in all."
    settings: ClassVar[tuple[str, ...]] = ("k_shot", "n_query", "n_features")
    defaults: ClassVar[Mapping[str, Any]] = {
        "task.k_shot": 10, "task.n_query": 10, "task.n_features": 50, "model.hidden": (),
        "inner.lr": 0.1, "inner.steps": 1, "outer.lr": 0.01, "outer.tasks": 10,
    }  # fmt: skip

    def limits(self, config: Config) -> dict[str, Limit]:
        """Tell that there are two classes, whatever n_way says."""
        return {"task.n_way": TWO_CLASSES, "task.n_features": MADE_FEATURES}

    def open(self, config: Config, rng: np.random.Generator) -> TaskSource:
        """Build the source; tasks share nothing, so rng is not used."""
        return BookSource(np.dtype(config.model.precision), Problem(config.task.n_features, 1, "bce"))
