"""Samples of some classes: pictures as pictures, other rows as strips of light and dark."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from app.look.theme import Theme
from mamlcore.arrays import Array
from mamlcore.data import Preview

CLASSES, EACH = 7, 6
CELL_PX, STRIP_PX, GAP = 34, 10, 3


def samples_pixmap(preview: Preview, theme: Theme, width: int) -> QPixmap | None:
    """Return a grid, a row of samples for each of the first classes; None where there is nothing to draw."""
    table = preview.table
    if table is None or not preview.samples.size:
        return None
    chosen = preview.samples[:CLASSES, :EACH]
    shape = table.image_shape
    rows = table.x[chosen.ravel()].astype(np.float64)
    cells = rows.reshape(len(rows), *(shape or (1, -1)))
    size = (CELL_PX, CELL_PX) if shape else (STRIP_PX, max(1, (width - (EACH - 1) * GAP) // EACH))
    light = _light(cells, by_feature=shape is None)
    return _tiled(light.reshape(*chosen.shape, *cells.shape[1:]), size, theme)


def _light(cells: Array, by_feature: bool) -> Array:
    """Return numbers as 0..255: over all pixels of pictures, else over each feature by itself."""
    axis = (0,) if by_feature else None
    low, high = cells.min(axis=axis, keepdims=True), cells.max(axis=axis, keepdims=True)
    spread = np.where(high > low, high - low, 1.0)
    return (255 * (cells - low) / spread).astype(np.uint8)


def _tiled(cells: Array, size: tuple[int, int], theme: Theme) -> QPixmap:
    """Return (classes, each, h, w) pictures in a grid, enlarged without blur."""
    n_classes, each, h, w = cells.shape
    height, width = size
    sheet = QImage(each * (width + GAP) - GAP, n_classes * (height + GAP) - GAP, QImage.Format.Format_RGB32)
    sheet.fill(theme.card)
    painter = QPainter(sheet)
    for i in range(n_classes):
        for j in range(each):
            data = np.ascontiguousarray(cells[i, j])
            picture = QImage(data.data, w, h, w, QImage.Format.Format_Grayscale8)
            shown = picture.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio)
            painter.drawImage(j * (width + GAP), i * (height + GAP), shown)
    painter.end()
    return QPixmap.fromImage(sheet)
