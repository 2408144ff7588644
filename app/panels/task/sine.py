"""A regression task with one input: the true curve, the points, and every learner before and after adaptation."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.lettering import TICK, text_width
from app.look.numbers import number
from app.look.said import translated
from app.look.theme import Theme, learner_color, learner_text_color
from app.panels.marks import Marks
from app.panels.task.drag_plot import DragPlot
from app.panels.task.scene import Scene, TaskView, input_span
from app.plots.curves import Line, pen
from app.plots.labels import Label, Note
from app.plots.view import learner_label
from mamlcore.arrays import Array
from mamlcore.learners import LEARNERS

BEFORE_DASH = (4.0, 3.0)
ROOM_FOR_HINT = 60  # px of height below which the hint would cover too much


class SineView(TaskView):
    """Curves over the input, support points that can be dragged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = DragPlot(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.name_axes(("x",), ("y",))
        self._truth = Line(5.0)
        self._before: dict[str, Line] = {}
        self._after: dict[str, Line] = {}
        self._origins, self._query, self._rings, self._support = (Marks(20.0 + z) for z in range(4))
        for item in (self._truth, self._origins, self._query, self._rings, self._support):
            self.plot.addItem(item)
        self._was_dragged = False
        self.plot.dragged.connect(self._on_dragged)
        self.plot.pixels_changed.connect(self._on_pixels_changed)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        self.plot.apply_theme(theme)
        super().apply_theme(theme)

    def show_scene(self, scene: Scene) -> None:
        """Draw curves and points of this task."""
        self.scene = scene
        self.plot.set_spans(input_span(scene.shot), output_span(scene))
        self._draw_points(scene)
        self._draw_curves(scene)
        self._write(scene)

    def subtitles(self) -> tuple[str, ...]:
        """Return what generated the task: "amplitude 4.46, phase 2.46"."""
        if self.scene is None:
            return ()
        known = self.scene.original.parameters.items()
        parts = [f"{translated(name)} {number(float(values[0]))}" for name, values in known if np.ndim(values) == 1]
        return (", ".join(parts), parts[0]) if parts else ()

    def _draw_curves(self, scene: Scene) -> None:
        dpr = self.devicePixelRatioF()
        x = scene.grid[:, 0]
        truth = scene.shot.source.truth(scene.original, scene.grid[None])
        self._truth.setPen(pen(self.theme.text, 1.0, 0.6, dpr=dpr))
        self._truth.setData(x, np.full(len(x), np.nan) if truth is None else truth[0, :, 0])
        names = [] if scene.is_ready else list(scene.shot.learners)
        for lines in (self._before, self._after):
            for name in [name for name in lines if name not in names]:
                self.plot.removeItem(lines.pop(name))
        for place, name in enumerate(reversed(names)):
            outputs, color = scene.outcome(name).grid[..., 0], learner_color(name, self.theme)
            before, after = self._line(self._before, name, 8.0), self._line(self._after, name, 10.0 + place)
            before.setPen(pen(color, 1.0, 0.75, BEFORE_DASH, dpr))
            after.setPen(pen(color, 2.0, dpr=dpr))
            before.setVisible(LEARNERS[name].adapts)
            before.setData(x, _drawable(outputs[0]))
            after.setData(x, _drawable(outputs[scene.step]))

    def _line(self, lines: dict[str, Line], name: str, z: float) -> Line:
        if name not in lines:
            lines[name] = Line(z)
            self.plot.addItem(lines[name])
        lines[name].setZValue(z)
        return lines[name]

    def _draw_points(self, scene: Scene) -> None:
        theme, dpr = self.theme, self.devicePixelRatioF()
        support = np.stack([scene.task.support_x[0, :, 0], scene.task.support_y[0, :, 0]], axis=1)
        rows = sorted(scene.moves)
        self._support.setData(
            support[:, 0], support[:, 1], size=10, brush=QBrush(QColor(theme.text)), pen=pen(theme.card, 1, dpr=dpr)
        )
        self._rings.setData(support[rows, 0], support[rows, 1], size=18, brush=None, pen=pen(theme.text, 1.2, dpr=dpr))
        origin = np.stack([scene.original.support_x[0, rows, 0], scene.original.support_y[0, rows, 0]], axis=1)
        self._origins.setData(origin[:, 0], origin[:, 1], size=9, brush=None, pen=pen(theme.text, 1, 0.7, (2, 2), dpr))
        query_x, query_y = scene.task.query_x[0, :, 0], scene.task.query_y[0, :, 0]
        self._query.setVisible(not scene.is_ready)
        self._query.setData(query_x, query_y, size=7, brush=None, pen=pen(theme.second, 1, 0.9, dpr=dpr))
        self.plot.set_handles(support)

    def _write(self, scene: Scene) -> None:
        labels = [] if scene.is_ready else self._labels(scene)
        notes = []
        if not self._was_dragged and not scene.moves and self.plot.area().height() > ROOM_FOR_HINT:
            text = self.tr("drag a point")
            notes.append(Note(text, *self._hint_place(scene, text_width(text, TICK)), mark="ring"))
        self.plot.show_words(labels, notes)

    def _labels(self, scene: Scene) -> list[Label]:
        low, high = output_span(scene)
        found = []
        for name in scene.shot.learners:
            result = scene.outcome(name)
            end = float(np.clip(np.nan_to_num(result.grid[scene.step, -1, 0], nan=high), low, high))
            label = learner_label(name)
            found.append(Label(label, number(result.loss[scene.step]), end, learner_text_color(name, self.theme)))
        truth = scene.shot.source.truth(scene.original, scene.grid[None, -1:])
        if truth is not None:
            found.append(Label(self.tr("True curve"), "", float(truth[0, 0, 0]), self.theme.second, bold=False,
                               short=self.tr("True")))  # fmt: skip
        first = next((name for name in scene.shot.learners if LEARNERS[name].adapts), None)
        if first is not None and scene.step > 0:
            before = scene.outcome(first)
            end = float(np.clip(np.nan_to_num(before.grid[0, -1, 0], nan=high), low, high))
            found.append(Label(self.tr("Before"), number(before.loss[0]), end, self.theme.second, bold=False))
        return found

    def _hint_place(self, scene: Scene, width: float) -> tuple[float, float, str, str]:
        """Return (x, y, color, side) of the hint: beside the support point where it covers least, near the middle.

        Learners' curves do not count, so that the hint stays where it is while they move.
        """
        points = np.stack([scene.task.support_x[0, :, 0], scene.task.support_y[0, :, 0]], axis=1)
        truth = scene.shot.source.truth(scene.original, scene.grid[None])
        curve = np.empty((0, 2)) if truth is None else np.stack([scene.grid[:, 0], truth[0, :, 0]], axis=1)
        zero, one = self.plot.pixel(0.0, 0.0), self.plot.pixel(1.0, 1.0)
        places = np.array([zero.x(), zero.y()]) + np.concatenate([points, curve]) * (
            [one.x() - zero.x(), one.y() - zero.y()]
        )
        weights = np.where(np.arange(len(places)) < len(points), 20, 1)  # a point matters more than the curve
        area, costs = self.plot.area(), []
        for x, y in places[: len(points)].tolist():
            for left in (x - width - 11, x + 7):  # ends, or begins, at the point
                inside = np.all(np.abs(places - [left + width / 2, y]) <= [width / 2, 9], axis=1)
                outside = not area.contains(QRectF(left, y - 9, width, 18))
                costs.append(weights[inside].sum() + 1e6 * outside + abs(x - area.center().x()) / 1e4)
        row, is_left = divmod(int(np.argmin(costs)), 2)
        return float(points[row, 0]), float(points[row, 1]), self.theme.text, "left" if is_left else "right"

    def _on_dragged(self, row: int, point: QPointF) -> None:
        if self.scene is not None:
            self._was_dragged = True
            kind = self.scene.task.support_x.dtype
            self.moved.emit(row, np.array([point.x()], kind), np.array([point.y()], kind))

    def _on_pixels_changed(self) -> None:
        self.apply_theme(self.theme)


def output_span(scene: Scene) -> tuple[float, float]:
    """Return the range of y: what this task's targets fill, yet at least half of what all held-out targets fill.

    It does not depend on the learners nor on dragged points, so it holds still.
    """
    shot = scene.shot
    every = np.concatenate([shot.held_out.support_y.ravel(), shot.held_out.query_y.ravel()])
    own = np.concatenate([scene.original.support_y.ravel(), scene.original.query_y.ravel()])
    truth = shot.source.truth(scene.original, scene.grid[None])
    own = own if truth is None else np.concatenate([own, truth.ravel()])
    low, high = min(float(own.min()), 0.5 * float(every.min())), max(float(own.max()), 0.5 * float(every.max()))
    room = 0.1 * (high - low) or 1.0
    return low - room, high + room


def _drawable(values: Array) -> Array:
    """Return values that a path can hold: overflow becomes a gap."""
    values = np.asarray(values, np.float64)
    return np.where(np.abs(values) < 1e6, values, np.nan)
