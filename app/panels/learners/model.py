"""The learners' table as a Qt model: every column, always; the view decides which ones have room."""

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.look.numbers import NOTHING, count, interval, number, percent, setting_number
from app.look.said import translated
from app.panels.learners.rows import Row, Table

#: Columns in the order of display.
COLUMNS = (
    "learner", "rank", "before", "after", "picture", "difference", "steps", "rows", "gradients", "seconds",
    "parameters", "step_size", "diverged",
)  # fmt: skip
#: A cell as a whole: (what is read first, what stands smaller behind it).
PARTS = int(Qt.ItemDataRole.UserRole)
ROW = PARTS + 1
Index = QModelIndex | QPersistentModelIndex


class LearnersModel(QAbstractTableModel):
    """Rows of a :class:`Table`; replaced as a whole, reset only when learners come or go."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None

    def show_table(self, table: Table | None) -> None:
        """Take over a table; the same learners in the same order only change their cells."""
        if self._names(table) != self._names(self.table):
            self.beginResetModel()
            self.table = table
            self.endResetModel()
            return
        old, self.table = self.table, table
        if table is None or table == old:
            return
        if table.rows:
            last = self.index(len(table.rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of learners."""
        return 0 if self.table is None or (parent is not None and parent.isValid()) else len(self.table.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns, shown or not."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, parts, row, alignment or explanation."""
        if self.table is None or not index.isValid() or index.row() >= len(self.table.rows):
            return None
        row, column = self.table.rows[index.row()], COLUMNS[index.column()]
        if role == ROW:
            return row
        if role == PARTS:
            return self.parts(row, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(part for part in self.parts(row, column) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | self._side(column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's name or explanation."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heading(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._meaning(column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | self._side(column)
        return None

    def heading(self, column: str) -> str:
        """Return the short name of a column."""
        steps = 0 if self.table is None else self.table.steps
        names = {
            "learner": self.tr("Learner"),
            "rank": self.tr("Rank"),
            "before": self.tr("Before"),
            "after": self.tr("After {0} steps").format(steps) if steps != 1 else self.tr("After 1 step"),
            "picture": self.tr("95 % interval"),
            "difference": self.tr("Against {0}, paired").format(self.reference_label()),
            "steps": self.tr("Meta-steps"),
            "rows": self.tr("Rows seen"),
            "gradients": self.tr("Gradients"),
            "seconds": self.tr("Time"),
            "parameters": self.tr("Parameters"),
            "step_size": self.tr("Own step"),
            "diverged": self.tr("Diverged"),
        }
        return names[column]

    def parts(self, row: Row, column: str) -> tuple[str, str]:
        """Return what a cell says: the figure, and what stands smaller behind it."""
        if column in ("after", "picture"):
            return self._measured(row.after.mean, row.after.ci95)
        if column == "difference":
            return self._difference(row)
        if column == "seconds":
            return self.tr("{0} s").format(number(row.seconds)), self.tr("{0} %").format(round(100 * row.share))
        plain = {
            "learner": lambda: translated(row.label),
            "before": lambda: NOTHING if row.before is None else self._measured(row.before, None)[0],
            "rank": lambda: self.tr("={0}").format(row.rank) if row.shares_rank else count(row.rank),
            "steps": lambda: count(row.steps),
            "rows": lambda: count(row.rows),
            "gradients": lambda: count(row.gradients),
            "parameters": lambda: count(row.parameters),
            "step_size": lambda: NOTHING if row.step_size is None else setting_number(row.step_size),
            "diverged": lambda: self.tr("{0} of {1}").format(count(row.after.n_diverged), count(row.after.n_tasks)),
        }
        return plain[column](), ""

    def reference_label(self) -> str:
        """Return the name of the learner the others are compared with."""
        if self.table is None:
            return ""
        return next((translated(row.label) for row in self.table.rows if row.name == self.table.reference), NOTHING)

    def _measured(self, value: float, half: float | None) -> tuple[str, str]:
        accuracy = self.table is not None and self.table.metric == "accuracy"
        text = percent(value, half) if accuracy else interval(value, half)
        figure, mark, rest = text.partition(" ± ")
        return figure, f"± {rest}" if mark else ""

    def _difference(self, row: Row) -> tuple[str, str]:
        if row.difference is None:
            return self.tr("reference"), ""
        accuracy = self.table is not None and self.table.metric == "accuracy"
        mean, half = row.difference.mean, row.difference.ci95
        if math.isnan(mean):
            return NOTHING, ""
        text = percent(mean, half, sign=True).removesuffix(" %") if accuracy else interval(mean, half, sign=True)
        if row.difference.is_tie:
            return self.tr("tie"), text
        figure, mark, rest = text.partition(" ± ")
        return figure, f"± {rest}" if mark else ""

    def _tip(self, row: Row, column: str) -> str | None:
        if column in ("after", "picture"):
            median = self._measured(row.after.median, None)[0]
            return self.tr("Mean of {0} held-out tasks with its 95 % interval; median {1}").format(
                count(row.after.n_tasks), median
            )
        if column == "difference" and row.difference is not None:
            if math.isnan(row.difference.mean):
                return self.tr("Tasks diverged: a mean over them compares nothing")
            if row.difference.is_tie:
                return self.tr("A tie: the interval of the difference, taken task by task, contains 0")
            return self.tr("{0} minus {1}, taken task by task, with its 95 % interval").format(
                translated(row.label), self.reference_label()
            )
        return self._meaning(column)

    def _meaning(self, column: str) -> str | None:
        meanings = {
            "rank": self.tr(
                "1 and how many are better, by the 95 % interval of the difference taken task by task; "
                "learners that can’t be told apart share a rank (=)"
            ),
            "steps": self.tr("Meta-steps that the learner has taken itself: with a fair pace slow ones take fewer"),
            "parameters": self.tr("Numbers that the learner trains"),
            "before": self.tr("On the query rows of held-out tasks, before the first adaptation step"),
            "rows": self.tr("Labelled rows used in training so far"),
            "gradients": self.tr(
                "Gradients of one task computed in training so far; a product with the Hessian counts as two"
            ),
            "seconds": self.tr("Time spent in training steps so far, and its share of the time of all"),
            "step_size": self.tr("Step size of adaptation that a baseline has chosen for itself on validation tasks"),
            "diverged": self.tr("Held-out tasks whose loss is not finite, or ten times the worst before adaptation"),
        }
        return meanings.get(column)

    @staticmethod
    def _side(column: str) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft if column == "learner" else Qt.AlignmentFlag.AlignRight

    @staticmethod
    def _names(table: Table | None) -> tuple[str, ...] | None:
        return None if table is None else tuple(row.name for row in table.rows)


def tab_separated(table: Table) -> str:
    """Return the table for a spreadsheet: a heading line, plain numbers, one line a learner."""
    head = ("learner", "rank", f"{table.metric} before", f"{table.metric} after {table.steps} steps", "ci95",
            f"minus {table.reference}", "ci95 of the difference", "meta-steps", "rows", "gradient evaluations",
            "seconds", "parameters", "diverged", "tasks")  # fmt: skip
    lines = ["\t".join(head)]
    for row in table.rows:
        pair = row.difference
        values = (row.rank, row.before, row.after.mean, row.after.ci95, None if pair is None else pair.mean,
                  None if pair is None else pair.ci95, row.steps, row.rows, row.gradients, row.seconds,
                  row.parameters, row.after.n_diverged, row.after.n_tasks)  # fmt: skip
        lines.append("\t".join((row.name, *("" if value is None else f"{value:.6g}" for value in values))))
    return "\n".join(lines) + "\n"
