"""N-way K-shot Gaussian classes whose means differ in a few directions only, the same ones for all tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mamlcore import references
from mamlcore.arrays import Array
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config, TaskConfig
from mamlcore.tasks.base import MADE_FEATURES, Limit, PlainSource, ReferenceLine, Split, TaskSource, chance_line
from mamlcore.tasks.draw import distinct, labels_by_class
from mamlcore.tasks.floats import standard_normal

#: Classes of the finite pool; no class is in two of them.
POOL: dict[Split, int] = {"train": 64, "validation": 16, "test": 20}


@dataclass(frozen=True)
class GaussianSource(PlainSource):
    """Holds orthonormal directions, the first r of them informative, and each split's class means (P, r)."""

    basis: Array  # (D, r)
    drawn: Array | None  # (D, 2)
    pools: Mapping[Split, Array] | None  # None: new means for each task
    n_way: int
    spread: float
    noise: float
    nuisance: float
    problem: Problem

    def sample(self, rng: np.random.Generator, n_tasks: int, split: Split, k_shot: int, n_query: int) -> TaskBatch:
        """Draw n_tasks tasks of N classes, K and Q rows a class, ordered by class."""
        means, classes = self._means(rng, n_tasks, split)
        return TaskBatch(
            self._rows(rng, means, k_shot), labels_by_class(n_tasks, self.n_way, k_shot),
            self._rows(rng, means, n_query), labels_by_class(n_tasks, self.n_way, n_query),
            classes, {"means": means},
        )  # fmt: skip

    def _means(self, rng: np.random.Generator, n_tasks: int, split: Split) -> tuple[Array, Array | None]:
        """Return class means (T, N, r) and, for a finite pool, which classes they are (T, N)."""
        if self.pools is None:
            shape = (n_tasks, self.n_way, self.basis.shape[1])
            return self.spread * standard_normal(rng, shape, self.basis.dtype), None
        pool = self.pools[split]
        classes = distinct(rng, np.full(n_tasks, len(pool)), self.n_way)
        return pool[classes], classes

    def _rows(self, rng: np.random.Generator, means: Array, rows: int) -> Array:
        """Return (T, N rows, D), so many rows of each class about its mean.

        With e standard normal in D dimensions, B'e is standard normal in r of them and independent of the
        rest: nuisance e + B((noise - nuisance) B'e + mean) has the deviation ``noise`` along B and ``nuisance``
        across it, for the price of two thin products where these differ.
        """
        (n_tasks, n_way, rank), n_features = means.shape, len(self.basis)
        e = standard_normal(rng, (n_tasks, n_way, rows, n_features), self.basis.dtype)
        shift = means[:, :, None]  # along B
        if self.noise != self.nuisance:
            shift = shift + (self.noise - self.nuisance) * (e.reshape(-1, n_features) @ self.basis).reshape(
                n_tasks, n_way, rows, rank
            )
        if self.nuisance != 1.0:
            e *= self.nuisance
        e += (shift.reshape(-1, rank) @ self.basis.T).reshape(*shift.shape[:3], n_features)
        return e.reshape(n_tasks, n_way * rows, n_features)

    def references(self, batch: TaskBatch) -> tuple[ReferenceLine, ...]:
        """Return chance and the Bayes ceiling measured on the batch's very tasks."""
        support, query = batch.support_x @ self.basis, batch.query_x @ self.basis
        log_p = references.gaussian_log_posterior(
            support, batch.support_y, query, self.n_way, self.spread, self.noise
        )  # fmt: skip
        loss, accuracy = references.judge(log_p, batch.query_y)
        known = "the directions, the noise and how classes spread, but not the classes"
        pool = "" if self.pools is None else " (nor those of the test pool, which no training shows)"
        bayes = ReferenceLine(
            "bayes", "Bayes", loss, accuracy,
            f"Best expected result of a learner that knows {known}{pool}: class means shrunk by "
            "Kτ²/(Kτ²+σ²), queries judged one by one.",
        )  # fmt: skip
        return chance_line(self.n_way), bayes

    def directions(self) -> Array | None:
        """Return two informative directions (the second one a nuisance direction when r is 1)."""
        return self.drawn


class Gaussian:
    """Classes N(mean, noise² I) in r hidden directions of D; the other directions carry nuisance only."""

    name: ClassVar[str] = "gaussian"
    label: ClassVar[str] = "Gaussian classes"
    summary: ClassVar[str] = "Tell N classes apart that differ in a few hidden directions, the same in all tasks."
    settings: ClassVar[tuple[str, ...]] = (
        "n_way", "k_shot", "n_query", "n_features", "rank", "spread", "noise", "nuisance", "pool",
    )  # fmt: skip
    defaults: ClassVar[Mapping[str, Any]] = {
        "task.n_way": 5, "task.k_shot": 5, "task.n_query": 10, "task.n_features": 20, "task.rank": 4,
        "task.spread": 1.0, "task.noise": 0.5, "task.nuisance": 1.0, "model.hidden": (40, 40),
        "inner.lr": 0.3, "inner.steps": 5, "outer.lr": 2e-3, "outer.tasks": 16,
    }  # fmt: skip

    def limits(self, config: Config) -> dict[str, Limit]:
        """Return the bounds on ways (finite pool), rank and features."""
        bounds = {
            "task.rank": Limit(1, config.task.n_features, "there are no more features than that"),
            "task.n_features": MADE_FEATURES,
        }
        if config.task.pool == "finite":
            smallest = min(POOL.values())
            reason = f"the validation pool has {smallest} classes; an endless pool takes more"
            bounds["task.n_way"] = Limit(2, smallest, reason)
        return bounds

    def open(self, config: Config, rng: np.random.Generator) -> TaskSource:
        """Build the source; rng draws the directions, then the pools of classes."""
        task, dtype = config.task, np.dtype(config.model.precision)
        q = _orthonormal(rng, task.n_features, min(max(task.rank, 2), task.n_features)).astype(dtype)
        finite = task.pool == "finite"
        basis, n_train = np.ascontiguousarray(q[:, : task.rank]), POOL["train"] if finite else None
        return GaussianSource(
            basis=basis,
            drawn=q[:, :2] if task.n_features > 1 else None,
            pools=_pools(rng, task, dtype) if finite else None,
            n_way=task.n_way,
            spread=task.spread,
            noise=task.noise,
            nuisance=task.nuisance,
            problem=Problem(task.n_features, task.n_way, "cross_entropy", n_train, {"basis": basis}),
        )


def _orthonormal(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Return (rows, columns) with orthonormal columns, uniform over all such (Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.standard_normal((rows, columns)))
    signs: Array = np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return q * signs


def _pools(rng: np.random.Generator, task: TaskConfig, dtype: np.dtype[Any]) -> Mapping[Split, Array]:
    means = task.spread * rng.standard_normal((sum(POOL.values()), task.rank))
    ends = np.cumsum(list(POOL.values()))[:-1]
    return dict(zip(POOL, np.split(means.astype(dtype), ends), strict=True))
