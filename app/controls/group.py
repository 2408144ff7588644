"""A group of the left column: a heading, its rows, and "2 more ›" for the rows that are folded."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.controls.learners import LearnerBox
from app.controls.row import Row

HEADING_HEIGHT = 28
Item = Row | LearnerBox


class Group(QWidget):
    """Rows under a heading. Which rows are folded is decided by the column; a person may unfold them all."""

    toggled = Signal()  # a person unfolded or folded the group

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.expanded = False
        self.items: list[Item] = []  # those that matter now, in order
        self._heading = QLabel(title, self)
        self._heading.setProperty("tone", "group")
        self.more = QToolButton(self)
        self.more.setProperty("role", "fold")
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.clicked.connect(self._on_clicked)
        top = QHBoxLayout()
        top.setContentsMargins(24, 0, 8, 0)
        top.addWidget(self._heading, 1)
        top.addWidget(self.more)
        self._heading.setFixedHeight(HEADING_HEIGHT)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(top)

    def add_widget(self, widget: QWidget) -> None:
        """Put something between heading and rows."""
        self._column.addWidget(widget)

    def set_items(self, items: Sequence[Item]) -> None:
        """Take these rows in this order; rows taken before and not now are hidden."""
        for old in self.items:
            self._column.removeWidget(old)
            old.setVisible(old in items)
        self.items = list(items)
        for item in items:
            self._column.addWidget(item)

    def show_folded(self, folded: Collection[Item]) -> None:
        """Hide the folded rows and say how many there are, with a dot when one of them is changed."""
        hidden = [item for item in self.items if item in folded]
        for item in self.items:
            item.setVisible(item not in hidden)
        self.more.setVisible(bool(hidden) or self.expanded)
        changed = any(isinstance(item, Row) and item.is_changed() for item in hidden)
        text = self.tr("fewer ⌄") if self.expanded else self.tr("{0} more ›").format(len(hidden))
        self.more.setText(f"• {text}" if changed and not self.expanded else text)
        self.more.setAccessibleName(f"{self.title}: {text}")
        self.more.setToolTip("\n".join(_name(item) for item in hidden))

    def height_without(self, folded: Collection[Item]) -> int:
        """Return the height of heading and rows when these are folded."""
        return HEADING_HEIGHT + sum(item.height() for item in self.items if item not in folded)

    def focusables(self) -> list[QWidget]:
        """Return what Tab visits, top to bottom."""
        rows = [widget for item in self.items for widget in (item.inputs() if isinstance(item, Row) else [item])]
        return [self.more, *rows]

    def _on_clicked(self) -> None:
        self.expanded = not self.expanded
        self.toggled.emit()


def _name(item: Item) -> str:
    return item.label.text if isinstance(item, Row) else item.text()
