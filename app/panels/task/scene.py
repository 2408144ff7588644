"""One held-out task at one moment, as the views of the task inspector see it."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.look.theme import DARK, Theme
from app.panels.task.model import Moves, Outcome, n_classes, one_task, outcome
from mamlcore.arrays import Array
from mamlcore.batch import LossName
from mamlcore.snapshot import Snapshot


class Scene:
    """A task, its dragged points, and every learner on it; each learner adapts when first asked for."""

    def __init__(self, shot: Snapshot, index: int, step: int, moves: Moves, is_ready: bool) -> None:
        """``is_ready``: nothing was trained yet and nobody has touched anything; no learner is shown."""
        self.shot, self.index, self.step = shot, index, step
        self.is_ready = is_ready
        self.moves = dict(moves)
        self.original = one_task(shot.held_out, index)
        self.task = one_task(shot.held_out, index, moves)
        self.grid = _curve_grid(shot)
        self._outcomes: dict[str, Outcome] = {}

    def outcome(self, name: str) -> Outcome:
        """Return one learner on this task, on the grid of inputs and on the query rows."""
        if name not in self._outcomes:
            self._outcomes[name] = outcome(self.shot, name, self.task, self.grid)
        return self._outcomes[name]

    @property
    def loss(self) -> LossName:
        """What the tasks are judged by: "mse", "cross_entropy" or "bce"."""
        return self.shot.source.problem.loss

    @property
    def n_classes(self) -> int:
        """How many classes the task has."""
        return n_classes(self.shot)

    def labels(self, rows: str) -> Array:
        """Return the integer labels of the "support" or "query" rows."""
        return np.asarray(getattr(self.task, f"{rows}_y")).reshape(-1).astype(np.intp)


class TaskView(QWidget):
    """One way to draw a task."""

    moved = Signal(int, object, object)  # support row, its new input (D,), its new target (O,) or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.scene: Scene | None = None

    def show_scene(self, scene: Scene) -> None:
        """Draw this."""
        raise NotImplementedError

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme and draw again."""
        self.theme = theme
        if self.scene is not None:
            self.show_scene(self.scene)

    def subtitles(self) -> tuple[str, ...]:
        """Return what the header says of this view, longest form first."""
        return ()


def _curve_grid(shot: Snapshot) -> Array:
    """Return the inputs (G, 1) at which curves are drawn; none (0, D) for anything but one-input regression."""
    problem = shot.source.problem
    if problem.is_classification or problem.n_inputs != 1:
        return np.empty((0, problem.n_inputs))
    low, high = input_span(shot)
    return np.linspace(low, high, 121)[:, None]


def input_span(shot: Snapshot) -> tuple[float, float]:
    """Return the range of a single input: the one that is set for sines, else what the held-out rows fill."""
    if shot.config.task.family == "sine":
        return shot.config.task.x_low, shot.config.task.x_high
    rows = np.concatenate([shot.held_out.support_x.ravel(), shot.held_out.query_x.ravel()])
    return float(rows.min()), float(rows.max())
