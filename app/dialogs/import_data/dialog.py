"""Import data: look at a file first, choose how it is read, then use it. Not modal; the run goes on."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.dialogs.import_data.form import ChoicesForm
from app.dialogs.import_data.found import FoundView
from app.job import Newest
from mamlcore.data import Choices, Preview, fitting, inspect, taken, write_dataset
from mamlcore.data.sources import format_of
from mamlcore.errors import LabError
from mamlcore.evaluate import Progress

SETTLE_MS = 250


class ImportDialog(QDialog):
    """Previews are made in a thread, the newest choices win; nothing is written before Import is pressed."""

    imported = Signal(object, object)  # Path of the data set, {"task.n_way": ...} that it allows
    trouble = Signal(object)  # Exception that is no fault of the file

    def __init__(self, paths: Sequence[Path], home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import data"))
        self._paths = list(paths)
        self._preview: Preview | None = None
        self._work = Newest(self)
        self._work.changed.connect(self._follow)
        self._work.progressed.connect(lambda share: self.bar.setValue(round(1000 * share)))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._look)
        self.form, self.found = ChoicesForm(self), FoundView(self)
        self.found.show_waiting(", ".join(path.name for path in self._paths[:4]))
        self._lay_out(home)
        self.form.changed.connect(self._on_changed)
        self.found.fix_wanted.connect(self._on_fix)
        self._look()

    @property
    def preview(self) -> Preview | None:
        """What is shown, when it is what the choices ask for."""
        return self._preview

    # -- the parts ----------------------------------------------------------------------------------------

    def _lay_out(self, home: Path) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        middle = QHBoxLayout()
        middle.setSpacing(28)
        left = QVBoxLayout()
        left.addWidget(self.form)
        left.addStretch(1)
        middle.addLayout(left)
        middle.addWidget(self.found, 1)
        column.addLayout(middle, 1)
        column.addLayout(self._file_row(home))
        column.addLayout(self._buttons())
        self.resize(1080, 640)

    def _file_row(self, home: Path) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        label = QLabel(self.tr("Data set"), self)
        label.setProperty("tone", "second")
        stem = re.sub(r"[^\w.-]+", "-", self._paths[0].name.partition(".")[0]) or "data"
        self.file_edit = QLineEdit(str(home / f"{stem}.npz"), self)
        self.file_edit.textChanged.connect(self._follow)
        label.setBuddy(self.file_edit)
        row.addWidget(label)
        row.addWidget(self.file_edit, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(180)
        self.bar.setAccessibleName(self.tr("Reading"))
        self.note = QLabel(self)
        self.note.setProperty("tone", "second")
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.cancel_button.setProperty("role", "quiet")
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.close)
        self.import_button = QPushButton(self.tr("Import and use"), self)
        self.import_button.setProperty("role", "primary")
        self.import_button.setDefault(True)
        self.import_button.clicked.connect(self.start)
        row.addWidget(self.bar)
        row.addWidget(self.note, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.import_button)
        return row

    # -- looking ------------------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        self._preview = None
        self._settle.start()
        self._follow()

    def _on_fix(self, fix: Mapping[str, Any]) -> None:
        try:
            self.form.take(Choices.of({**self.form.value(), **fix}))
        except LabError as error:
            self.found.show_error(str(error))
            return
        self._on_changed()

    def _look(self) -> None:
        """Look at the file in a thread as the newest choices say."""
        try:
            choices = Choices.of(self.form.value())
        except LabError as error:
            self.found.show_error(str(error))
            return
        paths = list(self._paths)
        self._work.begin(lambda progress: inspect(paths, choices, progress), self._on_seen, self._on_failed)

    def _on_seen(self, preview: Preview) -> None:
        self._preview = preview
        self.form.show_preview(preview)
        self.found.show_preview(preview)

    # -- doing it -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Write the data set and say that it is there; imported follows."""
        preview, path = self._preview, Path(self.file_edit.text().strip()).expanduser()
        if preview is None or self._work.busy:
            return

        def work(_progress: Progress) -> tuple[Path, dict[str, int]]:
            write_dataset(path, taken(preview))
            return path, fitting(preview)

        self._work.begin(work, self._on_written, self._on_failed)

    def done(self, result: int) -> None:
        """Leave; what is being read is given up, and nothing is left behind."""
        self._settle.stop()
        self._work.abandon()
        super().done(result)

    def _on_written(self, found: tuple[Path, dict[str, int]]) -> None:
        self.imported.emit(*found)
        self.close()

    def _on_failed(self, error: Exception) -> None:
        self.found.show_error(str(error))
        with suppress(LabError):  # another choice may help
            self.form.show_format(format_of(self._paths, Choices(format=self.form.value()["format"])))
        if not isinstance(error, LabError):
            self.trouble.emit(error)

    def _follow(self) -> None:
        busy, preview = self._work.busy, self._preview
        ready = preview is not None and preview.table is not None and self.file_edit.text().strip().endswith(".npz")
        self.bar.setVisible(busy)
        self.import_button.setEnabled(ready and not busy)
        wrong = not self.file_edit.text().strip().endswith(".npz")
        there = Path(self.file_edit.text().strip()).expanduser().exists()
        note = self.tr("A data set must be written to a file that ends in .npz") if wrong else ""
        self.note.setText(note or (self.tr("The file lies there and will be replaced") if there else ""))
