"""Which dialog opens when: one of a kind at a time, made when first needed."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from app.memory import data_folder
from app.offered import not_offered

if TYPE_CHECKING:
    from app.dialogs.study.watch import StudyWatch
    from app.wiring import Wiring


class Openings(QObject):
    """Opens dialogs beside the window. They are imported only here: none is needed to start."""

    def __init__(self, wiring: "Wiring") -> None:
        super().__init__(wiring)
        self._wiring = wiring
        self._open: dict[str, QDialog] = {}
        self._studies: StudyWatch | None = None

    def export(self) -> None:
        """Open the export for the newest snapshot."""
        from app.dialogs.export import ExportDialog  # noqa: PLC0415

        wiring, shot = self._wiring, self._wiring.session.snapshot
        if shot is None:
            return

        def make() -> QDialog:
            training = wiring.session.state == "running"
            name, theme = wiring.preset_name or shot.config.task.family, wiring.appearance.theme
            dialog = ExportDialog(shot, name, wiring.memory, theme, training, wiring.window)
            dialog.exported.connect(wiring.tidings.on_exported)
            dialog.failed.connect(wiring.reporter.report)
            dialog.copied.connect(wiring.tidings.on_command_copied)
            return dialog

        self._show("export", make)

    def import_data(self, paths: Sequence[Path] = ()) -> None:
        """Open the import of files or a folder; without any, ask for them first."""
        from app.dialogs.import_data.dialog import ImportDialog  # noqa: PLC0415
        from app.dialogs.import_data.files import ask_for_files  # noqa: PLC0415

        wiring = self._wiring
        if not paths:
            ask_for_files(wiring.window, self.import_data)
            return
        if "import" in self._open:
            self._open["import"].close()

        def make() -> QDialog:
            dialog = ImportDialog(paths, data_folder() / "datasets", wiring.appearance.theme, wiring.window)
            dialog.imported.connect(wiring.use_dataset)
            dialog.trouble.connect(wiring.reporter.report)
            return dialog

        self._show("import", make)

    def study(self) -> None:
        """Open the study of the tasks in use; a study that is under way goes on when its dialog is closed."""
        from app.dialogs.study.dialog import StudyDialog  # noqa: PLC0415
        from app.dialogs.study.watch import StudyWatch  # noqa: PLC0415

        wiring, shot = self._wiring, self._wiring.session.snapshot
        if shot is None:
            return
        if self._studies is None:
            self._studies = StudyWatch(self)
            self._studies.ended.connect(wiring.tidings.on_study_ended)
        studies = self._studies

        def make() -> QDialog:
            home, theme = data_folder() / "studies", wiring.appearance.theme
            dialog = StudyDialog(shot.config, not_offered(shot), home, studies, theme, wiring.window)
            dialog.trouble.connect(wiring.reporter.report)
            return dialog

        self._show("study", make)

    def shift(self) -> None:
        """Open the shift of what is trained now."""
        from app.dialogs.shift import ShiftDialog  # noqa: PLC0415

        wiring, shot = self._wiring, self._wiring.session.snapshot
        if shot is None:
            return

        def make() -> QDialog:
            dialog = ShiftDialog(shot, wiring.appearance.theme, wiring.window)
            dialog.saved.connect(wiring.tidings.on_shift_saved)
            dialog.trouble.connect(wiring.reporter.report)
            return dialog

        self._show("shift", make)

    def shortcuts(self) -> None:
        """Show every key."""
        from app.dialogs.about import ShortcutsDialog  # noqa: PLC0415

        self._show("shortcuts", lambda: ShortcutsDialog(self._wiring.window.commands.shortcuts(), self._wiring.window))

    def about(self) -> None:
        """Show what this program is."""
        from app.dialogs.about import AboutDialog  # noqa: PLC0415

        self._show("about", lambda: AboutDialog(self._wiring.window))

    def close(self) -> None:
        """Close whatever is open; each even when another fails."""
        with ExitStack() as steps:
            if self._studies is not None:
                steps.callback(self._studies.close)
            for dialog in self._open.values():
                steps.callback(dialog.close)

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
        dialog.show()
