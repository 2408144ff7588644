"""What the window says when something happened: notices above the plots, lines in the status bar."""

import math
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.autosave import Autosave, Found
from app.files import Files, short
from app.frame.notice import Button, Notice
from app.frame.window import Window
from app.look.numbers import count, setting_number
from app.look.said import said, translated
from app.session import Session
from mamlcore.config import SETTINGS, Config
from mamlcore.snapshot import Fault, Snapshot
from mamlcore.tasks import FAMILIES
from mamlcore.wording import name_of, value_text

if TYPE_CHECKING:
    from mamlcore.study.background import StudyState


class Tidings(QObject):
    """Words and buttons for refusals, faults, autosaves, exports."""

    export_wanted = Signal()
    details_wanted = Signal(str, str)  # a sentence, its details

    def __init__(self, window: Window, session: Session, files: Files, autosave: Autosave) -> None:
        super().__init__(window)
        self._notices, self._status = window.notices, window.status
        self._session, self._files, self._autosave = session, files, autosave
        self._to_export: Config | None = None  # settings that the kept theta is to have again before its export
        session.snapshot_changed.connect(self._on_snapshot)

    def on_refused(self, reason: str) -> None:
        """Say why the newest settings were not taken over; "" takes it back."""
        if not reason:
            self._notices.drop("refused")
            return
        back = Button(self.tr("Back to the settings in use"), self._back_to_used, "outline", closes=True)
        shot = self._session.snapshot
        goes_on = self.tr("The run goes on with the settings before.") if shot is not None else ""
        headline = self.tr("These settings cannot be used.")
        self._notices.say(
            "refused", Notice(headline, f"{reason} {goes_on}".strip(), (back,) if shot is not None else ())
        )

    def on_failed(self, fault: Fault) -> None:
        """Say why the run has stopped by itself, and what to try."""
        way_out = self._way_out(fault)
        buttons = [] if way_out is None else [way_out]
        if self._session.snapshot is not None:
            buttons.append(self._export(fault))
        if fault.kind != "diverged":
            show = partial(self.details_wanted.emit, fault.reason, fault.details)
            buttons.append(Button(self.tr("Details"), show))
        buttons.append(Button(self.tr("Copy details"), lambda: self._copy(fault)))
        headline = self.tr("Stopped: {0}").format(said(fault.reason))
        self._notices.say("fault", Notice(headline, said(fault.remedy), buttons))

    def on_found(self, found: Found | None) -> None:
        """Offer to continue where an earlier start left off."""
        if found is None or found.checkpoint.iteration == 0:
            return
        self._files.offer(found)
        if self._session.state == "running":
            return
        headline = self.tr("Continue where you left off?")
        text = self.tr("Iteration {0} of “{1}”, autosaved {2}.")
        family = translated(FAMILIES[found.checkpoint.config.task.family].label)
        detail = text.format(count(found.checkpoint.iteration), family, self._ago(time.time() - found.saved_at))
        buttons = (
            Button(self.tr("Continue"), lambda: self._session.resume(found.checkpoint), "primary", closes=True),
            Button(self.tr("Discard"), self._discard, "quiet", closes=True),
        )
        self._notices.say("autosave", Notice(headline, detail, buttons, warns=False))

    def on_autosave_failed(self, error: Exception) -> None:
        """Say that autosave does not work, once; it is tried again each time."""
        headline = self.tr("Autosave does not work.")
        self._notices.say("autosave_failed", Notice(headline, str(error)))

    def on_forgotten(self, why: str) -> None:
        """Say that the remembered settings could not be used."""
        texts = {
            "damaged": self.tr("The file with the layout and settings of the window is damaged."),
            "version": self.tr("The layout and settings of the window come from another version."),
            "layout": self.tr("The remembered layout does not fit this version."),
        }
        if why:
            detail = self.tr("The window starts with its defaults; your sessions are not touched.")
            self._notices.say("memory", Notice(texts[why], detail, warns=False))

    def on_exported(self, folder: Path, paths: list[Path]) -> None:
        """Say what was exported and where."""
        text = self.tr("Exported 1 file to {1}") if len(paths) == 1 else self.tr("Exported {0} files to {1}")
        self._status.say(text.format(len(paths), short(folder)))

    def on_command_copied(self) -> None:
        """Say that the command lies on the clipboard."""
        shot = self._session.snapshot
        text = self.tr("Copied the command that repeats this run")
        if shot is not None and shot.changes:
            text = self.tr("Copied the command; it trains with the present settings from the start")
        self._status.say(text)

    def on_shift_saved(self, folder: Path) -> None:
        """Say where the table and the figure of a shift are."""
        self._status.say(self.tr("Saved shift.csv and its figure to {0}").format(short(folder)))

    def on_study_ended(self, state: "StudyState", folder: Path) -> None:
        """Say how a study has ended; its dialog may be closed."""
        texts = {
            "done": self.tr("The study is finished; its report is in {0}"),
            "cancelled": self.tr("The study was stopped; finished cells are in {0}"),
            "failed": self.tr("The study has stopped by itself; finished cells are in {0}"),
        }
        self._status.say(texts[state.phase].format(short(folder)))

    def _way_out(self, fault: Fault) -> Button | None:
        """Offer one click that goes on: back to the settings before, else a smaller step."""
        session = self._session
        if fault.kind != "diverged":
            return None
        if session.proven is not None:
            proven = session.proven
            text = self.tr("Back to {0} with {1}").format(count(fault.iteration), self._what(proven))
        else:
            path, value = smaller_step(session.config, fault)
            text = self.tr("Go on with {0} {1}").format(SETTINGS[path].symbol, setting_number(value))
            proven = session.config.with_settings({path: value})
        return Button(text, lambda: self._go_on_with(proven), "warning", closes=True)

    def _export(self, fault: Fault) -> Button:
        """Offer the kept theta, with the settings that it was trained with: it would adapt badly with what broke it."""
        proven = self._session.proven
        if not fault.changes or proven is None:
            return Button(self.tr("Export kept θ"), self.export_wanted.emit, "outline")
        text = self.tr("Export kept θ with {0}").format(self._what(proven))
        return Button(text, lambda: self._export_with(proven), "outline", closes=True)

    def _export_with(self, config: Config) -> None:
        self._to_export = config
        self._session.pause()
        self._session.take_back(config)

    def _on_snapshot(self, shot: Snapshot) -> None:
        wanted = self._to_export
        if wanted is not None and self._session.config != wanted:  # something else was asked for since
            self._to_export = None
        elif wanted is not None and shot.config == wanted:
            self._to_export = None
            self.export_wanted.emit()

    def _what(self, proven: Config) -> str:
        """Say which settings were in use when training went well."""
        changed = self._session.config.changes_to(proven)
        names = [f"{name_of(path)} {value_text(new)}" for path, (_, new) in changed.items()]
        return names[0] if len(names) == 1 else self.tr("the settings before")

    def _discard(self) -> None:
        self._autosave.discard()
        self._files.offer(None)

    def _back_to_used(self) -> None:
        shot = self._session.snapshot
        if shot is not None:
            self._session.take_back(shot.config)

    def _go_on_with(self, config: Config) -> None:
        self._session.take_back(config)
        self._session.run()

    def _copy(self, fault: Fault) -> None:
        text = "\n".join((fault.reason, fault.remedy, fault.details))
        QGuiApplication.clipboard().setText(text)
        self._status.say(self.tr("Copied the details"))

    def _ago(self, seconds: float) -> str:
        minutes = max(0, round(seconds / 60))
        if minutes < 1:
            return self.tr("just now")
        if minutes < 120:
            return self.tr("{0} min ago").format(minutes)
        hours = round(minutes / 60)
        return self.tr("{0} h ago").format(hours) if hours < 48 else self.tr("{0} days ago").format(round(hours / 24))


def smaller_step(config: Config, fault: Fault) -> tuple[str, float]:
    """Return (setting, value) worth a try after a divergence: a third of the step size that the remedy names first,

    rounded down to one digit, since the remedy says "below".
    """
    path = "inner.lr" if fault.iteration == 0 else "outer.lr"
    third = float(f"{config.value(path) / 3:.6g}")
    digit = 10.0 ** math.floor(math.log10(third))
    return path, max(SETTINGS[path].low or 0.0, float(f"{math.floor(third / digit + 1e-9) * digit:.1g}"))
