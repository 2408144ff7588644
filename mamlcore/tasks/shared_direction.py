"""Logistic tasks whose weights scatter about a shared direction: the book's 50-feature problem with a signal."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mamlcore import references
from mamlcore.arrays import Array
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.tasks.base import MADE_FEATURES, Limit, PlainSource, ReferenceLine, Split, TaskSource, chance_line

#: Standard deviation of the logit at spread 0: labels are then right for some 83 of 100 rows at best.
STEEPNESS = 3.0
TWO_CLASSES = Limit(2, 2, "labels are 0 or 1: these tasks have two classes by construction")


@dataclass(frozen=True)
class SharedDirectionSource(PlainSource):
    """Holds the shared weights (D,)."""

    centre: Array
    spread: float
    problem: Problem

    def sample(self, rng: np.random.Generator, n_tasks: int, split: Split, k_shot: int, n_query: int) -> TaskBatch:
        """Draw n_tasks tasks; K and Q are rows in all, and labels fall as they may."""
        dtype, n_features, rows = self.centre.dtype.type, len(self.centre), k_shot + n_query
        weights = self.centre + dtype(self.spread) * rng.standard_normal((n_tasks, n_features), dtype=dtype)
        x = rng.standard_normal((n_tasks, rows, n_features), dtype=dtype)
        y = (rng.random((n_tasks, rows)) < references.sigmoid(_logit(x, weights))).astype(np.int64)
        return TaskBatch(
            x[:, :k_shot], y[:, :k_shot], x[:, k_shot:], y[:, k_shot:], parameters={"weights": weights}
        )  # fmt: skip

    def references(self, batch: TaskBatch) -> tuple[ReferenceLine, ...]:
        """Return chance, the best without adaptation and the true weights' level, all on these very tasks."""
        x, y = batch.query_x, batch.query_y
        centre = _logit(x, np.broadcast_to(self.centre, (batch.n_tasks, len(self.centre))))
        wobble = STEEPNESS * self.spread * np.linalg.norm(x.astype(np.float64), axis=2) / math.sqrt(x.shape[2])
        before = references.judge(references.logistic_normal(centre, wobble), y)
        known = references.judge(references.log_sigmoid(_logit(x, batch.parameters["weights"])), y)
        return (
            chance_line(2),
            ReferenceLine(
                "no_adaptation", "No adaptation", *before,
                "The best that can be said of every task at once: the shared direction known, the task's own not.",
            ),
            ReferenceLine("floor", "Weights known", *known, "The task's own weights known: no learner can beat it."),
        )  # fmt: skip


class SharedDirection:
    """Task weights are shared weights plus ``spread`` times noise; labels are drawn from the logistic model."""

    name: ClassVar[str] = "shared_direction"
    label: ClassVar[str] = "Shared direction"
    summary: ClassVar[str] = "Two classes split by a direction that most tasks share; K and Q count rows in all."
    settings: ClassVar[tuple[str, ...]] = ("k_shot", "n_query", "n_features", "spread")
    defaults: ClassVar[Mapping[str, Any]] = {
        "task.k_shot": 10, "task.n_query": 10, "task.n_features": 50, "task.spread": 0.3, "model.hidden": (),
        "inner.lr": 0.1, "inner.steps": 1, "outer.lr": 0.01, "outer.tasks": 25,
    }  # fmt: skip

    def limits(self, config: Config) -> dict[str, Limit]:
        """Tell that there are two classes, whatever n_way says."""
        return {"task.n_way": TWO_CLASSES, "task.n_features": MADE_FEATURES}

    def open(self, config: Config, rng: np.random.Generator) -> TaskSource:
        """Build the source; rng draws the shared weights, scaled to a squared norm of D."""
        centre = rng.standard_normal(config.task.n_features)
        centre *= math.sqrt(len(centre)) / np.linalg.norm(centre)
        problem = Problem(config.task.n_features, 1, "bce")
        return SharedDirectionSource(centre.astype(config.model.precision), config.task.spread, problem)


def _logit(x: Array, weights: Array) -> Array:
    """Return (T, R) float64 logits of x (T, R, D) under weights (T, D)."""
    product = np.matmul(x, weights[:, :, None])[..., 0]
    return product * (STEEPNESS / math.sqrt(x.shape[2]))
