"""Which dialog opens when: one of a kind at a time, made when first needed."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtWidgets import QDialog

from app.frame.window import Window
from app.look.appearance import Appearance
from app.memory import Memory, data_folder, datasets_folder
from app.offered import not_offered
from app.session import Session
from mamlcore.presets import preset_of
from mamlcore.snapshot import Snapshot

if TYPE_CHECKING:
    from app.dialogs.study.watch import StudyWatch


FRAME = QSize(16, 48)  # what a window manager puts around a dialog, px


class Openings(QObject):
    """Opens dialogs beside the window and passes on what comes of them.

    Dialogs are imported only here: none is needed to start.
    """

    exported = Signal(object, object)  # folder, list of paths
    command_copied = Signal()
    imported = Signal(object, object)  # Path of a data set, the settings that it allows
    shift_saved = Signal(object)  # folder
    study_ended = Signal(object, object)  # StudyState, folder
    trouble = Signal(object)  # Exception

    def __init__(self, session: Session, memory: Memory, appearance: Appearance, window: Window) -> None:
        super().__init__(window)
        self._session, self._memory, self._appearance, self._window = session, memory, appearance, window
        self._open: dict[str, QDialog] = {}
        self._studies: StudyWatch | None = None

    def export(self) -> None:
        """Open the export for the newest snapshot."""
        from app.dialogs.export import ExportDialog  # noqa: PLC0415

        def make(shot: Snapshot) -> QDialog:
            training = self._session.state == "running"
            name, theme = preset_of(shot.config) or shot.config.task.family, self._appearance.theme
            dialog = ExportDialog(shot, name, self._memory, theme, training, self._window)
            dialog.exported.connect(self.exported)
            dialog.failed.connect(self.trouble)
            dialog.copied.connect(self.command_copied)
            return dialog

        self._show_for_run("export", make)

    def import_data(self, paths: Sequence[Path] = ()) -> None:
        """Open the import of files or a folder; without any, ask for them first."""
        from app.dialogs.import_data.dialog import ImportDialog  # noqa: PLC0415
        from app.dialogs.import_data.files import ask_for_files  # noqa: PLC0415

        if not paths:
            ask_for_files(self._window, self.import_data, Path(self._memory.text("import/folder", str(Path.home()))))
            return
        self._memory.keep("import/folder", str(paths[0].absolute().parent))
        if "import" in self._open:
            self._open["import"].close()

        def make() -> QDialog:
            dialog = ImportDialog(paths, datasets_folder(), self._window)
            dialog.imported.connect(self.imported)
            dialog.trouble.connect(self.trouble)
            return dialog

        self._show("import", make)

    def study(self) -> None:
        """Open the study of the tasks in use; a study that is under way goes on when its dialog is closed."""
        from app.dialogs.study.dialog import StudyDialog  # noqa: PLC0415
        from app.dialogs.study.watch import StudyWatch  # noqa: PLC0415

        if self._studies is None:
            self._studies = StudyWatch(self)
            self._studies.ended.connect(self.study_ended)
        studies = self._studies

        def make(shot: Snapshot) -> QDialog:
            home, theme = data_folder() / "studies", self._appearance.theme
            dialog = StudyDialog(shot.config, not_offered(shot), home, studies, theme, self._window)
            dialog.trouble.connect(self.trouble)
            return dialog

        open_one, shot = self._open.get("study"), self._session.snapshot
        if isinstance(open_one, StudyDialog) and shot is not None and open_one.config != shot.config:
            open_one.close()  # it plans on the settings of the window, and these are others now
        self._show_for_run("study", make)

    def shift(self) -> None:
        """Open the shift of what is trained now."""
        from app.dialogs.shift import ShiftDialog  # noqa: PLC0415

        def make(shot: Snapshot) -> QDialog:
            dialog = ShiftDialog(shot, self._appearance.theme, self._window)
            dialog.saved.connect(self.shift_saved)
            dialog.trouble.connect(self.trouble)
            return dialog

        open_one, shot = self._open.get("shift"), self._session.snapshot
        if isinstance(open_one, ShiftDialog) and open_one.isVisible() and shot is not None:
            open_one.renew(shot)
        self._show_for_run("shift", make)

    def shortcuts(self) -> None:
        """Show every key."""
        from app.dialogs.about import ShortcutsDialog  # noqa: PLC0415

        self._show("shortcuts", lambda: ShortcutsDialog(self._window.commands.shortcuts(), self._window))

    def about(self) -> None:
        """Show what this program is."""
        from app.dialogs.about import AboutDialog  # noqa: PLC0415

        self._show("about", lambda: AboutDialog(self._window))

    def close(self) -> None:
        """Close whatever is open; each even when another fails."""
        with ExitStack() as steps:
            if self._studies is not None:
                steps.callback(self._studies.close)
            for dialog in self._open.values():
                steps.callback(dialog.close)

    def _show_for_run(self, name: str, make: Callable[[Snapshot], QDialog]) -> None:
        """Show a dialog about the newest snapshot; nothing while there is none."""
        shot = self._session.snapshot
        if shot is not None:
            self._show(name, lambda: make(shot))

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        """Bring the open dialog of this name to the front, or make a new one in place of one that was closed."""
        old = self._open.get(name)
        if old is not None and old.isVisible():
            old.raise_()
            old.activateWindow()
            return
        if old is not None:
            old.deleteLater()
        self._open[name] = dialog = make()
        room = self._window.screen().availableGeometry().size() - FRAME
        dialog.resize(dialog.size().boundedTo(room).expandedTo(dialog.minimumSizeHint()))
        dialog.show()
