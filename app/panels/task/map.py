"""A classification task on a plane: rows as shapes, and the decision regions of one or two learners."""

import numpy as np
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QBrush, QColor, QPainterPath, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.look.numbers import percent
from app.look.theme import Theme, learner_text_color, mix
from app.panels.glyph import class_color, class_shape
from app.panels.marks import Marks, Picture
from app.panels.pick_list import PickList
from app.panels.task.drag_plot import DragPlot
from app.panels.task.model import decisions, shown_pair
from app.panels.task.plane import Plane, PlaneKind, bounds, feature_plane, known_plane, leading_plane
from app.panels.task.regions import region_outputs, region_picture
from app.panels.task.scene import Scene, TaskView
from app.plots.curves import pen
from app.plots.view import learner_label
from mamlcore.arrays import Array
from mamlcore.snapshot import Snapshot

SIDE_BY_SIDE = 400  # least width for two maps, px


def _cross() -> QPainterPath:
    path = QPainterPath(QPointF(-0.5, -0.5))
    path.lineTo(0.5, 0.5)
    path.moveTo(-0.5, 0.5)
    path.lineTo(0.5, -0.5)
    return path


CROSS = _cross()


def outline(label: int, theme: Theme) -> str:
    """Return the colour of a hollow shape: the class's own, on light ground darkened until it can be seen."""
    color = class_color(label)
    return color if theme.is_dark else mix(color, theme.text, 0.4)


class LearnerMap(QWidget):
    """One learner's regions under the rows of the task."""

    learner_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = DragPlot(self)
        self.choice = PickList(self.tr("Learner of this map"), self)
        self.choice.setMinimumWidth(48)
        self.choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.choice.picked.connect(self.learner_chosen)
        self.share = QLabel(self)
        top = QHBoxLayout()
        top.setContentsMargins(30, 0, 0, 0)
        top.addWidget(self.choice)
        top.addWidget(self.share)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.plot, 1)
        self._regions = Picture()
        self._query, self._rings, self._support, self._wrong = (Marks(10.0 + z) for z in range(4))
        for item in (self._regions, self._query, self._rings, self._support, self._wrong):
            self.plot.addItem(item)

    def show_learner(self, scene: Scene, name: str, plane: Plane, box: tuple[float, float, float, float]) -> None:
        """Draw regions, rows and mistakes of one learner."""
        theme = self.plot.theme
        self._offer(scene, name)
        self.plot.name_axes(*(self._axis_names(plane, axis) for axis in (0, 1)))
        self.plot.set_spans(box[:2], box[2:])
        self._draw_rows(scene, plane)
        self._regions.setVisible(not scene.is_ready)
        if scene.is_ready:
            self._wrong.setData([], [])
            self.share.setText("")
            return
        picture = region_picture(region_outputs(scene, name, plane, box), scene, theme)
        self._regions.show_bytes(picture, box)
        result = scene.outcome(name)
        wrong = decisions(result.query[scene.step], scene.loss) != scene.labels("query")
        points = plane.project(scene.task.query_x[0])[wrong]
        cross = pen(theme.text, 1.2, 0.9, dpr=self.devicePixelRatioF())
        self._wrong.setData(points[:, 0], points[:, 1], symbol=CROSS, size=9, brush=None, pen=cross)
        hits = None if result.accuracy is None else float(result.accuracy[scene.step])
        self.share.setText(percent(hits, decimals=0))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.plot.apply_theme(theme)
        self.share.setStyleSheet(f"color: {theme.text}; font-size: 12px;")

    def _axis_names(self, plane: Plane, axis: int) -> tuple[str, ...]:
        if plane.features is not None:
            return (self.tr("feature {0}").format(plane.features[axis] + 1),)
        if plane.kind == "leading":
            return self.tr("leading direction {0}").format(axis + 1), self.tr("direction {0}").format(axis + 1)
        return (self.tr("direction {0}").format(axis + 1),)

    def _offer(self, scene: Scene, name: str) -> None:
        self.choice.offer({known: learner_label(known) for known in scene.shot.learners}, name)
        look = "font-weight: 600; font-size: 12px; background: transparent; padding: 0 2px;"
        sheet = f"QComboBox {{ color: {learner_text_color(name, self.plot.theme)}; {look} }}"
        if sheet != self.choice.styleSheet():  # costly
            self.choice.setStyleSheet(sheet)

    def _draw_rows(self, scene: Scene, plane: Plane) -> None:
        dpr, theme = self.devicePixelRatioF(), self.plot.theme
        support, query = plane.project(scene.task.support_x[0]), plane.project(scene.task.query_x[0])
        of_support, of_query = scene.labels("support"), scene.labels("query")
        classes = range(scene.n_classes)
        shapes, brushes = [class_shape(label) for label in classes], [QBrush(QColor(class_color(n))) for n in classes]
        pens = [pen(outline(label, theme), 1.2, dpr=dpr) for label in classes]
        self._support.setData(
            support[:, 0],
            support[:, 1],
            size=11,
            pen=pen(theme.text, 1, 0.9, dpr=dpr),
            symbol=[shapes[label] for label in of_support],
            brush=[brushes[label] for label in of_support],
        )
        symbols, strokes = [shapes[label] for label in of_query], [pens[label] for label in of_query]
        self._query.setData(query[:, 0], query[:, 1], size=7, brush=None, symbol=symbols, pen=strokes)
        rows = sorted(scene.moves)
        self._rings.setData(support[rows, 0], support[rows, 1], size=20, brush=None, pen=pen(theme.text, 1.2, dpr=dpr))
        self.plot.set_handles(support)


class MapView(TaskView):
    """One or two maps side by side on the same plane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind: PlaneKind | None = None  # None: what the family knows, else the leading directions
        self.features = (0, 1)
        self.plane: Plane | None = None
        self.maps = (LearnerMap(self), LearnerMap(self))
        self._picked: dict[int, str] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for place, one in enumerate(self.maps):
            row.addWidget(one)
            one.plot.dragged.connect(self._on_dragged)
            one.learner_chosen.connect(self._on_first_picked if place == 0 else self._on_second_picked)

    def shown(self, shot: Snapshot) -> list[str]:
        """Return the learners on show, one or two."""
        names = shown_pair(shot) or list(shot.learners)
        picked = [self._picked.get(place, name) for place, name in enumerate(names)]
        names = [name if name in shot.learners else names[place] for place, name in enumerate(picked)]
        return names[: 2 if self.width() >= SIDE_BY_SIDE else 1]

    def pick(self, place: int, name: str) -> None:
        """Show a learner on the first (0) or second (1) map."""
        self._picked[place] = name
        if self.scene is not None:
            self.show_scene(self.scene)

    def show_scene(self, scene: Scene) -> None:
        """Draw the task for the learners on show."""
        self.scene = scene
        plane = self.plane = self._plane_of(scene)
        box = self._bounds(scene, plane)
        names = self.shown(scene.shot)
        self.maps[1].setVisible(len(names) > 1)
        for one, name in zip(self.maps, names, strict=False):
            one.show_learner(scene, name, plane, box)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        for one in self.maps:
            one.apply_theme(theme)
        super().apply_theme(theme)

    def subtitles(self) -> tuple[str, ...]:
        """Return which plane is drawn, and that the regions hold on it."""
        if self.plane is None or self.scene is None:
            return ()
        if self.scene.is_ready:
            rows = self.scene.task.support_x.shape[1]
            return (self.tr("a held-out task and its {0} support rows").format(rows), self.tr("a held-out task"))
        names = {
            "known": self.tr("the two directions that matter"),
            "leading": self.tr("the two leading directions"),
            "features": self.tr("features {0} and {1}").format(*(at + 1 for at in self.features)),
        }
        name = names[self.plane.kind]
        if self.plane.is_whole_space:
            return (self.tr("decisions"),)
        return (
            self.tr("{0}; regions are the slice through the task’s mean").format(name),
            self.tr("{0}; regions: a slice").format(name),
            self.tr("regions are a slice of {0} features").format(len(self.plane.center)),
            self.tr("regions: a slice"),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show one map more or less as the width allows."""
        super().resizeEvent(event)
        crossed = (event.oldSize().width() >= SIDE_BY_SIDE) != (self.width() >= SIDE_BY_SIDE)
        if crossed and self.scene is not None:
            self.show_scene(self.scene)

    def _plane_of(self, scene: Scene) -> Plane:
        directions = scene.shot.source.directions()
        kind = self.kind or ("known" if directions is not None else "leading")
        if kind == "known" and directions is not None:
            return known_plane(directions, scene.original)
        if kind == "features":
            size = scene.original.support_x.shape[2]
            first, second = (min(at, size - 1) for at in self.features)
            return feature_plane(first, second, scene.original)
        return leading_plane(scene.original)

    def _bounds(self, scene: Scene, plane: Plane) -> tuple[float, float, float, float]:
        """Return the box of the untouched task, so that it holds still while a point is dragged."""
        return bounds(plane, scene.original)

    def _on_dragged(self, row: int, point: QPointF) -> None:
        if self.scene is None or self.plane is None:
            return
        x: Array = self.scene.task.support_x[0, row]
        moved = self.plane.moved(x.astype(np.float64), np.array([point.x(), point.y()]))
        self.moved.emit(row, moved.astype(x.dtype), None)

    def _on_first_picked(self, name: str) -> None:
        self.pick(0, name)

    def _on_second_picked(self, name: str) -> None:
        self.pick(1, name)
