"""One cell: tune on validation classes, train with the best point kept, judge on the test classes.

1. Tuning: each point of the learner's grid (search.py) is trained for a quarter of the budget.
2. The point that did best on the validation tasks goes on to the full budget. All along, at twelve looks, the state
   that does best on the validation tasks is kept (early stopping): a learner that comes to fit the training classes
   too closely is not punished for a long budget. Baselines get the same, and their own tuning at each look.
3. The number of adaptation steps, 0..E, is chosen on the validation tasks as well. (A baseline's own tuning uses
   N_VALIDATION of them at each look, and all of them for the state that is kept.)
4. The kept state is judged once on the test tasks after 0..E steps, and where asked at other K as well.

Everything is drawn from the cell's own seed tree, so the outcome is a pure function of the cell.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mamlcore import __version__
from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.errors import LabError
from mamlcore.evaluate import TaskCurves
from mamlcore.held_out import N_VALIDATION, evaluate, held_out_blocks, joined, task_curves
from mamlcore.lab import Lab
from mamlcore.learners import LEARNERS
from mamlcore.seeds import generator
from mamlcore.snapshot import Ledger
from mamlcore.study.outcome import Facts, Outcome, failed
from mamlcore.study.plan import Cell
from mamlcore.study.search import points
from mamlcore.tasks import open_source

#: Looks at the validation tasks in a full training, and the share of it that a trial takes.
LOOKS, TRIAL_SHARE = 12, 4


def run_cell(cell: Cell) -> Outcome:
    """Return a cell's outcome; whatever goes wrong in it becomes an outcome that says so."""
    try:
        config = cell.config
        if cell.version != __version__:
            return failed(f"the worker has MAML Lab {__version__}, the study {cell.version}; install the same on both")
        source = open_source(config, generator(config.seed, "world"))
        reason = LEARNERS[cell.learner].unsupported(source.problem, config)
        if reason:
            return Outcome(Facts("not offered", reason))
        return _judged(cell, _searched(cell, _validation(cell)))
    except LabError as error:
        return failed(str(error))
    except Exception as error:
        return failed(f"{type(error).__name__}: {error}")


def _validation(cell: Cell) -> TaskBatch:
    source = open_source(cell.config, generator(cell.config.seed, "world"))
    return joined(held_out_blocks(source, cell.config, "validation", cell.validation_tasks))


@dataclass(slots=True)
class Run:
    """One training at one point of the grid, with what was best of it so far."""

    point: dict[str, float]
    lab: Lab
    validation: TaskBatch
    every: int  # meta-steps between two looks
    score: float = -np.inf  # the best so far; larger is better
    value: float = np.nan  # the same as mean accuracy or loss
    state: Any = None
    iteration: int = 0
    test_step: int = 0
    trial_value: float = np.nan  # value when its trial was over
    fault: str = ""
    looks: list[tuple[int, float]] = field(default_factory=list)

    @property
    def learner(self) -> Any:
        """The learner being trained."""
        return LEARNERS[self.lab.config.learners[0]]

    @property
    def ledger(self) -> Ledger:
        """What was spent so far."""
        return self.lab.snapshot().learners[self.learner.name].ledger

    def go_on(self, steps: int) -> None:
        """Train up to so many meta-steps in all, looking at the validation tasks now and then."""
        if not self.looks:
            self.look()
        while self.learner.trains and self.lab.iteration < steps and not self.fault:
            self.lab.step()
            if self.lab.fault is not None:
                self.fault = self.lab.fault.reason
            elif self.lab.iteration % self.every == 0 or self.lab.iteration == steps:
                self.look()

    @np.errstate(all="ignore")
    def look(self) -> None:
        """Judge the present state on the validation tasks, and keep it when it is the best so far."""
        some = self.validation.tasks(slice(0, N_VALIDATION))
        state = self.learner.tune(self.lab.snapshot().learners[self.learner.name].state, some, self.lab.config)
        value, score, step = self._judged(state)
        self.looks.append((self.lab.iteration, value))
        if self.state is None or score > self.score:
            self.score, self.value, self.state = score, value, state
            self.iteration, self.test_step = self.lab.iteration, step

    @np.errstate(all="ignore")
    def settle(self) -> None:
        """Tune the kept state on all validation tasks."""
        self.state = self.learner.tune(self.state, self.validation, self.lab.config)
        self.test_step = self._judged(self.state)[2]

    def _judged(self, state: Any) -> tuple[float, float, int]:
        """Return the validation mean at the best number of steps, as a score (larger is better), and that number."""
        config = self.lab.config
        outputs = self.learner.predict(state, self.validation, config.evaluation.steps, config)
        curves = task_curves(outputs, self.validation, _loss(self.lab))
        means = curves.values(metric_of(curves)).mean(axis=1)
        scores = np.where(np.isfinite(means), means if metric_of(curves) == "accuracy" else -means, -np.inf)
        step = int(np.argmax(scores))
        return float(means[step]), float(scores[step]), step


def metric_of(curves: TaskCurves) -> str:
    """Return what tasks are judged by."""
    return "loss" if curves.accuracy is None else "accuracy"


def _loss(lab: Lab) -> Any:
    return lab.snapshot().source.problem.loss


def _searched(cell: Cell, validation: TaskBatch) -> list[Run]:
    """Try every point, then train the best one on to the full budget; it comes first in the list."""
    every, short = max(1, cell.steps // LOOKS), max(1, cell.steps // TRIAL_SHARE)
    runs = []
    wanted = points(cell.learner, cell.config, cell.trials)
    for point in wanted:
        run = Run(point, Lab(cell.config.with_settings(point)), validation, every)
        run.go_on(short if len(wanted) > 1 else cell.steps)
        run.trial_value = run.value
        runs.append(run)
    best = max(runs, key=lambda run: run.score)  # the first of equals
    best.go_on(cell.steps)
    best.settle()
    return [best, *(run for run in runs if run is not best)]


def _judged(cell: Cell, runs: list[Run]) -> Outcome:
    best = runs[0]
    config, name = best.lab.config, cell.learner
    n_tasks, source = config.evaluation.tasks, best.lab.snapshot().source
    blocks = held_out_blocks(source, config, "test", n_tasks)
    found = evaluate({name: best.state}, blocks, config, best.iteration, source.problem.loss, None, n_tasks)
    curves = found.learners[name]
    metric = metric_of(curves)
    summaries = [curves.summary(metric, step) for step in range(found.steps + 1)]
    order = {tuple(sorted(point.items())): i for i, point in enumerate(points(name, cell.config, cell.trials))}
    tried = sorted(runs, key=lambda run: order[tuple(sorted(run.point.items()))])
    return Outcome(
        _facts(best, tried, metric, summaries[best.test_step].n_diverged),
        curves.values(metric)[best.test_step],
        curves.loss[best.test_step],
        np.array([summary.mean for summary in summaries]),
        np.array([summary.ci95 for summary in summaries]),
        np.array([iteration for iteration, _ in best.looks], dtype=np.float64),
        np.array([value for _, value in best.looks]),
        np.array([run.trial_value for run in tried]),
        *_elsewhere(cell, best, metric),
    )


def _elsewhere(cell: Cell, best: Run, metric: str) -> tuple[Array, Array, Array]:
    """Judge the kept state at the K that it was not trained at: K, means and half-widths over tasks, (others,) each."""
    source, loss = best.lab.snapshot().source, _loss(best.lab)
    summaries = []
    for k_shot in cell.test_shots:
        config = best.lab.config.with_settings({"task.k_shot": k_shot})
        blocks = held_out_blocks(source, config, "test", config.evaluation.tasks)
        found = evaluate({cell.learner: best.state}, blocks, config, best.iteration, loss)
        summaries.append(found.learners[cell.learner].summary(metric, best.test_step))
    means, halves = ([getattr(one, name) for one in summaries] for name in ("mean", "ci95"))
    return np.array(cell.test_shots, dtype=np.float64), np.array(means), np.array(halves)


def _facts(best: Run, tried: list[Run], metric: str, n_diverged: int) -> Facts:
    ledger, choice = best.ledger, getattr(best.state, "choice", None)
    return Facts(
        status="diverged" if best.fault else "ok",
        reason=best.fault,
        metric=metric,
        settings=tuple(best.point.items()),
        chosen="" if choice is None else f"step size {choice.lr:g}, at most {choice.steps} steps",
        test_step=best.test_step,
        best_iteration=best.iteration,
        meta_steps=ledger.steps,
        searched_steps=sum(run.ledger.steps for run in tried),
        rows=ledger.rows,
        gradient_evaluations=ledger.gradient_evaluations,
        parameters=ledger.parameters,
        n_diverged=n_diverged,
        trials=tuple((tuple(run.point.items()), bool(run.fault)) for run in tried),
    )
