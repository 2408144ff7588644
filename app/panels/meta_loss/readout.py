"""What the read-out of the meta-loss panel says: values at an iteration, and notes on what lies near the pointer."""

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QPointF

from app.look.lettering import SUBTITLE, text_width
from app.look.numbers import count
from app.look.theme import Theme, learner_color, learner_text_color
from app.plots.labels import Label
from app.plots.plot import Plot
from app.plots.readout import Dot, Readout, Row
from app.plots.view import (
    View,
    lead_learner,
    learner_label,
    reference_level,
    reference_text,
    shown_curves,
)
from mamlcore.history import Curve
from mamlcore.snapshot import Ghost, Snapshot

NEAR = 7.0  # px
LABELLED_GHOSTS = 2
GHOST_NAME_WIDTH = 110  # px


def nearest(curve: Curve, iteration: float) -> int:
    """Return the index of the point nearest to an iteration; of several at the same one, the newest."""
    away = np.abs(curve.iteration - iteration)
    return int(len(away) - 1 - np.argmin(away[::-1]))


def curve_at(curve: Curve, iteration: float, view: View) -> tuple[float, float]:
    """Return iteration and value of the point nearest to an iteration."""
    index = nearest(curve, iteration)
    return float(curve.iteration[index]), float(getattr(curve, view.metric)[index])


def shown_ghosts(shot: Snapshot, view: View) -> list[tuple[Ghost, str, Curve]]:
    """Return the earlier runs that can be drawn, each with the learner that stands for it."""
    found = []
    for ghost in shot.ghosts:
        lead = lead_learner(ghost.curves)
        if lead is not None and (view.metric == "loss" or ghost.metric == "accuracy"):
            found.append((ghost, lead, ghost.curves[lead]))
    return found


def ghost_labels(panel: QObject, shot: Snapshot, view: View, theme: Theme, end: float) -> list[Label]:
    """Return the labels of the newest earlier runs, where they leave the plot at the right or end.

    A long name is left to the read-out.
    """
    labels = []
    for ghost, _, curve in shown_ghosts(shot, view)[-LABELLED_GHOSTS:]:
        x, value = curve_at(curve, min(end, float(curve.iteration[-1])), view)
        name = panel.tr("Earlier: {0}").format(QCoreApplication.translate("settings", ghost.label))
        if text_width(name, SUBTITLE) > GHOST_NAME_WIDTH:
            name = panel.tr("Earlier run")
        labels.append(Label(name, view.text(value), view.level(value), theme.second, False, x, panel.tr("Earlier")))
    return labels


def read_out(panel: QObject, shot: Snapshot, view: View, plot: Plot, point: QPointF) -> Readout | None:
    """Return the read-out at a point: each learner's value and interval at the nearest evaluated iteration."""
    curves = shown_curves(shot)
    lead = lead_learner(curves)
    if lead is None:
        return None
    at = float(curves[lead].iteration[nearest(curves[lead], point.x())])
    rows, dots = [], []
    for name, curve in curves.items():
        index = nearest(curve, at)
        value, half = getattr(curve, view.metric)[index], getattr(curve, f"{view.metric}_ci95")[index]
        text = view.text(float(value), float(half))
        if curve.diverged[index] > 0:
            gone, median = count(int(curve.diverged[index])), view.text(float(curve.median[index]))
            loss = view.metric == "loss"
            text = panel.tr("median {0}, {1} diverged").format(median, gone) if loss else text
        rows.append((float(value), Row(learner_label(name), text, learner_text_color(name, plot.theme))))
        dots.append(Dot(at, min(view.level(float(value)), plot.spans[1][1]), learner_color(name, plot.theme)))
    order = sorted(rows, key=lambda pair: -pair[0] if math.isfinite(pair[0]) else -math.inf)
    title = panel.tr("iteration {0}").format(count(int(at)))
    return Readout(at, title, tuple(row for _, row in order), tuple(dots), _foot(panel, shot, view, plot, point))


def _foot(panel: QObject, shot: Snapshot, view: View, plot: Plot, point: QPointF) -> str:
    """Name what lies under the pointer: a reference with its exact expectation, an earlier run, a change."""
    here, parts = plot.pixel(point.x(), point.y()), []
    for line in shot.references:
        level = reference_level(line, view)
        if level is not None and abs(plot.pixel(0.0, level).y() - here.y()) <= NEAR:
            label = QCoreApplication.translate("references", line.label)
            note = QCoreApplication.translate("references", line.note)
            parts.append(panel.tr("{0} {1}: {2}").format(label, reference_text(line, view), note))
    for ghost, name, curve in shown_ghosts(shot, view):
        x, value = curve_at(curve, point.x(), view)
        if abs(plot.pixel(x, view.level(value)).y() - here.y()) <= NEAR and x <= curve.iteration[-1]:
            label = QCoreApplication.translate("settings", ghost.label)
            text = panel.tr("Earlier run ({0}): {1} {2} at {3}")
            parts.append(text.format(label, learner_label(name), view.text(value), count(int(x))))
    for change in shot.changes:
        if abs(plot.pixel(float(change.iteration), 0.0).x() - here.x()) <= NEAR:
            parts.append(panel.tr("Changed at {0}: {1}").format(count(change.iteration), change.text))
    return "\n".join(parts)
