"""Panel 3: one held-out task under the learners."""

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLabel, QStackedLayout, QWidget

from app.look.theme import Theme
from app.panels.base import Panel
from app.panels.pace import Pace
from app.panels.task.confusion import ConfusionView
from app.panels.task.controls import TaskControls
from app.panels.task.map import MapView
from app.panels.task.model import shown_pair
from app.panels.task.parts import TaskChooser
from app.panels.task.pictures import PicturesView
from app.panels.task.scene import Scene, TaskView
from app.panels.task.sine import SineView
from mamlcore.arrays import Array
from mamlcore.snapshot import Snapshot

WIDE = 470  # px from which words stand around the task's number


class TaskPanel(Panel):
    """Sine: true curve, points to drag, curves before and after. Classes: a map, pictures, or a confusion matrix."""

    name: ClassVar[str] = "task"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.shot: Snapshot | None = None
        self.index, self.step = 0, 0
        self._moves: dict[int, dict[int, tuple[Array, Array | None]]] = {}
        self._touched = False
        self._learner = ""
        self._shown: tuple[Snapshot, tuple[int, int, int]] | None = None
        self._changes = 0  # counts what a person changed, so that the picture is drawn again
        self.pace = Pace(self._draw, self)
        self.views: dict[str, TaskView] = {
            "curves": SineView(self), "map": MapView(self), "pictures": PicturesView(self),
            "confusion": ConfusionView(self),
        }  # fmt: skip
        self._build_header()
        self._build_stack()
        self._build_row()
        for view in self.views.values():
            view.moved.connect(self._on_moved)
        self.header.set_texts(self.title())

    # ---- what is shown
    def title(self) -> str:
        """Return "One task"."""
        return self.tr("One task")

    @property
    def view_name(self) -> str:
        """Which view is shown: "curves", "map", "pictures", "confusion", or "" for a task none can draw."""
        return str(self.kind.currentData() or "")

    def show_snapshot(self, shot: Snapshot) -> None:
        """Show the chosen task as the learners are now."""
        old, self.shot = self.shot, shot
        if old is None or not _same_tasks(old, shot):
            self._moves.clear()
            self._touched = False
        if old is None or old.run != shot.run or old.config.inner.steps != shot.config.inner.steps:
            self.step = shot.config.inner.steps
        self.index = min(self.index, shot.held_out.n_tasks - 1)
        self.step = min(self.step, shot.config.evaluation.steps)
        if self._offer_views(shot) or old is None or old.run != shot.run:
            self.pace.now()
        else:
            self.pace.soon()

    def choose_task(self, index: int) -> None:
        """Show this held-out task, chosen here or elsewhere."""
        if self.shot is not None and 0 <= index < self.shot.held_out.n_tasks and index != self.index:
            self.index = index
            self._redraw()

    def choose_step(self, step: int) -> None:
        """Show the learners after so many inner steps."""
        if self.shot is not None and 0 <= step <= self.shot.config.evaluation.steps and step != self.step:
            self.step = step
            self._redraw()

    def choose_view(self, name: str) -> None:
        """Show another view of a classification task: "map", "pictures" or "confusion"."""
        place = self.kind.findData(name)
        if place >= 0:
            self.kind.setCurrentIndex(place)
            self._redraw()

    def choose_learner(self, name: str) -> None:
        """Show this learner's mistakes in the pictures and the confusion matrix."""
        self._learner = name
        self._redraw()

    def reset_points(self) -> None:
        """Put the dragged points of this task back."""
        self._moves.pop(self.index, None)
        self._redraw()

    def moved_rows(self) -> tuple[int, ...]:
        """Return the support rows of this task that were dragged."""
        return tuple(sorted(self._moves.get(self.index, {})))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        self.chooser.apply_theme(theme)
        self.controls.apply_theme(theme)
        for view in self.views.values():
            view.apply_theme(theme)

    # ---- construction
    def _build_header(self) -> None:
        self.kind = QComboBox(self)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.kind.setAccessibleName(self.tr("View of the task"))
        self.kind.setStyleSheet("QComboBox { background: transparent; font-size: 12px; }")
        self.kind.activated.connect(self._on_kind)
        self.chooser = TaskChooser(self)
        self.chooser.chosen.connect(self._on_task)
        self.header.add_widget(self.kind)
        self.header.add_widget(self.chooser)

    def _build_stack(self) -> None:
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._nothing)
        for view in self.views.values():
            self._stack.addWidget(view)
        self.body.addLayout(self._stack, 1)

    def _build_row(self) -> None:
        self.controls = TaskControls(self)
        self.controls.step_chosen.connect(self._on_step)
        self.controls.learner_chosen.connect(self.choose_learner)
        self.controls.scope_chosen.connect(self._on_scope)
        self.controls.plane_chosen.connect(self._on_plane)
        self.controls.reset_asked.connect(self.reset_points)
        self.body.addWidget(self.controls)

    # ---- drawing
    def _redraw(self) -> None:
        """Draw at once: a person asked for something else."""
        self._touched = True
        self._changes += 1
        self.pace.now()

    def _draw(self) -> None:
        shot = self.shot
        if shot is None:
            return
        asked = (self.index, self.step, self._changes)
        if self._shown is not None and self._shown[0] is shot and self._shown[1] == asked:
            return
        self._shown = shot, asked
        is_ready = shot.iteration == 0 and shot.test is None and not self._touched
        scene = Scene(shot, self.index, self.step, self._moves.get(self.index, {}), is_ready)
        self._arrange(shot)
        view = self.views.get(self.view_name)
        if isinstance(view, PicturesView | ConfusionView):
            view.learner = self._learner
        if view is not None:
            view.show_scene(scene)
        self.header.set_texts(self.title(), *(view.subtitles() if view is not None else ()))

    def _offer_views(self, shot: Snapshot) -> bool:
        """Offer the views that such tasks allow; tell whether that changed."""
        problem = shot.source.problem
        if not problem.is_classification:
            offered = [("curves", self.tr("Curves"))] if problem.n_inputs == 1 else []
        else:
            offered = [("pictures", self.tr("Pictures"))] if shot.source.image_shape() is not None else []
            offered += [("map", self.tr("Map")), ("confusion", self.tr("Confusion"))]
        if [self.kind.itemData(place) for place in range(self.kind.count())] == [name for name, _ in offered]:
            return False
        self.kind.clear()
        for name, text in offered:
            self.kind.addItem(text, name)
        return True

    def _arrange(self, shot: Snapshot) -> None:
        """Show the controls that the present view needs and has room for."""
        if self._learner not in shot.learners:
            self._learner = next(iter(shown_pair(shot) or shot.learners), "")
        self._stack.setCurrentWidget(self.views.get(self.view_name, self._nothing))
        self._nothing.setText(self.tr("Tasks with more than one input and values to regress are not drawn."))
        self.chooser.show_task(self.index, shot.held_out.n_tasks)
        self.chooser.set_wide(self.width() >= WIDE)
        self.kind.setVisible(self.kind.count() > 1)
        self.controls.arrange(shot, self.view_name, self.step, self._learner, bool(self.moved_rows()))

    # ---- what a person does
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go through the tasks, Up and Down through the inner steps."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.chooser.step(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._on_step(self.step + (1 if key == Qt.Key.Key_Up else -1))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the controls to the width."""
        super().resizeEvent(event)
        if self.shot is not None:
            self._arrange(self.shot)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Put nothing off for later while nobody looks."""
        super().hideEvent(event)
        self.pace.cancel()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, with a ring while the arrow keys act on it."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(self.theme.third), 1))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -3, -3), 5, 5)
            painter.end()

    def _on_task(self, index: int) -> None:
        if index != self.index:
            self.choose_task(index)
            self.task_chosen.emit(self.index)

    def _on_step(self, step: int) -> None:
        if step != self.step:
            self.choose_step(step)
            self.step_chosen.emit(self.step)

    def _on_moved(self, row: int, x: Any, y: Any) -> None:
        self._moves.setdefault(self.index, {})[row] = (np.asarray(x), None if y is None else np.asarray(y))
        self._redraw()

    def _on_kind(self, place: int) -> None:
        self._redraw()

    def _on_scope(self, over_all: bool) -> None:
        view = self.views["confusion"]
        assert isinstance(view, ConfusionView)
        view.over_all = over_all
        self._redraw()

    def _on_plane(self, kind: Any, features: Any) -> None:
        view = self.views["map"]
        assert isinstance(view, MapView)
        view.kind, view.features = kind, features
        self._redraw()


def _same_tasks(old: Snapshot, new: Snapshot) -> bool:
    """Tell whether the held-out tasks are still the ones that points were dragged in."""
    if old.held_out is new.held_out:
        return True
    return old.run == new.run and np.array_equal(old.held_out.support_x, new.held_out.support_x)
