"""What can be said of learners at one N and K: means with both spreads, and paired differences on the same tasks.

Two spreads, never mixed: the 95 % interval over test tasks says how well these classes and seeds were measured; the
standard deviation over class splits and seeds says how much other classes and starts would change. A difference is
taken task by task within each split and seed, where both learners met the very same support and query rows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from mamlcore.arrays import Array
from mamlcore.learners import LEARNERS
from mamlcore.study.outcome import Outcome
from mamlcore.study.plan import BASELINES
from mamlcore.study.results import Results
from mamlcore.study.significance import holm, sign_test, t_quantile, t_two_sided
from mamlcore.tables import csv_text

#: A difference whose corrected p is not below this is a tie.
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Standing:
    """One learner at one N and K, over all its splits and seeds."""

    learner: str
    mean: float  # of the cells' means
    ci95: float  # over tasks
    spread: float  # standard deviation of the cells' means over splits and seeds; NaN for a single cell
    n_cells: int
    n_tasks: int  # in all
    n_diverged: int  # test tasks
    faults: int  # cells whose training diverged


@dataclass(frozen=True, slots=True)
class Pair:
    """Learner minus other on the same tasks, at one N and K."""

    n_way: int
    k_shot: int
    learner: str
    other: str
    difference: float
    ci95: float  # over tasks
    cells_ci95: float  # over splits and seeds, by Student's t; infinite for a single cell
    wins: int  # tasks on which learner is better; where both are equal neither wins
    losses: int
    cells_won: int  # splits and seeds in which learner's mean is better
    n_cells: int
    p_t: float  # paired t-test over tasks
    p_sign: float  # sign test over tasks
    p_corrected: float = math.nan  # p_t (p_sign where a difference is not finite), Holm, all pairs of the study

    @property
    def is_tie(self) -> bool:
        """Whether the difference could be chance."""
        return not self.p_corrected < LEVEL


def standings(results: Results, n_way: int, k_shot: int) -> list[Standing]:
    """Return every judged learner at one N and K, the best first."""
    found = []
    for name in results.study.learners:
        outcomes = list(results.of(name, n_way, k_shot).values())
        if outcomes:
            found.append(_standing(name, outcomes))
    down = results.metric == "loss"
    return sorted(found, key=lambda one: _rank(one.mean if down else -one.mean))


def _rank(value: float) -> float:
    return math.inf if math.isnan(value) else value


def _standing(name: str, outcomes: Sequence[Outcome]) -> Standing:
    means = np.array([outcome.scores.mean() for outcome in outcomes])
    return Standing(
        name, float(means.mean()), _half([outcome.scores for outcome in outcomes]), _spread(means), len(outcomes),
        sum(outcome.scores.size for outcome in outcomes), sum(outcome.facts.n_diverged for outcome in outcomes),
        sum(outcome.facts.status == "diverged" for outcome in outcomes),
    )  # fmt: skip


def _half(parts: Sequence[Array]) -> float:
    """Return the 95 % half-width over tasks of the mean of the parts' means."""
    return 1.96 * _error(parts)


@np.errstate(invalid="ignore", over="ignore")
def _error(parts: Sequence[Array]) -> float:
    return float(np.sqrt(sum(np.var(part, ddof=1) / part.size for part in parts))) / len(parts)


@np.errstate(invalid="ignore", over="ignore")
def _spread(means: Array) -> float:
    return float(np.std(means, ddof=1)) if means.size > 1 else math.nan


def pairs(results: Results) -> list[Pair]:
    """Return all pairs of learners at every N and K, corrected for their number."""
    found = []
    for n_way, k_shot in results.places():
        names = [one.learner for one in standings(results, n_way, k_shot)]
        for learner, other in combinations(names, 2):
            pair = _pair(results, (n_way, k_shot), learner, other)
            if pair is not None:
                found.append(pair)
    corrected = holm([pair.p_sign if math.isnan(pair.p_t) else pair.p_t for pair in found])
    return [replace(pair, p_corrected=p) for pair, p in zip(found, corrected, strict=True)]


@np.errstate(invalid="ignore", over="ignore")
def _pair(results: Results, place: tuple[int, int], learner: str, other: str) -> Pair | None:
    mine, theirs = results.of(learner, *place), results.of(other, *place)
    shared = [where for where in mine if where in theirs]
    if not shared:
        return None
    sign = 1.0 if results.metric == "accuracy" else -1.0
    both = [(mine[where].scores, theirs[where].scores) for where in shared]
    parts = [a - b for a, b in both]
    means = np.array([part.mean() for part in parts])
    error, df = _error(parts), sum(part.size for part in parts) - len(parts)
    mean = float(means.mean())
    wins = sum(int(np.count_nonzero(sign * a > sign * b)) for a, b in both)
    losses = sum(int(np.count_nonzero(sign * a < sign * b)) for a, b in both)
    n = len(parts)
    return Pair(
        *place, learner, other, mean, 1.96 * error,
        t_quantile(n - 1) * _spread(means) / n**0.5 if n > 1 else math.inf,
        wins, losses, int(np.count_nonzero(sign * means > 0)), n, _p(mean, error, df), sign_test(wins, losses),
    )  # fmt: skip


def _p(mean: float, error: float, df: int) -> float:
    if not (math.isfinite(mean) and math.isfinite(error)):
        return math.nan
    if error == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    return t_two_sided(mean / error, df)


def between(found: Sequence[Pair], n_way: int, k_shot: int, learner: str, other: str) -> Pair | None:
    """Return learner minus other, whichever way round the pair was taken."""
    for pair in found:
        if (pair.n_way, pair.k_shot) == (n_way, k_shot):
            if (pair.learner, pair.other) == (learner, other):
                return pair
            if (pair.other, pair.learner) == (learner, other):
                return _turned(pair)
    return None


def _turned(pair: Pair) -> Pair:
    return replace(
        pair, learner=pair.other, other=pair.learner, difference=-pair.difference, wins=pair.losses,
        losses=pair.wins, cells_won=pair.n_cells - pair.cells_won,
    )  # fmt: skip


def is_baseline(learner: str) -> bool:
    """Whether a learner does no meta-learning."""
    return LEARNERS[learner].role in BASELINES


def is_meta(learner: str) -> bool:
    """Whether a learner learns to learn; a ceiling does neither."""
    return LEARNERS[learner].role == "meta-learner"


def pairs_csv(found: Sequence[Pair]) -> str:
    """Return one row per pair."""
    names = ("n_way", "k_shot", "learner", "other", "difference", "ci95", "cells_ci95", "wins", "losses", "cells_won",
             "n_cells", "p_t", "p_sign", "p_corrected")  # fmt: skip
    rows = (tuple(getattr(pair, name) for name in names) for pair in found)
    return csv_text((*names, "tie"), ((*row, pair.is_tie) for row, pair in zip(rows, found, strict=True)))
