"""How exported pictures are drawn: light or dark, width, resolution."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from app.look.theme import Theme
from app.memory import Memory
from app.panels.base import Segments
from mamlcore.figures import Look

WIDTHS, DPIS = (40, 500), (50, 1200)


class LookRow(QWidget):
    """A row of three choices, remembered between starts."""

    changed = Signal()

    def __init__(self, memory: Memory, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self.shade = Segments((("light", self.tr("Light")), ("dark", self.tr("Dark"))), self.tr("Look"), self)
        self.shade.set_current(memory.text("export/shade", "light", ("light", "dark")))
        self.shade.apply_theme(theme)
        self.shade.chosen.connect(lambda _key: self.changed.emit())
        self.width_mm = self._spin("width_mm", 183, WIDTHS, " mm", self.tr("Width"))
        self.dpi = self._spin("dpi", 300, DPIS, " dpi", self.tr("Resolution of PNG"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, widget in ((self.tr("Look"), self.shade), (self.tr("Width"), self.width_mm), ("PNG", self.dpi)):
            label = QLabel(text, self)
            label.setProperty("tone", "second")
            row.addWidget(label)
            row.addWidget(widget)
            row.addSpacing(8)
        row.addStretch(1)

    def look(self) -> Look:
        """Return what is chosen."""
        return Look(self.shade.current == "dark", float(self.width_mm.value()), self.dpi.value())

    def remember(self) -> None:
        """Keep what is chosen for the next time."""
        self._memory.keep("export/shade", self.shade.current)
        self._memory.keep("export/width_mm", self.width_mm.value())
        self._memory.keep("export/dpi", self.dpi.value())

    def _spin(self, key: str, default: int, limits: tuple[int, int], suffix: str, name: str) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setRange(*limits)
        spin.setSuffix(suffix)
        spin.setValue(self._memory.number(f"export/{key}", default, *limits))
        spin.setKeyboardTracking(False)
        spin.setFixedWidth(88)
        spin.setAccessibleName(name)
        spin.valueChanged.connect(lambda _value: self.changed.emit())
        return spin
