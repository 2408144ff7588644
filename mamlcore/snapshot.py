"""The frozen picture of a run: all that a panel, an exporter or the sentence needs, and nothing that changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.evaluate import Evaluation
from mamlcore.history import Curve, Spent, up_to
from mamlcore.learners import LEARNERS
from mamlcore.learners.base import StepInfo, n_parameters
from mamlcore.tasks.base import ReferenceLine, TaskSource
from mamlcore.tree import flatten


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a learner has used so far."""

    steps: int = 0  # meta-steps taken
    rows: int = 0  # labelled rows seen
    gradient_evaluations: int = 0  # passes back as StepInfo counts them; a Hessian-vector product is two
    seconds: float = 0.0  # spent in step()
    parameters: int = 0

    def after(self, info: StepInfo, seconds: float) -> "Ledger":
        """Return the ledger after one more meta-step."""
        gradients = self.gradient_evaluations + info.gradient_evaluations
        return Ledger(self.steps + 1, self.rows + info.rows, gradients, self.seconds + seconds, self.parameters)

    @property
    def spent(self) -> Spent:
        """Rows, gradient evaluations and seconds, as the history keeps them."""
        return self.rows, self.gradient_evaluations, self.seconds


def counted(ledgers: Mapping[str, Ledger], states: Mapping[str, Any], config: Config) -> dict[str, Ledger]:
    """Return a ledger for each state, with how many numbers its learner trains under these settings."""
    return {
        name: replace(ledgers.get(name, Ledger()), parameters=n_parameters(LEARNERS[name], state, config))
        for name, state in states.items()
    }


@dataclass(frozen=True, slots=True)
class Change:
    """A live setting that was changed during the run."""

    iteration: int
    text: str  # "α 0.01 → 0.02"


@dataclass(frozen=True, slots=True)
class Ghost:
    """An earlier run, kept to compare with."""

    label: str  # what differs from the present run: "S 1", "α 0.01"
    curves: Mapping[str, Curve]
    metric: str  # "loss" or "accuracy": what its tasks are judged by


MAX_GHOSTS = 3
#: A run of fewer meta-steps is the first to be forgotten: a slider that is dragged leaves many behind.
BRIEF = 100


def with_ghost(ghosts: tuple[Ghost, ...], new: Ghost) -> tuple[Ghost, ...]:
    """Return the ghosts with one more; where there are too many the oldest brief run goes, else the oldest."""
    kept = [*ghosts, new]
    while len(kept) > MAX_GHOSTS:
        brief = (ghost for ghost in kept if max(curve.iteration[-1] for curve in ghost.curves.values()) < BRIEF)
        kept.remove(next(brief, kept[0]))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the run stopped by itself, and what to try."""

    kind: str  # "diverged" or "error"
    reason: str  # one sentence
    remedy: str  # one sentence
    details: str  # to copy
    iteration: int  # of the theta that was kept
    changes: tuple[str, ...] = ()  # of settings since that theta, in words: it is judged with them


@dataclass(frozen=True, slots=True)
class Resume:
    """What an exact resume needs beside the learners' states and the history."""

    generator: Mapping[str, Any]  # state of the training stream's bit generator
    next_point: int  # iteration of the next live evaluation
    next_tune: int  # iteration of the next tuning of the baselines
    pending: Mapping[str, tuple[float, int]]  # sum and number of training losses since the last point
    levels: Mapping[str, float]  # loss before adaptation at iteration 0: what divergence is judged by
    above: Mapping[str, int]  # each learner's meta-steps in a row with a loss far above its level


@dataclass(frozen=True, slots=True)
class Moment:
    """What a checkpoint holds of a run: the part of a snapshot that can't be computed again."""

    iteration: int
    tasks_seen: int
    states: Mapping[str, Any]
    ledgers: Mapping[str, Ledger]
    curves: Mapping[str, Curve]
    changes: tuple[Change, ...]
    resume: Resume


@dataclass(frozen=True, slots=True)
class LearnerView:
    """One learner at this moment. ``state`` is a value: it can be used from any thread, never changed.

    The run goes on from the same arrays, so they are made read-only: who works on a theta takes a copy.
    """

    state: Any
    ledger: Ledger

    def __post_init__(self) -> None:
        for leaf in flatten(self.state).values():
            leaf.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of one run."""

    run: int  # counts restarts
    config: Config
    iteration: int
    tasks_seen: int
    learners: Mapping[str, LearnerView]  # in the order of config.learners
    curves: Mapping[str, Curve]  # history of each learner
    live: Evaluation  # newest evaluation on the first evaluation.live_tasks held-out tasks
    test: Evaluation | None  # newest full evaluation, when one was asked for
    references: tuple[ReferenceLine, ...]  # measured on held_out
    held_out: TaskBatch  # the live held-out tasks
    source: TaskSource
    resume: Resume
    changes: tuple[Change, ...] = ()
    ghosts: tuple[Ghost, ...] = ()
    unsupported: Mapping[str, str] | None = None  # learners asked for but not offered here, and why
    fault: Fault | None = None

    @property
    def metric(self) -> str:
        """What tasks are judged by: "accuracy" for classes, otherwise "loss"."""
        return "accuracy" if self.source.problem.is_classification else "loss"

    def drawn_curves(self) -> dict[str, Curve]:
        """Return the curves to draw, of those who take part: they end where ``live`` was judged."""
        steps = self.config.inner.steps
        return {name: up_to(self.curves[name], self.live, name, steps, view.ledger.spent)
                for name, view in self.learners.items() if name in self.curves}  # fmt: skip

    def theta(self, learner: str = "maml") -> tuple[tuple[Array, Array], ...] | None:
        """Return a learner's initialisation, where it has one: read-only arrays."""
        view = self.learners.get(learner)
        return None if view is None else LEARNERS[learner].theta(view.state)

    @property
    def has_theta(self) -> bool:
        """Whether any learner of the run has an initialisation to take away."""
        return any(self.theta(name) is not None for name in self.learners)
