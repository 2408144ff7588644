"""What is asked of the looks, and what they share."""

from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication

from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.snapshot import Snapshot


class Asked(NamedTuple):
    """What is to be looked at."""

    shot: Snapshot
    name: str  # of the learner
    kind: str
    task_index: int  # of the held-out task
    over_all: bool  # on all held-out tasks instead, where that makes sense

    @property
    def state(self) -> Any:
        """The learner's state."""
        return self.shot.learners[self.name].state

    @property
    def task(self) -> TaskBatch:
        """The inspected task, as a batch of one."""
        return self.shot.held_out.tasks(slice(self.task_index, self.task_index + 1))

    @property
    def batch(self) -> TaskBatch:
        """The task or the tasks that gradients are averaged over."""
        return self.shot.held_out if self.over_all else self.task


def task_text(asked: Asked) -> str:
    """Return which task is looked at."""
    return QCoreApplication.translate("internals", "task {0}").format(asked.task_index + 1)


def ends(values: Array, least: float = np.inf, most: float = -np.inf) -> tuple[float, float]:
    """Return the smallest and largest finite value, at most ``least`` and at least ``most``; 0 and 1 for none."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=least)), float(finite.max(initial=most))
    return (low, high) if np.isfinite(low) and np.isfinite(high) else (0.0, 1.0)
