"""A plot with points that can be taken with the mouse."""

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot
from mamlcore.arrays import Array

REACH = 12.0  # a point is taken within this many pixels


class DragPlot(Plot):
    """A :class:`Plot` whose handles follow the mouse; it tells where they go and draws none of them."""

    dragged = Signal(int, QPointF)  # number of the handle, drawn coordinates within the axes
    over_handle = Signal(bool)  # the pointer came over a handle, or left it

    def __init__(self, parent: QWidget | None = None) -> None:
        self._handles = np.empty((0, 2))
        self._held: int | None = None
        self._is_over = False
        super().__init__(parent)
        self.viewport().setMouseTracking(True)

    @property
    def held(self) -> int | None:
        """The handle in the hand, None when there is none."""
        return self._held

    def set_handles(self, points: Array) -> None:
        """Say where the handles are, (n, 2) drawn coordinates."""
        self._handles = np.asarray(points, np.float64).reshape(-1, 2)

    def handle_at(self, pixel: QPointF) -> int | None:
        """Return the nearest handle within reach of a widget pixel."""
        places = [self.pixel(float(x), float(y)) for x, y in self._handles]
        gaps = [np.hypot(place.x() - pixel.x(), place.y() - pixel.y()) for place in places]
        nearest = int(np.argmin(gaps)) if gaps else -1
        return nearest if gaps and gaps[nearest] <= REACH else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle under the pointer."""
        self._held = self.handle_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if self._held is None:
            super().mousePressEvent(event)
            return
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the handle, or show that one can be taken."""
        if self._held is None:
            super().mouseMoveEvent(event)
            self._look(self.handle_at(event.position()) is not None)
            return
        area, at = self.area(), event.position()
        inside = QPointF(min(max(at.x(), area.left()), area.right()), min(max(at.y(), area.top()), area.bottom()))
        self.dragged.emit(self._held, self.at_pixel(inside))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._held is None:
            super().mouseReleaseEvent(event)
            return
        self._held = None
        self._look(self.handle_at(event.position()) is not None, anew=True)

    def _look(self, is_over: bool, anew: bool = False) -> None:
        if is_over != self._is_over or anew:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if is_over else Qt.CursorShape.ArrowCursor)
        if is_over != self._is_over:
            self._is_over = is_over
            self.over_handle.emit(is_over)
