"""Dark or light: the choice of the user, or the desktop's, followed while the program runs."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.look.theme import DARK, LIGHT, Theme, apply_theme, system_theme
from app.memory import Memory

CHOICES = ("system", "light", "dark")


class Appearance(QObject):
    """Dresses the application and tells widgets that paint by themselves."""

    changed = Signal(object)  # Theme

    def __init__(self, app: QApplication, memory: Memory, choice: str | None = None) -> None:
        """``choice`` overrules what is remembered, for this start."""
        super().__init__(app)
        self._app, self._memory = app, memory
        self._choice = choice or memory.text("theme", "system", CHOICES)
        self._system = system_theme(app)  # before any palette of ours is set
        self._theme = self._wanted()
        apply_theme(app, self._theme)
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self._theme

    @property
    def choice(self) -> str:
        """What was chosen: system, light or dark."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Take over a choice and remember it."""
        self._choice = choice
        self._memory.keep("theme", choice)
        self._follow()

    def _wanted(self) -> Theme:
        return {"light": LIGHT, "dark": DARK}.get(self._choice, self._system)

    def _on_system_changed(self) -> None:
        self._system = system_theme(self._app)
        self._follow()

    def _follow(self) -> None:
        theme = self._wanted()
        if theme != self._theme:
            self._theme = theme
            apply_theme(self._app, theme)
            self.changed.emit(theme)
