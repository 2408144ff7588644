"""A task's rows in the embedding: prototypes large, support rows filled, query rows hollow."""

import numpy as np
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.theme import DARK, Theme, mix
from app.panels.glyph import class_color, class_shape
from app.panels.internals.pictures import Points
from app.panels.marks import Marks
from app.plots.axes import Span
from app.plots.curves import pen
from app.plots.plot import Plot
from mamlcore.arrays import Array

PROTOTYPE, SUPPORT, QUERY = 19, 9, 7  # px
MARGIN = 0.08  # of the range, at each side


class PointsView(QWidget):
    """Shows a :class:`Points`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.plot = Plot(self)
        self.query, self.support, self.prototypes = Marks(1.0), Marks(2.0), Marks(3.0)
        for marks in (self.query, self.support, self.prototypes):
            self.plot.addItem(marks)
        self._last: Points | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.pixels_changed.connect(self._again)

    def show_points(self, picture: Points) -> None:
        """Draw these."""
        self._last = picture
        self.plot.setAccessibleName(picture.subtitles[0] if picture.subtitles else "")
        self.plot.name_axes(picture.x_names, picture.y_names)
        every = np.concatenate([picture.support, picture.query, picture.prototypes])
        self.plot.set_spans(_span(every[:, 0]), _span(every[:, 1]))
        text = pen(self.theme.text, 1, 0.9, dpr=self.devicePixelRatioF())
        _draw(self.query, picture.query, picture.query_classes, QUERY, None, self.theme)
        _draw(self.support, picture.support, picture.support_classes, SUPPORT, text, self.theme)
        names = tuple(range(len(picture.prototypes)))
        _draw(self.prototypes, picture.prototypes, names, PROTOTYPE, text, self.theme)
        self.plot.show_words(())

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        self.theme = theme
        self.plot.apply_theme(theme)
        self._again()

    def _again(self) -> None:
        if self._last is not None:
            self.show_points(self._last)


def _draw(marks: Marks, at: Array, classes: tuple[int, ...], size: int, edge: object, theme: Theme) -> None:
    """Draw points in the colours and shapes of their classes: filled with an edge, or hollow without one."""
    seen = np.flatnonzero(np.isfinite(at).all(axis=1))
    at, classes = at[seen], tuple(classes[row] for row in seen)
    known = {label: QColor(class_color(label)) for label in set(classes)}
    symbols = [class_shape(label) for label in classes]
    if edge is not None:
        brushes = {label: QBrush(color) for label, color in known.items()}
        marks.setData(at[:, 0], at[:, 1], size=size, pen=edge, symbol=symbols, brush=[brushes[n] for n in classes])
        return
    shades = {n: color.name() if theme.is_dark else mix(color.name(), theme.text, 0.4) for n, color in known.items()}
    pens = {label: pen(shade, 1.2) for label, shade in shades.items()}
    marks.setData(at[:, 0], at[:, 1], size=size, brush=None, symbol=symbols, pen=[pens[n] for n in classes])


def _span(values: Array) -> Span:
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf))
    if not low < high:
        return (-1.0, 1.0) if not len(finite) else (low - 1.0, low + 1.0)
    margin = MARGIN * (high - low)
    return low - margin, high + margin
