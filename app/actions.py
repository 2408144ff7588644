"""Every command of the window once, by name: text, key, when it is offered and why not. Wiring lives elsewhere."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.look.appearance import CHOICES


@dataclass(frozen=True, slots=True)
class _Declared:
    name: str
    text: str
    keys: str = ""
    help: str = ""


class Actions(QObject):
    """The commands, and the menus made of them."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._made: dict[str, QAction] = {}
        self._help: dict[str, str] = {}
        for declared in self._declared():
            self._make(declared)
        self.panels_menu: QMenu
        self.recent_menu: QMenu
        self.presets_menu: QMenu
        self.presets = QActionGroup(self)
        self._themes = QActionGroup(self)
        for choice in CHOICES:
            self[f"theme_{choice}"].setCheckable(True)
            self._themes.addAction(self[f"theme_{choice}"])
        self["full_screen"].setCheckable(True)
        self.set_state("loading", False)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def all(self) -> dict[str, QAction]:
        """Return every action by name."""
        return dict(self._made)

    def shortcuts(self) -> list[tuple[str, str]]:
        """Return (key, what it does) of every action that has a key."""
        own = list(self._made.values())
        panels = [action for action in self.panels_menu.actions() if action not in own]
        pairs = [(action.shortcut().toString(), plain(action)) for action in (*own, *panels)]
        return [(keys, text) for keys, text in pairs if keys]

    def set_state(self, state: str, has_theta: bool) -> None:
        """Offer what makes sense now; what is not offered says why."""
        loading, evaluating = state in ("loading", "stopped"), state == "evaluating"
        stopped = state in ("diverged", "failed")
        run, evaluate = self["run"], self["evaluate"]
        run.setText(self.tr("Pause") if state == "running" else self.tr("Run"))
        evaluate.setText(self.tr("Cancel evaluation") if evaluating else self._evaluate_text)
        wait = self.tr("The tasks are being made ready")
        halted = self.tr("The run has stopped by itself: change a setting or reset")
        busy = self.tr("The evaluation comes first; it can be cancelled")
        reason = wait if loading else halted if stopped else busy if evaluating else ""
        self._offer("run", reason)
        self._offer("step", reason)
        self._offer("reset", wait if loading else "")
        self._offer("evaluate", wait if loading else "")
        for name in ("save", "save_as", "export", "copy_command", "copy_script", "shift", "study"):
            self._offer(name, "" if has_theta else wait)

    def set_test_tasks(self, count: int) -> None:
        """Say on how many held-out tasks a full evaluation judges."""
        self._evaluate_text = self.tr("Evaluate on {0} tasks").format(count)
        if self["evaluate"].text() != self.tr("Cancel evaluation"):
            self["evaluate"].setText(self._evaluate_text)

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus."""
        file = bar.addMenu(self.tr("&File"))
        self._add(file, "open")
        self.recent_menu = file.addMenu(self.tr("Open &recent"))
        self._add(file, "import_data", "")
        self._add(file, "save", "save_as", "", "export", "copy_command", "copy_script", "", "quit")
        self._add(bar.addMenu(self.tr("&Run")), "run", "step", "reset", "", "evaluate", "shift", "study")
        view = bar.addMenu(self.tr("&View"))
        self.panels_menu = view
        self._view_end = view.addSeparator()
        self._add(view, "copy_plot", "reset_layout", "")
        themes = view.addMenu(self.tr("&Theme"))
        self._add(themes, *(f"theme_{choice}" for choice in CHOICES))
        self._add(view, "full_screen")
        self.presets_menu = bar.addMenu(self.tr("&Presets"))
        self._add(bar.addMenu(self.tr("&Help")), "shortcuts", "about")

    def add_panel(self, action: QAction, number: int) -> None:
        """List the action that shows and hides a panel."""
        action.setShortcut(QKeySequence(f"Ctrl+{number}"))
        self.panels_menu.insertAction(self._view_end, action)

    def add_preset(self, name: str, label: str, about: str = "") -> None:
        """List a preset."""
        action = self.presets_menu.addAction(label)
        action.setData(name)
        action.setCheckable(True)
        action.setToolTip(about or label)
        self.presets.addAction(action)

    def _add(self, menu: QMenu, *names: str) -> None:
        menu.setToolTipsVisible(True)
        for name in names:
            if name:
                menu.addAction(self[name])
            else:
                menu.addSeparator()

    def _make(self, declared: _Declared) -> None:
        action = QAction(declared.text, self._window)
        action.setShortcut(QKeySequence(declared.keys))
        action.setMenuRole(QAction.MenuRole.NoRole)
        self._made[declared.name], self._help[declared.name] = action, declared.help
        action.setToolTip(declared.help or plain(action))
        self._window.addAction(action)

    def _offer(self, name: str, reason: str) -> None:
        self[name].setEnabled(not reason)
        self[name].setToolTip(reason or self._help[name] or plain(self[name]))

    def _declared(self) -> list[_Declared]:
        self._evaluate_text = self.tr("Evaluate")
        run_help = self.tr("Train every learner on the same stream of tasks, or rest; the space bar does the same")
        evaluate_help = self.tr("Judge every learner on all held-out tasks, then rest, so that the numbers can be read")
        import_help = self.tr(
            "Look at a file or folder of your own, and train on it; dropping it on the window does the same"
        )
        script_help = self.tr("A page of Python that trains the same theta, bit for bit")
        shift_help = self.tr("Test what is trained now on tasks of another kind than in training")
        study_help = self.tr("Compare learners over ways, shots, class splits and seeds, and write a report")
        copy_help = self.tr("Copy the panel under the pointer, or the one used last")
        layout_help = self.tr("Bring every panel back to its place")
        return [
            _Declared("open", self.tr("&Open session…"), "Ctrl+O", self.tr("Continue from a saved session")),
            _Declared("import_data", self.tr("&Import data…"), "Ctrl+I", import_help),
            _Declared("save", self.tr("&Save session"), "Ctrl+S", self.tr("Save all that an exact resume needs")),
            _Declared("save_as", self.tr("Save session &as…"), "Ctrl+Shift+S"),
            _Declared("export", self.tr("&Export…"), "Ctrl+E", self.tr("Take theta, pictures and numbers away")),
            _Declared("copy_command", self.tr("Copy &command that repeats this run")),
            _Declared("copy_script", self.tr("Copy sc&ript that repeats this run"), "", script_help),
            _Declared("quit", self.tr("&Quit"), "Ctrl+Q"),
            _Declared("run", self.tr("Run"), "F5", run_help),
            _Declared("step", self.tr("Step"), "F10", self.tr("Take one meta-step, then rest")),
            _Declared("reset", self.tr("Reset"), "Ctrl+R", self.tr("Begin anew with the same settings")),
            _Declared("evaluate", self._evaluate_text, "F9", evaluate_help),
            _Declared("shift", self.tr("S&hift…"), "Ctrl+H", shift_help),
            _Declared("study", self.tr("&Study…"), "Ctrl+T", study_help),
            _Declared("copy_plot", self.tr("&Copy picture of panel"), "Ctrl+C", copy_help),
            _Declared("reset_layout", self.tr("&Reset layout"), "Ctrl+0", layout_help),
            _Declared("theme_system", self.tr("&System")),
            _Declared("theme_light", self.tr("&Light")),
            _Declared("theme_dark", self.tr("&Dark")),
            _Declared("full_screen", self.tr("&Full screen"), "F11"),
            _Declared("shortcuts", self.tr("&Keyboard shortcuts"), "F1"),
            _Declared("about", self.tr("&About MAML Lab")),
        ]  # fmt: skip


def plain(action: QAction) -> str:
    """Return the words of an action alone: "&Export…" and "导出(&E)…" without what belongs to a menu."""
    return re.sub(r"\(&.\)|&", "", action.text()).rstrip("…")
