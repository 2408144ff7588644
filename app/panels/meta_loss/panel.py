"""Panel 1: the loss (or accuracy) on held-out tasks after adaptation, against iterations or what was spent."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.look.numbers import count
from app.look.theme import Theme, learner_color, learner_pen
from app.panels.base import Segments
from app.panels.loss_panel import LossPanel
from app.panels.meta_loss.axis import QUANTITIES, Quantity, along, axis_end, axis_names, choice_text, scale_of
from app.panels.meta_loss.notes import change_notes, change_places, kept_note, off_notes
from app.panels.meta_loss.readout import ghost_labels, read_out, shown_ghosts
from app.panels.pick_list import PickList
from app.plots.labels import Label
from app.plots.plot import Band, Line, pen
from app.plots.view import (
    Metric,
    View,
    inner_steps,
    learner_end,
    loss_name,
    reference_labels,
    short_steps,
    shown_curves,
    y_span,
)
from mamlcore.history import Curve
from mamlcore.snapshot import Snapshot

BOLD_BANDS = ("maml", "joint")
WIDTH, BAND_ALPHA, FAINT_BAND_ALPHA, TRAIN_ALPHA, GHOST_ALPHA = 2.0, 0.16, 0.09, 0.22, 0.35
LIVE_POINTS = 250  # a 2 px line of more points is slow and shows no more


class MetaLossPanel(LossPanel):
    """Held-out query loss after adaptation for every learner, with 95 % bands, references and earlier runs."""

    name: ClassVar[str] = "meta_loss"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity: Quantity = "iteration"
        self.lines: dict[str, Line] = {}
        self.bands: dict[str, Band] = {}
        self.train: dict[str, Line] = {}
        self.ghosts: list[Line] = []
        self.changes = self._pairs()
        self._add_switches()
        self.apply_theme(self.theme)

    def _add_switches(self) -> None:
        self.metric_switch = Segments([("accuracy", self.tr("Accuracy")), ("loss", self.tr("Loss"))], self.tr("Show"))
        self.scale_switch = Segments([("log", self.tr("Log")), ("linear", self.tr("Linear"))], self.tr("Loss axis"))
        self.scale_switch.set_current(self.view.scale)
        for switch in (self.metric_switch, self.scale_switch):
            self.header.add_widget(switch)
            switch.chosen.connect(self._on_switched)
        self.metric_switch.hide()
        self.x_choice = PickList(self.tr("Against"), self)
        self.x_choice.setToolTip(self.tr("What the curves are drawn against"))
        self.x_choice.setStyleSheet("QComboBox { background: transparent; font-size: 12px; padding: 0 2px; }")
        self.x_choice.offer({quantity: choice_text(quantity) for quantity in QUANTITIES}, self.quantity)
        self.x_choice.activated.connect(lambda place: self.choose_quantity(QUANTITIES[place]))
        self.header.add_widget(self.x_choice, spare=True)

    def title(self) -> str:
        """Return "Meta-loss"."""
        return self.tr("Meta-loss")

    # ---- a snapshot
    def show_snapshot(self, shot: Snapshot) -> None:
        """Draw the run's history; does nothing when nothing that is drawn has changed."""
        self._shot = shot
        view = self.view.for_shot(shot)
        drawn = (shot.run, view, self.quantity, shot.config.inner.steps, shot.changes, len(shot.ghosts), shot.fault,
                 shot.references, shot.iteration == 0, tuple(shot.learners), *shown_curves(shot).values())  # fmt: skip
        if len(drawn) == len(self._drawn) and all(map(_same, drawn, self._drawn)):
            return
        self._drawn = drawn
        self._say(shot, view)
        if shot.iteration == 0:
            self._show_ready(shot.fault is not None)
        else:
            self._show_run(shot, view)
        self._refresh_readout()

    def _say(self, shot: Snapshot, view: View) -> None:
        """Write header and axis names."""
        self.metric_switch.setVisible(shot.metric == "accuracy")
        self.scale_switch.setVisible(view.metric == "loss")
        if view.metric == "accuracy":
            title, what, axis = self.tr("Meta-accuracy"), self.tr("query accuracy"), self.tr("%")
        else:
            title, what, axis = self.tr("Meta-loss"), self.tr("query loss"), loss_name(shot)
        done, tasks = inner_steps(shot.config.inner.steps), count(shot.live.n_tasks)
        self.header.set_texts(
            title,
            self.tr("{0} after {1}, mean of {2} held-out tasks").format(what, done, tasks),
            self.tr("after {0}, {1} held-out tasks").format(done, tasks),
            self.tr("after {0}").format(done),
            self.tr("after {0}").format(short_steps(shot.config.inner.steps)),
        )
        names = [self.tr("{0} after adaptation ({1})"), self.tr("{0} ({1})")]
        self.plot.name_axes(axis_names(self.quantity), [name.format(what, axis) for name in names])

    def _show_ready(self, stopped: bool) -> None:
        items: list[Line | Band] = [*self.lines.values(), *self.train.values(), *self.bands.values(), *self.ghosts]
        for item in items:
            item.setVisible(False)
        for line in (self.references, self.changes):
            line.setData([], [])
        self.plot.set_bare(True)
        forms = [self.tr("Press F5: one line per learner moves here as it meets new tasks."),
                 self.tr("Press F5: one line per learner.")]  # fmt: skip
        self.plot.show_words([], [], [self.tr("Stopped at the first step.")] if stopped else forms)

    def _show_run(self, shot: Snapshot, view: View) -> None:
        curves = shown_curves(shot)
        self.plot.set_bare(False)
        self.plot.set_scales(scale_of(self.quantity), view.scale)
        self.plot.follow((0.0, axis_end(curves, self.quantity)), y_span(shot, view), (shot.run, view, self.quantity))
        self._forget_learners(curves)
        labels = [self._show_curve(name, curve, view) for name, curve in curves.items()]
        labels += ghost_labels(shot, view, self.quantity, self.plot)
        labels += reference_labels(shot, view, self.theme)
        self._show_ghosts(shot, view)
        self._show_levels(shot, view)
        where = view, self.quantity, self.plot
        notes = [*off_notes(curves, *where), *kept_note(shot, *where), *change_notes(shot, *where)]
        self.plot.show_words(labels, notes)

    def _show_curve(self, name: str, curve: Curve, view: View) -> Label:
        x, curve = along(name, curve, self.quantity, self.plot.spans[0][1])
        y = getattr(curve, view.metric)
        half = getattr(curve, f"{view.metric}_ci95")
        line, band, train = self._items(name)
        top = self.plot.top
        line.show_points(x, view.drawn(y), top, LIVE_POINTS)
        band.show_between(x, view.drawn(y - half), view.drawn(y + half), top)
        train.setVisible(view.metric == "loss")
        if view.metric == "loss":
            known = ~np.isnan(curve.train_loss)  # with a fair pace not every point has one
            train.show_points(x[known], view.drawn(curve.train_loss[known]), top)
        end = learner_end(name, float(y[-1]), min(float(view.drawn(y)[-1]), top), view, self.theme)
        return replace(end, x=float(x[-1]))

    def _items(self, name: str) -> tuple[Line, Band, Line]:
        if name not in self.lines:
            self.lines[name], self.bands[name], self.train[name] = Line(10.0), Band(0.0), Line(2.0)
            for item in (self.bands[name], self.train[name], self.lines[name]):
                self.plot.addItem(item)
            self._style()
        for item in (self.lines[name], self.bands[name], self.train[name]):
            item.setVisible(True)
        return self.lines[name], self.bands[name], self.train[name]

    def _forget_learners(self, curves: dict[str, Curve]) -> None:
        for name in set(self.lines) - set(curves):
            for items in (self.lines, self.bands, self.train):
                self.plot.removeItem(items.pop(name))

    def _show_ghosts(self, shot: Snapshot, view: View) -> None:
        ghosts = shown_ghosts(shot, view, self.quantity)
        while len(self.ghosts) < len(ghosts):
            self.ghosts.append(Line(5.0))
            self.plot.addItem(self.ghosts[-1])
        for place, line in enumerate(self.ghosts):
            line.setVisible(place < len(ghosts))
            if place < len(ghosts):
                name, curve = ghosts[place][1:]
                line.show_points(getattr(curve, self.quantity), view.drawn(getattr(curve, view.metric)), self.plot.top)
                line.setPen(pen(learner_color(name, self.theme), 1.4, GHOST_ALPHA, dpr=self.devicePixelRatioF()))

    def _show_levels(self, shot: Snapshot, view: View) -> None:
        """Draw reference lines across, and a dotted line where a live setting changed."""
        self._show_references(shot, view)
        low, high = self.plot.spans[1]
        places = change_places(shot, self.quantity)
        self.changes.setData(np.repeat(np.asarray(places, float), 2), np.tile([low, high], len(places)))

    # ---- pointer, switches, theme
    def _refresh_readout(self) -> None:
        shot, point = self._shot, self._pointer
        if shot is None or point is None or shot.iteration == 0:
            self.plot.show_readout(None)
            return
        self.plot.show_readout(read_out(shot, self.view.for_shot(shot), self.quantity, self.plot, point))

    def _on_switched(self) -> None:
        metric: Metric = "accuracy" if self.metric_switch.current == "accuracy" else "loss"
        self.choose_loss_view(View(metric, "log" if self.scale_switch.current == "log" else "linear"))
        self.loss_view_chosen.emit(self.view)

    def choose_quantity(self, quantity: Quantity) -> None:
        """Draw against iterations, rows seen, gradient evaluations or seconds."""
        self.quantity = quantity
        self.x_choice.setCurrentIndex(QUANTITIES.index(quantity))
        self._redraw()
        self._refresh_readout()

    def choose_loss_view(self, view: View) -> None:
        """Show another metric or scale."""
        self.metric_switch.set_current(view.metric)
        self.scale_switch.set_current(view.scale)
        super().choose_loss_view(view)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.metric_switch.apply_theme(theme)
        self.scale_switch.apply_theme(theme)
        super().apply_theme(theme)

    def _style(self) -> None:
        dpr = self.devicePixelRatioF()
        for name, line in self.lines.items():
            color = learner_color(name, self.theme)
            line.setPen(learner_pen(name, self.theme, WIDTH, dpr))
            self.bands[name].paint_with(color, BAND_ALPHA if name in BOLD_BANDS else FAINT_BAND_ALPHA)
            self.train[name].setPen(pen(color, 1, TRAIN_ALPHA * min(dpr, 1.6)))
        self.references.setPen(pen(self.theme.second, 1, 0.51, dpr=dpr))
        self.changes.setPen(pen(QColor(self.theme.text).name(), 1, 0.7, (1.5, 3), dpr))


def _same(new: object, old: object) -> bool:
    """Compare plain values; curves (which hold arrays) only by identity."""
    return new is old or (not isinstance(new, Curve) and not isinstance(old, Curve) and bool(new == old))
