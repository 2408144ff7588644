"""How the learners' table is drawn: columns that fit, intervals as pictures, one line through them."""

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.look.lettering import BODY, TICK, lettering, text_width
from app.look.said import translated
from app.look.theme import DARK, Theme, learner_color, learner_pen, mix
from app.panels.learners.model import COLUMNS, PARTS, ROW, LearnersModel
from app.panels.learners.rows import Row, Table, interval_range
from app.plots.axes import log10, tick_text

Index = QModelIndex | QPersistentModelIndex
#: Which columns stay when there is not room for all; the first always do.
IMPORTANCE = ("learner", "after", "difference", "before", "picture", "rank", "seconds", "gradients", "rows", "steps",
              "parameters", "step_size", "diverged")  # fmt: skip
SAMPLE = 30  # the line sample before a learner's name, px
PAD = 8  # at both sides of a cell, px
PICTURE = (72, 150)  # narrowest and widest interval picture, px
HEAD = 24
FOOT = 20  # below the rows, for the name of the reference line
ROWS = (22, 33)  # lowest and highest row, px


def scale_ends(low: str, high: str, unit: str, metrics: QFontMetrics, room: int) -> tuple[str, str]:
    """Return what stands at the two ends of a scale; the low end stays away where there is no room for both."""
    high += unit
    both = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + PAD
    return (low if both <= room else ""), high


class Header(QHeaderView):
    """The names of the columns; over the pictures, the ends of their scale."""

    def __init__(self, view: "LearnersView") -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._view = view
        self.setFixedHeight(HEAD)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(20)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Draw one name in small letters."""
        painter.setFont(lettering(TICK))
        painter.setPen(QColor(self._view.theme.second))
        inner = rect.adjusted(PAD if logicalIndex else 2, 0, -PAD, 0)
        if COLUMNS[logicalIndex] == "picture" and self._view.table is not None:
            low, high = interval_range(self._view.table)
            accuracy = self._view.table.metric == "accuracy"
            lowest, highest = (tick_text(100 * end if accuracy else end) for end in (low, high))
            first, last = scale_ends(lowest, highest, " %" if accuracy else "", painter.fontMetrics(), inner.width())
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, first)
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, last)
            return
        text = self._view.learners.heading(COLUMNS[logicalIndex])
        side = Qt.AlignmentFlag.AlignLeft if logicalIndex == 0 else Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | side, text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names and the hairline below them."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(QColor(self._view.theme.hairline))
        painter.drawLine(0, self.height() - 1, self.viewport().width(), self.height() - 1)
        painter.end()


class Cells(QStyledItemDelegate):
    """Draws a cell: line sample and name, figure and ± in two sizes, or an interval."""

    def __init__(self, view: "LearnersView") -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        row, column = index.data(ROW), COLUMNS[index.column()]
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == self._view.reference_row() or state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(mix(self._view.theme.card, self._view.theme.text, 0.05)))
        if column == "learner":
            self._paint_name(painter, rect, row, index.row())
        elif column == "picture":
            self._paint_interval(painter, rect, row)
        else:
            self._paint_parts(painter, rect, index.data(PARTS))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the room that the cell's text needs."""
        return QSize(math.ceil(self._view.cell_width(index.data(ROW), COLUMNS[index.column()])), ROWS[0])

    def _paint_name(self, painter: QPainter, rect: QRect, row: Row, number: int) -> None:
        theme = self._view.theme
        middle = rect.center().y() + 0.5
        painter.setPen(learner_pen(row.name, theme, 2.0, self._view.devicePixelRatioF()))
        painter.drawLine(QPointF(rect.left() + 2, middle), QPointF(rect.left() + 22, middle))
        painter.setFont(lettering(BODY, bold=number == self._view.reference_row()))
        painter.setPen(QColor(theme.text))
        box = rect.adjusted(SAMPLE, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, translated(row.label))

    def _paint_parts(self, painter: QPainter, rect: QRect, parts: tuple[str, str]) -> None:
        figure, rest = parts
        theme, metrics = self._view.theme, QFontMetricsF(lettering(BODY))
        base = rect.center().y() + 0.5 + metrics.capHeight() / 2
        right = rect.right() - PAD + 1.0
        if rest:
            right -= text_width(rest, TICK)
            painter.setFont(lettering(TICK))
            painter.setPen(QColor(theme.second))
            painter.drawText(QPointF(right, base), rest)
            right -= 4
        painter.setFont(lettering(BODY))
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(right - metrics.horizontalAdvance(figure), base), figure)

    def _paint_interval(self, painter: QPainter, rect: QRect, row: Row) -> None:
        view, middle = self._view, rect.center().y() + 0.5
        painter.setPen(QPen(QColor(view.theme.hairline), 1))
        painter.drawLine(QPointF(rect.left() + PAD, middle), QPointF(rect.right() - PAD, middle))
        color = QColor(learner_color(row.name, view.theme))
        middle_value, half = row.after.mean, row.after.ci95
        low, mean, high = (view.place(middle_value + by, rect) for by in (-half, 0.0, half))
        painter.setPen(QPen(color, 2))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(mean, middle), 3.5, 3.5)


class LearnersView(QTableView):
    """A table without scroll bars sideways: what has no room is left out, the least important first."""

    def __init__(self, model: LearnersModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.learners = model
        self._widest: dict[str, int] = {}
        self._shape: object = None
        self.setModel(model)
        self.setHorizontalHeader(Header(self))
        self.setItemDelegate(Cells(self))
        self.setStyleSheet("QTableView::item:hover { background: transparent; }")  # a cell does nothing when pressed
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumSize(160, 60)

    @property
    def table(self) -> Table | None:
        """What is shown."""
        return self.learners.table

    def reference_row(self) -> int:
        """Return the row of the learner the others are compared with, -1 when there is none."""
        rows = () if self.table is None else self.table.rows
        return next((place for place, row in enumerate(rows) if row.difference is None), -1)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.theme = theme
        self.viewport().update()
        self.horizontalHeader().viewport().update()

    def fit(self) -> None:
        """Choose the columns that fit and share out the width; row heights follow from the height."""
        table = self.table
        if table is None or not table.rows:
            return
        shape = (table.metric, table.reference, table.steps, tuple(row.name for row in table.rows))
        if shape != self._shape:
            self._shape, self._widest = shape, {}
        widths = {column: self._column_width(column) for column in COLUMNS}
        shown = self._fitting(widths)
        spare = self.viewport().width() - sum(widths[column] for column in shown)
        if "picture" in shown:
            widths["picture"] += (more := min(spare, PICTURE[1] - PICTURE[0]))
            spare -= more
        share = spare // len(shown)
        for place, column in enumerate(COLUMNS):
            self.setColumnHidden(place, column not in shown)
            last = column == shown[-1]
            extra = share + (spare - share * len(shown) if last else 0)
            self.setColumnWidth(place, widths[column] + extra)
        self._fit_rows(len(table.rows))

    def cell_width(self, row: Row, column: str) -> float:
        """Return the room that a cell's text needs, px."""
        if column == "picture":
            return PICTURE[0]
        figure, rest = self.learners.parts(row, column)
        if column == "learner":
            return SAMPLE + text_width(figure, BODY, bold=True) + PAD
        return text_width(figure, BODY) + (text_width(rest, TICK) + 4 if rest else 0) + 2 * PAD

    def place(self, value: float, rect: QRect) -> float:
        """Return the x of a value within an interval picture; what lies outside sticks to the end."""
        assert self.table is not None
        low, high = interval_range(self.table)
        if self.table.metric != "accuracy":
            value, low, high = (float(log10(end)) for end in (max(value, 0.0), low, high))
        share = (value - low) / (high - low) if high > low else 0.5
        share = 1.0 if math.isnan(share) else min(max(share, 0.0), 1.0)
        return rect.left() + PAD + share * (rect.width() - 2 * PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, then the reference line through the interval pictures and its name below."""
        super().paintEvent(event)
        picture = COLUMNS.index("picture")
        if self.table is None or self.table.level is None or not self.table.rows or self.isColumnHidden(picture):
            return
        label, value = self.table.level
        left = self.columnViewportPosition(picture)
        rect = QRect(left, 0, self.columnWidth(picture), 1)
        bottom = self.rowViewportPosition(len(self.table.rows) - 1) + self.rowHeight(len(self.table.rows) - 1)
        x = self.place(value, rect)
        painter = QPainter(self.viewport())
        line = QColor(self.theme.third)
        line.setAlphaF(0.8)
        painter.setPen(QPen(line, 1))
        painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
        if bottom + FOOT <= self.viewport().height():
            painter.setFont(lettering(TICK))
            painter.setPen(QColor(self.theme.second))
            text = translated(label)
            width = text_width(text, TICK) + 4
            start = min(max(x - width / 2, 0), self.viewport().width() - width)
            painter.drawText(QRectF(start, bottom + 2, width, FOOT - 4), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the columns anew."""
        super().resizeEvent(event)
        self.fit()

    def _column_width(self, column: str) -> int:
        """Return the width a column needs: in steps of 8 px and never less than before, so that nothing jitters."""
        assert self.table is not None
        head = 0.0 if column == "picture" else text_width(self.learners.heading(column), TICK) + 2 * PAD
        needed = max([head, *(self.cell_width(row, column) for row in self.table.rows)])
        self._widest[column] = max(self._widest.get(column, 0), 8 * math.ceil(needed / 8))
        return self._widest[column]

    def _fitting(self, widths: dict[str, int]) -> list[str]:
        chosen: set[str] = set()
        room = self.viewport().width()
        for column in self._ranked():
            if chosen and widths[column] > room:
                continue
            chosen.add(column)
            room -= widths[column]
        return [column for column in COLUMNS if column in chosen]

    def _ranked(self) -> list[str]:
        """Return the columns by importance; one that says nothing here is left out, a warning goes up."""
        rows = () if self.table is None else self.table.rows
        ranked = list(IMPORTANCE)
        if any(row.after.n_diverged for row in rows):
            ranked.remove("diverged")
            ranked.insert(2, "diverged")
        if all(row.step_size is None for row in rows):
            ranked.remove("step_size")
        return ranked

    def _fit_rows(self, count: int) -> None:
        room = (self.viewport().height() - FOOT) // max(count, 1)
        height = min(max(room, ROWS[0]), ROWS[1])
        vertical = self.verticalHeader()
        vertical.setMinimumSectionSize(ROWS[0])
        if vertical.defaultSectionSize() != height:
            vertical.setDefaultSectionSize(height)
