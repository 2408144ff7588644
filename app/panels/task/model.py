"""What the task inspector shows, as numbers: one held-out task under every learner. No widget here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import LossName, TaskBatch
from mamlcore.held_out import task_curves
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot

#: Support rows that were dragged: row -> its new input (D,) and, for a regression, its new target (O,).
Moves = Mapping[int, tuple[Array, Array | None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One learner on one task before adaptation and after 1..E steps."""

    grid: Array  # (E+1, G, O) outputs on the grid of inputs asked for
    query: Array  # (E+1, Q, O) outputs on the query rows
    loss: Array  # (E+1,) mean query loss
    accuracy: Array | None  # (E+1,) in 0..1, None for a regression


def one_task(batch: TaskBatch, index: int, moves: Moves | None = None) -> TaskBatch:
    """Return task ``index`` as a batch of one, with its dragged support rows where they are now."""
    task = batch.tasks(slice(index, index + 1))
    if not moves:
        return task
    support_x, support_y = np.array(task.support_x), np.array(task.support_y)
    for row, (x, y) in moves.items():
        support_x[0, row] = x
        if y is not None:
            support_y[0, row] = y
    return replace(task, support_x=support_x, support_y=support_y)


def outcome(shot: Snapshot, name: str, task: TaskBatch, grid: Array) -> Outcome:
    """Let one learner adapt to a batch of one task and answer on its query rows and on a grid (G, D).

    It adapts once for both. Overflow is an answer (infinite loss), not a warning.
    """
    inputs = np.concatenate([grid[None].astype(task.query_x.dtype), task.query_x], axis=1)  # (1, G+Q, D)
    unused = np.zeros((1, inputs.shape[1], *task.query_y.shape[2:]), task.query_y.dtype)
    asked = replace(task, query_x=inputs, query_y=unused)
    config = shot.config
    with np.errstate(all="ignore"):
        outputs = LEARNERS[name].predict(shot.learners[name].state, asked, config.evaluation.steps, config)
        query = outputs[:, :, len(grid) :]
        curves = task_curves(query, task, shot.source.problem.loss)
    accuracy = None if curves.accuracy is None else curves.accuracy[:, 0]
    return Outcome(outputs[:, 0, : len(grid)], query[:, 0], curves.loss[:, 0], accuracy)


def outputs_on(shot: Snapshot, name: str, task: TaskBatch, grid: Array, step: int) -> Array:
    """Return one learner's outputs (G, O) on a grid (G, D) after so many steps on a batch of one task."""
    unused = np.zeros((1, len(grid), *task.query_y.shape[2:]), task.query_y.dtype)
    asked = replace(task, query_x=grid[None].astype(task.query_x.dtype), query_y=unused)
    with np.errstate(all="ignore"):
        return LEARNERS[name].predict(shot.learners[name].state, asked, step, shot.config)[-1, 0]


def n_classes(shot: Snapshot) -> int:
    """Return how many classes a task has; one logit means two."""
    problem = shot.source.problem
    return 2 if problem.loss == "bce" else problem.n_outputs


def decisions(outputs: Array, loss: LossName) -> Array:
    """Return the class (...,) that outputs (..., O) stand for; -1 where an output is not finite."""
    chosen = (outputs[..., 0] > 0).astype(np.intp) if loss == "bce" else np.argmax(outputs, axis=-1)
    return np.where(np.isfinite(outputs).all(axis=-1), chosen, -1)


def shown_pair(shot: Snapshot) -> list[str]:
    """Return the learners worth comparing on one task: MAML (else the first meta-learner), then the best other.

    The best other is the baseline that stands best on the live held-out tasks, all of them.
    """
    names = list(shot.learners)
    meta = [name for name in names if LEARNERS[name].role == "meta-learner"]
    first = "maml" if "maml" in names else next(iter(meta), None)
    others = [name for name in names if LEARNERS[name].role in ("baseline", "untrained")]
    others = others or [name for name in names if name != first]
    best = min(others, key=lambda name: _badness(shot, name), default=None)
    return [name for name in (first, best) if name is not None]


def _badness(shot: Snapshot, name: str) -> float:
    curves = shot.live.learners.get(name)
    if curves is None:
        return np.inf
    step = min(shot.config.inner.steps, len(curves.loss) - 1)
    value = curves.summary(shot.metric, step).mean
    value = -value if shot.metric == "accuracy" else value
    return value if np.isfinite(value) else np.inf


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each true class (rows) was taken for each class (columns)."""

    counts: Array  # (N, N) integers
    names: tuple[str, ...]  # of the classes; empty where they have none
    undecided: int  # query rows whose output was not finite

    def per_class(self) -> Array:
        """Return the share (N,) of each class's rows that was named right; NaN for a class without rows."""
        rows = self.counts.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.diag(self.counts) / np.where(rows > 0, rows, np.nan)


def task_confusion(shot: Snapshot, task: TaskBatch, chosen: Array, index: int) -> Confusion:
    """Count decisions (Q,) of one task against its labels."""
    names = shot.source.class_names(shot.held_out.tasks(slice(index, index + 1)))
    size = n_classes(shot)
    return _count(task.query_y.reshape(-1).astype(np.intp), chosen, size, tuple(names[0]) if names else ())


def pools_classes(shot: Snapshot) -> bool:
    """Tell whether a class is the same thing in every task, so that confusions may be added up over tasks."""
    return shot.held_out.classes is not None or shot.source.problem.loss == "bce"


def pooled_confusion(shot: Snapshot, name: str, step: int) -> Confusion:
    """Count the decisions of one learner on all live held-out tasks, by class of the pool."""
    batch, loss = shot.held_out, shot.source.problem.loss
    with np.errstate(all="ignore"):
        outputs = LEARNERS[name].predict(shot.learners[name].state, batch, step, shot.config)[-1]  # (T, Q, O)
    chosen, truth = decisions(outputs, loss), batch.query_y.reshape(outputs.shape[:2]).astype(np.intp)
    if batch.classes is None:
        return _count(truth.ravel(), chosen.ravel(), n_classes(shot), ())
    pool, position = np.unique(batch.classes, return_inverse=True)
    position = position.reshape(batch.classes.shape)  # (T, N) -> place in the pool
    to_pool = np.concatenate([position, np.full((len(position), 1), -1)], axis=1)  # label -1 stays -1
    rows = np.arange(batch.n_tasks)[:, None]
    return _count(to_pool[rows, truth].ravel(), to_pool[rows, chosen].ravel(), len(pool), _pool_names(shot, pool))


def _pool_names(shot: Snapshot, pool: Array) -> tuple[str, ...]:
    names, classes = shot.source.class_names(shot.held_out), shot.held_out.classes
    if names is None or classes is None:
        return tuple(str(int(number)) for number in pool)
    found = {
        int(c): label for row, labels in zip(classes, names, strict=True) for c, label in zip(row, labels, strict=True)
    }
    return tuple(found[int(number)] for number in pool)


def _count(truth: Array, chosen: Array, size: int, names: tuple[str, ...]) -> Confusion:
    decided = chosen >= 0
    counts = np.zeros((size, size), dtype=np.intp)
    np.add.at(counts, (truth[decided], chosen[decided]), 1)
    return Confusion(counts, names, int(np.count_nonzero(~decided)))
