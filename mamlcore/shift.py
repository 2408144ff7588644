"""Shift: a trained run judged on tasks of another kind than it was trained on.

One setting of the tasks, or the number of adaptation steps, takes other values; everything learned stays as it is. At
each value all learners see the same held-out tasks, so their differences are paired. Baselines keep the step size that
they chose on validation tasks of the *trained* kind: choosing anew would tell them of the shift what the others are
not told. A learner whose parameters have another shape under the shifted setting (a network with N outputs at another
N) cannot be judged there, which is said; one whose parameters don't depend on it can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from mamlcore import tasks
from mamlcore.config import SETTINGS, Config
from mamlcore.errors import LabError, SettingError
from mamlcore.evaluate import Evaluation, Progress, paired_difference
from mamlcore.held_out import N_VALIDATION, evaluate, held_out_blocks, joined
from mamlcore.learners import LEARNERS
from mamlcore.seeds import generator
from mamlcore.snapshot import Snapshot
from mamlcore.tables import csv_text
from mamlcore.tasks.base import TaskSource
from mamlcore.tree import flatten

STEPS = "inner.steps"
#: The settings of tasks that a trained learner may meet with other values.
SHIFTABLE = (
    "task.n_way", "task.k_shot", "task.n_query", "task.noise", "task.spread", "task.nuisance", "task.amplitude_low",
    "task.amplitude_high", "task.phase_low", "task.phase_high", "task.x_low", "task.x_high", STEPS,
)  # fmt: skip
MAX_STEPS = 100


class Point(NamedTuple):
    """One learner at one value."""

    value: float
    learner: str
    mean: float  # over tasks, after the run's number of steps
    ci95: float  # half the width of the 95 % interval over tasks
    difference: float  # paired, minus MAML; NaN where there is none
    difference_ci95: float
    n_tasks: int
    n_diverged: int


@dataclass(frozen=True, slots=True)
class Shift:
    """What a run does when one setting is another than in training."""

    path: str
    trained: float  # the value in training
    metric: str  # "loss" or "accuracy"
    points: tuple[Point, ...]
    left_out: Mapping[str, str]  # learner -> why it can't be judged at other values

    def of(self, learner: str) -> list[Point]:
        """Return a learner's points by rising value."""
        return sorted((point for point in self.points if point.learner == learner), key=lambda point: point.value)


def shiftable(config: Config) -> list[str]:
    """Return the settings that a run on such tasks can be shifted in."""
    known = (*(f"task.{name}" for name in tasks.FAMILIES[config.task.family].settings), STEPS)
    return [path for path in SHIFTABLE if path in known]


def shift(
    shot: Snapshot, path: str, values: Sequence[Any], n_tasks: int = 600, seed: int | None = None,
    progress: Progress | None = None,
) -> Shift:  # fmt: skip
    """Judge every learner of a snapshot at each value of one setting, on n_tasks held-out tasks each.

    progress is told the share done and may raise Cancelled. Raises SettingError for a setting that can't be shifted
    and for a value out of its range, before anything is computed.
    """
    configs, report = _configs(shot.config, path, values, n_tasks), progress or (lambda share: None)
    states, points, left_out = _tuned(shot), [], {}
    for place, (value, config) in enumerate(configs.items()):
        source = _source(shot, config)
        able, why = _able(shot, states, source, config)
        left_out.update(why)

        def part(share: float, place: int = place) -> None:
            report((place + share) / len(configs))

        step = int(value) if path == STEPS else config.inner.steps
        blocks = held_out_blocks(source, config, "test", n_tasks, seed)
        found = evaluate(able, blocks, config, shot.iteration, source.problem.loss, part, n_tasks)
        points += _points(found, value, step, shot.metric)
    report(1.0)
    return Shift(path, float(shot.config.value(path)), shot.metric, tuple(points), left_out)


def _configs(trained: Config, path: str, values: Sequence[Any], n_tasks: int) -> dict[float, Config]:
    """Return the settings at each value, checked; the number of steps changes no setting of the tasks."""
    allowed = shiftable(trained)
    if path not in allowed:
        raise SettingError(f"--over takes {', '.join(allowed)} for these tasks, got {path!r}")
    found: dict[float, Config] = {}
    longest = max(10, trained.inner.steps)
    for value in values:
        if path == STEPS:
            number = _steps(value)
            found[float(number)] = trained.with_settings({"evaluation.steps": max(longest, number)})
            continue
        config = trained.with_settings({path: value, "evaluation.steps": longest})
        tasks.check(config)
        found[float(config.value(path))] = config
    if not found:
        raise SettingError(f"--over {path} needs at least one value, as in {path}={SETTINGS[path].default}")
    return {value: config.with_settings({"evaluation.tasks": n_tasks}) for value, config in sorted(found.items())}


def _steps(value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not 0 <= number <= MAX_STEPS:
        raise SettingError(f"{STEPS} must be a whole number from 0 to {MAX_STEPS} to test at, got {value!r}")
    return number


def _tuned(shot: Snapshot) -> dict[str, Any]:
    """Return every learner's state, baselines with what they choose on validation tasks of the trained kind."""
    validation = joined(held_out_blocks(shot.source, shot.config, "validation", N_VALIDATION))
    with np.errstate(all="ignore"):
        return {name: LEARNERS[name].tune(view.state, validation, shot.config) for name, view in shot.learners.items()}


def _source(shot: Snapshot, config: Config) -> TaskSource:
    """Return the source of the shifted tasks, in the world of training: same directions, same classes apart."""
    own = shot.source
    if config.task.n_way != shot.config.task.n_way:  # opened anew, a data set might divide its classes otherwise
        problem = replace(own.problem, n_outputs=config.task.n_way)
        return replace(own, n_way=config.task.n_way, problem=problem)  # type: ignore[type-var]
    return tasks.open_source(config, generator(config.seed, "world"))


def _able(
    shot: Snapshot, states: Mapping[str, Any], source: TaskSource, config: Config
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the states that mean something there, and why the others don't."""
    able, why = {}, {}
    for name, state in states.items():
        learner, problem = LEARNERS[name], source.problem
        reason = learner.unsupported(problem, config)
        if reason is None:
            here = learner.init(shot.source.problem, shot.config, np.random.default_rng(0))
            there = learner.init(problem, config, np.random.default_rng(0))
            if _shapes(here) == _shapes(there):
                able[name] = _resized(state, here, there)
                continue
            reason = f"{learner.label}: made for the N and the sizes of training"
        why[name] = reason
    if not able:
        raise LabError(f"None of the learners can be judged there: {'; '.join(why.values())}")
    return able, why


def _shapes(state: Any) -> dict[str, tuple[int, ...]]:
    return {path: leaf.shape for path, leaf in flatten(state).items()}


def _resized(state: Any, here: Any, there: Any) -> Any:
    """Return a state whose whole numbers that tell sizes (N, say) are those of the shifted tasks.

    here and there are fresh states of the two kinds of tasks: where their whole numbers differ, a size is told.
    """
    if isinstance(state, tuple) and isinstance(here, tuple):
        parts = [_resized(*trio) for trio in zip(state, here, there, strict=True)]
        return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
    return there if isinstance(here, int) and here != there else state


def _points(found: Evaluation, value: float, step: int, metric: str) -> list[Point]:
    points, maml = [], found.learners.get("maml")
    for name, curves in found.learners.items():
        summary, pair = curves.summary(metric, step), (np.nan, np.nan)
        if maml is not None and name != "maml":
            with np.errstate(invalid="ignore", over="ignore"):
                pair = paired_difference(curves.values(metric)[step], maml.values(metric)[step])
        points.append(Point(value, name, summary.mean, summary.ci95, *pair, summary.n_tasks, summary.n_diverged))
    return points


def shift_csv(shifts: Sequence[Shift]) -> str:
    """Return ``setting,value,trained,learner,metric,mean,ci95,minus_maml,minus_maml_ci95,n_tasks,n_diverged``."""
    header = ("setting", "value", "trained", "learner", "metric", "mean", "ci95", "minus_maml", "minus_maml_ci95",
              "n_tasks", "n_diverged")  # fmt: skip
    rows = (
        (one.path, point.value, one.trained, point.learner, one.metric, *point[2:])
        for one in shifts
        for point in one.points
    )
    return csv_text(header, rows)
