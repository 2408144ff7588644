"""Direct labels at the ends of curves and notes inside a plot: one painted, mouse-transparent overlay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.look.lettering import BODY, SUBTITLE, TICK, lettering, text_width
from app.look.theme import DARK, Theme

SPACING, TIGHT = 17.0, 13.0  # distance of two labels, px, and the least where many stand
LEADER = 13.0  # from the edge of the plot to the text
MARGIN_STEP = 8  # the margin grows by this, so that a changing digit moves nothing


@dataclass(frozen=True, slots=True)
class Label:
    """A label in the right margin: ``Joint 2.30``."""

    name: str
    value: str
    y: float  # where the curve ends, in drawn coordinates
    color: str  # of the name and the leader
    bold: bool = True
    x: float | None = None  # where the curve ends, when before the right edge
    short: str = ""  # the name where room is scarce

    def width(self, name: str) -> float:
        """Return the width in pixels with this form of the name."""
        return text_width(name, SUBTITLE, self.bold) + text_width(f" {self.value}" if self.value else "", SUBTITLE)


@dataclass(frozen=True, slots=True)
class Note:
    """A word inside the plot, anchored at a point or an edge of it."""

    text: str
    x: float | None  # drawn coordinates; None is the middle
    y: float | None
    color: str
    align: str = "left"  # text starts ("left"), ends ("right") or is centred ("center") at x
    bold: bool = False
    mark: str = ""  # "up": a triangle at the top edge; "tick": one at the bottom; "ring", "dot": at (x, y)
    row: float = 12.0  # where y is None: px below the top edge, or (negative) above the bottom one


def _note_font(note: Note) -> QFont:
    return lettering(SUBTITLE if note.bold else TICK, note.bold)


def spread(wanted: Sequence[float], low: float, high: float, gap: float = SPACING) -> list[float]:
    """Return positions near the wanted ones, ``gap`` apart and within low..high where there is room at all.

    Neighbours that would overlap are pushed apart evenly (pool adjacent violators), order is kept.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    room = (high - low) / max(len(order) - 1, 1)
    gap = min(gap, room) if len(order) > 1 else gap
    blocks: list[tuple[float, int]] = []  # (mean of wanted minus offset, members)
    for place, index in enumerate(order):
        target, count = wanted[index] - place * gap, 1
        while blocks and blocks[-1][0] > target:
            mean, members = blocks.pop()
            target = (mean * members + target * count) / (members + count)
            count += members
        blocks.append((target, count))
    flat = [mean for mean, members in blocks for _ in range(members)]
    top = high - (len(order) - 1) * gap
    result = [0.0] * len(order)
    for place, index in enumerate(order):
        result[index] = min(max(flat[place], low), max(top, low)) + place * gap
    return result


class CurveLabels(QWidget):
    """Lies over a plot, takes no mouse, and writes labels in its empty right margin and notes inside."""

    def __init__(self, parent: QWidget, pixel: Callable[[float, float], QPointF], area: Callable[[], QRectF]) -> None:
        """``pixel`` maps drawn coordinates to the widget; ``area`` is the rectangle between the axes."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._pixel, self._area = pixel, area
        self.labels: tuple[Label, ...] = ()
        self.notes: tuple[Note, ...] = ()
        self.message: tuple[str, ...] = ()  # forms of the sentence in an empty plot, longest first
        self._theme = DARK

    def show_all(self, labels: Sequence[Label], notes: Sequence[Note], message: Sequence[str] = ()) -> None:
        """Replace everything; repaints only when something differs."""
        new = (tuple(labels), tuple(notes), tuple(message))
        if new != (self.labels, self.notes, self.message):
            self.labels, self.notes, self.message = new
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def wanted_margin(self, most: float) -> int:
        """Return the right margin, px, that the labels need, in long form if that stays below ``most``."""
        if not self.labels:
            return 0
        for form in (self._long, self._short):
            width = max(label.width(form(label)) for label in self.labels) + LEADER + 6
            if width <= most:
                break
        return int(-(-width // MARGIN_STEP) * MARGIN_STEP)

    @staticmethod
    def _long(label: Label) -> str:
        return label.name

    @staticmethod
    def _short(label: Label) -> str:
        return label.short or label.name

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw labels with leaders, notes with marks, and the message of an empty plot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_labels(painter)
        for note, at, box in self.placed():
            self._paint_note(painter, note, at, box)
        if self.message:
            self._paint_message(painter)
        painter.end()

    def fitting(self) -> tuple[Label, ...]:
        """Return the labels that have room above each other; those of references go first, then the last."""
        most = max(1, int((self._area().height() - 8) // TIGHT) + 1)
        kept = sorted(range(len(self.labels)), key=lambda place: (not self.labels[place].bold, place))[:most]
        return tuple(self.labels[place] for place in sorted(kept))

    def positions(self) -> list[float]:
        """Return the y, px, of the middle of every label that has room."""
        area = self._area()
        ends = [self._pixel(0.0, label.y).y() for label in self.fitting()]
        ends = [min(max(y, area.top()), area.bottom()) for y in ends]
        return spread(ends, area.top() + 4, area.bottom() - 4)

    def _paint_labels(self, painter: QPainter) -> None:
        area = self._area()
        room = self.width() - area.right() - LEADER - 2
        long = all(label.width(label.name) <= room for label in self.labels)
        normal, bold = lettering(SUBTITLE), lettering(SUBTITLE, bold=True)
        rise = QFontMetricsF(normal).capHeight() / 2
        for label, y in zip(self.fitting(), self.positions(), strict=True):
            self._paint_leader(painter, label, y, area)
            name = label.name if long else self._short(label)
            left = area.right() + LEADER
            painter.setPen(QColor(label.color))
            painter.setFont(bold if label.bold else normal)
            painter.drawText(QPointF(left, y + rise), name)
            painter.setPen(QColor(self._theme.text if label.bold else label.color))
            left += text_width(f"{name} " if label.value else name, SUBTITLE, label.bold)
            painter.setFont(normal)
            painter.drawText(QPointF(left, y + rise), label.value)

    def _paint_leader(self, painter: QPainter, label: Label, y: float, area: QRectF) -> None:
        color = QColor(label.color)
        color.setAlphaF(0.6)
        painter.setPen(QPen(color, 1))
        end = min(max(self._pixel(0.0, label.y).y(), area.top()), area.bottom())
        edge = area.right()
        if label.x is not None:
            start = self._pixel(label.x, label.y).x()
            if start < edge - 2:
                color.setAlphaF(0.3)
                painter.setPen(QPen(color, 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(start + 3, end), QPointF(edge, end))
                color.setAlphaF(0.6)
                painter.setPen(QPen(color, 1))
        painter.drawPolyline(
            QPolygonF([QPointF(edge + 1, end), QPointF(edge + 3, end), QPointF(edge + 8, y), QPointF(edge + 10, y)])
        )

    def placed(self) -> list[tuple[Note, QPointF, QRectF]]:
        """Return every note with its anchor and the rectangle of its text, in pixels.

        The text of a "tick" yields (an empty rectangle) where it would lie over a note before it in the list.
        """
        area, found, taken = self._area(), [], list[QRectF]()
        for note in self.notes:
            at = self._anchor(note, area)
            box = self._text_box(note, at, area)
            if note.mark == "tick" and any(box.intersects(other) for other in taken):
                box = QRectF()
            if not box.isEmpty():
                taken.append(box)
            found.append((note, at, box))
        return found

    def _anchor(self, note: Note, area: QRectF) -> QPointF:
        point = self._pixel(note.x or 0.0, note.y or 0.0)
        x = area.center().x() if note.x is None else min(max(point.x(), area.left()), area.right())
        y = min(max(point.y(), area.top() + 12), area.bottom() - 6)
        if note.y is None:
            y = note.row + (area.top() if note.row > 0 else area.bottom())
        return QPointF(x, y)

    @staticmethod
    def _text_box(note: Note, at: QPointF, area: QRectF) -> QRectF:
        if not note.text:
            return QRectF()
        metrics = QFontMetricsF(_note_font(note))
        width = metrics.horizontalAdvance(note.text)
        left = {
            "left": at.x() + (9 if note.mark == "ring" else 5),
            "right": at.x() - width - 9,
            "center": at.x() - width / 2,
        }[note.align]
        if note.mark == "tick" and left + width > area.right() - 3:
            left = at.x() - width - 9
        left = min(max(left, area.left() + 3), max(area.right() - width - 3, area.left() + 3))
        return QRectF(left - 2, at.y() + metrics.capHeight() / 2 - metrics.ascent(), width + 4, metrics.height())

    def _paint_note(self, painter: QPainter, note: Note, at: QPointF, box: QRectF) -> None:
        if note.mark:
            self._paint_mark(painter, note, at, self._area())
        if box.isEmpty():
            return
        font = _note_font(note)
        ground = QColor(self._theme.card)
        ground.setAlphaF(0.8)
        painter.fillRect(box, ground)
        painter.setFont(font)
        painter.setPen(QColor(note.color))
        painter.drawText(QPointF(box.left() + 2, box.top() + QFontMetricsF(font).ascent()), note.text)

    def _paint_mark(self, painter: QPainter, note: Note, at: QPointF, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(note.color))
        if note.mark == "up":
            tip = QPointF(at.x(), area.top())
            painter.drawPolygon(QPolygonF([tip, tip + QPointF(-5, 9), tip + QPointF(5, 9)]))
        elif note.mark == "tick":
            tip = QPointF(at.x(), area.bottom() - 8)
            painter.drawPolygon(QPolygonF([tip, tip + QPointF(-4, 8), tip + QPointF(4, 8)]))
        elif note.mark == "dot":
            if area.contains(self._pixel(note.x or 0.0, note.y or 0.0)):
                painter.drawEllipse(self._pixel(note.x or 0.0, note.y or 0.0), 4.0, 4.0)
        elif note.mark == "ring":
            painter.setBrush(QColor(self._theme.card))
            painter.setPen(QPen(QColor(self._theme.text), 2))
            painter.drawEllipse(self._pixel(note.x or 0.0, note.y or 0.0), 4.5, 4.5)

    def _paint_message(self, painter: QPainter) -> None:
        area = self._area().adjusted(12, 8, -12, -8)
        painter.setFont(lettering(BODY))
        painter.setPen(QColor(self._theme.second))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        metrics = QFontMetricsF(lettering(BODY))
        for form in self.message:
            box = metrics.boundingRect(area, int(flags), form)
            if box.height() <= area.height() and box.width() <= area.width() + 1:
                painter.drawText(area, int(flags), form)
                return
