"""Held-out tasks: fixed for a seed, drawn in blocks so that the live tasks are the first of the test tasks."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import LossName, TaskBatch
from mamlcore.config import Config
from mamlcore.evaluate import Evaluation, Progress, TaskCurves
from mamlcore.learners import LEARNERS
from mamlcore.losses import LOSSES, accuracy
from mamlcore.seeds import generator
from mamlcore.tasks.base import Split, TaskSource

BLOCK = 100  # tasks drawn from one stream
#: Validation tasks on which baselines choose their step size.
N_VALIDATION = 60


def held_out_blocks(
    source: TaskSource, config: Config, split: Split, n_tasks: int, seed: int | None = None
) -> Iterator[TaskBatch]:
    """Yield n_tasks held-out tasks in blocks of at most BLOCK; the same seed gives the same tasks.

    A longer list starts with the shorter one, and nothing here touches the training stream.
    """
    k_shot, n_query = config.task.k_shot, config.task.n_query
    for block in range(-(-n_tasks // BLOCK)):
        rng = generator(config.seed if seed is None else seed, split, block)
        batch = source.sample(rng, BLOCK, split, k_shot, n_query)
        wanted = min(BLOCK, n_tasks - block * BLOCK)
        yield batch if wanted == BLOCK else batch.tasks(slice(0, wanted))


def joined(blocks: Iterator[TaskBatch]) -> TaskBatch:
    """Return blocks as one batch."""
    parts = list(blocks)
    if len(parts) == 1:
        return parts[0]

    def whole(name: str) -> Array:
        return np.concatenate([getattr(part, name) for part in parts])

    return TaskBatch(
        whole("support_x"),
        whole("support_y"),
        whole("query_x"),
        whole("query_y"),
        None if parts[0].classes is None else whole("classes"),
        {name: np.concatenate([part.parameters[name] for part in parts]) for name in parts[0].parameters},
    )


def task_curves(outputs: Array, batch: TaskBatch, loss: LossName) -> TaskCurves:
    """Judge outputs (E+1, T, Q, O) against the query rows of a batch.

    Who does not adapt says the same after every step (one array that is broadcast), which is judged once.
    """
    if len(outputs) > 1 and outputs.strides[0] == 0:
        once, n_steps = task_curves(outputs[:1], batch, loss), len(outputs)
        accuracies = None if once.accuracy is None else np.repeat(once.accuracy, n_steps, axis=0)
        return TaskCurves(np.repeat(once.loss, n_steps, axis=0), accuracies)
    with np.errstate(over="ignore", invalid="ignore"):
        losses = LOSSES[loss].values(outputs.astype(np.float64), batch.query_y)
    losses[np.isnan(losses)] = np.inf  # overflowed twice over; a median and an order exist with infinity alone
    hits = None if loss == "mse" else accuracy(outputs, batch.query_y, loss)
    return TaskCurves(losses, hits)


def evaluate(
    states: Mapping[str, Any],
    blocks: Iterator[TaskBatch],
    config: Config,
    iteration: int,
    loss: LossName,
    progress: Progress | None = None,
    n_tasks: int = BLOCK,
) -> Evaluation:
    """Judge every learner on the same tasks after 0..evaluation.steps steps.

    progress is told the share done after each learner of each block, and may raise Cancelled.
    """
    steps = config.evaluation.steps
    parts: dict[str, list[TaskCurves]] = {name: [] for name in states}
    done = 0
    for batch in blocks:
        for number, (name, state) in enumerate(states.items()):
            if progress is not None:
                progress((done + batch.n_tasks * number / len(states)) / n_tasks)
            with np.errstate(all="ignore"):
                outputs = LEARNERS[name].predict(state, batch, steps, config)
            parts[name].append(task_curves(outputs, batch, loss))
        done += batch.n_tasks
    return Evaluation(iteration, done, steps, {name: _joined_curves(found) for name, found in parts.items()})


def _joined_curves(parts: list[TaskCurves]) -> TaskCurves:
    loss = np.concatenate([part.loss for part in parts], axis=1)
    hits = [part.accuracy for part in parts if part.accuracy is not None]
    accuracies = np.concatenate(hits, axis=1) if hits else None
    for array in (loss,) if accuracies is None else (loss, accuracies):
        array.setflags(write=False)
    return TaskCurves(loss, accuracies)
