"""Three ways to draw a learner's initialisation: heat maps, histograms, movement."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.lettering import TICK, lettering, text_width
from app.look.numbers import number, setting_number
from app.look.theme import DARK, Theme, learner_color, mix
from app.panels.marks import Picture
from app.panels.theta.numbers import N_BINS, LayerPicture, histogram, level
from app.plots.axes import step_above, tick_text
from app.plots.curves import LINE_DASHES, Line, pen
from app.plots.labels import Label, Note
from app.plots.plot import Plot
from app.plots.shades import colored, diverging
from mamlcore.arrays import Array

GAP = 0.22  # between two layers, in widths of a layer
HEAD = 18  # above the heat maps, for their names, px


class ThetaView(QWidget):
    """A plot and the theme it is drawn in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.plot = Plot(self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.plot, 1)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.theme = theme
        self.plot.apply_theme(theme)

    def layer_name(self, place: int, count: int) -> str:
        """Return "layer 1", or "output" for the last of several."""
        return self.tr("output") if place == count - 1 and count > 1 else self.tr("layer {0}").format(place + 1)


class HeatMaps(ThetaView):
    """Every layer as a picture of its weights, the bias as the lowest row; one symmetric scale for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[Picture] = []
        self.bar = ColorBar(self)
        self.column.addWidget(self.bar)
        self.plot.set_bare(True)
        self.plot.bottom_height = 22  # a name, no ticks
        self.plot.getAxis("left").setWidth(22)
        self.plot.name_axes(
            (self.tr("to each unit of the layer"),), (self.tr("from each input, bias below"), self.tr("from"))
        )
        self.layers: list[LayerPicture] = []
        self.limit = 1.0
        self.plot.hovered.connect(self._on_hovered)
        self.plot.getViewBox().sigResized.connect(self._on_resized)

    def show_layers(self, layers: list[LayerPicture]) -> None:
        """Draw all layers side by side."""
        self.layers, self.limit = layers, level(layers)
        while len(self._pictures) < len(layers):
            self._pictures.append(Picture(0.0))
            self.plot.addItem(self._pictures[-1])
        self.plot.set_spans((0.0, self._left(len(layers)) - GAP), (0.0, 1.0 + self.head()))
        for place, picture in enumerate(self._pictures):
            picture.setVisible(place < len(layers))
            if place < len(layers):
                left = self._left(place)
                picture.show_bytes(
                    colored(layers[place].values[::-1], self.limit, self.theme), (left, left + 1, 0.0, 1.0)
                )
        self.bar.show_limit(self.limit)
        self._write()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        super().apply_theme(theme)
        self.bar.apply_theme(theme)
        if self.layers:
            self.show_layers(self.layers)

    def value_at(self, point: QPointF) -> str:
        """Return what lies at a point of the plot, in words; "" beside the layers."""
        place = int(point.x() // (1 + GAP))
        across = point.x() - self._left(place)
        if not (0 <= place < len(self.layers) and 0 <= across < 1 and 0 <= point.y() < 1):
            return ""
        layer = self.layers[place]
        row, column = int((1 - point.y()) * layer.values.shape[0]), int(across * layer.fan_out)
        row = min(row, layer.fan_in)
        name, value = self.layer_name(place, len(self.layers)), number(float(layer.values[row, column]))
        if row == layer.fan_in:
            return self.tr("{0}, bias of unit {1}: {2}").format(name, column + 1, value)
        return self.tr("{0}, weight from {1} to {2}: {3}").format(name, row + 1, column + 1, value)

    def head(self) -> float:
        """Return the height above the layers that their names need, in heights of a layer."""
        return HEAD / max(self.plot.area().height() - HEAD, HEAD)

    def _left(self, place: int) -> float:
        return place * (1 + GAP)

    def _write(self) -> None:
        notes = []
        room = self.plot.area().width() / max(self._left(len(self.layers)) - GAP, 1.0)  # of one layer, px
        short = [f"{layer.fan_in} → {layer.fan_out}" for layer in self.layers]
        full = [f"{name}, ‖·‖ {number(layer.norm)}" for name, layer in zip(short, self.layers, strict=True)]
        names = full if all(text_width(name, TICK) <= room for name in full) else short
        for place, text in enumerate(names):
            notes.append(Note(text, self._left(place) + 0.5, 1.0 + self.head() / 2, self.theme.second, "center"))
        self.plot.show_words((), notes)

    def _on_hovered(self, point: QPointF | None) -> None:
        self.plot.setToolTip("" if point is None else self.value_at(point))

    def _on_resized(self) -> None:
        if self.layers:
            self.plot.set_spans((0.0, self._left(len(self.layers)) - GAP), (0.0, 1.0 + self.head()))
            self._write()


class ColorBar(QWidget):
    """The scale of the heat maps: −limit, 0, +limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self._limit = DARK, 1.0
        self.setFixedHeight(16)

    def show_limit(self, limit: float) -> None:
        """Say the ends of the scale."""
        if limit != self._limit:
            self._limit = limit
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the colours and the ends in figures."""
        painter = QPainter(self)
        width = min(180.0, self.width() - 100.0)
        box = QRectF((self.width() - width) / 2, 4, width, 8)
        colors = QLinearGradient(box.topLeft(), box.topRight())
        low, middle, high = diverging(self.theme)
        for at, color in ((0.0, low), (0.5, middle), (1.0, high)):
            colors.setColorAt(at, QColor(color))
        painter.fillRect(box, colors)
        painter.setFont(lettering(TICK))
        painter.setPen(QColor(self.theme.second))
        left, right = QRectF(0, 0, box.left() - 6, 16), QRectF(box.right() + 6, 0, self.width(), 16)
        end = setting_number(self._limit)
        painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"−{end}")
        painter.drawText(right, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"+{end}")
        painter.end()


class Histograms(ThetaView):
    """How the weights of each layer are spread: one ridge a layer over one axis of values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ridges: list[Line] = []
        self.plot.getAxis("left").setWidth(22)
        self.plot.name_axes((self.tr("weight or bias"),), (self.tr("share of the layer’s weights"), self.tr("share")))
        self._last: tuple[list[LayerPicture], str] | None = None
        self.limit = 1.0

    def show_layers(self, layers: list[LayerPicture], learner: str) -> None:
        """Draw one ridge a layer, first layer on top, all on one scale of values."""
        self._last = layers, learner
        self.limit = limit = level(layers)
        while len(self._ridges) < len(layers):
            self._ridges.append(Line(10.0))
            self.plot.addItem(self._ridges[-1])
        edges = np.linspace(-limit, limit, N_BINS + 1)
        color, dpr = learner_color(learner, self.theme), self.devicePixelRatioF()
        shade = QColor(color)
        shade.setAlphaF(0.22)
        labels = []
        for place, ridge in enumerate(self._ridges):
            ridge.setVisible(place < len(layers))
            if place >= len(layers):
                continue
            shares, base = histogram(layers[place], limit), float(len(layers) - 1 - place)
            heights = base + 0.86 * shares / max(float(shares.max()), 1e-12)
            ridge.setPen(pen(color, 1.2, dpr=dpr))
            ridge.setFillLevel(base)
            ridge.setBrush(shade)
            ridge.setData(np.repeat(edges, 2), np.concatenate([[base], np.repeat(heights, 2), [base]]))
            name, norm = self.layer_name(place, len(layers)), number(layers[place].norm)
            labels.append(Label(name, self.tr("norm {0}").format(norm), base + 0.3, self.theme.second, bold=False))
        self.plot.set_spans((-limit, limit), (0.0, float(len(layers))))
        self.plot.getAxis("left").setTicks([[], []])
        self.plot.show_words(labels)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        super().apply_theme(theme)
        if self._last:
            self.show_layers(*self._last)


class Movements(ThetaView):
    """How far each layer has moved from its start after every inner step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._trained = Line(2.0)
        self.plot.addItem(self._trained)
        names = (self.tr("distance from the start, ‖φₖ − φ₀‖"), self.tr("‖φₖ − φ₀‖"))
        self.plot.name_axes((self.tr("inner steps on the support set"), self.tr("inner steps")), names)
        self.plot.set_scales("whole", "linear")
        self._last: tuple[Array, Sequence[float], str, int, object] | None = None

    def show_movement(self, moved: Array, norms: Sequence[float], learner: str, trained: int, key: object) -> None:
        """Draw one line a layer. moved (E+1, L), norms (L,) of theta; ``trained``: steps that training is for."""
        self._last = moved, norms, learner, trained, key
        count, steps = moved.shape[1], np.arange(len(moved), dtype=np.float64)
        while len(self._lines) < count:
            self._lines.append(Line(10.0))
            self.plot.addItem(self._lines[-1])
        finite = moved[np.isfinite(moved)]
        high = step_above(1.05 * float(finite.max(initial=0.0)))
        self.plot.follow((0.0, float(max(len(moved) - 1, 1))), (0.0, high), key)
        color, dpr = learner_color(learner, self.theme), self.devicePixelRatioF()
        labels = []
        for place, line in enumerate(self._lines):
            line.setVisible(place < count)
            if place >= count:
                continue
            shade = mix(color, self.theme.text, 0.45 * place / max(count - 1, 1))
            line.setPen(pen(shade, 1.6, dash=LINE_DASHES[place % len(LINE_DASHES)], dpr=dpr))
            line.show_points(steps, moved[:, place], self.plot.top)
            end = float(np.nan_to_num(moved[-1, place], nan=high, posinf=high))
            share = self._share(float(moved[-1, place]), norms[place])
            labels.append(Label(self.layer_name(place, count), share, end, shade, bold=True))
        self._trained.setPen(pen(self.theme.third, 1, 0.8, (1.5, 3), dpr))
        self._trained.setData(np.array([trained, trained], float), np.array([0.0, 1e9]))
        note = Note(self.tr("trained for {0}").format(trained), float(trained), None, self.theme.second)
        self.plot.show_words(labels, [note])

    def say(self, message: str) -> None:
        """Write why there is nothing to draw."""
        self._last = None
        for line in (*self._lines, self._trained):
            line.setVisible(False)
        self.plot.show_words((), (), (message,))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        super().apply_theme(theme)
        if self._last:
            self.show_movement(*self._last)

    def _share(self, distance: float, norm: float) -> str:
        """Return the distance, and what share of the layer's norm it is."""
        if not norm > 0 or not np.isfinite(distance):
            return number(distance)
        return self.tr("{0}, {1} %").format(number(distance), tick_text(round(100 * distance / norm)))
