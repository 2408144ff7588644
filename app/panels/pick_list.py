"""A list to choose from in a panel: its popup is as wide as what stands in it."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

_MARGIN = 28  # both edges, the padding and a scroll bar


class PickList(QComboBox):
    """A combo box whose list shows every word whole, however little room the header leaves to the box."""

    picked = Signal(str)  # the key of what a person chose

    def __init__(self, name: str, parent: QWidget) -> None:
        """``name`` is what a screen reader says for the whole."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(lambda place: self.picked.emit(str(self.itemData(place))))

    def offer(self, texts: Mapping[str, str], chosen: str) -> None:
        """Offer these words by their keys, one of them chosen ("" or an unknown key: none); emits nothing."""
        if [self.itemData(place) for place in range(self.count())] != list(texts):
            self.clear()
            for key, text in texts.items():
                self.addItem(text, key)
        self.setCurrentIndex(self.findData(chosen))

    def showPopup(self) -> None:
        """Open the list."""
        words = self.view()
        words.setTextElideMode(Qt.TextElideMode.ElideNone)
        words.setMinimumWidth(max(self.width(), words.sizeHintForColumn(0) + _MARGIN))
        super().showPopup()
