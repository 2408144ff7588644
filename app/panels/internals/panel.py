"""Panel 6: what makes one learner tick on the inspected task."""

import time
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QWidget

from app.look.theme import Theme
from app.panels.base import Panel, Segments
from app.panels.internals.asked import Asked
from app.panels.internals.kinds import KINDS, OVER_TASKS, kind_text, offered
from app.panels.internals.lines_view import LinesView
from app.panels.internals.looks import look
from app.panels.internals.matrix_view import MatrixView
from app.panels.internals.pictures import Drawing, Lines, Matrices
from app.panels.internals.points_view import PointsView
from app.panels.pace import Pace
from app.panels.pick_list import PickList
from app.plots.view import learner_label
from mamlcore.snapshot import Snapshot


class InternalsPanel(Panel):
    """Gradient directions, attention, distances, learned rates, gates or memory of the chosen learner."""

    name: ClassVar[str] = "internals"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shot: Snapshot | None = None
        self.index = 0
        self.picture: Drawing | None = None
        self.spent_s = 0.0  # what the last picture took to compute
        self._learner, self._kind = "", ""
        self._shown: tuple[Snapshot, object] | None = None
        self.pace = Pace(self._draw, self)
        self.matrices, self.lines, self.points = MatrixView(self), LinesView(self), PointsView(self)
        self._nothing = QLabel(self.tr("None of these learners has internals to show."), self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._add_choices()
        self._stack = QStackedLayout()
        for widget in (self._nothing, self.matrices, self.lines, self.points):
            self._stack.addWidget(widget)
        self.body.addLayout(self._stack, 1)
        self.header.set_texts(self.title())

    def _add_choices(self) -> None:
        self.learner, self.kind = self._choice(self.tr("Learner")), self._choice(self.tr("What to look at"))
        self.where = Segments([("task", self.tr("This task")), ("all", self.tr("All"))], self.tr("Computed on"), self)
        self.where.setToolTip(self.tr("The inspected task, or the mean over the held-out tasks"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.learner, self.kind, self.where):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addLayout(row)
        self.learner.picked.connect(self.choose_learner)
        self.kind.picked.connect(self.choose_kind)
        self.where.chosen.connect(lambda _key: self.pace.now())

    def _choice(self, name: str) -> PickList:
        box = PickList(name, self)
        box.setStyleSheet("QComboBox { font-size: 12px; padding: 0 4px; min-height: 18px; }")
        return box

    def title(self) -> str:
        """Return "Internals"."""
        return self.tr("Internals")

    def show_snapshot(self, shot: Snapshot) -> None:
        """Show the chosen learner as it is now."""
        old, self.shot = self.shot, shot
        if old is None or old.run != shot.run:
            self.pace.now()
        else:
            self.pace.soon()

    def choose_task(self, index: int) -> None:
        """Look at this held-out task."""
        if index != self.index and index >= 0:
            self.index = index
            if self.isVisible():
                self.pace.now()

    def choose_learner(self, name: str) -> None:
        """Look into this learner."""
        self._learner = name
        self.pace.now()

    def choose_kind(self, kind: str) -> None:
        """Look at this part of it."""
        self._kind = kind
        self.pace.now()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        self.where.apply_theme(theme)
        self.matrices.apply_theme(theme)
        self.lines.apply_theme(theme)
        self.points.apply_theme(theme)

    def hideEvent(self, event: QHideEvent) -> None:
        """Put nothing off for later while nobody looks."""
        super().hideEvent(event)
        self.pace.cancel()

    def _draw(self) -> None:
        shot = self.shot
        if shot is None:
            return
        self._offer(shot)
        if not self._learner:
            self.picture = None
            self._stack.setCurrentWidget(self._nothing)
            self.header.set_texts(self.title())
            return
        index = min(self.index, shot.held_out.n_tasks - 1)
        over_all = self._kind in OVER_TASKS and self.where.current == "all"
        asked = Asked(shot, self._learner, self._kind, index, over_all)
        if self._shown is not None and self._shown[0] is shot and self._shown[1] == asked[1:]:
            return
        self._shown = shot, asked[1:]
        start = time.perf_counter()
        self.picture = look(asked)
        self.spent_s = time.perf_counter() - start
        self._show(self.picture, (shot.run, *asked[1:]))

    def _show(self, picture: Drawing, key: object) -> None:
        self.header.set_texts(self.title(), *picture.subtitles)
        if isinstance(picture, Matrices):
            self._stack.setCurrentWidget(self.matrices)
            self.matrices.show_matrices(picture, self._learner)
        elif isinstance(picture, Lines):
            self._stack.setCurrentWidget(self.lines)
            self.lines.show_lines(picture, self._learner, key)
        else:
            self._stack.setCurrentWidget(self.points)
            self.points.show_points(picture)

    def _offer(self, shot: Snapshot) -> None:
        """Fill the choosers with what there is; a choice that is gone falls back to the first."""
        names = offered(shot)
        self._learner = self._learner if self._learner in names else next(iter(names), "")
        kinds = list(KINDS.get(self._learner, ()))
        self._kind = self._kind if self._kind in kinds else next(iter(kinds), "")
        self.learner.offer({name: learner_label(name) for name in names}, self._learner)
        self.kind.offer({kind: kind_text(kind) for kind in kinds}, self._kind)
        self.where.setVisible(self._kind in OVER_TASKS)
        for box in (self.learner, self.kind):
            box.setVisible(bool(names))
