"""A mouse that takes a point of a plot somewhere else."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


def mouse_drag(plot, start, end, steps=4):
    """Press at drawn coordinates, move in a few steps, let go elsewhere."""
    port = plot.viewport()
    a, b = (plot.pixel(*point) for point in (start, end))
    QTest.mouseMove(port, a.toPoint())
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, a.toPoint())
    for share in np.linspace(0, 1, steps + 1)[1:]:
        QTest.mouseMove(port, (a + (b - a) * float(share)).toPoint())
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, b.toPoint())
