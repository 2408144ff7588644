"""The widget of the sentence above the plots: one line of it, one of how it was measured; never clipped."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.lettering import SUBTITLE, lettering, text_width
from app.look.theme import DARK, Theme, learner_text_color
from app.sentence.words import Line, Piece, Sentence, plain, sentence
from mamlcore.snapshot import Snapshot

WIDE, NARROW = 21, 16  # px
NARROW_BELOW = 1150  # width of the widget, px
LEFT = 16
CALM_S = 0.25  # between two sayings that differ only in counts
_SMALLER = (14, 12, 11, 10)


def pieces_width(pieces: Sequence[Piece], px: int) -> float:
    """Return the width of pieces on one line, px."""
    return sum(text_width(piece.text, px, _is_bold(piece)) for piece in pieces)


def fitted(line: Line, width: float, px: int) -> tuple[tuple[Piece, ...], int]:
    """Return the longest form that fits, and its size: letters shrink only when the shortest form is too long."""
    forms = line.forms()
    for form in forms:
        if pieces_width(form, px) <= width:
            return form, px
    return next(
        ((forms[-1], size) for size in _SMALLER if size < px and pieces_width(forms[-1], size) <= width), ((), px)
    )


def _is_bold(piece: Piece) -> bool:
    return piece.bold or bool(piece.learner)


class SentenceBar(QWidget):
    """Says the sentence of the last snapshot, in 21 px letters where there is room and 16 px elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._shot: Snapshot | None = None
        self._state = "running"
        self._said: Sentence | None = None
        self._due = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_snapshot(self, shot: Snapshot) -> None:
        """Say what this snapshot shows; repaints only when the words differ.

        While only counts grow, the words follow a few times a second: faster than anybody reads.
        """
        old, now = self._shot, time.monotonic()
        self._shot = shot
        if _same_news(old, shot) and now < self._due:
            return
        self._due = now + CALM_S
        self._say(shot)

    def _say(self, shot: Snapshot) -> None:
        said = sentence(shot, self._state)
        if said != self._said:
            self._said = said
            self.setAccessibleName(self.text())
            self.update()

    def show_state(self, state: str) -> None:
        """Take the runner's state: a paused run is spoken of at its iteration."""
        if state != self._state:
            self._state = state
            if self._shot is not None:
                self._say(self._shot)

    def text(self) -> str:
        """Return all that there is to say, both lines in full."""
        if self._said is None:
            return ""
        return " ".join(plain(line.forms()[0]) for line in (self._said.first, self._said.second))

    def shown(self) -> tuple[tuple[tuple[Piece, ...], int], tuple[tuple[Piece, ...], int]]:
        """Return the pieces that fit now and their size, for both lines."""
        if self._said is None:
            return ((), WIDE), ((), SUBTITLE)
        room = self.width() - LEFT - 8
        px = WIDE if self.width() >= NARROW_BELOW else NARROW
        return fitted(self._said.first, room, px), fitted(self._said.second, room, SUBTITLE)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return a height that holds both lines."""
        return QSize(600, 52)

    def minimumSizeHint(self) -> QSize:
        """Return the least size: the sentence shortens itself."""
        return QSize(120, 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write both lines."""
        painter = QPainter(self)
        (first, size), (second, small) = self.shown()
        self._write(painter, first, size, 25, self._theme.text)
        self._write(painter, second, small, 43, self._theme.second)
        painter.end()

    def _write(self, painter: QPainter, pieces: tuple[Piece, ...], px: int, base: float, color: str) -> None:
        left = float(LEFT)
        for piece in pieces:
            font = lettering(px, _is_bold(piece))
            painter.setFont(font)
            painter.setPen(QColor(learner_text_color(piece.learner, self._theme) if piece.learner else color))
            painter.drawText(QPointF(left, base), piece.text)
            left += QFontMetricsF(font).horizontalAdvance(piece.text)


def _same_news(old: Snapshot | None, new: Snapshot) -> bool:
    """Whether nothing but counts can differ between two snapshots."""
    return (
        old is not None
        and (old.run, old.fault) == (new.run, new.fault)
        and old.live is new.live
        and old.test is new.test
        and old.config is new.config
        and old.iteration > 0
    )
