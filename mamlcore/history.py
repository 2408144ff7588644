"""The bounded record of a run: one point per live evaluation.

Points lie ``every`` meta-steps apart at first and 4 % of the iteration apart later, so a million meta-steps
leave some 250 points and nothing is ever thrown away or thinned out afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from mamlcore.arrays import Array, frozen
from mamlcore.evaluate import Evaluation

#: What a learner has spent: labelled rows, gradient evaluations, seconds.
Spent = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """One learner's history; every array has shape (points,)."""

    iteration: Array
    loss: Array  # mean held-out query loss after inner.steps
    loss_ci95: Array
    loss_before: Array  # the same before adaptation
    accuracy: Array  # 0..1; NaN for a regression
    accuracy_ci95: Array
    accuracy_before: Array
    median: Array  # median held-out query loss after inner.steps
    diverged: Array  # number of held-out tasks that diverged
    train_loss: Array  # mean training query loss since the point before; NaN at the first
    rows: Array  # labelled rows seen until then
    gradients: Array  # per-task gradients evaluated until then; a Hessian-vector product counts as two
    seconds: Array  # spent in training steps until then: the only column that is not the same in every run


COLUMNS = tuple(column.name for column in fields(Curve))


def next_point(iteration: int, every: int) -> int:
    """Return the iteration of the point after the one at ``iteration``."""
    return iteration + max(every, iteration // 25)


class History:
    """Collects points; gives frozen curves."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[float, ...]]] = {}

    def add(
        self, evaluation: Evaluation, inner_steps: int, train_losses: Mapping[str, float], spent: Mapping[str, Spent]
    ) -> None:
        """Record one live evaluation, judged after inner_steps, and what each learner had spent by then."""
        for name in evaluation.learners:
            row = _row(evaluation, name, inner_steps, train_losses.get(name, np.nan), spent[name])
            self._rows.setdefault(name, []).append(row)

    def curves(self) -> dict[str, Curve]:
        """Return every learner's curve, read-only."""
        return {name: _curve(np.asarray(rows, dtype=np.float64)) for name, rows in self._rows.items()}

    def newest(self) -> int:
        """Return the iteration of the last point, -1 where there is none."""
        return max((int(rows[-1][0]) for rows in self._rows.values()), default=-1)

    def restore(self, curves: Mapping[str, Curve]) -> None:
        """Take over the points of a checkpoint."""
        self._rows = {
            name: list(zip(*(getattr(curve, column) for column in COLUMNS), strict=True))
            for name, curve in curves.items()
        }


def up_to(curve: Curve, evaluation: Evaluation, name: str, inner_steps: int, spent: Spent) -> Curve:
    """Return a learner's curve that ends at an evaluation: with a point more where that is newer than the last one.

    A run that was resumed between two points is looked at there and then, and has no point there: one would make its
    history another than that of the run that never stopped.
    """
    if name not in evaluation.learners or not len(curve.iteration) or evaluation.iteration <= curve.iteration[-1]:
        return curve
    row = _row(evaluation, name, inner_steps, np.nan, spent)
    return Curve(
        *(frozen(np.append(getattr(curve, column), value)) for column, value in zip(COLUMNS, row, strict=True))
    )


def _row(evaluation: Evaluation, name: str, inner_steps: int, train_loss: float, spent: Spent) -> tuple[float, ...]:
    curves = evaluation.learners[name]
    loss, before = curves.loss_summary(inner_steps), curves.loss_summary(0)
    hit, hit_before = curves.accuracy_summary(inner_steps), curves.accuracy_summary(0)
    return (evaluation.iteration, loss.mean, loss.ci95, before.mean, hit.mean, hit.ci95, hit_before.mean,
            loss.median, loss.n_diverged, train_loss, *spent)  # fmt: skip


def _curve(rows: Array) -> Curve:
    return Curve(*(frozen(column.copy()) for column in rows.T))
