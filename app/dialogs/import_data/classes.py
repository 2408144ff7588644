"""The classes of a preview: name, rows as a bar beside their number, and the split each class falls into."""

import re

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.look.lettering import BODY, lettering, text_width
from app.look.numbers import count
from mamlcore.data import Preview

NAME, ROWS, SPLIT = range(3)
# What an item knows: the rows of its class, the rows of the largest class, the rows that a task needs.
OWN, MOST, NEEDED, PLACE = (Qt.ItemDataRole.UserRole + at for at in range(4))
LISTED = 2000  # classes
BAR = (64, 7)  # width and height of the longest bar, px
PAD, ROW_PX = 8, 24


class RowsBar(QStyledItemDelegate):
    """Draws how many rows a class has: a bar, longest for the largest class, and the number.

    A tick marks the rows that one task needs; the bar of a class that has fewer is in the colour of warnings.
    """

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw bar, tick and number; the colours are the palette's."""
        super().paint(painter, option, index)
        own, most, needed = (index.data(role) for role in (OWN, MOST, NEEDED))
        if own is None:
            return
        rect, palette = option.rect, option.widget.palette()
        left, width, height = rect.left() + PAD, self.room(rect.width()), BAR[1]
        top = rect.center().y() - height // 2
        painter.save()
        few = own < needed
        role = QPalette.ColorRole.BrightText if few else QPalette.ColorRole.Accent
        color = palette.color(role)
        color.setAlphaF(1.0 if few else 0.55)
        painter.fillRect(QRect(left, top, max(1, round(width * own / most)), height), color)
        if needed <= most:
            tick = left + min(width - 1, round(width * needed / most))
            painter.fillRect(QRect(tick, top - 3, 1, height + 6), palette.color(QPalette.ColorRole.PlaceholderText))
        painter.setFont(lettering(BODY))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        box = rect.adjusted(0, -1, -PAD, -1)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count(own))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the room of the longest bar and number."""
        most = index.data(MOST)
        return QSize(BAR[0] + 3 * PAD + (0 if most is None else self._number_px(most)), ROW_PX)

    def room(self, width: int) -> int:
        """Return how long the longest bar is in a cell of so many pixels."""
        most = self.parent().most if isinstance(self.parent(), ClassList) else 0  # type: ignore[union-attr]
        return max(8, width - 3 * PAD - self._number_px(most))

    def _number_px(self, most: int) -> int:
        return round(text_width(count(most), BODY)) + 1


class _Class(QTreeWidgetItem):
    """A line of the list: numbers are sorted as numbers, "class 10" comes after "class 9"."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        tree = self.treeWidget()
        column = NAME if tree is None else tree.sortColumn()
        if column == ROWS:
            return bool((self.data(ROWS, OWN) or 0) < (other.data(ROWS, OWN) or 0))
        if column == SPLIT:
            return (self.text(SPLIT), self.data(NAME, PLACE)) < (other.text(SPLIT), other.data(NAME, PLACE))
        return _natural(self.text(NAME)) < _natural(other.text(NAME))


def _natural(text: str) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d+)", text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


class ClassList(QTreeWidget):
    """A list of classes in the order of the file; a press on a heading sorts it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.most = 0
        self._sorted: tuple[int, Qt.SortOrder] | None = None  # the order of the file
        self.setHeaderLabels([self.tr("Class"), self.tr("Rows"), self.tr("Split")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAccessibleName(self.tr("Classes"))
        self.setItemDelegateForColumn(ROWS, RowsBar(self))
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (ROWS, SPLIT):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionsClickable(True)
        head.sectionClicked.connect(self._sort)
        self.headerItem().setTextAlignment(ROWS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_preview(self, preview: Preview) -> None:
        """List the classes of a preview; nothing where it has no table."""
        self.clear()
        table, plan = preview.table, preview.split
        self.most = 0 if table is None else int(table.counts().max())
        if table is None:
            return
        places = {name: part for part, names in (plan.classes if plan else {}).items() for name in names}
        needed = preview.choices.k_shot + preview.choices.n_query
        self.headerItem().setToolTip(
            ROWS, self.tr("The tick marks the {0} rows that a task needs: K + Q").format(needed)
        )
        items = []
        for place, (name, rows) in enumerate(zip(table.class_names[:LISTED], table.counts(), strict=False)):
            item = _Class([name, "", self._part(places.get(name, ""))])
            item.setToolTip(NAME, name)
            item.setData(NAME, PLACE, place)
            for role, value in ((OWN, int(rows)), (MOST, self.most), (NEEDED, needed)):
                item.setData(ROWS, role, value)
            item.setData(ROWS, Qt.ItemDataRole.AccessibleTextRole, count(int(rows)))
            items.append(item)
        self.addTopLevelItems(items)
        if self._sorted is not None:
            self.sortItems(*self._sorted)

    @property
    def place(self) -> int:
        """The number of the chosen class in the table; 0 when none is chosen."""
        item = self.currentItem()
        return 0 if item is None else int(item.data(NAME, PLACE) or 0)

    def _sort(self, column: int) -> None:
        """Sort by a column; the other way round when it is sorted by it already."""
        head, up, down = self.header(), Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        again = self._sorted == (column, up)
        self._sorted = (column, down if again else up)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(*self._sorted)
        self.sortItems(*self._sorted)

    def _part(self, part: str) -> str:
        return {"train": self.tr("train"), "validation": self.tr("validation"), "test": self.tr("test")}.get(part, "")
