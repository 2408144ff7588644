"""Numbers as published, and whether one of ours agrees with one of them."""

from dataclasses import dataclass
from math import hypot

import numpy as np

from mamlcore.arrays import Array
from mamlcore.evaluate import Summary

#: Share of the tasks that the trimmed mean leaves out: those that did worst.
WORST = 0.01
#: A mean so many times the trimmed one rests on the tasks that were left out.
FEW = 1.2


@dataclass(frozen=True, slots=True)
class Row:
    """One learner after so many adaptation steps, and what the paper says of it where it says something."""

    k_shot: int
    learner: str
    step: int
    summary: Summary  # over test tasks
    trimmed: float  # mean without the worst 1 % of the tasks
    paper: float | None = None
    paper_ci95: float | None = None  # None where the paper gives no interval

    @property
    def rests_on_few(self) -> bool:
        """Whether the worst 1 % of the tasks, or some that diverged, make the mean what it is."""
        return self.summary.n_diverged > 0 or not self.summary.mean <= FEW * self.trimmed

    @property
    def agrees(self) -> bool | None:
        """Whether the two differ by no more than two samples of tasks may.

        Where the paper gives no interval, its mean is taken to be as uncertain as ours. None where the paper says
        nothing, and where our mean rests on a few tasks: with such an interval it would agree with anything.
        """
        if self.paper is None or self.rests_on_few:
            return None
        ours, its = self.summary.ci95, self.paper_ci95
        return bool(abs(self.summary.mean - self.paper) <= hypot(ours, ours if its is None else its))


def without_worst(losses: Array) -> float:
    """Return the mean of (T,) losses without the worst 1 % of them."""
    kept = np.sort(losses)[: losses.size - round(WORST * losses.size)]
    return float(np.mean(kept))
