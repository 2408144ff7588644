"""All outcomes of a study in the order of its plan, and the tidy CSV files made of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mamlcore.evaluate import summarise
from mamlcore.study.outcome import Outcome
from mamlcore.study.plan import Cell, Study, cells
from mamlcore.study.store import Store
from mamlcore.tables import csv_text

PLACE = ("learner", "n_way", "k_shot", "split_seed", "seed")


@dataclass(frozen=True, slots=True)
class Result:
    """One cell and what it gave; None while it is not finished."""

    cell: Cell
    outcome: Outcome | None

    @property
    def has_numbers(self) -> bool:
        """Whether the cell was judged on the test tasks."""
        return self.outcome is not None and self.outcome.has_numbers


@dataclass(frozen=True, slots=True)
class Results:
    """A study with its outcomes."""

    study: Study
    found: tuple[Result, ...]

    @property
    def metric(self) -> str:
        """What tasks are judged by: "accuracy" or "loss"."""
        return next((one.outcome.facts.metric for one in self.found if one.outcome and one.has_numbers), "accuracy")

    def places(self) -> list[tuple[int, int]]:
        """Return every (N, K), in the order of the plan."""
        return [(n_way, k_shot) for n_way in self.study.ways for k_shot in self.study.shots]

    def of(self, learner: str, n_way: int, k_shot: int) -> dict[tuple[int, int], Outcome]:
        """Return a learner's judged outcomes at one N and K by (split, seed)."""
        return {
            one.cell.place[3:]: one.outcome
            for one in self.found
            if one.outcome is not None and one.has_numbers and one.cell.place[:3] == (learner, n_way, k_shot)
        }


def collect(store: Store, study: Study) -> Results:
    """Read what a study has given so far."""
    return Results(study, tuple(Result(cell, store.outcome(cell)) for cell in cells(study)))


def study_csv(results: Results) -> str:
    """Return one row per cell: where it stands, what came of it, its numbers over test tasks, its choices and budget.

    The same study gives the same bytes, whoever computed which cell and however often it was interrupted.
    """
    header = (*PLACE, "status", "reason", "metric", "mean", "median", "std", "ci95", "n_tasks", "n_diverged", "loss",
              "validation", "test_step", "best_iteration", "meta_steps", "searched_steps", "rows",
              "gradient_evaluations", "parameters", "settings", "chosen")  # fmt: skip
    return csv_text(header, (_row(one) for one in results.found))


def _row(one: Result) -> tuple[Any, ...]:
    outcome = one.outcome
    if outcome is None:
        return (*one.cell.place, "not finished", *[""] * 19)
    facts = outcome.facts
    head = (*one.cell.place, facts.status, facts.reason)
    if not one.has_numbers:
        return (*head, *[""] * 18)
    summary = summarise(outcome.scores, np.zeros(outcome.scores.size, dtype=bool))
    settings = " ".join(f"{path}={value!r}" for path, value in facts.settings)
    return (
        *head, facts.metric, summary.mean, summary.median, summary.std, summary.ci95, summary.n_tasks,
        facts.n_diverged, float(np.mean(outcome.losses)), best_validation(outcome), facts.test_step,
        facts.best_iteration, facts.meta_steps, facts.searched_steps, facts.rows, facts.gradient_evaluations,
        facts.parameters, settings, facts.chosen,
    )  # fmt: skip


def best_validation(outcome: Outcome) -> float:
    """Return the validation mean of the state that was judged; NaN when none was finite."""
    finite = outcome.validation[np.isfinite(outcome.validation)]
    if not finite.size:
        return float("nan")
    return float(finite.max() if outcome.facts.metric == "accuracy" else finite.min())


def curves_csv(results: Results) -> str:
    """Return every curve: validation against meta-steps, test tasks against adaptation steps and other K."""
    return csv_text((*PLACE, "curve", "metric", "x", "value", "ci95"), _curve_rows(results))


def _curve_rows(results: Results) -> Iterator[tuple[Any, ...]]:
    for one in results.found:
        if one.outcome is None or not one.has_numbers:
            continue
        outcome, place = one.outcome, one.cell.place
        metric = outcome.facts.metric
        for iteration, value in zip(outcome.iterations, outcome.validation, strict=True):
            yield *place, "training", metric, int(iteration), float(value), ""
        for step, (mean, half) in enumerate(zip(outcome.step_means, outcome.step_ci95, strict=True)):
            yield *place, "adaptation", metric, step, float(mean), float(half)
        for k_shot, mean, half in zip(outcome.other_shots, outcome.other_means, outcome.other_ci95, strict=True):
            yield *place, "test_shots", metric, int(k_shot), float(mean), float(half)
