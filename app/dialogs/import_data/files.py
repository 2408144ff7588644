"""Which files to import: asked for in a file dialog, or dropped on the window."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.files import file_dialog
from mamlcore.data import FORMATS

Take = Callable[[Sequence[Path]], None]


def ask_for_files(window: QWidget, take: Take, start: Path) -> None:
    """Ask for one or several files, in a folder to start with; take them when the person has chosen."""
    endings = dict.fromkeys(ending for kind in FORMATS.values() for ending in kind.endings)
    patterns = " ".join(f"*{ending}" for ending in endings)
    dialog = file_dialog(window, QCoreApplication.translate("ImportDialog", "Import data"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    kinds = QCoreApplication.translate("ImportDialog", "Data ({0})").format(patterns)
    dialog.setNameFilters([kinds, QCoreApplication.translate("ImportDialog", "All files (*)")])
    dialog.setDirectory(str(start if start.is_dir() else Path.home()))
    dialog.filesSelected.connect(lambda names: take([Path(name) for name in names]))
    dialog.open()


class DropTarget(QObject):
    """Lets files and folders be dropped on a window."""

    def __init__(self, window: QWidget, take: Take) -> None:
        super().__init__(window)
        self._take = take
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept what are local files; take them where they fall."""
        if isinstance(event, QDragEnterEvent) and _paths(event):
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop and _paths(event):
            event.acceptProposedAction()
            self._take(_paths(event))
            return True
        return super().eventFilter(watched, event)


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
