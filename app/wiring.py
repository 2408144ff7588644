"""Which action calls what: the only place that knows window, session, files and dialogs together."""

import sys
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from app.autosave import Autosave
from app.dialogs.error import Reporter
from app.dialogs.import_data.files import DropTarget
from app.files import Files
from app.frame.body import Body
from app.frame.window import Window
from app.look.appearance import CHOICES, Appearance
from app.look.numbers import count
from app.look.said import translated
from app.memory import Memory
from app.openings import Openings
from app.session import Session
from app.tidings import Tidings
from mamlcore import __version__
from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.export import command
from mamlcore.presets import load_preset, preset_label, preset_names, preset_of, preset_summary
from mamlcore.script import script
from mamlcore.snapshot import Snapshot

STATUS_MS = 250


class Wiring(QObject):
    """Connects everything, once; lives as long as the window."""

    def __init__(
        self, window: Window, body: Body, session: Session, memory: Memory, appearance: Appearance,
        reporter: Reporter, autosave: Autosave,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.window, self.body, self.session, self.memory = window, body, session, memory
        self.appearance, self.reporter, self.autosave = appearance, reporter, autosave
        self.files = Files(session, memory, window.commands.recent_menu, window)
        self.tidings = Tidings(window, session, self.files, autosave)
        self.openings = Openings(session, memory, appearance, window)
        self._clock = QTimer(self)
        self._clock.setInterval(STATUS_MS)
        self._clock.timeout.connect(self._show_counts)
        self._connect_session()
        self._connect_dialogs()
        self._connect_actions()
        DropTarget(window, self.openings.import_data)
        self._offer_presets()
        self._clock.start()

    # -- what was asked for -------------------------------------------------------------------------------

    def choose_preset(self, name: str) -> None:
        """Replace all settings by a preset's."""
        self.session.replace(load_preset(name))
        self.files.forget_path()

    def show_preset(self, name: str) -> None:
        """Show which preset the settings came from."""
        self.window.toolbar.show_preset(name)
        for action in self.window.commands.presets.actions():
            action.setChecked(action.data() == name)

    def show_preset_of(self, config: Config) -> None:
        """Show the preset that holds exactly these settings, if there is one."""
        self.show_preset(preset_of(config))

    def copy_command(self) -> None:
        """Put the command that repeats this run on the clipboard."""
        shot = self.session.snapshot
        if shot is not None:
            QGuiApplication.clipboard().setText(command(shot.config, max(1, shot.iteration)))
            self.tidings.on_command_copied()

    def copy_script(self) -> None:
        """Put the script that trains this theta on the clipboard, or say why there is none."""
        shot = self.session.snapshot
        if shot is None:
            return
        try:
            text = script(shot, __version__)
        except LabError as error:
            self.reporter.report(error)
            return
        QGuiApplication.clipboard().setText(text)
        self.window.status.say(self.tr("Copied the script that repeats this run"))

    def use_dataset(self, path: Path, fitting: dict[str, int]) -> None:
        """Train on a data set that was imported: the preset for real data, with the N, K and Q that it allows."""
        settings = {"task.dataset": str(path), **fitting}
        self.session.replace(load_preset("letters").with_settings(settings))
        self.files.forget_path()
        self.window.status.say(self.tr("Imported {0}; press Run to train on it").format(path.name))

    def copy_plot(self) -> None:
        """Put a picture of a panel on the clipboard."""
        found = self.body.picture()
        if found is not None:
            title, picture = found
            QGuiApplication.clipboard().setPixmap(picture)
            self.window.status.say(self.tr("Copied the picture of “{0}”").format(title))

    def evaluate_or_cancel(self) -> None:
        """Start a full evaluation, or give up the one under way."""
        if self.session.state == "evaluating":
            self.session.cancel()
        else:
            self.session.evaluate()

    def close(self) -> None:
        """Stop the thread, save what there is, close what is open; each even when one of them fails."""
        self._clock.stop()
        with ExitStack() as steps:
            steps.callback(self.memory.save)
            steps.callback(self.autosave.close)
            steps.callback(self._stop_session)
            steps.callback(self.openings.close)
            steps.callback(self.reporter.uninstall)

    def _stop_session(self) -> None:
        if not self.session.stop():
            print("maml-lab: the training thread did not stop within 2 s; it is left behind", file=sys.stderr)

    # -- wiring -------------------------------------------------------------------------------------------

    def _connect_session(self) -> None:
        session, window = self.session, self.window
        session.snapshot_changed.connect(self.body.show_snapshot)
        session.snapshot_changed.connect(self.autosave.show_snapshot)
        session.snapshot_changed.connect(self._on_snapshot)
        session.state_changed.connect(self._on_state)
        session.progress_changed.connect(window.toolbar.set_progress)
        session.refused.connect(self.tidings.on_refused)
        session.failed.connect(self.tidings.on_failed)
        session.trouble.connect(self.reporter.report)
        session.config_replaced.connect(self._on_replaced)
        self.files.said.connect(window.status.say)
        self.files.path_changed.connect(self._on_path)
        self.autosave.found.connect(self.tidings.on_found)
        self.autosave.failed.connect(self.tidings.on_autosave_failed)
        window.closing.connect(self.close)

    def _connect_dialogs(self) -> None:
        openings, tidings = self.openings, self.tidings
        openings.exported.connect(tidings.on_exported)
        openings.command_copied.connect(tidings.on_command_copied)
        openings.imported.connect(self.use_dataset)
        openings.shift_saved.connect(tidings.on_shift_saved)
        openings.study_ended.connect(tidings.on_study_ended)
        openings.trouble.connect(self.reporter.report)
        tidings.export_wanted.connect(openings.export)
        tidings.details_wanted.connect(self.reporter.say)

    def _connect_actions(self) -> None:
        act = self.window.commands
        plan = {
            "open": self.files.open, "import_data": self.openings.import_data,
            "save": self.files.save, "save_as": self.files.save_as,
            "export": self.openings.export, "shift": self.openings.shift, "study": self.openings.study,
            "copy_command": self.copy_command, "copy_script": self.copy_script, "quit": self.window.close,
            "run": self.session.toggle, "step": self.session.step, "reset": self.session.reset,
            "evaluate": self.evaluate_or_cancel, "copy_plot": self.copy_plot,
            "reset_layout": self.body.area.arrange, "shortcuts": self.openings.shortcuts, "about": self.openings.about,
        }  # fmt: skip
        for name, call in plan.items():
            act[name].triggered.connect(lambda _checked=False, call=call: call())
        for choice in CHOICES:
            act[f"theme_{choice}"].triggered.connect(
                lambda _checked=False, choice=choice: self.appearance.choose(choice)
            )
        act["full_screen"].triggered.connect(self.window.set_full_screen)
        act.presets.triggered.connect(lambda action: self.choose_preset(action.data()))
        self.window.toolbar.preset_chosen.connect(self.choose_preset)
        self.window.space_pressed.connect(act["run"].trigger)

    def _offer_presets(self) -> None:
        labels = {name: translated(preset_label(name)) for name in preset_names()}
        for name, label in labels.items():
            self.window.commands.add_preset(name, label, translated(preset_summary(name)))
        self.window.toolbar.set_presets(labels)

    # -- what the session says ----------------------------------------------------------------------------

    def _on_snapshot(self, shot: Snapshot) -> None:
        self.window.commands.set_test_tasks(shot.config.evaluation.tasks)
        if self.session.state == "loading":
            self._show_counts()

    def _on_state(self, state: str) -> None:
        has_picture = self.session.snapshot is not None
        self.window.commands.set_state(state, has_picture)
        self.window.toolbar.set_state(state)
        self.window.status.set_state(state)
        self.autosave.set_training(state in ("running", "evaluating"))
        if state in ("running", "ready", "paused"):
            self.window.notices.drop("fault")
        if state == "running":
            self.window.notices.drop("memory")
            self.window.notices.drop("autosave")  # it stays on offer in the menu
        self._show_counts()

    def _on_replaced(self, config: Config) -> None:
        self.window.notices.drop("fault")
        self.show_preset_of(config)

    def _on_path(self, path: object) -> None:
        name = getattr(path, "name", "")
        self.window.setWindowTitle(f"{name} – MAML Lab" if name else "MAML Lab")

    def _show_counts(self) -> None:
        shot = self.session.snapshot
        if shot is None:
            return
        self.window.status.show_counts(shot, self.session.rate, self.session.frames_per_second())
        self.window.status.rest(self._autosave_text(shot))

    def _autosave_text(self, shot: Snapshot) -> str:
        if self.session.fault is not None:
            return self.tr("θ of iteration {0} kept").format(count(shot.iteration))
        age, iteration = self.autosave.age, self.autosave.iteration
        if age is None or iteration is None:
            return self.tr("Nothing to save yet") if shot.iteration == 0 else self.tr("Not autosaved yet")
        text = (
            self.tr("θ of iteration {0} autosaved {1} s ago")
            if age < 120
            else self.tr("θ of iteration {0} autosaved {1} min ago")
        )
        return text.format(count(iteration), round(age if age < 120 else age / 60))
