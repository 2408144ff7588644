"""Words inside the meta-loss plot: what changed, which curve leaves it, which theta was kept."""

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.look.numbers import count
from app.panels.meta_loss.axis import Quantity, along, shared_place
from app.plots.labels import Note
from app.plots.plot import Plot
from app.plots.view import View, lead_learner, learner_end, shown_curves
from mamlcore.arrays import Array
from mamlcore.history import Curve
from mamlcore.snapshot import Snapshot

translate = QCoreApplication.translate


def change_places(shot: Snapshot, quantity: Quantity) -> list[float]:
    """Return where settings changed, for each iteration once; empty where learners stand at different places."""
    found = [shared_place(shown_curves(shot), quantity, at) for at in sorted({c.iteration for c in shot.changes})]
    return [x for x in found if x is not None]


def change_notes(shot: Snapshot, view: View, quantity: Quantity, plot: Plot) -> list[Note]:
    """Return what changed and where, newest first: an older text yields where they would overlap.

    On an axis where a change lies at another place for every learner, one sentence says that it is not marked.
    """
    texts: dict[int, str] = {}
    for change in shot.changes:
        old = texts.get(change.iteration)
        texts[change.iteration] = change.text if old is None else f"{old}, {change.text}"
    row = 12.0 if view.metric == "loss" else -16.0  # where the curves are not
    curves, color = shown_curves(shot), plot.theme
    placed = {at: shared_place(curves, quantity, at) for at in sorted(texts, reverse=True)}
    notes = [Note(texts[at], x, None, color.text, mark="tick", row=row) for at, x in placed.items() if x is not None]
    if len(notes) < len(texts):
        text = translate("meta_loss", "changes of settings: marked on the axis of iterations")
        notes.append(Note(text, plot.spans[0][1], None, color.second, "right", row=row))
    return notes


def off_notes(curves: dict[str, Curve], view: View, quantity: Quantity, plot: Plot) -> list[Note]:
    """Say which curve leaves the plot at its top, and how far it goes; one that has come back leaves only the mark."""
    (_, end), (_, high) = plot.spans
    notes = list[Note]()
    for name, whole in curves.items():
        places, curve = along(name, whole, quantity, end)
        values: Array = getattr(curve, view.metric)
        off = np.flatnonzero(view.drawn(values) > high + 1e-9)
        if len(off):
            text, label = "", learner_end(name, 0.0, 0.0, view, plot.theme).name
            if off[-1] == len(values) - 1:
                text = translate("meta_loss", "{0} leaves the plot: {1}").format(label, view.text(float(values[-1])))
            x, row = float(places[off[-1]]), 12.0 + 18.0 * len(notes)
            notes.append(Note(text, x, None, plot.theme.amber, "right", True, "up", row))
    return notes


def kept_note(shot: Snapshot, view: View, quantity: Quantity, plot: Plot) -> list[Note]:
    """Ring the kept theta on the curve it belongs to."""
    curves = shown_curves(shot)
    lead = lead_learner(curves)
    if shot.fault is None or lead is None:
        return []
    (_, end), (_, high) = plot.spans
    places, curve = along(lead, curves[lead], quantity, end)
    levels = view.drawn(getattr(curve, view.metric))
    sane = np.flatnonzero((curve.iteration <= shot.fault.iteration) & (levels <= high))
    place = int(sane[-1]) if len(sane) else 0
    text = translate("meta_loss", "kept, {0}").format(count(shot.fault.iteration))
    at = float(places[place]), min(float(levels[place]), high)
    return [Note(text, *at, plot.theme.text, "right", mark="ring")]
