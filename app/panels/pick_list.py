"""A list to choose from in a panel's header: its popup is as wide as what stands in it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

_MARGIN = 28  # both edges, the padding and a scroll bar


class PickList(QComboBox):
    """A combo box whose list shows every word whole, however little room the header leaves to the box."""

    def showPopup(self) -> None:
        """Open the list."""
        words = self.view()
        words.setTextElideMode(Qt.TextElideMode.ElideNone)
        words.setMinimumWidth(max(self.width(), words.sizeHintForColumn(0) + _MARGIN))
        super().showPopup()
