"""What a task family is: a name, limits, and a source of tasks for given settings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.data.split import Scale

Split = Literal["train", "validation", "test"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound narrower than the setting's own, and why: ``the test split has 6 classes``."""

    low: float
    high: float
    reason: str


#: Rows of data may be longer, a picture of 28 x 28, say.
MADE_FEATURES = Limit(1, 512, "tasks that are made up have rows of at most so many numbers")


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A level that curves must lie above, below or between, measured on the held-out tasks in use."""

    name: str  # "chance", "no_adaptation", "bayes", "floor"
    label: str  # "No adaptation"
    loss: float | None
    accuracy: float | None  # 0..1
    note: str  # the exact expectation and where it comes from, for the hover text


class TaskSource(Protocol):
    """Tasks of one family under fixed settings. Holds the class pool, rotation or data; no random state."""

    @property
    def problem(self) -> Problem:
        """The shape of the tasks drawn."""

    def sample(self, rng: np.random.Generator, n_tasks: int, split: Split, k_shot: int, n_query: int) -> TaskBatch:
        """Draw n_tasks tasks; for classes K and Q are per class, and rows are ordered by class."""

    def references(self, batch: TaskBatch) -> tuple[ReferenceLine, ...]:
        """Return the reference lines measured on these very tasks."""

    def truth(self, batch: TaskBatch, x: Array) -> Array | None:
        """Return the noise-free targets (T, Q, O) at x (T, Q, D), where the family knows them."""

    def class_names(self, batch: TaskBatch) -> list[list[str]] | None:
        """Return for each task the names of its N classes, where they have names."""

    def image_shape(self) -> tuple[int, int] | None:
        """Return (height, width) when an input vector is a picture."""

    def scaling(self) -> Scale | None:
        """Return how rows as they lie in a file become a task's rows, where there is a file."""

    def directions(self) -> Array | None:
        """Return (D, 2): the two directions worth drawing, where the family knows them (else a panel finds some)."""


class PlainSource:
    """What most sources answer: no truth, no names, no pictures, no directions. Sources inherit and override."""

    def truth(self, batch: TaskBatch, x: Array) -> Array | None:
        """Return None: the noise-free targets are not known."""
        return None

    def class_names(self, batch: TaskBatch) -> list[list[str]] | None:
        """Return None: classes have no names."""
        return None

    def image_shape(self) -> tuple[int, int] | None:
        """Return None: an input vector is not a picture."""
        return None

    def scaling(self) -> Scale | None:
        """Return None: tasks are not drawn from a file."""
        return None

    def directions(self) -> Array | None:
        """Return None: no direction is known to matter more."""
        return None


def chance_line(n_classes: int) -> ReferenceLine:
    """Return the level of a guesser that gives each of n_classes the same probability: ln N and 1/N, exactly."""
    note = f"Equal probability for each of {n_classes} classes: loss ln {n_classes} = {math.log(n_classes):.4f}."
    return ReferenceLine("chance", "Chance", math.log(n_classes), 1 / n_classes, note)


class TaskFamily(Protocol):
    """One file each, one line in the registry."""

    name: ClassVar[str]
    label: ClassVar[str]
    summary: ClassVar[str]  # one sentence for the tooltip
    settings: ClassVar[tuple[str, ...]]  # the task.* fields that matter for it, in order of display
    defaults: ClassVar[Mapping[str, Any]]  # dotted settings to take over when the family is chosen

    def limits(self, config: Config) -> dict[str, Limit]:
        """Return bounds by dotted path that the family adds, each with its reason."""

    def open(self, config: Config, rng: np.random.Generator) -> TaskSource:
        """Build the source; rng draws what all tasks share (class pool, rotation)."""
