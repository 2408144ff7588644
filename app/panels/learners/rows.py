"""The learners' table as numbers: one row a learner, judged on the same held-out tasks. No widget here."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.plots.axes import step_above, step_below
from app.plots.view import newest_evaluation
from mamlcore.evaluate import Evaluation, Summary, TaskCurves, paired_difference, ranks
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Difference:
    """A learner minus the reference learner, task by task."""

    mean: float
    ci95: float

    @property
    def is_tie(self) -> bool:
        """Whether the interval contains 0 (or nothing can be said)."""
        return not abs(self.mean) > self.ci95


@dataclass(frozen=True, slots=True)
class Row:
    """One learner. Values are losses, or accuracies in 0..1."""

    name: str
    label: str
    rank: int  # 1 + how many are better, by the interval of the paired difference
    shares_rank: bool
    before: float | None  # None for a learner that does not adapt
    after: Summary
    difference: Difference | None  # None for the reference itself
    steps: int  # meta-steps taken
    rows: int  # labelled rows seen in training
    gradients: int  # per-task gradients spent in training
    seconds: float  # spent in training
    share: float  # of the seconds of all, 0..1
    parameters: int  # numbers trained
    step_size: float | None  # of adaptation, where the learner has chosen its own


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, best rank first, and what they are judged by."""

    rows: tuple[Row, ...]
    metric: str  # "loss" or "accuracy"
    loss: str  # "mse", "cross_entropy" or "bce"
    steps: int  # adaptation steps after which "after" is judged
    n_tasks: int
    is_full: bool  # the full evaluation rather than the live tasks
    iteration: int  # of the evaluation
    reference: str | None  # name of the learner the others are compared with
    level: tuple[str, float] | None  # label and value of the line drawn through the interval pictures


def reference_of(names: list[str]) -> str | None:
    """Return the learner the others are compared with: MAML, else the first meta-learner, else the first."""
    meta = [name for name in names if LEARNERS[name].role == "meta-learner"]
    return "maml" if "maml" in names else next(iter(meta or names), None)


def table_of(shot: Snapshot) -> Table:
    """Return the whole table for a snapshot."""
    judged, metric = newest_evaluation(shot), shot.metric
    steps = min(shot.config.inner.steps, judged.steps)
    names = [name for name in shot.learners if name in judged.learners]
    reference = reference_of(names)
    values = np.array([judged.learners[name].values(metric)[steps] for name in names])
    places = ranks(values, metric == "accuracy")
    rows = [
        _row(shot, name, judged, reference, steps, Place(place, places.count(place) > 1))
        for name, place in zip(names, places, strict=True)
    ]
    return Table(
        tuple(sorted(rows, key=lambda row: row.rank)),  # equal ranks keep the order of the settings
        metric, shot.source.problem.loss, steps, judged.n_tasks, judged is not shot.live,
        judged.iteration, reference, _level(shot),
    )  # fmt: skip


class Place(NamedTuple):
    """A learner's rank, and whether others have it too."""

    rank: int
    shared: bool


def _row(shot: Snapshot, name: str, judged: Evaluation, reference: str | None, steps: int, place: Place) -> Row:
    curves, ledger, learner = judged.learners[name], shot.learners[name].ledger, LEARNERS[name]
    before = curves.summary(shot.metric, 0).mean if learner.adapts else None
    difference = None
    if reference is not None and name != reference:
        difference = _difference(curves, judged.learners[reference], shot.metric, steps)
    everyone = sum(view.ledger.seconds for view in shot.learners.values())
    return Row(
        name, learner.label, *place, before, curves.summary(shot.metric, steps), difference,
        ledger.steps, ledger.rows, ledger.gradient_evaluations, ledger.seconds,
        ledger.seconds / everyone if everyone else 0.0, ledger.parameters, _step_size(shot, name),
    )  # fmt: skip


def _difference(curves: TaskCurves, reference: TaskCurves, metric: str, steps: int) -> Difference:
    if curves.summary(metric, steps).n_diverged or reference.summary(metric, steps).n_diverged:
        return Difference(np.nan, np.nan)  # a mean over tasks of which some ran away compares nothing
    with np.errstate(all="ignore"):
        return Difference(*paired_difference(curves.values(metric)[steps], reference.values(metric)[steps]))


def _step_size(shot: Snapshot, name: str) -> float | None:
    """Return the adaptation step size that a baseline has chosen on the validation tasks."""
    choice = getattr(shot.learners[name].state, "choice", None)
    return None if choice is None else float(choice.lr)


def _level(shot: Snapshot) -> tuple[str, float] | None:
    """Return the reference line worth a place in the table: the ceiling, else chance, else no adaptation."""
    for wanted in ("bayes", "chance", "no_adaptation"):
        for line in shot.references:
            value = line.accuracy if shot.metric == "accuracy" else line.loss
            if line.name == wanted and value is not None and np.isfinite(value):
                return line.label, float(value)
    return None


def interval_range(table: Table) -> tuple[float, float]:
    """Return the range of the interval pictures: decades for a loss, fifths for an accuracy.

    It comes in coarse steps, so that the pictures hold still while the numbers move.
    """
    ends = [end for row in table.rows for end in (row.after.mean - row.after.ci95, row.after.mean + row.after.ci95)]
    ends += [table.level[1]] if table.level else []
    finite = [end for end in ends if np.isfinite(end)]
    if not finite:
        return (0.0, 1.0) if table.metric == "accuracy" else (0.1, 10.0)
    if table.metric == "accuracy":
        return max(0.0, np.floor(min(finite) * 10) / 10), min(1.0, np.ceil(max(finite) * 10 + 1e-9) / 10)
    smallest = min((end for end in finite if end > 0), default=0.1)
    return step_below(max(smallest, max(finite) * 1e-4)), step_above(max(finite))
