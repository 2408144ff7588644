"""Qt's bindings lose no references: PySide6 6.12.0 drops one to None per call and kills the process within seconds."""

import sys

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

FRAMES = 400
SLACK = 100  # what pytest and the garbage collector move about; the fault costs over 140 a frame


class Source(QObject):
    changed = Signal(object)


def test_singletons_keep_their_references_through_400_frames(qtbot: QtBot) -> None:
    plot, label, source = pg.PlotWidget(), QLabel(), Source()
    qtbot.addWidget(plot)
    qtbot.addWidget(label)
    curve = plot.plot()
    x = np.linspace(0.0, 6.0, 200)
    source.changed.connect(lambda phase: curve.setData(x, np.sin(x + phase)))
    plot.show()
    qtbot.waitExposed(plot)

    def frame(number: int) -> None:
        source.changed.emit(0.01 * number)
        label.setText(str(number))
        plot.setXRange(0.0, 6.0 + 0.001 * number)
        QApplication.processEvents()

    for number in range(20):
        frame(number)
    before = [sys.getrefcount(value) for value in (None, True, False, ())]
    for number in range(FRAMES):
        frame(number)
    after = [sys.getrefcount(value) for value in (None, True, False, ())]
    assert min(now - then for then, now in zip(before, after, strict=True)) > -SLACK, (before, after)
