"""Export: everything a run can be taken away as, into one folder. Not modal; training goes on."""

from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.export_items import GROUPS, Item, files_for, items, translated
from app.dialogs.export_look import LookRow
from app.dialogs.preview import Preview
from app.files import folder_dialog
from app.job import Newest
from app.look.numbers import count
from app.look.theme import Theme
from app.memory import Memory
from mamlcore.export import command, export_files, files_of
from mamlcore.figures import Look
from mamlcore.snapshot import Snapshot


class ExportDialog(QDialog):
    """Takes the snapshot of the moment it was opened."""

    exported = Signal(object, object)  # folder, list of paths
    failed = Signal(object)  # the exception
    copied = Signal()  # the command lies on the clipboard

    def __init__(
        self, shot: Snapshot, name: str, memory: Memory, theme: Theme,
        training: bool = False, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self.setStyleSheet(f"ExportDialog {{ background: {theme.card}; border: 1px solid {theme.hairline}; }}")
        self._shot, self._memory, self._theme = shot, memory, theme
        self._there = list(files_of(shot))
        self._work = Newest(self)
        self._work.progressed.connect(lambda share: self._bar.setValue(round(1000 * share)))
        self._work.changed.connect(self._follow)
        self.boxes: dict[str, QCheckBox] = {}
        self.preview = Preview(shot, theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._heading(training))
        middle = QHBoxLayout()
        middle.setSpacing(40)
        middle.addLayout(self._choices())
        middle.addLayout(self._right())
        column.addLayout(middle)
        column.addLayout(self._folder_row(default_folder(name)))
        column.addLayout(self._buttons())
        self._follow()
        self._on_look()
        self.preview.draw()

    # -- what is chosen -----------------------------------------------------------------------------------

    def files(self) -> list[str]:
        """Return the names of the files that are chosen."""
        boxes = ((item, self.boxes[item.key]) for item in items())
        chosen = [files_for(item, self._there) for item, box in boxes if box.isEnabled() and box.isChecked()]
        return [name for names in chosen for name in names]

    def look(self) -> Look:
        """Return how pictures are drawn."""
        return self.look_row.look()

    def folder(self) -> Path:
        """Return where the files go."""
        return Path(self.folder_edit.text().strip()).expanduser()

    # -- the parts ----------------------------------------------------------------------------------------

    def _heading(self, training: bool) -> QLabel:
        going_on, resting = self.tr("The picture of iteration {0}; training goes on"), self.tr("Iteration {0}")
        label = QLabel((going_on if training else resting).format(count(self._shot.iteration)), self)
        label.setProperty("tone", "second")
        return label

    def _choices(self) -> QVBoxLayout:
        """Return the groups but the last, which stands below the preview: all in one column would be too high."""
        column = QVBoxLayout()
        column.setSpacing(0)
        for group in GROUPS[:-1]:
            column.addLayout(self._group(*group))
            column.addSpacing(14)
        column.addStretch(1)
        return column

    def _group(self, title: str, group: tuple[Item, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        label = QLabel(translated(title), self)
        label.setProperty("tone", "group")
        column.addWidget(label)
        for item in group:
            self._add_item(column, item)
        return column

    def _add_item(self, column: QVBoxLayout, item: Item) -> None:
        box = QCheckBox(translated(item.text), self)
        box.setChecked(bool(self._memory.number(f"export/{item.key}", int(item.on), 0, 1)))
        if reason := self._lacking(item):
            box.setEnabled(False)
            box.setToolTip(reason)
        box.toggled.connect(self._follow)
        self.boxes[item.key] = box
        note = ", ".join(part for part in (*item.files, translated(item.note)) if part)
        hint = QLabel(note, self)
        hint.setProperty("tone", "hint")
        hint.setContentsMargins(23, 0, 0, 2)
        column.addWidget(box)
        column.addWidget(hint)

    def _lacking(self, item: Item) -> str:
        """Return why an item can't be had in this run, or ""."""
        if item.needs_theta and not self._shot.has_theta:
            return self.tr("None of the learners in this run has network weights")
        return "" if files_for(item, self._there) else self.tr("None of the learners in this run is trained")

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(self.preview)
        self.look_row = LookRow(self._memory, self._theme, self)
        self.look_row.changed.connect(self._on_look)
        column.addWidget(self.look_row)
        column.addSpacing(14)
        column.addLayout(self._group(*GROUPS[-1]))
        column.addStretch(1)
        return column

    def _folder_row(self, folder: str) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        label = QLabel(self.tr("Folder"), self)
        label.setProperty("tone", "second")
        self.folder_edit = QLineEdit(folder, self)
        self.folder_edit.setMinimumHeight(28)
        self.folder_edit.textChanged.connect(self._follow)
        label.setBuddy(self.folder_edit)
        choose = QPushButton(self.tr("Choose…"), self)
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose_folder)
        row.addWidget(label)
        row.addWidget(self.folder_edit, 1)
        row.addWidget(choose)
        column = QVBoxLayout()
        column.addLayout(row)
        self._note = QLabel(self)
        self._note.setProperty("tone", "hint")
        column.addWidget(self._note)
        return column

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        copy = QPushButton(self.tr("Copy command that repeats this run"), self)
        copy.setProperty("role", "quiet")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._copy_command)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setFixedWidth(140)
        self._bar.hide()
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.cancel_button.setProperty("role", "quiet")
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.export_button = QPushButton(self)
        self.export_button.setProperty("role", "primary")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.start)
        row.addWidget(copy)
        row.addStretch(1)
        for widget in (self._bar, self.cancel_button, self.export_button):
            row.addWidget(widget)
        return row

    # -- doing it -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Write the chosen files in a thread; exported or failed follows."""
        if self._work.busy or not self.files():
            return
        self._remember()
        folder, shot, names, look = self.folder(), self._shot, self.files(), self.look()
        write = partial(export_files, folder, shot, names, look)
        self._work.begin(write, lambda paths: self._on_done(folder, paths), self.failed.emit)

    def done(self, result: int) -> None:
        """Stop what is under way, however the dialog is left; files written until then are whole."""
        self.preview.stop()
        self._work.abandon(timeout=10.0)
        super().done(result)

    def _on_done(self, folder: Path, paths: list[Path]) -> None:
        self.exported.emit(folder, paths)
        self.close()

    def _on_cancel(self) -> None:
        if self._work.busy:
            self._work.cancel()
        else:
            self.close()

    def _on_look(self) -> None:
        self.preview.set_look(self.look())

    def _choose_folder(self) -> None:
        dialog = folder_dialog(self, self.tr("Folder of the export"))
        dialog.setDirectory(str(_existing(self.folder())))
        dialog.fileSelected.connect(self.folder_edit.setText)
        dialog.open()

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(command(self._shot.config, max(1, self._shot.iteration)))
        self.copied.emit()

    def _remember(self) -> None:
        for item in items():
            self._memory.keep(f"export/{item.key}", int(self.boxes[item.key].isChecked()))
        self.look_row.remember()

    def _follow(self) -> None:
        """Make the button say what it will do, and the note what it will replace."""
        busy, files = self._work.busy, self.files()
        one = self.tr("Export 1 file")
        text = one if len(files) == 1 else self.tr("Export {0} files").format(len(files))
        self.export_button.setText(self.tr("Exporting…") if busy else text)
        self.export_button.setEnabled(bool(files) and bool(self.folder_edit.text().strip()) and not busy)
        self._bar.setVisible(busy)
        there = _count_existing(self.folder(), files)
        replaced = self.tr("Files of these names lie there and will be replaced: {0}").format(there)
        self._note.setText(replaced if there else "")
        self._note.setVisible(bool(there))


def default_folder(name: str) -> str:
    """Return ``~/MAML Lab/<name> <date time>``."""
    return f"~/MAML Lab/{name} {datetime.now():%Y-%m-%d %H-%M}"


def _count_existing(folder: Path, names: list[str]) -> int:
    try:
        return sum((folder / name).exists() for name in names)
    except (OSError, ValueError):
        return 0


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next((place for place in (folder, *folder.parents) if place.is_dir()), Path.home())
