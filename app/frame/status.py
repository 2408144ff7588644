"""The status bar: what the run is doing, its counts, and the autosave. Digits stand still."""

import math

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.look.lettering import BODY, lettering, text_width
from app.look.numbers import count, number
from app.look.theme import DARK, Theme
from mamlcore.snapshot import Snapshot

HEIGHT = 28
MESSAGE_MS = 12_000


class Dot(QWidget):
    """A round mark in the colour of the state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(8, HEIGHT)
        self._color = DARK.third

    def set_color(self, color: str) -> None:
        """Show this colour."""
        if color != self._color:
            self._color = color
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(self._color))
        painter.drawEllipse(QRectF(1, self.height() / 2 - 3, 6, 6))
        painter.end()


class Figure(QWidget):
    """A number and its unit; the room for the number only ever grows, so that nothing jitters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        self._value, self._unit = QLabel(self), QLabel(self)
        self._value.setFont(lettering(BODY))
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._unit.setProperty("tone", "second")
        row.addWidget(self._value)
        row.addWidget(self._unit)

    def set_texts(self, value: str, unit: str) -> None:
        """Show a value with its unit; an empty value hides the whole."""
        self.setVisible(bool(value))
        if value != self._value.text():
            self._value.setText(value)
            wanted = math.ceil(text_width(value, BODY)) + 1
            self._value.setMinimumWidth(max(self._value.minimumWidth(), wanted))
        if unit != self._unit.text():
            self._unit.setText(unit)

    def text(self) -> str:
        """Return what is shown."""
        return f"{self._value.text()} {self._unit.text()}"


class Status(QWidget):
    """The row at the bottom of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._theme = DARK
        self._state = "loading"
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        self._dot, self._word = Dot(self), QLabel(self)
        start = QHBoxLayout()
        start.setSpacing(8)
        start.addWidget(self._dot)
        start.addWidget(self._word)
        row.addLayout(start)
        self._figures = {name: Figure(self) for name in ("iterations", "rate", "tasks", "frames", "seed")}
        for figure in self._figures.values():
            figure.hide()
            row.addWidget(figure)
        row.addStretch(1)
        self._right = QLabel(self)
        self._right.setProperty("tone", "second")
        self._right.setMinimumWidth(40)
        row.addWidget(self._right)
        self._resting = ""
        self._message = QTimer(self)
        self._message.setSingleShot(True)
        self._message.timeout.connect(self._say_resting)
        self.set_state("loading")

    def set_state(self, state: str) -> None:
        """Show what the run is doing: a dot and a word."""
        self._state = state
        words = {
            "loading": self.tr("Loading"),
            "ready": self.tr("Ready"),
            "running": self.tr("Running"),
            "paused": self.tr("Paused"),
            "evaluating": self.tr("Evaluating"),
            "diverged": self.tr("Diverged"),
            "failed": self.tr("Stopped by a fault"),
            "stopped": self.tr("Stopped"),
        }
        self._word.setText(words.get(state, state))
        self._color_dot()

    def show_counts(self, shot: Snapshot, rate: float, frames: int) -> None:
        """Show the counts of a moment; rates only while training."""
        busy = self._state in ("running", "evaluating")
        texts = {
            "iterations": (count(shot.iteration), self.tr("iterations")),
            "rate": (number(rate) if busy and rate > 0 else "", self.tr("it/s")),
            "tasks": (count(shot.tasks_seen), self.tr("tasks seen")),
            "frames": (str(frames) if busy else "", self.tr("frames/s")),
            "seed": (str(shot.config.seed), self.tr("seed")),
        }
        for name, (value, unit) in texts.items():
            self._figures[name].set_texts(value, unit)

    def figure(self, name: str) -> str:
        """Return what a figure shows: iterations, rate, tasks, frames or seed."""
        return self._figures[name].text()

    def say(self, text: str) -> None:
        """Show a message at the right for some seconds."""
        self._right.setText(text)
        self._right.setToolTip(text)
        self._message.start(MESSAGE_MS)

    def rest(self, text: str) -> None:
        """Show this at the right whenever there is no message."""
        self._resting = text
        if not self._message.isActive():
            self._say_resting()

    def message(self) -> str:
        """Return what the right end says."""
        return self._right.text()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self._color_dot()

    def _say_resting(self) -> None:
        if self._right.text() != self._resting:
            self._right.setText(self._resting)
            self._right.setToolTip("")

    def _color_dot(self) -> None:
        colors = {
            "running": self._theme.green,
            "evaluating": self._theme.green,
            "diverged": self._theme.amber,
            "failed": self._theme.amber,
        }
        self._dot.set_color(colors.get(self._state, self._theme.third))
