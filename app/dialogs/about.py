"""What this program is, what it runs on, and which keys it knows."""

import platform
from collections.abc import Sequence

import numpy as np
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.look.icons import pixmap
from mamlcore import __version__


def diagnostics() -> str:
    """Return what a report of a fault needs: versions and platform, nothing personal."""
    platform_name = QGuiApplication.platformName()
    screens = ", ".join(
        f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    )
    return "\n".join(
        (
            f"MAML Lab {__version__}",
            f"Python {platform.python_version()}, NumPy {np.__version__}, PySide6 {pyside_version}",
            f"{platform.system()} {platform.release()} {platform.machine()}, Qt platform {platform_name}",
            f"Screens: {screens}",
        )
    )


class AboutDialog(QDialog):
    """The name, a sentence, the versions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About MAML Lab"))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 20, 24, 20)
        row.setSpacing(20)
        picture = QLabel(self)
        picture.setPixmap(pixmap("app", "", 64, self.devicePixelRatioF()))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(10)
        title = QLabel("MAML Lab", self)
        title.setProperty("tone", "title")
        column.addWidget(title)
        text = QLabel(self.tr("A desktop lab in which few-shot meta-learning happens before your eyes."), self)
        column.addWidget(text)
        facts = QLabel(diagnostics(), self)
        facts.setProperty("tone", "second")
        facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(facts)
        column.addLayout(self._buttons())
        row.addLayout(column, 1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy = QPushButton(self.tr("Copy diagnostics"), self)
        copy.setProperty("role", "outline")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(diagnostics()))
        close = QPushButton(self.tr("Close"), self)
        close.setProperty("role", "primary")
        close.setDefault(True)
        close.clicked.connect(self.close)
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(close)
        return row


class ShortcutsDialog(QDialog):
    """Every key and what it does."""

    def __init__(self, shortcuts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 20, 24, 20)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        half = (len(shortcuts) + 1) // 2
        for place, (keys, text) in enumerate(shortcuts):
            row, side = place % half, 2 * (place // half)
            key = QLabel(keys, self)
            key.setProperty("tone", "second")
            grid.addWidget(key, row, side)
            grid.addWidget(QLabel(text, self), row, side + 1)
