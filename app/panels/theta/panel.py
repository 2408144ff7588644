"""Panel 4: the initialisation a learner has found, and how far adaptation moves it."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from app.look.numbers import number
from app.look.theme import Theme
from app.panels.base import Panel
from app.panels.pace import Pace
from app.panels.pick_list import PickList
from app.panels.theta.numbers import LayerPicture, movement, pictures, with_theta
from app.panels.theta.views import HeatMaps, Histograms, Movements, ThetaView
from app.plots.view import learner_label
from mamlcore.snapshot import Snapshot


class ThetaPanel(Panel):
    """Heat map or histogram of each layer, its norm, or ‖φₖ − θ‖ by inner step on the chosen task."""

    name: ClassVar[str] = "theta"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shot: Snapshot | None = None
        self.index = 0
        self._learner = ""
        self._shown: tuple[Snapshot, tuple[int, int]] | None = None
        self._changes = 0
        self.pace = Pace(self._draw, self)
        self.heat, self.histogram, self.movement = HeatMaps(self), Histograms(self), Movements(self)
        self._views: dict[str, ThetaView] = {"heat": self.heat, "histogram": self.histogram, "movement": self.movement}
        self.learner, self.kind = self._choice(self.tr("Learner")), self._choice(self.tr("View of theta"))
        kinds = {"heat": self.tr("Heat map"), "histogram": self.tr("Histogram"), "movement": self.tr("Movement")}
        self.kind.offer(kinds, "heat")
        self.learner.picked.connect(self.choose_learner)
        self.kind.picked.connect(self.choose_view)
        self._nothing = QLabel(self.tr("None of these learners has an initialisation to show."), self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._stack = QStackedLayout()
        for widget in (self._nothing, *self._views.values()):
            self._stack.addWidget(widget)
        self.body.addLayout(self._stack)
        self.header.set_texts(self.title())

    def title(self) -> str:
        """Return "Theta"."""
        return self.tr("Theta")

    @property
    def view_name(self) -> str:
        """Which view is shown: "heat", "histogram" or "movement"."""
        return str(self.kind.currentData())

    def show_snapshot(self, shot: Snapshot) -> None:
        """Show the learner's parameters as they are now."""
        old, self.shot = self.shot, shot
        self.index = min(self.index, shot.held_out.n_tasks - 1)
        if old is None or old.run != shot.run:
            self.pace.now()
        else:
            self.pace.soon()

    def choose_task(self, index: int) -> None:
        """Measure movement on this held-out task."""
        if self.shot is not None and 0 <= index < self.shot.held_out.n_tasks and index != self.index:
            self.index = index
            if self.view_name == "movement":
                self._redraw()

    def choose_view(self, name: str) -> None:
        """Show "heat", "histogram" or "movement"."""
        self.kind.setCurrentIndex(self.kind.findData(name))
        self._redraw()

    def choose_learner(self, name: str) -> None:
        """Show the initialisation of this learner."""
        self._learner = name
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        super().apply_theme(theme)
        for view in self._views.values():
            view.apply_theme(theme)

    def hideEvent(self, event: QHideEvent) -> None:
        """Put nothing off for later while nobody looks."""
        super().hideEvent(event)
        self.pace.cancel()

    def _choice(self, name: str) -> PickList:
        box = PickList(name, self)
        box.setMinimumWidth(64)  # a narrow panel shortens it
        box.setStyleSheet("QComboBox { background: transparent; font-size: 12px; padding: 0 2px; }")
        self.header.add_widget(box)
        return box

    def _redraw(self) -> None:
        self._changes += 1
        self.pace.now()

    def _draw(self) -> None:
        shot = self.shot
        if shot is None:
            return
        asked = (self.index, self._changes)
        if self._shown is not None and self._shown[0] is shot and self._shown[1] == asked:
            return
        self._shown = shot, asked
        names = with_theta(shot)
        self._offer(names)
        theta = shot.theta(self._learner) if names else None
        if theta is None:
            self._stack.setCurrentWidget(self._nothing)
            self.header.set_texts(self.title())
            return
        layers = pictures(theta)
        self._stack.setCurrentWidget(self._views[self.view_name])
        if self.view_name == "heat":
            self.heat.show_layers(layers)
        elif self.view_name == "histogram":
            self.histogram.show_layers(layers, self._learner)
        else:
            self._show_movement(shot, layers)
        self._say(layers)

    def _show_movement(self, shot: Snapshot, layers: list[LayerPicture]) -> None:
        moved = movement(shot, self._learner, shot.held_out.tasks(slice(self.index, self.index + 1)))
        if moved is None:
            self.movement.say(self.tr("This learner adapts without moving its parameters."))
            return
        key = (shot.run, self._learner, self.index, shot.config.evaluation.steps)
        self.movement.show_movement(
            moved, [layer.norm for layer in layers], self._learner, shot.config.inner.steps, key
        )

    def _say(self, layers: list[LayerPicture]) -> None:
        norm = number(float(sum(layer.norm**2 for layer in layers) ** 0.5))
        size = sum(layer.values.size for layer in layers)
        if self.view_name == "movement":
            task = self.tr("task {0}").format(self.index + 1)
            self.header.set_texts(self.title(), self.tr("how far the steps on {0} move it").format(task), task)
            return
        self.header.set_texts(
            self.title(),
            self.tr("{0} parameters, norm {1}").format(size, norm),
            self.tr("norm {0}").format(norm),
        )

    def _offer(self, names: list[str]) -> None:
        if self._learner not in names:
            self._learner = "maml" if "maml" in names else next(iter(names), "")
        self.learner.offer({name: learner_label(name) for name in names}, self._learner)
        self.learner.setVisible(len(names) > 1)
