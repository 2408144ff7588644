"""Fine-tuning from a start that was not meta-learned, given its best chance: step size and steps are tuned.

A baseline that must use the step size MAML was trained for is a straw man. Here it may choose its own on
validation tasks: the step size that does best after inner.steps steps (as many as the meta-learners are judged
after), then the number of steps, up to evaluation.steps, at which to stop.
"""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import StepInfo, named
from mamlcore.learners.model import loss_of, outputs_after, parameters_after
from mamlcore.losses import LOSSES, accuracy
from mamlcore.network import Activation

#: Step sizes tried, and inner.lr beside them.
GRID = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
#: An accuracy fewer than so many standard errors above chance is luck: 5 % for the best of some ten tries.
MEASURABLE = 2.6


class Choice(NamedTuple):
    """How to fine-tune."""

    lr: float
    steps: int  # after so many steps nothing changes any more


def untuned(config: Config) -> Choice:
    """Return MAML's own step size, and no early stop: what holds before the first tuning."""
    return Choice(config.inner.lr, config.evaluation.steps)


@np.errstate(over="ignore", invalid="ignore")
def tuned(theta: Theta, batch: TaskBatch, config: Config) -> Choice:
    """Return the step size and number of steps that do best on validation tasks, starting from theta.

    Best is the highest mean accuracy, then the lowest mean loss; for a regression the lowest mean loss. Accuracies
    that are not measurably above chance count as chance: where labels say nothing the luckiest of many is no better,
    and its loss may be far worse. A step size with which any task's loss is not finite loses. Ties go to the smaller
    step size and to fewer steps.
    """
    activation = config.model.activation
    rates = sorted({*GRID, config.inner.lr})
    scores = [_score(outputs_after(theta, batch, config.inner.steps, lr, activation)[-1:], batch)[0] for lr in rates]
    lr = rates[scores.index(max(scores))]
    steps = max(config.evaluation.steps, config.inner.steps)
    curve = _score(outputs_after(theta, batch, steps, lr, activation), batch)[config.inner.steps :]
    return Choice(lr, config.inner.steps + curve.index(max(curve)))


def predict(theta: Theta, choice: Choice, batch: TaskBatch, steps: int, activation: Activation) -> Array:
    """Return outputs (steps + 1, T, Q, O); they stay what they are after choice.steps steps."""
    outputs = outputs_after(theta, batch, min(steps, choice.steps), choice.lr, activation)
    return outputs[np.minimum(np.arange(steps + 1), len(outputs) - 1)]


def adapted(theta: Theta, choice: Choice, batch: TaskBatch, steps: int, activation: Activation) -> list[Theta]:
    """Return per-task parameters before and after 1..steps; they stay what they are after choice.steps steps."""
    path = parameters_after(theta, batch, min(steps, choice.steps), choice.lr, activation)
    return path + path[-1:] * (steps + 1 - len(path))


def with_choice(theta: Theta, choice: Choice) -> dict[str, Array]:
    """Return the start of fine-tuning with the step size and number of steps that were chosen for it."""
    return {**named(theta), "inner_lr": np.asarray(choice.lr), "inner_steps": np.asarray(choice.steps)}


def untrained_info(batch: TaskBatch) -> StepInfo:
    """Return what a meta-step of a learner that never trains tells: no loss (NaN), nothing used."""
    return StepInfo(np.full(batch.n_tasks, np.nan), 0, 0)


def _measurable(hits: Array, outputs: Array) -> Array:
    """Return mean accuracies (steps,) of those of tasks (steps, T); chance for those that luck may explain."""
    chance = 1.0 / max(outputs.shape[-1], 2)
    mean = hits.mean(axis=-1)
    error = hits.std(axis=-1, ddof=1) / np.sqrt(hits.shape[-1]) if hits.shape[-1] > 1 else np.full(len(mean), np.inf)
    return np.where(mean - MEASURABLE * error > chance, mean, chance)


def _score(outputs: Array, batch: TaskBatch) -> list[tuple[float, float]]:
    """Return for each step (accuracy, -loss), or for a regression (0, -loss); larger is better."""
    loss = loss_of(batch, outputs.shape[-1])
    losses = LOSSES[loss].values(outputs.astype(np.float64), batch.query_y).mean(axis=-1)
    hits = np.zeros(len(losses)) if loss == "mse" else _measurable(accuracy(outputs, batch.query_y, loss), outputs)
    return [
        (float(hit), -float(value)) if np.isfinite(value) else (-np.inf, -np.inf)
        for hit, value in zip(hits, losses, strict=True)
    ]
