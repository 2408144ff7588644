"""What both big plots are: losses (or accuracies) on held-out tasks as lines, with reference levels and a read-out."""

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from app.look.theme import Theme
from app.panels.base import Panel
from app.plots.plot import Pairs, Plot
from app.plots.view import View, reference_level
from mamlcore.snapshot import Snapshot


class LossPanel(Panel):
    """A plot, the view of it that a person chose, and what has to be drawn again when. A subclass draws the lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = View()
        self._shot: Snapshot | None = None
        self._drawn: tuple[object, ...] = ()  # what the picture was made of; empty: draw it in any case
        self._pointer: QPointF | None = None
        self.plot = Plot(self)
        self.body.addWidget(self.plot)
        self.references = self._pairs()
        self.plot.hovered.connect(self._on_hovered)
        self.plot.pixels_changed.connect(self._style)
        self.plot.grown.connect(self._redraw)

    def choose_loss_view(self, view: View) -> None:
        """Show another metric or scale."""
        self.view = view
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        self.plot.apply_theme(theme)
        self._style()
        self._redraw()

    def _pairs(self) -> Pairs:
        pairs = Pairs()
        self.plot.addItem(pairs)
        return pairs

    def _show_references(self, shot: Snapshot, view: View) -> None:
        """Draw the reference levels across the plot."""
        levels = [level for line in shot.references if (level := reference_level(line, view)) is not None]
        left, right = self.plot.spans[0]
        self.references.setData(np.tile([left, right], len(levels)), np.repeat(levels, 2))

    def _on_hovered(self, point: QPointF | None) -> None:
        self._pointer = point
        self._refresh_readout()

    def _redraw(self) -> None:
        self._drawn = ()
        if self._shot is not None:
            self.show_snapshot(self._shot)

    def _refresh_readout(self) -> None:
        """Say what lies under the pointer."""
        raise NotImplementedError

    def _style(self) -> None:
        """Make the pens anew: for another theme, or another screen."""
        raise NotImplementedError
