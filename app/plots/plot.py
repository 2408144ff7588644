"""The plot that every panel uses: house axes, direct labels, a hover read-out, ranges that do not pump.

Coordinates are *drawn* ones throughout: on a log axis, log10 of the value (pyqtgraph's own log mode reaches
only some items). Mouse, menus, buttons and automatic ranges are off.
"""

import os
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
import numpy as np
import pyqtgraph as pg

from app.look.lettering import TICK, lettering, longest_fitting, text_width
from app.look.theme import DARK, Theme
from app.plots.axes import Scale, Span, Tick, linear_ticks, log_ticks, steady, tick_text
from app.plots.curves import Band, Line, Pairs, pen
from app.plots.labels import CurveLabels, Label, Note
from app.plots.readout import HoverReadout, Readout

__all__ = ["Band", "Line", "Pairs", "Plot", "pen"]

LEFT, BOTTOM = 46, 38  # fixed sizes of the axes, px
TOP_MARGIN = 8
LOW, BOTTOM_LOW = 130, 20  # a plot lower than this spends no height on the name of its x axis
OVERHANG = 40  # how far a tick label may reach beyond its axis, px
LABEL_SHARE = 0.40  # most of the width that labels at the right may take in their long form
TICK_GAP = 22  # between tick labels, px


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """One plot on a card: left and bottom axis, faint grid, labels at the right, read-out under the pointer."""

    hovered = Signal(object)  # QPointF in drawn coordinates, or None when the pointer left the plot
    clicked = Signal(QPointF)  # left button, drawn coordinates
    grown = Signal()  # a range grew by itself, a while after the data asked for it
    pixels_changed = Signal()  # moved to a screen of another scale: pens are to be made anew

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self.theme = DARK
        self.clock: Callable[[], float] = time.monotonic
        self._scales: list[Scale] = ["linear", "linear"]
        self._names: list[Sequence[str]] = [(), ()]
        self._spans: list[Span | None] = [None, None]
        self._changed_at = [0.0, 0.0]
        self._key: object = None
        self.bottom_height = BOTTOM  # of the x axis with its name, px
        self._is_bare = False
        self._written: dict[str, tuple[str, str]] = {}
        self._margin = 0
        self._pointer = QPointF()
        self._wanted: tuple[Span, Span] = ((0.0, 1.0), (0.0, 1.0))
        self._catch_up = QTimer(self)
        self._catch_up.setSingleShot(True)
        self._catch_up.timeout.connect(self._on_catch_up)
        self._bare()
        self._grid = pg.PlotCurveItem(connect="pairs")
        self._grid.setZValue(-20)
        self.addItem(self._grid)
        self.labels = CurveLabels(self, self.pixel, self.area)
        self.readout = HoverReadout(self, self.pixel, self.area)
        self.apply_theme(DARK)

    def _bare(self) -> None:
        """Take away all that pyqtgraph offers and the house does not."""
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hideButtons()
        menu = self.plotItem.ctrlMenu  # pyqtgraph makes it in any case and as a window of its own: let it die with us
        menu.setParent(self, menu.windowFlags())
        box = self.getViewBox()
        box.setMouseEnabled(False, False)
        box.disableAutoRange()
        box.setDefaultPadding(0.0)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, tickTextOffset=6, hideOverlappingLabels=OVERHANG)
        self.getAxis("left").setWidth(LEFT)
        self.getAxis("bottom").setHeight(BOTTOM)
        self.plotItem.layout.setContentsMargins(0, TOP_MARGIN, 0, 0)

    # ---- what is where
    def area(self) -> QRectF:
        """Return the rectangle between the axes in widget pixels."""
        return QRectF(self.getViewBox().sceneBoundingRect())

    def pixel(self, x: float, y: float) -> QPointF:
        """Return the widget pixel of a point in drawn coordinates."""
        area, ((left, right), (low, high)) = self.area(), self.getViewBox().viewRange()
        across, up = (x - left) / (right - left), (y - low) / (high - low)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def at_pixel(self, point: QPointF) -> QPointF:
        """Return the drawn coordinates of a widget pixel."""
        area, ((left, right), (low, high)) = self.area(), self.getViewBox().viewRange()
        across = (point.x() - area.left()) / max(area.width(), 1e-9)
        up = (area.bottom() - point.y()) / max(area.height(), 1e-9)
        return QPointF(left + across * (right - left), low + up * (high - low))

    @property
    def top(self) -> float:
        """The drawn coordinate just above the plot, where infinite values are put."""
        low, high = self.getViewBox().viewRange()[1]
        return high + (high - low)

    @property
    def spans(self) -> tuple[Span, Span]:
        """The ranges of x and y now shown, in drawn coordinates."""
        (left, right), (low, high) = self.getViewBox().viewRange()
        return (left, right), (low, high)

    # ---- axes
    def set_bare(self, bare: bool) -> None:
        """Leave ticks and grid away while there is nothing to measure."""
        if bare != self._is_bare:
            self._is_bare = bare
            self._fit()

    def name_axes(self, x: Sequence[str], y: Sequence[str]) -> None:
        """Say quantity and unit of both axes, each in forms from long to short; the longest fitting is shown."""
        self._names = [tuple(x), tuple(y)]
        self._fit()

    def set_scales(self, x: Scale, y: Scale) -> None:
        """Choose how ticks read the drawn coordinates."""
        if [x, y] != self._scales:
            self._scales = [x, y]
            self._fit()

    def set_spans(self, x: Span, y: Span) -> None:
        """Show exactly these ranges of drawn coordinates, at once."""
        if (x, y) != tuple(self._spans):
            self._spans = [x, y]
            self.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)
            self._fit()

    def follow(self, x: Span, y: Span, key: object) -> None:
        """Show ranges that hold x and y, growing at most once a second; a new ``key`` starts afresh."""
        now = self.clock()
        self._wanted = (x, y)
        if key != self._key:
            self._key, self._changed_at = key, [now, now]
            self.set_spans(x, y)
            return
        new: list[Span] = []
        for axis, wanted in enumerate((x, y)):
            current = self._spans[axis]
            span = steady(current, wanted, now - self._changed_at[axis])
            if span != current:
                self._changed_at[axis] = now
            elif steady(current, wanted, np.inf) != current:
                self._catch_up.start(1000)
            new.append(span)
        self.set_spans(new[0], new[1])

    def _on_catch_up(self) -> None:
        before = list(self._spans)
        self.follow(*self._wanted, self._key)
        if self._spans != before:
            self.grown.emit()

    def _fit(self) -> None:
        """Choose ticks, grid and axis names for the present size and ranges."""
        area, grid = self.area(), []
        (left, right), (low, high) = self.getViewBox().viewRange()
        for axis, side, length in ((0, "bottom", area.width()), (1, "left", area.height())):
            ticks = [] if self._is_bare else self._ticks(axis, length)
            self.getAxis(side).setTicks([ticks, []])
            places = [place for place, _ in ticks]
            grid += [(at, low, at, high) if axis == 0 else (left, at, right, at) for at in places]
            hidden = axis == 0 and self._is_low()
            name = "" if hidden else longest_fitting(self._names[axis], length + (0 if axis else LEFT), TICK)
            self._write_name(side, name)
        ends = np.asarray(grid, dtype=np.float64).reshape(-1, 2)
        self._grid.setData(ends[:, 0], ends[:, 1])

    def _ticks(self, axis: int, length: float) -> list[Tick]:
        """Return as many ticks as have room: side by side along x, above each other along y."""
        low, high = self.spans[axis]
        scale = self._scales[axis]
        wide = 0.0 if axis else max(text_width(tick_text(round(end, 3)), TICK) for end in (low, high))
        most = max(int(length // (TICK_GAP + wide)) + 1, 2)
        return log_ticks(low, high, most) if scale == "log" else linear_ticks(low, high, most, scale == "whole")

    def _write_name(self, side: str, name: str) -> None:
        axis, look = self.getAxis(side), (name, self.theme.second)
        if self._written.get(side) != look:
            self._written[side] = look
            axis.setLabel(name, **{"color": self.theme.second, "font-size": f"{TICK}px"})
        axis.resizeEvent()  # centres the name on the axis as it is now

    # ---- words
    def show_words(self, labels: Sequence[Label], notes: Sequence[Note] = (), message: Sequence[str] = ()) -> None:
        """Write the labels at the right, the notes inside, and the message of an empty plot."""
        names = [label.name for label in labels] != [label.name for label in self.labels.labels]
        self.labels.show_all(labels, notes, message)
        wanted = self.labels.wanted_margin(LABEL_SHARE * self.width()) or 12
        if names or wanted > self._margin:
            self._set_margin(wanted)

    def _set_margin(self, margin: int) -> None:
        if margin != self._margin:
            self._margin = margin
            self.plotItem.layout.setContentsMargins(0, TOP_MARGIN, margin, 0)
            self.plotItem.layout.activate()
            self._fit()

    def show_readout(self, readout: Readout | None) -> None:
        """Show the read-out beside the pointer, or hide it."""
        self.readout.show_at(readout, self._pointer)

    # ---- theme and events
    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme; curves are restyled by the panel that made them."""
        self.theme = theme
        self.setBackground(theme.card)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pen(theme.third, 1, 0.59, dpr=self.devicePixelRatioF()))
            axis.setTextPen(theme.second)
            axis.setTickFont(lettering(TICK))
        self._grid.setPen(pen(theme.third, 1, 0.16 if theme.is_dark else 0.18, dpr=self.devicePixelRatioF()))
        self.labels.apply_theme(theme)
        self.readout.apply_theme(theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the overlays over the plot and choose ticks anew."""
        super().resizeEvent(event)
        if self._stands():
            self.labels.setGeometry(self.rect())
            self.readout.setGeometry(self.rect())
            self._set_margin(self.labels.wanted_margin(LABEL_SHARE * self.width()) or 12)
            bottom = self.getAxis("bottom")
            if bottom.height() != (wanted := BOTTOM_LOW if self._is_low() else self.bottom_height):
                bottom.setHeight(wanted)
                self.plotItem.layout.activate()
            self._fit()

    def _is_low(self) -> bool:
        return self.height() < LOW

    def _stands(self) -> bool:
        """Tell whether all parts are there: the base class resizes itself before they stand and after its close."""
        return hasattr(self, "labels") and self.plotItem is not None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the pointer is."""
        super().mouseMoveEvent(event)
        self._pointer = event.position()
        inside = self.area().contains(event.position())
        self.hovered.emit(self.at_pixel(event.position()) if inside else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of a click between the axes."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.area().contains(event.position()):
            self.clicked.emit(self.at_pixel(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has left."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def event(self, event: QEvent) -> bool:
        """Notice a screen of another scale: cosmetic pens count device pixels."""
        done = bool(super().event(event))
        if event.type() == QEvent.Type.DevicePixelRatioChange and self._stands():
            self.apply_theme(self.theme)
            self.pixels_changed.emit()
        return done
