"""The data set: a bundled one, or a file of one's own, read beside the window before it is taken."""

import html
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QSizePolicy, QWidget

from app.controls.row import Row
from app.controls.text import choice_forms
from app.job import Job
from app.look.numbers import percent
from app.memory import datasets_folder
from mamlcore.data import BUNDLED, open_table

#: Imported data sets that the box lists.
LISTED = 8


def imported() -> list[str]:
    """Return the data sets that were imported last, the newest first."""
    found = sorted(datasets_folder().glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [str(path) for path in found[:LISTED]]


class DatasetRow(Row):
    """A bundled data set, or a file of one's own."""

    _job: Job | None = None

    def _build(self) -> list[QWidget]:
        self.combo = _QuietCombo(self)
        self.combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.combo.setFixedHeight(22)
        self.combo.activated.connect(self._on_activated)
        self.stop = QPushButton(self)
        self.stop.setFixedHeight(22)
        self.stop.setToolTip(self.tr("The file is being read. Click to leave it."))
        self.stop.clicked.connect(self._on_stop)
        self.stop.hide()  # takes the box's place while a file is read
        return [self.combo, self.stop]

    def inputs(self) -> list[QWidget]:
        """Return the box."""
        return [self.combo]

    def show_refusal(self, reason: str) -> None:
        """Go back to the set in use and say the reason."""
        super().show_refusal(reason)
        if reason:
            self._show()

    def choose_file(self) -> str:
        """Ask for a file; "" when the person changes their mind."""
        folder = str(Path(self.value).parent) if self.value not in BUNDLED else ""
        kinds = self.tr("Data sets (*.npz *.csv);;All files (*)")
        path, _ = QFileDialog.getOpenFileName(self.window(), self.tr("Choose a data set"), folder, kinds)
        return path

    def _show(self) -> None:
        with QSignalBlocker(self.combo):
            self.combo.clear()
            for name in BUNDLED:
                self.combo.addItem(choice_forms(name)[0], name)
            for own in dict.fromkeys((*([] if self.value in BUNDLED else [self.value]), *imported())):
                self.combo.addItem(Path(own).name, own)
                self.combo.setItemData(self.combo.count() - 1, html.escape(own), Qt.ItemDataRole.ToolTipRole)
            self.combo.addItem(self.tr("Choose file…"), "")
            self.combo.setCurrentIndex(self.combo.findData(self.value))

    def _on_activated(self, index: int) -> None:
        path = self.combo.itemData(index) or self.choose_file()
        self._show()
        if path and path != self.value:
            self._read(path)

    def _read(self, path: str) -> None:
        """Read the file in a thread: the settings that follow then find it in the reader's memory."""
        if path in BUNDLED:
            self.edited.emit(self.spec.path, path)
            return
        self._show_reading(True)
        self._on_progress(0.0)
        self._job = Job(lambda progress: open_table(path, progress), self)
        self._job.progressed.connect(self._on_progress)
        self._job.done.connect(lambda _: self._on_read(path))
        self._job.failed.connect(self._on_unreadable)
        self._job.cancelled.connect(lambda: self._show_reading(False))
        self._job.start()

    def _show_reading(self, reading: bool) -> None:
        self.combo.setVisible(not reading)
        self.stop.setVisible(reading)

    def _on_progress(self, share: float) -> None:
        self.stop.setText(self.tr("{0} read, cancel").format(percent(share, decimals=0)))

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_read(self, path: str) -> None:
        self._show_reading(False)
        self._show()
        self.edited.emit(self.spec.path, path)

    def _on_unreadable(self, error: object) -> None:
        self._show_reading(False)
        self.refused.emit(self.spec.path, str(error))


class _QuietCombo(QComboBox):
    """A box that leaves the wheel to the column unless it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
