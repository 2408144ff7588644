"""How losses are read in both big plots: metric, scale, the range they share, and the words for them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.look.numbers import count, measured, number, percent
from app.look.said import translated
from app.look.theme import Theme, learner_text_color
from app.plots.axes import Scale, Span, log10, loss_span
from app.plots.labels import Label
from mamlcore.arrays import Array
from mamlcore.evaluate import DIVERGED_FACTOR, Evaluation, TaskCurves
from mamlcore.history import Curve
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot
from mamlcore.tasks.base import ReferenceLine

Metric: TypeAlias = Literal["loss", "accuracy"]
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class View:
    """What a person chose to look at; accuracy counts only where there are classes."""

    metric: Metric = "accuracy"
    scale: Scale = "log"  # of losses

    def for_shot(self, shot: Snapshot) -> "View":
        """Return what can be shown of this snapshot."""
        metric: Metric = self.metric if shot.metric == "accuracy" else "loss"
        return View(metric, self.scale if metric == "loss" else "linear")

    def drawn(self, values: Array) -> Array:
        """Return drawn coordinates: per cent of an accuracy, log10 of a loss on a log axis."""
        if self.metric == "accuracy":
            return np.asarray(values, dtype=np.float64) * 100.0
        return log10(values) if self.scale == "log" else np.asarray(values, dtype=np.float64)

    def level(self, value: float) -> float:
        """Return the drawn coordinate of one value."""
        return float(self.drawn(np.asarray([value]))[0])

    def text(self, value: float | None, half: float | None = None) -> str:
        """Return a value, with its interval when there is one, as the house writes it."""
        if half is None:
            return percent(value) if self.metric == "accuracy" else number(value)
        return measured(value, half, self.metric)


def inner_steps(steps: int) -> str:
    """Return "1 inner step", "3 inner steps"."""
    return (
        translate("view", "1 inner step") if steps == 1 else translate("view", "{0} inner steps").format(count(steps))
    )


def short_steps(steps: int) -> str:
    """Return "1 step", "3 steps"."""
    return translate("view", "1 step") if steps == 1 else translate("view", "{0} steps").format(count(steps))


def loss_name(shot: Snapshot) -> str:
    """Return the name of the loss: "MSE", "cross-entropy", "log loss"."""
    names = {
        "mse": translate("view", "MSE"),
        "cross_entropy": translate("view", "cross-entropy"),
        "bce": translate("view", "log loss"),
    }
    return names[shot.source.problem.loss]


def learner_label(name: str) -> str:
    """Return a learner's name as shown."""
    return translated(LEARNERS[name].label) if name in LEARNERS else name


def newest_evaluation(shot: Snapshot) -> Evaluation:
    """Return the full evaluation when it is at least as new as the live one, else the live one."""
    return shot.test if shot.test is not None and shot.test.iteration >= shot.live.iteration else shot.live


def shown_curves(shot: Snapshot) -> dict[str, Curve]:
    """Return the histories of the learners that still train, in their order."""
    return shot.drawn_curves()


def lead_learner(names: Mapping[str, object]) -> str | None:
    """Return the learner that ghosts and marks stand for: MAML, or the first that trains, or the first."""
    if "maml" in names:
        return "maml"
    trained = [name for name in names if name in LEARNERS and LEARNERS[name].trains]
    return next(iter(trained or names), None)


def per_step(curves: TaskCurves, metric: Metric) -> tuple[Array, bool]:
    """Return (E+1,) means over tasks, or medians (and True) where a task diverged: a mean would say nothing."""
    values = curves.values(metric)
    diverged = metric == "loss" and any(bool(curves.diverged(step).any()) for step in range(len(values)))
    with np.errstate(over="ignore", invalid="ignore"):
        return (np.median if diverged else np.mean)(values.astype(np.float64), axis=1), diverged


def reference_level(line: ReferenceLine, view: View) -> float | None:
    """Return where a reference line is drawn, or None where it can't be: no such value, or 0 on a log axis."""
    value = line.loss if view.metric == "loss" else line.accuracy
    if value is None or not math.isfinite(value) or (view.scale == "log" and value <= 0):
        return None
    return view.level(value)


def reference_text(line: ReferenceLine, view: View) -> str:
    """Return a reference's value as text; a round percentage without decimals."""
    if view.metric == "loss":
        return number(line.loss)
    return exact_percent(line.accuracy or 0.0)


def exact_percent(fraction: float) -> str:
    """Return "20 %" for what is a whole percentage, "83.1 %" for anything else."""
    return percent(fraction, decimals=0 if abs(100 * fraction - round(100 * fraction)) < 1e-6 else 1)


def reference_labels(shot: Snapshot, view: View, theme: Theme) -> list[Label]:
    """Return the labels of the reference lines that can be drawn."""
    short = {"no_adaptation": translate("view", "No adapt.")}
    labels = []
    for line in shot.references:
        level = reference_level(line, view)
        if level is not None:
            name = translated(line.label)
            labels.append(Label(name, reference_text(line, view), level, theme.second, False, None,
                                short.get(line.name, "")))  # fmt: skip
    return labels


def learner_end(name: str, value: float, level: float, view: View, theme: Theme) -> Label:
    """Return the label at the end of a learner's curve."""
    short = {
        "fomaml": translate("view", "First-order"),
        "nearest_centroid": translate("view", "Centroid"),
        "scratch": translate("view", "Scratch"),
    }
    return Label(learner_label(name), view.text(value), level, learner_text_color(name, theme), True, None,
                 short.get(name, ""))  # fmt: skip


def y_span(shot: Snapshot, view: View) -> Span:
    """Return the range that both big plots share: a pure function of the snapshot.

    It holds every mean with its interval, the reference lines, and earlier runs. A loss beyond
    :data:`DIVERGED_FACTOR` times what it was before adaptation leaves the plot at its top instead.
    """
    if view.metric == "accuracy":
        return 0.0, 100.0
    starts = [curve.loss_before[0] for curve in shown_curves(shot).values() if len(curve.loss_before)]
    levels = [line.loss for line in shot.references if line.loss is not None]
    sane = [float(value) for value in (*starts, *levels) if math.isfinite(value)]
    cap = DIVERGED_FACTOR * max(sane) if sane else math.inf
    return loss_span(_losses(shot, view), view.scale, cap)


def _losses(shot: Snapshot, view: View) -> Iterator[float]:
    for curve in shown_curves(shot).values():
        yield from curve.loss
        yield from curve.loss + np.where(curve.loss_ci95 < curve.loss, curve.loss_ci95, 0.0)
        yield from np.maximum(curve.loss - curve.loss_ci95, curve.loss / 2)
    for name, curves in shot.live.learners.items():
        if name in shot.learners:
            yield from per_step(curves, "loss")[0]
    for line in shot.references:
        if line.loss is not None and (view.scale == "linear" or line.loss > 0):
            yield line.loss
    for ghost in shot.ghosts:
        lead = lead_learner(ghost.curves)
        if lead is not None:
            yield from ghost.curves[lead].loss
