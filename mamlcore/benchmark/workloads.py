"""The workloads: what is drawn, through which network, with how many inner steps; and how much arithmetic that is."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import LossName, Problem, TaskBatch
from mamlcore.data.split import Rows
from mamlcore.data.table import Table
from mamlcore.references import SineRanges
from mamlcore.tasks.base import TaskSource
from mamlcore.tasks.book import BookSource
from mamlcore.tasks.dataset import DatasetSource
from mamlcore.tasks.gaussian import GaussianSource
from mamlcore.tasks.sine import SineSource
from mamlcore.tasks.stream import TaskStream

OUTER_LR = 1e-3
_SINGLE = np.dtype(np.float32)


@dataclass(frozen=True)
class Workload:
    """One kind of meta-step: exact second order, relu, float32, Adam outside, tasks drawn by the lab's own family."""

    name: str
    what: str
    widths: tuple[int, ...]  # input and output included
    loss: LossName
    n_tasks: int
    k_shot: int  # a class, where there are classes
    n_query: int
    steps: int
    inner_lr: float
    source: Callable[["Workload"], TaskSource]
    n_way: int = 1

    @property
    def support(self) -> int:
        """Support rows of a task."""
        return self.k_shot * self.n_way

    @property
    def query(self) -> int:
        """Query rows of a task."""
        return self.n_query * self.n_way

    def sample(self, source: TaskSource, rng: np.random.Generator) -> TaskBatch:
        """Draw one batch of training tasks."""
        return source.sample(rng, self.n_tasks, "train", self.k_shot, self.n_query)

    def next(self, source: TaskSource, stream: TaskStream) -> TaskBatch:
        """Draw the next one as the lab does, from a stream."""
        return stream.next(source, self.n_tasks, self.k_shot, self.n_query)

    def start(self, rng: np.random.Generator) -> Theta:
        """Draw weights with variance 1 / fan-in, where no inner loop runs away; biases off 0, off relu's kink."""
        return tuple(
            (_normal(rng, a, b) * np.float32(a**-0.5), 0.1 * _normal(rng, b)) for a, b in pairwise(self.widths)
        )

    def flop(self) -> float:
        """Estimate the arithmetic of one meta-gradient, in floating-point operations: the cheaper of two ways a layer.

        A hand count of the products in factored and plain form; no lower bound.
        """
        layers = [min(self._factored(i, a, b), self._plain(i, a, b)) for i, (a, b) in enumerate(pairwise(self.widths))]
        return 2.0 * self.n_tasks * sum(layers)

    def _factored(self, i: int, a: int, b: int) -> int:
        n, m, s = self.support, self.query, self.steps
        if i == 0:
            return 2 * (n + m) * a * b + n * (n + m) * a + 2 * m * n * b + (2 * s - 1) * n * n * b
        gram = 3 * m * n * s * (a + b) + 5 * n * n * (a + b) * s * (s - 1) // 2
        return 4 * s * n * a * b + 2 * m * a * b + (m + 2 * n * s) * a * b + gram

    def _plain(self, i: int, a: int, b: int) -> int:
        n, m, s = self.support, self.query, self.steps
        return n * s * a * b * (4 if i == 0 else 9) + m * a * b * (2 if i == 0 else 3)


def _normal(rng: np.random.Generator, *shape: int) -> Array:
    return rng.standard_normal(shape, dtype=np.float32)


def _sine(work: Workload) -> TaskSource:
    return SineSource(SineRanges((0.1, 5.0), (0.0, np.pi), (-5.0, 5.0)), 0.0, _SINGLE)


def _gaussian(work: Workload) -> TaskSource:
    """Unit noise about means that differ in four directions, new ones for each task."""
    basis = np.linalg.qr(_normal(np.random.default_rng(0), work.widths[0], 4))[0]
    problem = Problem(work.widths[0], work.n_way, "cross_entropy")
    return GaussianSource(basis, None, None, work.n_way, 4.0, 1.0, 1.0, problem)


def _images(work: Workload) -> TaskSource:
    """A pool of 200 classes of 20 rows, as sparse in rows a class as Omniglot is, gathered like any data set."""
    n_classes, each, n_features = 200, 20, work.widths[0]
    x = _normal(np.random.default_rng(0), n_classes * each, n_features) * np.float32(4.0 / n_features**0.5)
    classes = np.arange(n_classes)
    rows = Rows(classes, np.arange(len(x)), classes * each, np.full(n_classes, each))
    table = Table("pool", x, np.repeat(classes, each), tuple(map(str, classes)))
    splits = {"train": rows, "validation": rows, "test": rows}
    problem = Problem(n_features, work.n_way, "cross_entropy", n_classes)
    return DatasetSource(table, x, splits, work.n_way, problem)  # type: ignore[arg-type]


def _book(work: Workload) -> TaskSource:
    return BookSource(_SINGLE, Problem(work.widths[0], 1, "bce"))


def _of(name: str, what: str, like: Workload, **changes: int) -> Workload:
    return Workload(**{**vars(like), "name": name, "what": what, **changes})


_W1 = Workload("W1", "sine waves", (1, 40, 40, 1), "mse", 25, 10, 10, 1, 0.01, _sine)
_W2 = Workload("W2", "Gaussian classes, 5-way 1-shot", (64, 64, 64, 64, 5), "cross_entropy", 32, 1, 15, 1, 0.1,
               _gaussian, 5)  # fmt: skip
_W3 = Workload("W3", "a pool of images, 20-way 1-shot", (784, 256, 128, 64, 20), "cross_entropy", 16, 1, 15, 1, 0.1,
               _images, 20)  # fmt: skip
_W3P = _of("W3p", "the same with one query row a class", _W3, n_query=1)

WORKLOADS = {
    work.name: work
    for work in (
        _W1,
        _of("W1b", "the same, five inner steps", _W1, steps=5),
        _W2,
        _of("W2b", "the same, five inner steps", _W2, steps=5),
        _W3,
        _of("W3b", "the same, five inner steps", _W3, steps=5),
        _W3P,
        _of("W3pb", "the same, five inner steps", _W3P, steps=5),
        Workload("W4", "random labels, linear", (50, 1), "bce", 10, 10, 10, 1, 1e-4, _book),
    )
}
