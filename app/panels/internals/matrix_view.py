"""Matrices side by side, painted by hand: cells, class marks at their edges, a scale of colours."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.look.lettering import TICK, lettering, longest_fitting, text_width
from app.look.numbers import MINUS, number
from app.look.theme import DARK, Theme, learner_color
from app.panels.glyph import draw_glyph
from app.panels.internals.pictures import Matrices
from app.plots.shades import colored, diverging, shaded
from mamlcore.arrays import Array

AXIS, TITLE_ROW, MARK, BAR = 18.0, 18.0, 16.0, 150.0  # px
GAP = 18.0  # between two matrices, px
READABLE = (32.0, 15.0)  # least width and height of a cell that carries its value, px
WIDEST = 76.0  # px of a cell


class Place(NamedTuple):
    """Where one matrix lies."""

    left: float
    top: float
    width: float
    height: float


class MatrixView(QWidget):
    """Shows a :class:`Matrices`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.shown: Matrices | None = None
        self._learner = ""
        self.setMinimumHeight(60)

    def show_matrices(self, picture: Matrices, learner: str) -> None:
        """Draw these; ``learner`` gives the colour of the largest values."""
        self.shown, self._learner = picture, learner
        self.setAccessibleName(picture.subtitles[0] if picture.subtitles else "")
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.theme = theme
        self.update()

    def places(self) -> list[Place]:
        """Return the rectangle of each matrix."""
        shown = self.shown
        if shown is None:
            return []
        columns = shown.blocks[0].shape[1]
        left = AXIS + 4 if shown.y_names else 4.0
        if shown.row_names:
            left += max(text_width(name, TICK) for name in shown.row_names) + 6
        left += MARK if shown.row_classes else 0
        top = TITLE_ROW
        below = AXIS + (MARK if shown.column_classes else 2)
        count = len(shown.blocks)
        height = max(self.height() - top - below, 8.0)
        width = max((self.width() - left - 4 - GAP * (count - 1)) / count, 8.0)
        width = min(width, columns * WIDEST)
        return [Place(left + k * (width + GAP), top, width, height) for k in range(count)]

    def value_at(self, point: QPointF) -> str:
        """Return the value under a point; "" beside the matrices."""
        for block, place in zip(self.shown.blocks if self.shown else (), self.places(), strict=True):
            across, down = (point.x() - place.left) / place.width, (point.y() - place.top) / place.height
            if 0 <= across < 1 and 0 <= down < 1:
                row, column = int(down * block.shape[0]), int(across * block.shape[1])
                where = self.tr("row {0}, column {1}: {2}")
                return where.format(row + 1, column + 1, number(float(block[row, column])))
        return ""

    def event(self, event: QEvent) -> bool:
        """Say the value under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.value_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything."""
        shown = self.shown
        if shown is None:
            return
        painter = QPainter(self)
        painter.setFont(lettering(TICK))
        painter.setPen(QColor(self.theme.second))
        for k, (block, place) in enumerate(zip(shown.blocks, self.places(), strict=True)):
            self._paint_block(painter, shown, block, place)
            if k < len(shown.titles):
                title = QRectF(place.left, 0, place.width + GAP, TITLE_ROW)
                painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown.titles[k])
        self._paint_edges(painter, shown)
        painter.end()

    def _colors(self, shown: Matrices, values: Array) -> Array:
        if shown.diverging:
            return colored(values, shown.high, self.theme)
        return shaded(*_upward(values, shown), learner_color(self._learner, self.theme), self.theme)

    def _paint_block(self, painter: QPainter, shown: Matrices, block: Array, place: Place) -> None:
        picture = np.ascontiguousarray(self._colors(shown, np.asarray(block, np.float64)))
        rows, columns = block.shape
        image = QImage(picture.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(*place), image)
        wide, high = place.width / columns, place.height / rows
        if wide < READABLE[0] or high < READABLE[1]:
            return
        for row in range(rows):
            for column in range(columns):
                light = sum(int(part) for part in picture[row, column]) > 384
                painter.setPen(QColor("#000000" if light else "#FFFFFF"))
                cell = QRectF(place.left + column * wide, place.top + row * high, wide, high)
                text = _cell_text(float(block[row, column]))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QColor(self.theme.second))

    def _paint_edges(self, painter: QPainter, shown: Matrices) -> None:
        """Write names of rows and axes, draw class marks and the scale."""
        first = self.places()[0]
        rows, columns = shown.blocks[0].shape
        high, bottom = first.height / rows, first.top + first.height
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, name in enumerate(shown.row_names):
            box = QRectF(0, first.top + row * high, first.left - 6, high)
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, name)
        size = _mark_size(shown.row_classes, high)
        for place, label in _middles(shown.row_classes):
            draw_glyph(painter, label, first.left - 9, first.top + place * high, size, self.theme)
        size = _mark_size(shown.column_classes, first.width / columns)
        for place, label in _middles(shown.column_classes):
            draw_glyph(painter, label, first.left + place * first.width / columns, bottom + 9, size, self.theme)
        scale = self._paint_scale(painter, shown)
        room = (scale if shown.titles else self.width()) - first.left
        name = longest_fitting(shown.x_names, room, TICK)
        base = QRectF(first.left, self.height() - AXIS, room, AXIS)
        painter.drawText(base, middle | Qt.AlignmentFlag.AlignLeft, name)
        self._paint_y_name(painter, longest_fitting(shown.y_names, first.height + TITLE_ROW, TICK), first)

    def _paint_y_name(self, painter: QPainter, name: str, first: Place) -> None:
        painter.save()
        painter.translate(AXIS / 2, first.top + first.height / 2)
        painter.rotate(-90)
        box = QRectF(-200, -AXIS / 2, 400, AXIS)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()

    def _paint_scale(self, painter: QPainter, shown: Matrices) -> float:
        """Draw the colours with the values at their ends, in the row that is free; return where that begins."""
        ends = [number(shown.low), number(shown.high)]
        widths = [text_width(end, TICK) for end in ends]
        top = 0.0 if not shown.titles else self.height() - AXIS
        bar = min(BAR, 0.3 * self.width())
        left = self.width() - 4 - widths[1] - 6 - bar
        box = QRectF(left, top + AXIS / 2 - 4, bar, 8)
        colors = QLinearGradient(box.topLeft(), box.topRight())
        low, zero, high = diverging(self.theme)
        full = learner_color(self._learner, self.theme)
        for at, color in ((0.0, low if shown.diverging else zero), (0.5, zero), (1.0, high)):
            if shown.diverging or at != 0.5:
                colors.setColorAt(at, QColor(color if shown.diverging or at == 0.0 else full))
        painter.fillRect(box, colors)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, left - 6, AXIS), middle | Qt.AlignmentFlag.AlignRight, ends[0])
        painter.drawText(QRectF(box.right() + 6, top, 200, AXIS), middle | Qt.AlignmentFlag.AlignLeft, ends[1])
        return left - 6 - widths[0] - GAP


def _mark_size(classes: tuple[int, ...], cell: float) -> float:
    """Return the radius of class marks that leaves them apart, px."""
    at = [place for place, _ in _middles(classes)]
    return min([4.5, *(0.42 * cell * (right - left) for left, right in pairwise(at))])


def _cell_text(value: float) -> str:
    """Return a value with two decimals, as there is room for four or five figures."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", MINUS) if abs(value) < 100 else number(value, 2)


def _upward(values: Array, shown: Matrices) -> tuple[Array, float, float]:
    """Return values and the ends of their scale, turned over when small values are to be bright."""
    return (values, shown.low, shown.high) if shown.high >= shown.low else (-values, -shown.low, -shown.high)


def _middles(classes: tuple[int, ...]) -> list[tuple[float, int]]:
    """Return (middle, class) of each run of equal classes, in cells; -1 is left out."""
    found, start = list[tuple[float, int]](), 0
    for place in range(1, len(classes) + 1):
        if place == len(classes) or classes[place] != classes[start]:
            if classes[start] >= 0:
                found.append(((start + place) / 2, classes[start]))
            start = place
    return found
