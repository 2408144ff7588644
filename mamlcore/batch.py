"""TaskBatch: T tasks at once, and Problem: what a learner must know of the tasks it will meet.

Letters: T tasks, N ways, K shots, S support rows (N*K), Q query rows, D features, O outputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from mamlcore.arrays import Array, as_array
from mamlcore.errors import LabError

LossName = Literal["mse", "cross_entropy", "bce"]


@dataclass(frozen=True, slots=True)
class Problem:
    """The shape of the tasks a source draws.

    known: what the source knows of all its tasks, for an oracle only, never for a learner that competes: ``basis``
    (D, r), the informative directions of Gaussian classes; (low, high) of each number in TaskBatch.parameters that
    tells a task from the others, by its name there. Empty where nothing is to be had.
    """

    n_inputs: int  # D
    n_outputs: int  # O: values to regress, N ways, or 1 logit
    loss: LossName
    n_train_classes: int | None = None  # size of the finite meta-train pool, where there is one
    known: Mapping[str, Array] = field(default_factory=dict, compare=False)

    @property
    def is_classification(self) -> bool:
        """Whether accuracy means something here."""
        return self.loss != "mse"


@dataclass(frozen=True, slots=True)
class TaskBatch:
    """T tasks with disjoint support and query rows.

    support_x (T, S, D), query_x (T, Q, D): floats. support_y, query_y: (T, S, O) floats to regress,
    or (T, S) integer labels counted from 0 within the task.
    classes (T, N): which classes of the split's finite pool the labels stand for, counted from 0 within that pool.
    parameters: what generated each task (``amplitude`` (T,), ...), for pictures and ceilings only.

    Raises LabError when the shapes do not fit together.
    """

    support_x: Array
    support_y: Array
    query_x: Array
    query_y: Array
    classes: Array | None = None
    parameters: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("support_x", "support_y", "query_x", "query_y"):
            part = getattr(self, name)
            if not isinstance(part, np.ndarray):
                object.__setattr__(self, name, as_array(part, f"TaskBatch.{name}"))
        _check_rows("support", self.support_x, self.support_y)
        _check_rows("query", self.query_x, self.query_y)
        if self.support_x.shape[::2] != self.query_x.shape[::2]:
            raise LabError(
                f"TaskBatch.query_x must agree with support_x in T and D, "
                f"got {self.query_x.shape} and {self.support_x.shape}"
            )

    @property
    def n_tasks(self) -> int:
        """T."""
        return int(self.support_x.shape[0])

    def tasks(self, which: slice | Array) -> "TaskBatch":
        """Return the chosen tasks as a batch of their own (views where possible)."""
        classes = None if self.classes is None else self.classes[which]
        parameters = {name: values[which] for name, values in self.parameters.items()}
        return TaskBatch(
            self.support_x[which],
            self.support_y[which],
            self.query_x[which],
            self.query_y[which],
            classes,
            parameters,
        )

    def frozen(self) -> "TaskBatch":
        """Return the same batch with every array read-only, fit to be shared between threads."""
        arrays = [self.support_x, self.support_y, self.query_x, self.query_y, *self.parameters.values()]
        for array in arrays if self.classes is None else [*arrays, self.classes]:
            array.setflags(write=False)
        return self


def _check_rows(name: str, x: Array, y: Array) -> None:
    if x.ndim != 3:
        raise LabError(f"TaskBatch.{name}_x must have shape (T, rows, D), got {x.shape}")
    if y.shape[:2] != x.shape[:2] or y.ndim not in (2, 3):
        raise LabError(
            f"TaskBatch.{name}_y must have shape {x.shape[:2]} (labels) or "
            f"({x.shape[0]}, {x.shape[1]}, O) (values), got {y.shape}"
        )
