"""The right end of a panel's header: which of the panels lying behind each other is shown, and the panel's menu."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.look.icons import icon
from app.look.theme import DARK, Theme
from app.panels.base import Segments


class DockCorner(QWidget):
    """A switch between panels (only where several share one place) and a button of three dots."""

    chosen = Signal(str)  # the name of another panel that shares this place
    menu_wanted = Signal(QPoint)  # below the button, in global coordinates

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._switch: Segments | None = None
        self._choices: dict[str, str] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._button = QToolButton(self)
        self._button.setProperty("role", "quiet")
        self._button.setFixedSize(22, 22)
        self._button.setStyleSheet("padding: 0; min-height: 0;")
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setAccessibleName(self.tr("{0}: panel menu").format(title))
        self._button.setToolTip(self.tr("Float, close"))
        self._button.clicked.connect(
            lambda: self.menu_wanted.emit(self.mapToGlobal(self._button.geometry().bottomLeft()))
        )
        self._row.addWidget(self._button)

    @property
    def choices(self) -> list[str]:
        """The names of the panels that share this place, in the order of their tabs; [] for one alone."""
        return list(self._choices)

    def offer(self, titles: Mapping[str, str], current: str) -> None:
        """Show the panels that share this place by name and title; none or one shows no switch."""
        choices = dict(titles) if len(titles) > 1 else {}
        if choices != self._choices:
            self._choices = choices
            self._rebuild()
        if self._switch is not None:
            self._switch.set_current(current)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self._button.setIcon(icon("more", theme.third, 14))
        if self._switch is not None:
            self._switch.apply_theme(theme)

    def _rebuild(self) -> None:
        if self._switch is not None:
            self._row.removeWidget(self._switch)
            self._switch.hide()
            self._switch.deleteLater()
            self._switch = None
        if self._choices:
            self._switch = Segments(list(self._choices.items()), self.tr("Panels in this place"), self)
            self._switch.apply_theme(self._theme)
            self._switch.chosen.connect(self.chosen)
            self._row.insertWidget(0, self._switch)
            self._switch.show()
        self.updateGeometry()
