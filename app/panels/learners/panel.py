"""Panel 5: the learners side by side on the same held-out tasks."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QHideEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from app.look.numbers import count
from app.look.theme import Theme
from app.panels.base import Panel
from app.panels.learners.model import LearnersModel, tab_separated
from app.panels.learners.rows import Table, table_of
from app.panels.learners.view import LearnersView
from app.panels.pace import Pace
from app.plots.view import short_steps
from mamlcore.snapshot import Snapshot

#: Seconds between two looks at what training has cost; digits that change faster can't be read.
LEDGER_S = 0.25


class LearnersPanel(Panel):
    """A table with one row a learner: before, after, interval, paired difference, and what it has cost."""

    name: ClassVar[str] = "learners"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shot: Snapshot | None = None
        self.pace = Pace(self._draw, self, LEDGER_S)
        self.model = LearnersModel(self)
        self.view = LearnersView(self.model, self)
        self.view.setAccessibleName(self.title())
        self._ready = QLabel(self)
        self._ready.setWordWrap(True)
        self._ready.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._ready)
        self._stack.addWidget(self.view)
        self.body.addLayout(self._stack)
        self._add_copy()
        self.header.set_texts(self.title())

    def title(self) -> str:
        """Return "Learners"."""
        return self.tr("Learners")

    @property
    def table(self) -> Table | None:
        """The numbers on show; None while nothing is measured."""
        return self.model.table

    def show_snapshot(self, shot: Snapshot) -> None:
        """Show what somebody asked for at once; what training brings follows a few times a second."""
        old, self.shot = self.shot, shot
        if old is not None and old.iteration > 0 and old.test is shot.test and old.run == shot.run:
            self.pace.soon()
        else:
            self.pace.now()

    def hideEvent(self, event: QHideEvent) -> None:
        """Put nothing off for later while nobody looks."""
        super().hideEvent(event)
        self.pace.cancel()

    def _draw(self) -> None:
        shot = self.shot
        if shot is None:
            return
        measured = shot.iteration > 0 or shot.test is not None
        table = table_of(shot) if measured else None
        changed = table != self.model.table
        self.model.show_table(table)
        self._stack.setCurrentWidget(self.view if measured else self._ready)
        if table is None:
            self._say_ready(shot)
            return
        if changed:
            self._say_what(table)
            self.view.fit()
            self.view.viewport().update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        self.view.apply_theme(theme)
        self._ready.setStyleSheet(f"color: {theme.second}; background: transparent;")

    def copy_text(self) -> str:
        """Put the whole table, hidden columns too, on the clipboard as tab-separated text; return that text."""
        text = "" if self.table is None else tab_separated(self.table)
        if text:
            QGuiApplication.clipboard().setText(text)
        return text

    def _add_copy(self) -> None:
        action = QAction(self.tr("Copy table"), self.view)
        action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(self._on_copy)
        self.view.addAction(action)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _on_copy(self) -> None:
        self.copy_text()

    def _say_ready(self, shot: Snapshot) -> None:
        self.header.set_texts(self.title(), self.tr("nothing measured yet"))
        steps = shot.config.inner.steps
        kind = self.tr("accuracy") if shot.metric == "accuracy" else self.tr("loss")
        text = self.tr("Each learner’s {0} before and after {1},\nand its paired difference to the first"
                       " meta-learner, will stand here.")  # fmt: skip
        self._ready.setText(text.format(kind, short_steps(steps)))

    def _say_what(self, table: Table) -> None:
        quantity = self._quantity(table)
        which = (
            self.tr("full evaluation, same {0} held-out tasks") if table.is_full else self.tr("same {0} held-out tasks")
        )
        tasks = which.format(count(table.n_tasks))
        short = self.tr("{0} test tasks") if table.is_full else self.tr("{0} live tasks")
        self.header.set_texts(
            self.title(),
            self.tr("{0}, {1}, 95 % intervals, iteration {2}").format(quantity, tasks, count(table.iteration)),
            self.tr("{0}, {1}, 95 % intervals").format(quantity, tasks),
            self.tr("{0}, {1}").format(quantity, tasks),
            self.tr("{0}, {1}").format(quantity, short.format(count(table.n_tasks))),
            quantity,
        )

    def _quantity(self, table: Table) -> str:
        if table.metric == "accuracy":
            return self.tr("query accuracy")
        return self.tr("query loss (MSE)") if table.loss == "mse" else self.tr("query loss (cross-entropy)")
