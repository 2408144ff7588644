"""The row below a task: inner step, and what the present view needs besides."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.look.lettering import SUBTITLE, TICK, lettering, longest_fitting, text_width
from app.look.theme import DARK, Theme
from app.panels.base import Segments
from app.panels.pick_list import PickList
from app.panels.task.model import pools_classes
from app.panels.task.parts import StepSlider
from app.panels.task.plane_choice import PlaneChoice
from app.plots.view import learner_label
from mamlcore.snapshot import Snapshot

SLIDER = 300  # px, widest slider beside other controls


class Caption(QWidget):
    """A short text in the longest form that fits; it takes only the room that others leave."""

    def __init__(self, forms: Sequence[str], px: int, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.forms, self._px, self._least = tuple(forms), px, least
        self._color = QColor(DARK.second)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.forms[0])

    def set_color(self, color: str) -> None:
        """Write in this colour."""
        self._color = QColor(color)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the longest form."""
        return QSize(round(text_width(self.forms[0], self._px)) + 4, 20)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(self._least, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the form that fits."""
        painter = QPainter(self)
        painter.setFont(lettering(self._px))
        painter.setPen(self._color)
        middle = (self.height() + painter.fontMetrics().capHeight()) / 2
        painter.drawText(0, round(middle), longest_fitting(self.forms, self.width(), self._px))
        painter.end()


class TaskControls(QWidget):
    """Inner step; reset of dragged points; plane of a map; learner and scope of pictures and confusion."""

    step_chosen = Signal(int)
    learner_chosen = Signal(str)
    scope_chosen = Signal(bool)  # whether all held-out tasks are counted
    plane_chosen = Signal(object, object)
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = Caption((self.tr("Inner step"), self.tr("Step")), SUBTITLE, 30, self)
        self.slider = StepSlider(self)
        self.slider.chosen.connect(self.step_chosen)
        forms = (self.tr("filled: support, hollow: query, ×: wrong"), self.tr("hollow: query, ×: wrong"))
        self.legend = Caption((*forms, self.tr("×: wrong")), TICK, 0, self)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.reset = QPushButton(self.tr("Reset points"), self)
        self.reset.setProperty("role", "outline")
        self.reset.setStyleSheet("min-height: 20px; padding: 0 8px; font-size: 12px;")
        self.reset.clicked.connect(self.reset_asked)
        self.plane = PlaneChoice(self)
        self.plane.chosen.connect(self.plane_chosen)
        self.learner = PickList(self.tr("Learner"), self)
        self.learner.setMinimumWidth(60)
        self.learner.setStyleSheet("font-size: 12px;")
        self.learner.picked.connect(self.learner_chosen)
        self.scope = Segments([("task", self.tr("This task")), ("all", self.tr("All tasks"))], self.tr("Count"), self)
        self.scope.chosen.connect(self._on_scope)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self.slider, 2)
        row.addWidget(self.legend, 1)
        late: tuple[QWidget, ...] = (self.legend, self.reset, self.plane, self.learner, self.scope)
        for part in late[1:]:
            row.addWidget(part)
        for part in late:
            part.hide()  # until a view needs it

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.slider.apply_theme(theme)
        self.scope.apply_theme(theme)
        for caption in (self._name, self.legend):
            caption.set_color(theme.second)

    def arrange(self, shot: Snapshot, view: str, step: int, learner: str, has_moves: bool) -> None:
        """Show what the view needs."""
        self.slider.show_step(step, shot.config.evaluation.steps, shot.config.inner.steps)
        self.reset.setVisible(has_moves)
        self.plane.setVisible(view == "map")
        self.legend.setVisible(view == "map" and not has_moves)
        self.plane.show_for(shot.source.problem.n_inputs, shot.source.directions() is not None)
        self.learner.setVisible(view in ("pictures", "confusion"))
        self.scope.setVisible(view == "confusion")
        reason = self.tr("Classes are new in every task: counts cannot be added up")
        self.scope.set_enabled("all", pools_classes(shot), reason)
        self.slider.setMaximumWidth(16777215 if view == "curves" else SLIDER)
        self.learner.offer({name: learner_label(name) for name in shot.learners}, learner)

    def _on_scope(self, key: str) -> None:
        self.scope_chosen.emit(key == "all")
