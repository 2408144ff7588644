"""Points and pictures for the plots of the panels, with the settings of the house."""

import os

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
import pyqtgraph as pg

from mamlcore.arrays import Array


class Marks(pg.ScatterPlotItem):  # type: ignore[misc]
    """Points of a fixed size in pixels."""

    def __init__(self, z: float) -> None:
        super().__init__(pxMode=True, antialias=True)
        self.setZValue(z)


class Picture(pg.ImageItem):  # type: ignore[misc]
    """An RGB picture over a box of the plot, its first row at the bottom."""

    def __init__(self, z: float = -30.0) -> None:
        super().__init__(axisOrder="row-major")
        self.setZValue(z)

    def show_bytes(self, picture: Array, box: tuple[float, float, float, float]) -> None:
        """Show (height, width, 3) bytes over (x low, x high, y low, y high)."""
        self.setImage(picture, autoLevels=False, levels=(0, 255))
        self.setRect(box[0], box[2], box[1] - box[0], box[3] - box[2])
