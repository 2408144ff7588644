"""Lines over inner steps, or over a rate, each labelled at its end."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.numbers import number
from app.look.theme import DARK, Theme, learner_color, mix
from app.panels.internals.pictures import Lines
from app.plots.axes import Span, log10, loss_span
from app.plots.curves import LINE_DASHES, Line, pen
from app.plots.labels import Label, Note
from app.plots.plot import Plot
from mamlcore.arrays import Array

LEFT = 60  # px of the axis: rates and gates have long figures


class LinesView(QWidget):
    """Shows a :class:`Lines`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.plot = Plot(self)
        self.plot.getAxis("left").setWidth(LEFT)
        self.lines: list[Line] = []
        self._mark = Line(2.0)
        self.plot.addItem(self._mark)
        self._last: tuple[Lines, str, object] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self.plot.pixels_changed.connect(self._again)
        self.plot.grown.connect(self._again)

    def show_lines(self, picture: Lines, learner: str, key: object) -> None:
        """Draw these; a new ``key`` lets the ranges start afresh."""
        self._last = picture, learner, key
        self.plot.setAccessibleName(picture.subtitles[0] if picture.subtitles else "")
        while len(self.lines) < len(picture.values):
            self.lines.append(Line(10.0))
            self.plot.addItem(self.lines[-1])
        drawn = log10(picture.values) if picture.is_log else picture.values
        self.plot.set_scales("whole" if picture.is_whole else "linear", "log" if picture.is_log else "linear")
        self.plot.name_axes(picture.x_names, picture.y_names)
        self.plot.follow(_x_span(picture), _y_span(picture), key)
        color, dpr, labels = learner_color(learner, self.theme), self.devicePixelRatioF(), []
        for place, line in enumerate(self.lines):
            line.setVisible(place < len(picture.values))
            if place >= len(picture.values):
                continue
            shade = mix(color, self.theme.text, 0.55 * place / max(len(picture.values) - 1, 1))
            line.setPen(pen(shade, 1.6, dash=LINE_DASHES[place % len(LINE_DASHES)], dpr=dpr))
            line.show_points(*_points(picture.x, drawn[place]), self.plot.top)
            labels.append(self._label(picture, drawn[place], place, shade))
        self.plot.show_words(labels, self._show_mark(picture, dpr))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        self.theme = theme
        self.plot.apply_theme(theme)
        self._again()

    def _again(self) -> None:
        if self._last is not None:
            self.show_lines(*self._last)

    def _label(self, picture: Lines, drawn: Array, place: int, shade: str) -> Label:
        """Label a line at its end; where x is no count, at its summit."""
        name, values = picture.names[place], picture.values[place]
        if not picture.is_whole:
            top = int(np.argmax(values))
            return Label(name, "", float(drawn[top]), shade, True, float(picture.x[top]))
        level = float(np.nan_to_num(drawn[-1], nan=self.plot.spans[1][0], posinf=self.plot.spans[1][1]))
        return Label(name, number(float(values[-1])), level, shade, True, float(picture.x[-1]))

    def _show_mark(self, picture: Lines, dpr: float) -> list[Note]:
        self._mark.setVisible(picture.mark is not None)
        if picture.mark is None:
            return []
        x, text = picture.mark
        self._mark.setPen(pen(self.theme.third, 1, 0.8, (1.5, 3), dpr))
        self._mark.setData(np.array([x, x]), np.array([-1e9, 1e9]))
        return [Note(text, x, None, self.theme.second)]


def _points(x: Array, y: Array) -> tuple[Array, Array]:
    """Return a line's points; a single one becomes a short line, or nothing would be seen."""
    return (x, y) if len(x) > 1 else (np.array([x[0] - 0.08, x[0] + 0.08]), np.repeat(y, 2))


def _x_span(picture: Lines) -> Span:
    low, high = float(picture.x[0]), float(picture.x[-1])
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _y_span(picture: Lines) -> Span:
    """Return the range of y in drawn coordinates."""
    values = picture.values[np.isfinite(picture.values)]
    if picture.is_log:
        return loss_span(values, "log")
    low, high = picture.low, picture.high
    below = float(values.min(initial=0.0))
    found = loss_span(values, "linear")[1] if high is None else high
    return (low if low is not None else 1.1 * min(below, 0.0)), found
