"""Lab: one experiment. It hides random streams, batches and history behind apply, step, evaluate, snapshot."""

import time
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from mamlcore import tasks
from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.blas import pin_to_one_thread
from mamlcore.config import SETTINGS, Config, checked
from mamlcore.divergence import Watch, fault_of, level_of
from mamlcore.errors import LabError, SettingError
from mamlcore.evaluate import Evaluation, Progress
from mamlcore.held_out import N_VALIDATION, evaluate, held_out_blocks, joined
from mamlcore.history import History, next_point
from mamlcore.learners import LEARNERS, named_learner
from mamlcore.memory import keep_freed_memory
from mamlcore.pace import paces
from mamlcore.seeds import generator
from mamlcore.snapshot import Change, Fault, Ghost, LearnerView, Moment, Resume, Snapshot, counted, with_ghost
from mamlcore.tasks.stream import TaskStream
from mamlcore.wording import difference_text, notes_of

Applied = Literal["unchanged", "continued", "restarted"]
Changes = Mapping[str, tuple[Any, Any]]


class Lab:
    """One experiment: several learners on one stream of tasks.

    Raises SettingError when the settings ask for what the tasks or the learners can't give.
    """

    def __init__(self, config: Config, progress: Progress | None = None) -> None:
        pin_to_one_thread()
        keep_freed_memory()
        self.config = checked(config)
        self.fault: Fault | None = None
        self._run = 0
        self._ghosts: tuple[Ghost, ...] = ()
        self._begin(progress)

    # -- a run ------------------------------------------------------------------------------------------

    def _begin(self, progress: Progress | None = None) -> None:
        """Start a run at iteration 0 from the present settings."""
        self._open_tasks()
        self._states = {n: LEARNERS[n].init(self._source.problem, self.config, generator(self.config.seed, "init"))
                        for n in self._offered}  # fmt: skip
        self._ledgers = counted({}, self._states, self.config)
        self._every = paces(self._states, self._source.problem, self.config)
        self._stream = TaskStream(generator(self.config.seed, "train"))
        self._history = History()
        self._changes: tuple[Change, ...] = ()
        self._test: Evaluation | None = None
        self._pending: dict[str, tuple[float, int]] = {}
        self.iteration = self._tasks_seen = self._next_tune = 0
        self.fault = None
        self._looked_at = -1
        self.look(progress)
        self._watch = Watch(
            {name: level_of(curves.loss[0]) for name, curves in self._live.learners.items()}, self._states
        )

    def _open_tasks(self) -> None:
        """(Re)open the source and draw the held-out tasks: after a start and after a change of the tasks."""
        config = self.config
        self._source = tasks.open_source(config, generator(config.seed, "world"))
        problem = self._source.problem
        reasons = {name: named_learner(name).unsupported(problem, config) for name in config.learners}
        self._unsupported = {name: reason for name, reason in reasons.items() if reason}
        self._offered = [name for name in config.learners if name not in self._unsupported]
        if not self._offered:
            raise SettingError(
                f"Config.learners must hold one these tasks allow: {'; '.join(self._unsupported.values())}"
            )
        self._held_out = joined(self._blocks("test", config.evaluation.live_tasks)).frozen()
        self._validation = joined(self._blocks("validation", N_VALIDATION))
        self._judged: dict[str, Any] = {}  # the states that the newest live evaluation saw
        self._references = self._source.references(self._held_out)

    def _blocks(self, split: Literal["validation", "test"], n_tasks: int, seed: int | None = None) -> Any:
        return held_out_blocks(self._source, self.config, split, n_tasks, seed)

    # -- training ---------------------------------------------------------------------------------------

    def step(self) -> None:
        """Take one meta-step of every learner on one batch of new tasks: sampling included, nothing else.

        With outer.pace ``fair`` a slow learner takes part in every m-th only, m from sizes (pace.py).
        After a divergence the last good states are back and ``fault`` says why; further steps raise LabError
        until a setting is changed.
        """
        if self.fault is not None:
            raise LabError(f"The run has stopped: {self.fault.reason} {self.fault.remedy}")
        began = dict(self._states), dict(self._ledgers), dict(self._pending), self._stream.state
        try:
            batch, losses = self._step_all(self.config)
        except BaseException:  # Ctrl-C in a notebook, no memory left: as if the meta-step had not begun
            self._states, self._ledgers, self._pending, self._stream.state = began
            raise
        self.iteration += 1
        self._tasks_seen += batch.n_tasks
        self._judge(began[0], losses)

    def _step_all(self, config: Config) -> tuple[TaskBatch, dict[str, Array]]:
        batch = self._stream.next(self._source, config.outer.tasks, config.task.k_shot, config.task.n_query)
        with np.errstate(all="ignore"):
            turn = [name for name in self._states if name in self._every and self.iteration % self._every[name] == 0]
            return batch, {name: self._step_one(name, batch) for name in turn}

    def _step_one(self, name: str, batch: TaskBatch) -> Array:
        start = time.perf_counter()
        self._states[name], info = LEARNERS[name].step(self._states[name], batch, self.config)
        self._ledgers[name] = self._ledgers[name].after(info, time.perf_counter() - start)
        if info.comparable:
            total, count = self._pending.get(name, (0.0, 0))
            self._pending[name] = (total + float(np.mean(info.query_losses, dtype=np.float64)), count + 1)
        return info.query_losses

    def _judge(self, before: Mapping[str, Any], losses: Mapping[str, Array]) -> None:
        """Stop the run when it has left the rails."""
        guilty = self._watch.judge(self.iteration - 1, before, losses, self.config)
        if guilty is not None:
            self._stop(guilty, float(np.mean(losses[guilty], dtype=np.float64)))

    def _stop(self, guilty: str, loss: float) -> None:
        self.iteration, self._states = self._watch.kept, dict(self._watch.states)
        self._pending.clear()
        self._looked_at = -1
        changes = self._watch.changes_to(self.config)
        self.fault = fault_of(guilty, LEARNERS[guilty].label, loss, self.config, self.iteration, changes)
        self.look()

    def advance(self, progress: Progress | None = None) -> None:
        """Take one meta-step and, when a point of the live curves is due, the live evaluation."""
        self.step()
        if self.fault is None and self.iteration >= self._next_point:
            self.look(progress)

    # -- looking ----------------------------------------------------------------------------------------

    def look(self, progress: Progress | None = None) -> None:
        """Tune the baselines when due, evaluate on the live held-out tasks, add a point to the history."""
        if self.iteration == self._looked_at:
            return
        if self.iteration >= self._next_tune:
            self._states = self._tuned(progress)
            self._next_tune = self.iteration + max(50, self.iteration // 4)
        self._live = self._look_at_live_tasks(progress)
        means = {name: total / count for name, (total, count) in self._pending.items() if count}
        self._history.add(self._live, self.config.inner.steps, means, {n: x.spent for n, x in self._ledgers.items()})
        self._pending = {}
        self._looked_at = self.iteration
        self._next_point = next_point(self.iteration, self.config.evaluation.every)
        self._curves = self._history.curves()

    def _look_at_live_tasks(self, progress: Progress | None = None) -> Evaluation:
        """Evaluate on the live tasks; who never trains and has not been tuned since does as it did before."""
        old = self._judged
        same = [name for name, state in self._states.items() if old.get(name) is state]
        known = {name: self._live.learners[name] for name in same}
        fresh = {name: state for name, state in self._states.items() if name not in known}
        found = self._evaluate(fresh, iter([self._held_out]), self._held_out.n_tasks, progress)
        self._judged = dict(self._states)
        everyone = {**known, **found.learners}
        return replace(found, learners={name: everyone[name] for name in self._states})

    def _tuned(self, progress: Progress | None = None) -> dict[str, Any]:
        states = {}
        with np.errstate(all="ignore"):
            for name, state in self._states.items():
                if progress is not None:
                    progress(0.0)
                settled = self._judged.get(name) is state and not LEARNERS[name].trains
                states[name] = state if settled else LEARNERS[name].tune(state, self._validation, self.config)
        return states

    def _evaluate(self, states: Mapping[str, Any], blocks: Any, n_tasks: int, progress: Progress | None) -> Evaluation:
        loss = self._source.problem.loss
        return evaluate(states, blocks, self.config, self.iteration, loss, progress, n_tasks)

    def evaluate(self, progress: Progress | None = None, seed: int | None = None) -> Evaluation:
        """Judge every learner on all evaluation.tasks held-out tasks after 0..evaluation.steps steps.

        The tasks are the run's own unless another seed is given (same classes and world, other draws).
        Baselines are tuned anew on validation tasks. progress may raise Cancelled; then nothing is changed.
        """
        n_tasks = self.config.evaluation.tasks
        self._test = self._evaluate(self._tuned(progress), self._blocks("test", n_tasks, seed), n_tasks, progress)
        return self._test

    # -- settings ---------------------------------------------------------------------------------------

    def apply(self, config: Config, progress: Progress | None = None) -> Applied:
        """Take over settings between two meta-steps: live ones continue the run, others begin a new one.

        Raises SettingError, and changes nothing, when they ask for the impossible.
        """
        changed = self.config.changes_to(config)
        if not changed:
            return "unchanged"
        tasks.check(config)
        old = self.config, dict(vars(self))
        self.config = config
        try:
            if any(self.restarts(path, *pair) for path, pair in changed.items()):
                self._restart(old[0], changed, progress)
                return "restarted"
            self._continue(changed, progress)
        except BaseException:
            vars(self).update(old[1])
            raise
        return "continued"

    @staticmethod
    def restarts(path: str, old: Any, new: Any) -> bool:
        """Tell whether changing a setting from old to new begins a new run."""
        if path == "learners":  # dropping a learner does not disturb the others
            return not set(new) <= set(old)
        return SETTINGS[path].effect == "restart"

    def reset(self, progress: Progress | None = None) -> None:
        """Begin anew with the same settings; no ghost is left."""
        self._run += 1
        self._begin(progress)

    def _restart(self, old: Config, changed: Changes, progress: Progress | None) -> None:
        metric = "accuracy" if self._source.problem.is_classification else "loss"
        ghost = Ghost(difference_text(changed), MappingProxyType(self._curves), metric)
        worth_it = self.iteration > 0 and old.task.family == self.config.task.family
        self._ghosts = with_ghost(self._ghosts, ghost) if worth_it else ()
        self.reset(progress)

    def _continue(self, changed: Changes, progress: Progress | None) -> None:
        self.fault = None
        if any(path.startswith(("task.", "evaluation.")) for path in changed) or "learners" in changed:
            self._open_tasks()
            kept = [name for name in self._offered if name in self._states]
            self._states = {name: self._states[name] for name in kept}
            self._watch.keep_only(kept)
            self._pending = {name: pair for name, pair in self._pending.items() if name in kept}
        before, self._every = self._every, paces(self._states, self._source.problem, self.config)
        self._ledgers = counted(self._ledgers, self._states, self.config)
        self._watch.above = {}
        notes = notes_of(changed, same_pace=self._every.items() <= before.items())
        self._changes = (*self._changes, *(Change(self.iteration, note) for note in notes))[-50:]
        self._next_tune, self._looked_at, self._judged = self.iteration, -1, {}
        self.look(progress)

    def restore(self, moment: Moment) -> None:
        """Take the place of another run at the moment it was saved. Used by :mod:`mamlcore.checkpoint`."""
        self._states = {name: moment.states[name] for name in self._offered}
        self._every = paces(self._states, self._source.problem, self.config)
        self._ledgers.update(moment.ledgers)
        self._stream.state = moment.resume.generator
        self._history.restore(moment.curves)
        self._curves = self._history.curves()
        self._changes = moment.changes
        self.iteration, self._tasks_seen = moment.iteration, moment.tasks_seen
        self._next_point, self._next_tune = moment.resume.next_point, moment.resume.next_tune
        self._pending, self._looked_at = dict(moment.resume.pending), self._history.newest()
        self._watch = Watch(dict(moment.resume.levels), self._states, moment.iteration, dict(moment.resume.above))
        self._live = self._look_at_live_tasks()

    # -- pictures ---------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return the frozen picture of this moment; it shares no changing thing with the lab."""
        views = {name: LearnerView(state, self._ledgers[name]) for name, state in self._states.items()}
        resume = Resume(
            self._stream.state, self._next_point, self._next_tune,
            MappingProxyType(dict(self._pending)), MappingProxyType(dict(self._watch.levels)),
            MappingProxyType(dict(self._watch.above)),
        )  # fmt: skip
        return Snapshot(
            run=self._run,
            config=self.config,
            iteration=self.iteration,
            tasks_seen=self._tasks_seen,
            learners=MappingProxyType(views),
            curves=MappingProxyType(self._curves),
            live=self._live,
            test=self._test,
            references=self._references,
            held_out=self._held_out,
            source=self._source,
            resume=resume,
            changes=self._changes,
            ghosts=self._ghosts,
            unsupported=MappingProxyType(dict(self._unsupported)),
            fault=self.fault,
        )
