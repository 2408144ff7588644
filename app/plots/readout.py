"""The hover read-out: a cross-hair with dots on the curves and a card that lists their values."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from app.look.lettering import SUBTITLE, lettering, text_width
from app.look.theme import DARK, Theme, mix

PADDING = 10.0
ROW = 19.0
WRAP = 300.0  # widest line of the foot, px


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the card: a learner's name in its colour, and its value."""

    name: str
    value: str
    color: str
    bold: bool = True


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a curve under the cross-hair, in drawn coordinates."""

    x: float
    y: float
    color: str


@dataclass(frozen=True, slots=True)
class Readout:
    """All that the read-out says at one place of the pointer."""

    x: float  # of the cross-hair, drawn coordinates
    title: str
    rows: tuple[Row, ...]
    dots: tuple[Dot, ...] = ()
    foot: str = ""  # a note below the rows: a reference's exact expectation, a ghost's name


class HoverReadout(QWidget):
    """Lies over a plot, takes no mouse, and repaints only where the read-out was and is."""

    def __init__(self, parent: QWidget, pixel: Callable[[float, float], QPointF], area: Callable[[], QRectF]) -> None:
        """``pixel`` maps drawn coordinates to the widget; ``area`` is the rectangle between the axes."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._pixel, self._area = pixel, area
        self.readout: Readout | None = None
        self._pointer = QPointF()
        self._theme = DARK

    def show_at(self, readout: Readout | None, pointer: QPointF) -> None:
        """Show (or hide, with None) the read-out beside the pointer (widget coordinates)."""
        if readout == self.readout and pointer == self._pointer:
            return
        before = self._region()
        self.readout, self._pointer = readout, pointer
        self.update(before.united(self._region()))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def card(self) -> QRectF:
        """Return the rectangle of the card: beside the pointer, always within the widget."""
        if self.readout is None:
            return QRectF()
        rows = [text_width(f"{row.name} ", SUBTITLE, row.bold) + text_width(row.value, SUBTITLE)
                for row in self.readout.rows]  # fmt: skip
        foot = self._foot_rect()
        width = max([text_width(self.readout.title, SUBTITLE), foot.width(), *rows]) + 2 * PADDING
        height = ROW * (len(rows) + 1) + (foot.height() + 4 if self.readout.foot else 0) + 10
        left, top = self._pointer.x() + 16, self._pointer.y() + 16
        if left + width > self.width() - 4:
            left = self._pointer.x() - 16 - width
        top = min(top, self.height() - height - 4)
        return QRectF(max(left, 4), max(top, 4), width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw line, dots and card."""
        if self.readout is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, x = self._area(), self._pixel(self.readout.x, 0.0).x()
        painter.setPen(QPen(QColor(self._theme.third), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QPen(QColor(self._theme.card), 1.5))
        for dot in self.readout.dots:
            at = self._pixel(dot.x, dot.y)
            if area.adjusted(-1, -1, 1, 1).contains(at):
                painter.setBrush(QColor(dot.color))
                painter.drawEllipse(at, 4.0, 4.0)
        self._paint_card(painter, self.readout)
        painter.end()

    def _paint_card(self, painter: QPainter, readout: Readout) -> None:
        card = self.card()
        ground = QColor(mix(self._theme.card, self._theme.control, 0.6 if self._theme.is_dark else 0.0))
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(self._theme.groove), 1))
        painter.drawRoundedRect(card, 4, 4)
        normal, bold = lettering(SUBTITLE), lettering(SUBTITLE, bold=True)
        left, base = card.left() + PADDING, card.top() + 5 + (ROW + QFontMetricsF(normal).capHeight()) / 2
        painter.setFont(normal)
        painter.setPen(QColor(self._theme.second))
        painter.drawText(QPointF(left, base), readout.title)
        for row in readout.rows:
            base += ROW
            painter.setFont(bold if row.bold else normal)
            painter.setPen(QColor(row.color))
            painter.drawText(QPointF(left, base), row.name)
            painter.setFont(normal)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(QPointF(left + text_width(f"{row.name} ", SUBTITLE, row.bold), base), row.value)
        if readout.foot:
            painter.setPen(QColor(self._theme.second))
            foot = self._foot_rect()
            place = QRectF(left, card.bottom() - 6 - foot.height(), foot.width() + 1, foot.height())
            painter.drawText(place, Qt.TextFlag.TextWordWrap, readout.foot)

    def _foot_rect(self) -> QRectF:
        if self.readout is None or not self.readout.foot:
            return QRectF()
        room = QRectF(0, 0, min(WRAP, self.width() - 4 * PADDING), 1000)
        return QFontMetricsF(lettering(SUBTITLE)).boundingRect(room, Qt.TextFlag.TextWordWrap, self.readout.foot)

    def _region(self) -> QRegion:
        if self.readout is None:
            return QRegion()
        x = round(self._pixel(self.readout.x, 0.0).x())
        column = QRegion(x - 8, 0, 17, self.height())
        return column.united(QRegion(self.card().toAlignedRect().adjusted(-2, -2, 2, 2)))
