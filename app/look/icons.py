"""The icons of resources/icons, tinted for the theme and sharp at every scale."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from mamlcore.assets import asset


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return asset("icons", f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, color: str, size: int = 16, dpr: float = 1.0) -> QPixmap:
    """Draw an icon in one colour, ``size`` logical pixels wide. LoadError when the installation lacks it."""
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    picture = QPixmap(round(size * dpr), round(size * dpr))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size * dpr, size * dpr))
    painter.end()
    picture.setDevicePixelRatio(dpr)
    return picture


def icon(name: str, color: str, size: int = 16) -> QIcon:
    """Return an icon for buttons and menus, with pictures for scale 1, 2 and 3."""
    made = QIcon()
    for dpr in (1.0, 2.0, 3.0):
        made.addPixmap(pixmap(name, color, size, dpr))
    return made


def application_icon() -> QIcon:
    """Return the program's own icon."""
    made = QIcon()
    for size in (16, 32, 64, 128):
        made.addPixmap(pixmap("app", "", size))
    return made
