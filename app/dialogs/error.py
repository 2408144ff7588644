"""The one place where errors from anywhere are shown: a sentence, details, Copy. One dialog at a time, not modal."""

import queue
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.dialogs.about import diagnostics
from mamlcore.errors import LabError

POLL_MS = 150
MAX_DETAILS = 40_000


class ErrorDialog(QDialog):
    """Shows one error; more of them are counted and added to the details."""

    def __init__(self, sentence: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("MAML Lab: something went wrong"))
        self.setModal(False)
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        self.sentence = QLabel(sentence, self)
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("tone", "group")
        column.addWidget(self.sentence)
        self._more = QLabel(self)
        self._more.setProperty("tone", "second")
        self._more.hide()
        column.addWidget(self._more)
        self.details = QPlainTextEdit(details, self)
        self.details.setReadOnly(True)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self.details.setStyleSheet(f"font-family: '{fixed}'; font-size: 12px;")  # the window's sheet names another
        self.details.setMinimumHeight(160)
        self.details.setAccessibleName(self.tr("Details"))
        self.details.setVisible(bool(details))
        column.addWidget(self.details)
        column.addLayout(self._buttons())
        self._count = 1

    def add(self, sentence: str, details: str) -> None:
        """Take in one more error without another window."""
        self._count += 1
        self._more.setText(self.tr("{0} errors so far; the first is shown above").format(self._count))
        self._more.show()
        text = details or sentence
        if text not in self.details.toPlainText() and len(self.details.toPlainText()) < MAX_DETAILS:
            self.details.appendPlainText("\n" + text)
            self.details.show()

    def text(self) -> str:
        """Return all that Copy copies."""
        return "\n".join((self.sentence.text(), self.details.toPlainText(), diagnostics()))

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy = QPushButton(self.tr("Copy"), self)
        copy.setProperty("role", "outline")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        close = QPushButton(self.tr("Close"), self)
        close.setProperty("role", "primary")
        close.setDefault(True)
        close.clicked.connect(self.close)
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(close)
        return row


class Reporter(QObject):
    """Collects errors from every thread and shows them in one dialog."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._waiting: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._hooks = (sys.excepthook, threading.excepthook)
        self.dialog: ErrorDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._show_waiting)

    def install(self) -> None:
        """Take over the hooks of Python; what they did before is still done."""
        self._hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        self._timer.start()

    def uninstall(self) -> None:
        """Give the hooks back."""
        if sys.excepthook == self._on_exception:
            sys.excepthook, threading.excepthook = self._hooks
        self._timer.stop()
        if self.dialog is not None:
            self.dialog.close()

    def report(self, error: BaseException) -> None:
        """Show an error; for one that the user can act on its sentence is enough."""
        details = "" if isinstance(error, LabError) else "".join(traceback.format_exception(error))
        self.say(self._sentence(error), details)

    def say(self, sentence: str, details: str = "") -> None:
        """Show a sentence with details; from the GUI thread."""
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.add(sentence, details)
            return
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = ErrorDialog(sentence, details, self._window)
        self.dialog.show()

    def _sentence(self, error: BaseException) -> str:
        if isinstance(error, LabError):
            return str(error)
        return self.tr("An unexpected {0}: {1}").format(type(error).__name__, error)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._hooks[0](kind, error, trace)
        if issubclass(kind, Exception):
            self._put(error)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        self._hooks[1](args)
        if isinstance(args.exc_value, Exception):
            self._put(args.exc_value)

    def _put(self, error: BaseException) -> None:
        """Leave the error where the GUI thread finds it; nothing is drawn here, whatever thread this is."""
        self._waiting.put((self._sentence(error), "".join(traceback.format_exception(error))))

    def _show_waiting(self) -> None:
        while not self._waiting.empty():
            self.say(*self._waiting.get_nowait())
