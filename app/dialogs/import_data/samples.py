"""Samples of some classes: pictures as pictures, other rows as strips of light and dark."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from app.look.lettering import TICK, lettering
from mamlcore.arrays import Array
from mamlcore.data import Preview

EACH = 6
PICTURE_PX, STRIP_PX, GAP = 36, 12, 3
RANGED = 100  # classes whose samples say what is dark and what is bright
NAME_PX, BELOW_PX = 16, 8  # the line with the name of a class; the gap before the next class


class SamplesView(QWidget):
    """Rows of some classes below each other, as many classes as there is room for, from a chosen one on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._first = 0
        self._range: tuple[Array, Array] | None = None

    def show_preview(self, preview: Preview | None) -> None:
        """Show the samples of a preview; nothing where it has none."""
        table = None if preview is None else preview.table
        drawn = preview is not None and table is not None and preview.samples.size > 0
        self._preview = preview if drawn else None
        self._first = 0
        self._range = None if self._preview is None else _range(self._preview)
        self.update()

    def show_from(self, place: int) -> None:
        """Begin with this class."""
        if place != self._first:
            self._first = place
            self.update()

    def shown(self) -> range:
        """Return the numbers of the classes that there is room for."""
        if self._preview is None:
            return range(0)
        there = len(self._preview.samples)
        fitting = max(1, (self.height() + BELOW_PX) // (NAME_PX + self._cell_px() + BELOW_PX))
        first = min(self._first, max(0, there - fitting))
        return range(first, min(first + fitting, there))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names and below each its rows."""
        preview, ends = self._preview, self._range
        if preview is None or preview.table is None or ends is None:
            return
        painter = QPainter(self)
        painter.setFont(lettering(TICK))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        top, height = 0, self._cell_px()
        for place in self.shown():
            name = preview.table.class_names[place]
            name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRect(0, top, self.width(), NAME_PX - 2), Qt.AlignmentFlag.AlignLeft, name)
            self._paint_rows(painter, _cells(preview, place, *ends), top + NAME_PX, height)
            top += NAME_PX + height + BELOW_PX
        painter.end()

    def _cell_px(self) -> int:
        table = None if self._preview is None else self._preview.table
        return STRIP_PX if table is None or table.image_shape is None else PICTURE_PX

    def _paint_rows(self, painter: QPainter, cells: Array, top: int, height: int) -> None:
        """Draw (n, h, w) bytes beside each other, enlarged without blur."""
        fitting = min(EACH, (self.width() + GAP) // (PICTURE_PX + GAP))
        width = PICTURE_PX if height == PICTURE_PX else (self.width() + GAP) // fitting - GAP
        for at, cell in enumerate(cells[:fitting]):
            data = np.ascontiguousarray(cell)
            h, w = data.shape
            painter.drawImage(QRect(at * (width + GAP), top, width, height),
                              QImage(data.data, w, h, w, QImage.Format.Format_Grayscale8))  # fmt: skip


def _range(preview: Preview) -> tuple[Array, Array]:
    """Return the numbers drawn black and white, from some of the classes: of all pixels, else of each feature."""
    assert preview.table is not None
    step = -(-len(preview.samples) // RANGED)
    rows = preview.table.x[preview.samples[::step, :EACH].ravel()].astype(np.float64)
    axis = (0,) if preview.table.image_shape is None else None
    low, high = rows.min(axis=axis), rows.max(axis=axis)
    return low, np.where(high > low, high, low + 1.0)


def _cells(preview: Preview, place: int, low: Array, high: Array) -> Array:
    """Return (n, h, w) bytes: the samples of one class, bright where a number is high."""
    assert preview.table is not None
    rows = preview.table.x[preview.samples[place, :EACH]].astype(np.float64)
    light = np.clip(255 * (rows - low) / (high - low), 0, 255).astype(np.uint8)
    return light.reshape(len(rows), *(preview.table.image_shape or (1, -1)))
