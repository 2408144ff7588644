"""What the tests of the window share: a runner without a thread, panels that only count, a small config."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.frame.body import Body
from app.frame.window import Window
from app.look.appearance import Appearance
from app.look.theme import Theme
from app.memory import Memory
from app.panels.base import Panel
from app.plots.view import View
from mamlcore import Config, Snapshot

#: A run that starts in milliseconds.
SMALL = Config().with_settings(
    {"evaluation.live_tasks": 10, "evaluation.tasks": 20, "model.hidden": [8], "outer.tasks": 4,
     "learners": ["maml", "scratch"], "evaluation.every": 1}
)  # fmt: skip


class FakeRunner:
    """The face of a Runner that does what the test says."""

    def __init__(self) -> None:
        self.latest: Any = None
        self.state = "loading"
        self.rate = 0.0
        self.progress: float | None = None
        self.refused: str | None = None
        self.fault: Any = None
        self.calls: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        def record(*arguments: Any) -> bool:
            self.calls.append((name, *arguments))
            return True

        return record


class CountingPanel(Panel):
    """Counts what it is told."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.__dict__["name"] = name
        super().__init__(parent)
        self.shots: list[Snapshot] = []
        self.tasks: list[int] = []
        self.steps: list[int] = []
        self.views: list[View] = []
        self.themes: list[Theme] = []

    def title(self) -> str:
        return self.__dict__["name"].replace("_", " ").capitalize()

    def show_snapshot(self, shot: Snapshot) -> None:
        self.shots.append(shot)

    def choose_task(self, index: int) -> None:
        self.tasks.append(index)
        self.task_chosen.emit(index)  # a careless panel: it must go no further

    def choose_loss_view(self, view: View) -> None:
        self.views.append(view)

    def choose_step(self, step: int) -> None:
        self.steps.append(step)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.themes.append(theme)


class CountingRow(QWidget):
    """Stands for the sentence and for the controls."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.shots: list[Snapshot] = []
        self.themes: list[Theme] = []

    def show_snapshot(self, shot: Snapshot) -> None:
        self.shots.append(shot)

    def apply_theme(self, theme: Theme) -> None:
        self.themes.append(theme)


NAMES = ("meta_loss", "adaptation", "task", "theta", "learners")


def make_window(qapp: QApplication, file: Path, size: tuple[int, int] = (1600, 900)) -> Window:
    """Return a shown window with counting panels, its settings in a file of the test."""
    memory = Memory(file)
    window = Window(memory, Appearance(qapp, memory, "dark"))
    window.show()
    window.showNormal()
    window.resize(*size)
    fill(window)
    qapp.processEvents()
    return window


def fill(window: Window) -> bool:
    """Put counting panels into a window; tell whether the layout was restored."""
    body = Body(window.notices, window)
    return window.fill(body, CountingRow(), CountingRow(), {name: CountingPanel(name, body) for name in NAMES})


def panel(window: Window, name: str) -> CountingPanel:
    """Return one of the counting panels."""
    assert window.body is not None
    found = window.body.area.docks[name].panel
    assert isinstance(found, CountingPanel)
    return found
