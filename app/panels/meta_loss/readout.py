"""What the read-out of the meta-loss panel says: values at a place of the axis, and what lies near the pointer."""

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF

from app.look.lettering import SUBTITLE, text_width
from app.look.numbers import count
from app.look.said import translated
from app.look.theme import learner_color, learner_text_color
from app.panels.meta_loss.axis import Quantity, along, place_text, places, reach, shared_place, short_place
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
from mamlcore.arrays import Array
from mamlcore.history import Curve
from mamlcore.snapshot import Ghost, Snapshot

translate = QCoreApplication.translate

NEAR = 7.0  # px
LABELLED_GHOSTS = 2
GHOST_NAME_WIDTH = 110  # px


def nearest(places: Array, x: float) -> int:
    """Return the index of the place nearest to x; of several at the same one, the newest."""
    away = np.abs(places - x)
    return int(len(away) - 1 - np.argmin(away[::-1]))


def curve_at(curve: Curve, x: float, view: View, quantity: Quantity) -> tuple[float, float]:
    """Return place and value of the point nearest to x."""
    places = getattr(curve, quantity)
    index = nearest(places, x)
    return float(places[index]), float(getattr(curve, view.metric)[index])


def shown_ghosts(shot: Snapshot, view: View, quantity: Quantity) -> list[tuple[Ghost, str, Curve]]:
    """Return the earlier runs that can be drawn, each with the learner that stands for it."""
    found = []
    for ghost in shot.ghosts:
        lead = lead_learner(ghost.curves)
        if lead is None or places(lead, ghost.curves[lead], quantity) is None:
            continue
        if view.metric == "loss" or ghost.metric == "accuracy":
            found.append((ghost, lead, ghost.curves[lead]))
    return found


def ghost_labels(shot: Snapshot, view: View, quantity: Quantity, plot: Plot) -> list[Label]:
    """Return the labels of the newest earlier runs, where they leave the plot at the right or end.

    A long name is left to the read-out.
    """
    labels, end = [], plot.spans[0][1]
    for ghost, _, curve in shown_ghosts(shot, view, quantity)[-LABELLED_GHOSTS:]:
        x, value = curve_at(curve, min(end, float(getattr(curve, quantity)[-1])), view, quantity)
        name = translate("meta_loss", "Earlier: {0}").format(translated(ghost.label))
        if text_width(name, SUBTITLE) > GHOST_NAME_WIDTH:
            name = translate("meta_loss", "Earlier run")
        labels.append(
            Label(
                name,
                view.text(value),
                view.level(value),
                plot.theme.second,
                False,
                x,
                translate("meta_loss", "Earlier"),
            )
        )
    return labels


def read_out(shot: Snapshot, view: View, quantity: Quantity, plot: Plot, point: QPointF) -> Readout | None:
    """Return the read-out at a point: each learner's value and interval at its nearest evaluated point.

    A learner that has not come as far as the pointer says where it stands.
    """
    curves = shown_curves(shot)
    lead = lead_learner(curves)
    if lead is None:
        return None
    at = _snapped(curves, lead, quantity, point.x())
    rows, dots = [], []
    for name, whole in curves.items():
        xs, curve = along(name, whole, quantity, plot.spans[0][1])
        index = nearest(xs, at)
        value = float(getattr(curve, view.metric)[index])
        text = _value_text(curve, index, view)
        if quantity != "iteration" and xs[-1] < at:
            text = translate("meta_loss", "{0} at its {1}").format(text, short_place(float(xs[-1]), quantity))
        rows.append((value, Row(learner_label(name), text, learner_text_color(name, plot.theme))))
        x = at if places(name, whole, quantity) is None else float(xs[index])
        dots.append(Dot(x, min(view.level(value), plot.spans[1][1]), learner_color(name, plot.theme)))
    order = sorted(rows, key=lambda pair: -pair[0] if math.isfinite(pair[0]) else -math.inf)
    foot = _foot(shot, view, quantity, plot, point)
    return Readout(at, place_text(at, quantity), tuple(row for _, row in order), tuple(dots), foot)


def _snapped(curves: dict[str, Curve], lead: str, quantity: Quantity, x: float) -> float:
    """Return the lead's evaluated point nearest to x; x itself where the lead has not come or spends nothing."""
    own = places(lead, curves[lead], quantity)
    if own is not None and (x <= own[-1] or quantity == "iteration"):
        return float(own[nearest(own, x)])
    return max(min(x, reach(curves, quantity) or x), 0.0)


def _value_text(curve: Curve, index: int, view: View) -> str:
    value, half = getattr(curve, view.metric)[index], getattr(curve, f"{view.metric}_ci95")[index]
    if curve.diverged[index] > 0 and view.metric == "loss":
        gone, median = count(int(curve.diverged[index])), view.text(float(curve.median[index]))
        return translate("meta_loss", "median {0}, {1} diverged").format(median, gone)
    return view.text(float(value), float(half))


def _foot(shot: Snapshot, view: View, quantity: Quantity, plot: Plot, point: QPointF) -> str:
    """Name what lies under the pointer: a reference with its exact expectation, an earlier run, a change.

    Say, too, why a learner's line runs flat across.
    """
    here, parts = plot.pixel(point.x(), point.y()), []
    for line in shot.references:
        level = reference_level(line, view)
        if level is not None and abs(plot.pixel(0.0, level).y() - here.y()) <= NEAR:
            label = translated(line.label)
            note = translated(line.note)
            parts.append(translate("meta_loss", "{0} {1}: {2}").format(label, reference_text(line, view), note))
    for ghost, name, curve in shown_ghosts(shot, view, quantity):
        x, value = curve_at(curve, point.x(), view, quantity)
        if abs(plot.pixel(x, view.level(value)).y() - here.y()) <= NEAR:
            label = translated(ghost.label)
            text = translate("meta_loss", "Earlier run ({0}): {1} {2} at {3}")
            parts.append(text.format(label, learner_label(name), view.text(value), short_place(x, quantity)))
    curves = shown_curves(shot)
    for change in shot.changes:
        place = shared_place(curves, quantity, change.iteration)
        if place is not None and abs(plot.pixel(place, 0.0).x() - here.x()) <= NEAR:
            parts.append(translate("meta_loss", "Changed at {0}: {1}").format(count(change.iteration), change.text))
    idle = [learner_label(name) for name, curve in curves.items() if places(name, curve, quantity) is None]
    if idle:
        parts.append(translate("meta_loss", "Drawn across, as they spend nothing here: {0}").format(", ".join(idle)))
    return "\n".join(parts)
