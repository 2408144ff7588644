"""Sessions on disk: open, save, the recent ones."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.autosave import Found
from app.look.numbers import count
from app.memory import Memory
from app.session import Session

SUFFIX = ".maml-lab"
#: Qt's own file dialog (where the desktop has none) keeps its small buttons.
_FILE_DIALOG_STYLE = "QToolButton { padding: 2px; min-height: 18px; min-width: 18px; }"


def file_dialog(parent: QWidget, title: str) -> QFileDialog:
    """Return a file dialog that goes when it is closed."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setStyleSheet(_FILE_DIALOG_STYLE)
    return dialog


def folder_dialog(parent: QWidget, title: str) -> QFileDialog:
    """Return one that asks for a folder and shows nothing else."""
    dialog = file_dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return dialog


class Files(QObject):
    """Asks for places and keeps the list of recent files."""

    said = Signal(str)  # what was done, for the status bar
    path_changed = Signal(object)  # Path | None: the file that Save writes to

    def __init__(self, session: Session, memory: Memory, menu: QMenu, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._memory, self._menu, self._window = session, memory, menu, window
        self._path: Path | None = None
        self._found: Found | None = None
        menu.aboutToShow.connect(self._fill_menu)
        session.saved.connect(self._on_saved)
        session.opened.connect(self._on_opened)

    @property
    def path(self) -> Path | None:
        """The file that Save writes to, once there is one."""
        return self._path

    def open(self) -> None:
        """Ask for a file and continue from it."""
        dialog = self._dialog(self.tr("Open session"), QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setDirectory(self._start())
        dialog.fileSelected.connect(lambda name: self._session.open(Path(name)))
        dialog.open()

    def save(self) -> None:
        """Save to the file in use; ask when there is none yet."""
        if self._path is None:
            self.save_as()
        else:
            self._session.save(self._path)

    def save_as(self) -> None:
        """Ask for a file and save to it."""
        dialog = self._dialog(self.tr("Save session"), QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX)
        dialog.selectFile(str(self._path or Path(self._start()) / self.tr("session{0}").format(SUFFIX)))
        dialog.fileSelected.connect(lambda name: self._session.save(Path(name)))
        dialog.open()

    def offer(self, found: Found | None) -> None:
        """List what an earlier start autosaved."""
        self._found = found

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = file_dialog(self._window, title)
        dialog.setAcceptMode(mode)
        dialog.setNameFilter(self.tr("MAML Lab sessions (*{0} *.npz)").format(SUFFIX))
        return dialog

    def forget_path(self) -> None:
        """Let the next Save ask: another experiment has begun."""
        self._set_path(None)

    def _start(self) -> str:
        recent = self._memory.recent()
        return str(recent[0].parent if recent else Path.home())

    def _fill_menu(self) -> None:
        """List the files that are still there."""
        self._menu.clear()
        if self._found is not None:
            checkpoint = self._found.checkpoint
            text = self.tr("Last autosave, iteration {0}").format(count(checkpoint.iteration))
            self._menu.addAction(text).triggered.connect(lambda: self._session.resume(checkpoint))
            self._menu.addSeparator()
        for number, path in enumerate(self._memory.recent(), 1):
            text = str(path).replace(str(Path.home()), "~", 1)
            action = self._menu.addAction(f"&{number}  {text}")
            action.triggered.connect(lambda _checked=False, chosen=path: self._session.open(chosen))
        if self._menu.isEmpty():
            self._menu.addAction(self.tr("No sessions yet")).setEnabled(False)
        else:
            self._menu.addSeparator()
            self._menu.addAction(self.tr("Clear list")).triggered.connect(self._memory.forget_recent)

    def _on_saved(self, path: Path) -> None:
        self._set_path(path)
        self._memory.add_recent(path)
        self.said.emit(self.tr("Saved the session to {0}").format(short(path)))

    def _on_opened(self, path: Path) -> None:
        self._set_path(path)
        self._memory.add_recent(path)
        self.said.emit(self.tr("Opened {0}").format(short(path)))

    def _set_path(self, path: Path | None) -> None:
        self._path = path
        self.path_changed.emit(path)


def short(path: Path) -> str:
    """Return a path with the home folder as ~."""
    text, home = str(path), str(Path.home())
    return "~" + text[len(home) :] if text.startswith(home + "/") else text
