"""Held-out evaluation: per-step curves of every learner on the same tasks, with honest statistics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mamlcore.arrays import Array

#: A task has diverged when its loss is not finite or this many times the worst loss before adaptation.
DIVERGED_FACTOR = 10.0


@dataclass(frozen=True, slots=True)
class Summary:
    """A quantity over held-out tasks. The mean is over *all* tasks: one that overflows makes it infinite."""

    mean: float
    median: float
    std: float  # over tasks, ddof = 1
    ci95: float  # 1.96 std / sqrt(n): half the width of the interval over tasks
    n_tasks: int
    n_diverged: int


@dataclass(frozen=True, slots=True)
class TaskCurves:
    """One learner on T tasks after 0..E adaptation steps."""

    loss: Array  # (E+1, T) mean query loss of each task
    accuracy: Array | None  # (E+1, T) in 0..1, None for a regression

    def loss_summary(self, step: int) -> Summary:
        """Summarise the loss after so many steps."""
        return summarise(self.loss[step], self.diverged(step))

    def accuracy_summary(self, step: int) -> Summary:
        """Summarise the accuracy after so many steps; NaN for a regression."""
        values = np.full(self.loss.shape[1], np.nan) if self.accuracy is None else self.accuracy[step]
        return summarise(values, self.diverged(step))

    def summary(self, metric: str, step: int) -> Summary:
        """Summarise ``"loss"`` or ``"accuracy"`` after so many steps."""
        return self.loss_summary(step) if metric == "loss" else self.accuracy_summary(step)

    def values(self, metric: str) -> Array:
        """Return (E+1, T) of ``"loss"`` or ``"accuracy"``."""
        if metric == "loss" or self.accuracy is None:
            return self.loss
        return self.accuracy

    def diverged(self, step: int) -> Array:
        """Return (T,) booleans: which tasks have a loss that is not finite or beyond all proportion."""
        start = self.loss[0]
        worst = np.max(start[np.isfinite(start)], initial=1e-3)
        return ~(self.loss[step] <= DIVERGED_FACTOR * worst)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All learners on the same held-out tasks at one iteration."""

    iteration: int
    n_tasks: int
    steps: int  # E
    learners: Mapping[str, TaskCurves]


def summarise(values: Array, diverged: Array) -> Summary:
    """Mean, median, spread and 95 % interval of (T,) values over tasks."""
    values = np.asarray(values, dtype=np.float64)
    n = values.size
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = float(np.mean(values)), float(np.std(values, ddof=1)) if n > 1 else 0.0
        std = 0.0 if np.ptp(values) == 0.0 else std  # equal values: no rounding of their mean for a spread
    ci95 = 1.96 * std / n**0.5
    return Summary(mean, float(np.median(values)), std, ci95, n, int(np.count_nonzero(diverged)))


def paired_difference(values: Array, reference: Array) -> tuple[float, float]:
    """Return mean and 95 % half-width of (T,) values minus reference, task by task."""
    summary = summarise(np.asarray(values) - np.asarray(reference), np.zeros(len(values), dtype=bool))
    return summary.mean, summary.ci95


def ranks(values: Array, larger_is_better: bool) -> list[int]:
    """Return the place of each row of values (L, T), learners on the same T tasks: 1 + how many beat it.

    One beats another when the 95 % interval of their difference, taken task by task, lies on its side of 0: rows that
    can't be told apart share a place. A row with a number that is not finite is beaten by all that have none.
    """
    signed = np.asarray(values, dtype=np.float64) * (1.0 if larger_is_better else -1.0)
    sound = np.asarray(np.isfinite(signed).all(axis=1))
    centred = np.where(sound[:, None], signed, 0.0)
    mean, n_tasks = centred.mean(axis=1), signed.shape[1]
    centred = centred - mean[:, None]
    beats = np.zeros((len(signed), len(signed)), dtype=bool)
    for i in np.flatnonzero(sound):
        spread = np.sqrt(((centred[i] - centred) ** 2).sum(axis=1) / max(n_tasks - 1, 1))
        beats[i] = np.where(sound, mean[i] - mean > 1.96 * spread / n_tasks**0.5, True)
    return [1 + int(count) for count in beats.sum(axis=0)]


#: Called with the share done (0..1); raises Cancelled to stop.
Progress = Callable[[float], None]
