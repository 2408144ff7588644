"""What lies between toolbar and status bar: controls at the left; notices, the sentence and the panels at the right."""

import sys
import time
from collections import deque
from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCursor, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.controls.column import Controls
from app.frame.docks import DockArea, PanelDock
from app.frame.notice import Notices
from app.look.theme import Theme
from app.panels.base import Panel
from app.plots.view import View
from app.sentence.bar import SentenceBar
from mamlcore.snapshot import Snapshot

GAP = 8
#: Between two panels that show the same moment, ms: room for input, and for the training thread. Longer where a panel
#: takes long, so that showing takes this share of the time on a slow machine too.
TURN_MS, LONGEST_TURN_MS, SHARE = 40, 200, 0.06
#: The controls are this wide in a window of at least WIDE_PX, else the narrower of the two.
CONTROLS_PX, NARROW_CONTROLS_PX, WIDE_PX = 304, 280, 1500


class Body(QWidget):
    """Hands every snapshot to what is visible, and a choice made in one panel to the others."""

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shot: Snapshot | None = None
        self._controls: Controls | None = None
        self._sentence: SentenceBar | None = None
        self._last: PanelDock | None = None
        self._passing_on = False
        self._round: Snapshot | None = None  # the moment that the panels are being shown
        self._waiting: deque[PanelDock] = deque()  # panels that have not shown the newest moment yet
        self._turns = QTimer(self)
        self._turns.setInterval(TURN_MS)
        self._turns.setTimerType(Qt.TimerType.PreciseTimer)
        self._turns.timeout.connect(self._take_turn)
        self.area = DockArea(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP, 0, GAP, 0)
        self._row.setSpacing(GAP)
        self._column = QVBoxLayout()
        self._column.setSpacing(GAP)
        self._column.addWidget(notices)
        self._column.addWidget(self.area, 1)
        self._row.addLayout(self._column, 1)

    def fill(
        self, controls: Controls, sentence: SentenceBar, panels: Mapping[str, Panel], layout: QByteArray | None
    ) -> bool:
        """Put everything in; False when the remembered layout could not be used."""
        self._controls, self._sentence = controls, sentence
        self._row.insertWidget(0, controls)
        self._column.insertWidget(1, sentence)
        self._size_controls()
        self.layout().activate()  # type: ignore[union-attr]
        self.area.fill(panels)
        for dock in self.area.docks.values():
            dock.shown_changed.connect(self._on_shown)
            dock.installEventFilter(self)
            dock.panel.task_chosen.connect(self._on_task)
            dock.panel.step_chosen.connect(self._on_step)
            dock.panel.loss_view_chosen.connect(self._on_loss_view)
        if layout is not None and self.area.restore(layout):
            return True
        self.area.arrange()
        return layout is None

    @property
    def filled(self) -> bool:
        """Whether the panels are there."""
        return self._controls is not None

    def show_snapshot(self, shot: Snapshot) -> None:
        """Show this moment in the sentence and in every panel that can be seen.

        The panels take turns, one each pass of the event loop: painted all at once they would hold up a drag or a
        key for the sum of their times. A round shows one moment everywhere; the newest one begins the next round.
        """
        self._shot = shot
        if not self._turns.isActive():
            self._begin_round()

    def _begin_round(self) -> None:
        if self._shot is None or self.window().isMinimized():
            self._turns.stop()
            return
        self._round = self._shot
        self._show_in(self._sentence, self._round)
        self._waiting.extend(self.area.docks.values())
        self._turns.start()

    def _take_turn(self) -> None:
        while self._waiting and self._round is not None:
            dock = self._waiting.popleft()
            if dock.is_shown:
                start = time.perf_counter()
                self._show_in(dock.panel, self._round)
                spent = 1000 * (time.perf_counter() - start)
                self._turns.setInterval(round(min(max(TURN_MS, spent / SHARE), LONGEST_TURN_MS)))
                return
        if self._round is not self._shot:
            self._begin_round()
        else:
            self._turns.stop()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        for widget in (self._controls, self._sentence):
            if widget is not None:
                widget.apply_theme(theme)
        self.area.apply_theme(theme)

    def picture(self) -> tuple[str, QPixmap] | None:
        """Return title and picture of the panel under the pointer, else of the one in focus or used last."""
        docks = list(self.area.docks.values())
        under = [dock for dock in docks if dock.isVisible() and dock.rect().contains(dock.mapFromGlobal(QCursor.pos()))]
        focus = QApplication.focusWidget()
        focused = [dock for dock in docks if focus is not None and dock.isAncestorOf(focus)]
        chosen = next(iter([*under, *focused, *([self._last] if self._last else []), *docks[:1]]), None)
        return None if chosen is None else (chosen.windowTitle(), chosen.panel.grab())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember which panel the pointer was in last."""
        if event.type() == QEvent.Type.Enter and isinstance(watched, PanelDock):
            self._last = watched
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the controls the width that suits the window."""
        super().resizeEvent(event)
        self._size_controls()

    def refresh(self) -> None:
        """Show the last snapshot again."""
        if self._shot is not None:
            self.show_snapshot(self._shot)

    def _size_controls(self) -> None:
        if self._controls is not None:
            self._controls.setFixedWidth(CONTROLS_PX if self.width() >= WIDE_PX else NARROW_CONTROLS_PX)

    def _show_in(self, widget: Panel | SentenceBar | None, shot: Snapshot) -> None:
        """Show the moment in one widget; one that raises must not stop the others."""
        if widget is None:
            return
        try:
            widget.show_snapshot(shot)
        except Exception:
            sys.excepthook(*sys.exc_info())

    def _on_shown(self) -> None:
        dock = self.sender()
        if isinstance(dock, PanelDock) and dock.is_shown and self._shot is not None:
            self._show_in(dock.panel, self._shot)

    def _on_task(self, index: int) -> None:
        self._pass_on("choose_task", index)

    def _on_step(self, step: int) -> None:
        self._pass_on("choose_step", step)

    def _on_loss_view(self, view: View) -> None:
        self._pass_on("choose_loss_view", view)

    def _pass_on(self, what: str, value: object) -> None:
        """Tell the other panels of a choice; an answer to it goes no further."""
        if self._passing_on:
            return
        source = self.sender()
        self._passing_on = True
        try:
            for dock in self.area.docks.values():
                if dock.panel is not source:
                    getattr(dock.panel, what)(value)
        finally:
            self._passing_on = False
