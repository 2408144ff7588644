"""Panel 2: the loss (or accuracy) on held-out tasks against the number of inner steps."""

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from app.look.numbers import count
from app.look.theme import learner_color, learner_pen, learner_text_color
from app.panels.loss_panel import LossPanel
from app.plots.labels import Label, Note
from app.plots.plot import Line, pen
from app.plots.readout import Dot, Readout, Row
from app.plots.view import (
    View,
    learner_end,
    learner_label,
    loss_name,
    newest_evaluation,
    per_step,
    reference_labels,
    y_span,
)
from mamlcore.arrays import Array
from mamlcore.evaluate import Evaluation, TaskCurves
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot

TASKS_DRAWN = 60  # thin lines of each of two learners; of more learners fewer, lest they bury the bold ones
WIDTH, THIN_ALPHA_DARK, THIN_ALPHA_LIGHT, CHOSEN_ALPHA = 2.4, 0.17, 0.22, 0.9
NEAR = 12.0  # px: how near to a thin line a click must be


class AdaptationPanel(LossPanel):
    """Thin: each held-out task; bold: the mean of each learner; a click chooses a task."""

    name: ClassVar[str] = "adaptation"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task: int | None = None
        self._means: dict[str, Array] = {}
        self._tasks_drawn = TASKS_DRAWN
        self.thin: dict[str, Line] = {}
        self.bold: dict[str, Line] = {}
        self.chosen: dict[str, Line] = {}
        self.trained = self._pairs()
        self.plot.clicked.connect(self._on_clicked)
        self.apply_theme(self.theme)

    def title(self) -> str:
        """Return "Adaptation"."""
        return self.tr("Adaptation")

    # ---- a snapshot
    def show_snapshot(self, shot: Snapshot) -> None:
        """Draw the newest evaluation; does nothing when nothing that is drawn has changed."""
        self._shot = shot
        view, evaluation = self.view.for_shot(shot), newest_evaluation(shot)
        trained = shot.config.inner.steps
        drawn = (shot.run, view, trained, shot.fault, self._task, shot.iteration == 0, tuple(shot.learners))
        if self._drawn[1:] == drawn and self._drawn[0] is evaluation:
            return
        self._drawn = (evaluation, *drawn)
        loss = self.tr("query loss ({0})").format(loss_name(shot))
        what = self.tr("query accuracy (%)") if view.metric == "accuracy" else loss
        self.plot.name_axes([self.tr("inner steps on the support set"), self.tr("inner steps")], [what])
        if shot.iteration == 0:
            self._show_ready(view, shot.fault is not None)
        else:
            self._show_evaluation(shot, evaluation, view)
        self._refresh_readout()

    def _show_ready(self, view: View, stopped: bool) -> None:
        self._means = {}
        for line in (*self.thin.values(), *self.bold.values(), *self.chosen.values()):
            line.setVisible(False)
        for line in (self.references, self.trained):
            line.setData([], [])
        accuracy = view.metric == "accuracy"
        self.header.set_texts(
            self.title(), self.tr("accuracy at each step") if accuracy else self.tr("loss at each step")
        )
        self.plot.set_bare(True)
        ready = self.tr("After F5: who improves within a few steps?")
        self.plot.show_words([], [], [self.tr("Stopped at the first step.") if stopped else ready])

    def _show_evaluation(self, shot: Snapshot, evaluation: Evaluation, view: View) -> None:
        learners = {name: curves for name, curves in evaluation.learners.items() if name in shot.learners}
        self._forget_learners(learners)
        self.plot.set_bare(False)
        self.plot.set_scales("whole", view.scale)
        self.plot.follow((0.0, float(evaluation.steps)), y_span(shot, view), (shot.run, view, evaluation.steps))
        self._tasks_drawn = TASKS_DRAWN // max(len(learners), 2) * 2
        labels, medians = [], False
        for name, curves in learners.items():
            label, median = self._show_learner(name, curves, view)
            labels.append(label)
            medians |= median
        self._say(shot, evaluation, medians)
        self._show_levels(shot, view)
        labels += reference_labels(shot, view, self.theme)
        self.plot.show_words(labels, self._notes(shot, learners))

    def _say(self, shot: Snapshot, evaluation: Evaluation, medians: bool) -> None:
        """Write the header: what is thin and bold, and of which theta when the run has stopped."""
        mean = self.tr("median") if medians else self.tr("mean")
        thin = self.tr("thin: one held-out task, bold: {0}").format(mean)
        forms = [thin, self.tr("thin: a task, bold: {0}").format(mean), self.tr("bold: {0}").format(mean)]
        if shot.fault is not None:
            under = self.tr("under θ of iteration {0}").format(count(evaluation.iteration))
            forms = [f"{under}, {forms[0]}", under, *forms[1:]]
        elif evaluation is shot.test:
            full = self.tr("full evaluation, {0} tasks").format(count(evaluation.n_tasks))
            forms = [f"{full}; {forms[0]}", full, *forms[1:]]
        self.header.set_texts(self.title(), *forms)

    def _show_learner(self, name: str, curves: TaskCurves, view: View) -> tuple[Label, bool]:
        """Draw one learner; return its label, and whether the bold line is a median."""
        if name not in self.thin:
            self.thin[name], self.chosen[name], self.bold[name] = Line(0.0), Line(8.0), Line(10.0)
            for line in (self.thin[name], self.chosen[name], self.bold[name]):
                self.plot.addItem(line)
            self._style()
        values, top = view.drawn(curves.values(view.metric)), self.plot.top
        steps = np.arange(len(values), dtype=np.float64)
        some = values[:, : self._tasks_drawn] if LEARNERS[name].adapts else values[:, :0]
        x = np.tile(np.append(steps, np.nan), some.shape[1])
        y = np.vstack([some, np.full((1, some.shape[1]), np.nan)]).T.ravel()
        self.thin[name].setData(x, np.minimum(y, top))
        means, is_median = per_step(curves, view.metric)
        self._means[name] = view.drawn(means)
        self.bold[name].show_points(steps, self._means[name], top)
        has_task = self._task is not None and self._task < values.shape[1]
        self.chosen[name].setVisible(has_task)
        if has_task:
            self.chosen[name].show_points(steps, values[:, self._task], top)
        for line in (self.thin[name], self.bold[name]):
            line.setVisible(True)
        end = min(float(self._means[name][-1]), top)
        return learner_end(name, float(means[-1]), end, view, self.theme), is_median

    def _forget_learners(self, learners: dict[str, TaskCurves]) -> None:
        for name in set(self.thin) - set(learners):
            self._means.pop(name, None)
            for lines in (self.thin, self.bold, self.chosen):
                self.plot.removeItem(lines.pop(name))

    def _show_levels(self, shot: Snapshot, view: View) -> None:
        self._show_references(shot, view)
        trained, (low, high) = float(shot.config.inner.steps), self.plot.spans[1]
        self.trained.setData([trained, trained], [low, high])

    def _notes(self, shot: Snapshot, learners: dict[str, TaskCurves]) -> list[Note]:
        """Return "trained for 3" with a dot on each bold line, and the name of the chosen task."""
        step = shot.config.inner.steps
        row = 12.0 if self.view.for_shot(shot).metric == "loss" else -12.0  # where the curves are not
        notes = [Note(self.tr("trained for {0}").format(step), float(step), None, self.theme.second, row=row)]
        for name in learners:
            if step < len(self._means[name]):
                at = min(float(self._means[name][step]), self.plot.top)
                notes.append(Note("", float(step), at, learner_color(name, self.theme), mark="dot"))
        if self._task is not None and self._task < shot.live.n_tasks:
            text = self.tr("task {0}").format(self._task + 1)
            notes.append(
                Note(text, self.plot.spans[0][1], None, self.theme.text, "right", row=math.copysign(28.0, row))
            )
        return notes

    # ---- pointer
    def _refresh_readout(self) -> None:
        shot, point = self._shot, self._pointer
        if shot is None or point is None or not self._means:
            self.plot.show_readout(None)
            return
        view, evaluation = self.view.for_shot(shot), newest_evaluation(shot)
        step = min(max(round(point.x()), 0), evaluation.steps)
        rows, dots = [], []
        for name, drawn in sorted(self._means.items(), key=lambda pair: -pair[1][step]):
            summary = evaluation.learners[name].summary(view.metric, step)
            text = view.text(summary.mean, summary.ci95)
            if summary.n_diverged and view.metric == "loss":  # a mean would say nothing
                pattern = self.tr("median {0}, {1} diverged")
                text = pattern.format(view.text(summary.median), count(summary.n_diverged))
            rows.append(Row(learner_label(name), text, learner_text_color(name, self.theme)))
            dots.append(Dot(float(step), float(drawn[step]), learner_color(name, self.theme)))
        title = self.tr("before adapting") if step == 0 else self.tr("after step {0}").format(step)
        task = self.task_at(point)
        foot = "" if task is None else self.tr("Click: show task {0}").format(task + 1)
        self.plot.show_readout(Readout(float(step), title, tuple(rows), tuple(dots), foot))

    def _on_clicked(self, point: QPointF) -> None:
        task = self.task_at(point)
        if task is not None:
            self.choose_task(task)
            self.task_chosen.emit(task)

    def task_at(self, point: QPointF) -> int | None:
        """Return the task whose thin line passes nearest to a point (drawn coordinates), if near enough."""
        if self._shot is None or not self._means:
            return None
        view, evaluation = self.view.for_shot(self._shot), newest_evaluation(self._shot)
        step = min(int(max(point.x(), 0.0)), evaluation.steps - 1)
        share, (low, high) = point.x() - step, self.plot.spans[1]
        per_unit = self.plot.area().height() / (high - low)
        best: tuple[float, int | None] = (NEAR, None)
        for name in self._means:
            values = view.drawn(evaluation.learners[name].values(view.metric)[step : step + 2, : self._tasks_drawn])
            with np.errstate(invalid="ignore"):  # infinite at both ends: no line there to click
                away = np.abs(values[0] + share * (values[1] - values[0]) - point.y()) * per_unit
            away = np.where(np.isfinite(away), away, np.inf)
            nearest = int(np.argmin(away))
            best = min(best, (float(away[nearest]), nearest), key=lambda pair: pair[0])
        return best[1]

    # ---- choices and theme
    def choose_task(self, index: int) -> None:
        """Highlight one held-out task in every learner's colour."""
        self._task = index
        if self._shot is not None:
            self.show_snapshot(self._shot)

    def _style(self) -> None:
        dpr = self.devicePixelRatioF()
        thin = THIN_ALPHA_DARK if self.theme.is_dark else THIN_ALPHA_LIGHT
        for name in self.thin:
            color = learner_color(name, self.theme)
            # One device pixel on any screen: a fan of wider antialiased lines costs ten times as much.
            self.thin[name].setPen(pen(color, 1, thin * min(dpr, 1.6)))
            self.chosen[name].setPen(pen(color, 1.4, CHOSEN_ALPHA, dpr=dpr))
            self.bold[name].setPen(learner_pen(name, self.theme, WIDTH, dpr))
        self.references.setPen(pen(self.theme.second, 1, 0.51, dpr=dpr))
        self.trained.setPen(pen(self.theme.text, 1, 0.6, (1.5, 3), dpr))
