"""The mark of a class of a task, its shape in its colour; drawn by hand where there is no plot."""

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.look.theme import Theme
from mamlcore.palette import CLASS_COLORS

#: pyqtgraph's names of the shapes of classes: circle, square, triangle, diamond, pentagon.
SHAPES = ("o", "s", "t1", "d", "p")
_CORNERS = {"t1": (3, -90.0), "d": (4, -90.0), "p": (5, -90.0)}


def class_color(number: int) -> str:
    """Return the colour of a class of a task."""
    return CLASS_COLORS[number % len(CLASS_COLORS)]


def class_shape(number: int) -> str:
    """Return the shape of a class: with the colour, different for the first 25 classes."""
    return SHAPES[(number + number // len(CLASS_COLORS)) % len(SHAPES)]


def draw_glyph(painter: QPainter, number: int, x: float, y: float, radius: float, theme: Theme) -> None:
    """Draw the mark of class ``number`` around a point."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(class_color(number)))
    painter.setPen(QPen(QColor(theme.text), 1))
    shape = class_shape(number)
    if shape == "o":
        painter.drawEllipse(QPointF(x, y), radius, radius)
    elif shape == "s":
        painter.drawRect(QRectF(x - 0.88 * radius, y - 0.88 * radius, 1.76 * radius, 1.76 * radius))
    else:
        corners, start = _CORNERS[shape]
        angles = [math.radians(start + 360.0 * corner / corners) for corner in range(corners)]
        painter.drawPolygon(QPolygonF([QPointF(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]))
    painter.restore()
