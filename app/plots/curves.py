"""Pens, lines and bands as the plots of the house draw them: thinned, safe against NaN and infinity."""

import os
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
import numpy as np
import pyqtgraph as pg

from app.plots.axes import decimate
from mamlcore.arrays import Array

POINTS = 500  # most points of a curve
BAND_POINTS = 200
#: Dashes of lines that one learner's parts, its layers say, are told apart by.
LINE_DASHES: tuple[tuple[float, ...], ...] = ((), (8, 3), (3, 2), (8, 3, 2, 3), (1.5, 2.5), (12, 3, 2, 3))


def pen(color: str, width: float = 1.0, alpha: float = 1.0, dash: Sequence[float] = (), dpr: float = 1.0) -> QPen:
    """Return a cosmetic pen ``width`` logical pixels wide; dashes in logical pixels too."""
    shade = QColor(color)
    shade.setAlphaF(alpha)
    made = QPen(shade, width * dpr)
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dash:
        made.setDashPattern([length / max(width, 1e-3) for length in dash])
    return made


class Line(pg.PlotCurveItem):  # type: ignore[misc]
    """A curve; NaN breaks it, infinity is drawn at the top of the plot."""

    def __init__(self, z: float = 10.0) -> None:
        super().__init__(connect="finite", antialias=True)
        self.setZValue(z)

    def show_points(self, x: Array, y: Array, top: float = np.inf, most: int = POINTS) -> None:
        """Show drawn coordinates (points,), thinned to ``most``; what exceeds ``top`` lies just above it."""
        x, y = decimate(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), most)
        self.setData(x, np.minimum(y, top) if np.isfinite(top) else np.where(np.isinf(y), np.nan, y))


class Pairs(Line):
    """Straight lines, each from one point to the next: reference levels, marks across a plot."""

    def __init__(self) -> None:
        super().__init__(z=-5.0)
        self.opts["connect"] = "pairs"


class Band(pg.PlotCurveItem):  # type: ignore[misc]
    """The area between two curves, as one filled outline without a pen."""

    def __init__(self, z: float = 0.0) -> None:
        super().__init__(pen=None, fillLevel="enclosed", antialias=False)
        self.setZValue(z)

    def show_between(self, x: Array, low: Array, high: Array, top: float) -> None:
        """Fill between low and high (points,), thinned; points without an interval are left out."""
        known = ~(np.isnan(low) | np.isnan(high))
        x, low, high = x[known], low[known], np.minimum(high[known], top)
        if len(x) > BAND_POINTS:
            keep = np.unique(np.linspace(0, len(x) - 1, BAND_POINTS).astype(int))
            x, low, high = x[keep], low[keep], high[keep]
        self.setData(np.concatenate([x, x[::-1]]), np.concatenate([high, np.minimum(low, top)[::-1]]))

    def paint_with(self, color: str, alpha: float) -> None:
        """Take a colour, ``alpha`` 0..1."""
        shade = QColor(color)
        shade.setAlphaF(alpha)
        self.setBrush(shade)
