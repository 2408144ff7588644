"""The window: menu, toolbar, body, status bar. It places things, and remembers where they were."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app.actions import Actions
from app.frame.notice import Notices
from app.frame.status import Status
from app.frame.toolbar import Toolbar
from app.look.appearance import Appearance
from app.look.icons import application_icon
from app.memory import Memory

if TYPE_CHECKING:
    from app.controls.column import Controls
    from app.frame.body import Body
    from app.panels.base import Panel
    from app.sentence.bar import SentenceBar

LARGEST = (1920, 1080)
SMALLEST = (880, 540)


class Window(QMainWindow):
    """The chrome stands at once; :meth:`fill` puts in what takes longer to import."""

    space_pressed = Signal()  # with nothing in focus that wants the key itself
    closing = Signal()

    def __init__(self, memory: Memory, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("MAML Lab")
        self.setWindowIcon(application_icon())
        self.setMinimumSize(*SMALLEST)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click beside a field frees the space bar
        self._memory, self._appearance = memory, appearance
        self.commands = Actions(self)
        self.toolbar = Toolbar(self.commands, self)
        self.notices = Notices(self)
        self.status = Status(self)
        self.body: Body | None = None
        self.closed = False
        self.commands.fill(self.menuBar())
        self._column = self._build()
        self._place()
        appearance.changed.connect(self.apply_theme)
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]
        self.apply_theme()

    def fill(self, body: "Body", controls: "Controls", sentence: "SentenceBar", panels: Mapping[str, "Panel"]) -> bool:
        """Put controls, sentence and panels in; False when the remembered layout could not be used."""
        self.body = body
        self._column.replaceWidget(self._empty, body)
        self._empty.deleteLater()
        body.show()
        self._column.activate()
        restored = body.fill(controls, sentence, panels, self._memory.layout())
        for number, dock in enumerate(body.area.docks.values(), 1):
            self.commands.add_panel(dock.toggleViewAction(), number)
        self.apply_theme()
        self.setFocus()
        return restored

    def apply_theme(self) -> None:
        """Hand the theme in use to everything that paints by itself."""
        theme = self._appearance.theme
        for part in (self.toolbar, self.notices, self.status):
            part.apply_theme(theme)
        if self.body is not None:
            self.body.apply_theme(theme)
        self.commands[f"theme_{self._appearance.choice}"].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the space bar when no field in focus wanted it."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers() and not event.isAutoRepeat():
            self.space_pressed.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def set_full_screen(self, full: bool) -> None:
        """Fill the screen, or come back to what was before."""
        if full:
            self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
        else:
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)

    def changeEvent(self, event: QEvent) -> None:
        """Catch up after the window was minimised."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.commands["full_screen"].setChecked(self.isFullScreen())
            if self.body is not None:
                self.body.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, let everybody stop, then close."""
        if not self.closed:
            self.closed = True
            self._remember()
            self.hide()  # at once, also when the workers of a study take seconds to go
            self.closing.emit()
        super().closeEvent(event)

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        """Take the keyboard when what had it is gone: its neighbour must not be pressed by the next space bar."""
        if old is None or now is None or old.window() is not self or now.window() is not self:
            return
        if not old.isEnabled() or old.isHidden() or not old.isVisible():
            self.setFocus()

    def _build(self) -> QVBoxLayout:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._empty = QWidget(middle)
        column.addWidget(self.toolbar)
        column.addWidget(self._empty, 1)
        column.addWidget(self.status)
        self.setCentralWidget(middle)
        return column

    def _place(self) -> None:
        """Come back to where it was; at first take the screen, up to the size the pictures were drawn for."""
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        known = self._memory.geometry(screens)
        screen = QGuiApplication.primaryScreen().availableGeometry()
        width, height = min(screen.width(), LARGEST[0]), min(screen.height(), LARGEST[1])
        fresh = QRect(screen.x() + (screen.width() - width) // 2, screen.y(), width, height)
        self.setGeometry(known or fresh)
        fills = known is None and fresh.size() == screen.size()
        if fills or self._memory.number("window/maximised", 0, 0, 1):
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _remember(self) -> None:
        self._memory.keep("window/maximised", int(self.isMaximized()))
        self._memory.keep_geometry(
            self.normalGeometry() if self.isMaximized() or self.isFullScreen() else self.geometry()
        )
        if self.body is not None and self.body.filled:
            self._memory.keep_layout(self.body.area.state())
