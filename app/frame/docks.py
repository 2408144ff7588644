"""Where the panels lie: docks that look like cards. The header of a panel is the handle that moves it."""

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from app.frame.dock_corner import DockCorner
from app.look.icons import icon
from app.look.theme import Theme
from app.panels.base import Panel

LAYOUT_VERSION = 2
#: In a window narrower than this, theta lies behind the learners.
WIDE_PX = 1500
LEAST = (180, 120)
ROWS, ROWS_LOW = (0.57, 0.43), (0.5, 0.5)  # what is above takes more of the height, where there is some
LOW_PX = 480
#: Qt's own tabs stay out of sight: the switch in the header of a panel says the same and keeps headers on one line.
NO_TABS = ("QTabBar { max-height: 0; min-height: 0; } QTabBar::tab { height: 0; width: 0; padding: 0; margin: 0;"
           " border: none; }")  # fmt: skip
UPPER, LOWER, LOWER_NARROW = ("meta_loss", "adaptation"), ("task", "theta", "learners"), ("task", "learners")
SHARES = {"meta_loss": 0.60, "adaptation": 0.40, "task": 0.31, "theta": 0.23, "learners": 0.46}
SHARES_NARROW = {"meta_loss": 0.56, "adaptation": 0.44, "task": 0.47, "learners": 0.53}
_MOUSE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
)


class TitleBar(QWidget):
    """A line of one pixel while docked; a row with title and buttons while the panel floats."""

    def __init__(self, dock: "PanelDock") -> None:
        super().__init__(dock)
        self._dock = dock
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 6, 2)
        self._title = QLabel(dock.windowTitle(), self)
        self._title.setProperty("tone", "second")
        row.addWidget(self._title, 1)
        self._back = self._button(self.tr("Back into the window"))
        self._back.clicked.connect(lambda: dock.setFloating(False))
        self._cross = self._button(self.tr("Close"))
        self._cross.clicked.connect(dock.close)
        row.addWidget(self._back)
        row.addWidget(self._cross)
        self.set_floating(False)

    def set_floating(self, floating: bool) -> None:
        """Show the row, or the line."""
        for part in (self._title, self._back, self._cross):
            part.setVisible(floating)
        self.setFixedHeight(30 if floating else 1)

    def sizeHint(self) -> QSize:
        """Return the height in use."""
        return QSize(80, self.height())

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._back.setIcon(icon("float", theme.second, 13))
        self._cross.setIcon(icon("close", theme.second, 11))

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "quiet")
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button


class PanelDock(QDockWidget):
    """One panel as a dock."""

    shown_changed = Signal()

    def __init__(self, panel: Panel, parent: QMainWindow) -> None:
        super().__init__(panel.title(), parent)
        self.panel = panel
        self.setObjectName(panel.name)
        panel.setMinimumSize(*LEAST)  # what is in a panel must not decide how the docks share the window
        self.setWidget(panel)
        self.is_shown = False
        self._grabbed: QPointF | None = None
        self._bar = TitleBar(self)
        self.setTitleBarWidget(self._bar)
        self.topLevelChanged.connect(self._bar.set_floating)
        self.visibilityChanged.connect(self._on_visibility)
        self.corner = DockCorner(self.windowTitle(), panel.header)
        self.corner.menu_wanted.connect(self._open_menu)
        panel.header.add_widget(self.corner)
        panel.header.installEventFilter(self)
        panel.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        panel.header.customContextMenuRequested.connect(lambda at: self._open_menu(panel.header.mapToGlobal(at)))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._bar.apply_theme(theme)
        self.corner.apply_theme(theme)
        self.panel.apply_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand presses on the panel's header to the dock, as if they met its title bar."""
        if event.type() in _MOUSE and isinstance(event, QMouseEvent):
            return self._as_title(event)
        return super().eventFilter(watched, event)

    def _as_title(self, event: QMouseEvent) -> bool:
        inside = QPointF(self.mapFromGlobal(event.globalPosition()))
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() != Qt.MouseButton.LeftButton:
                return False
            self._grabbed = QPointF(0, inside.y())  # the title bar is the line at the top
        if self._grabbed is None:
            return False
        moved = QMouseEvent(event.type(), inside - self._grabbed, event.globalPosition(), event.button(),
                            event.buttons(), event.modifiers(), event.pointingDevice())  # fmt: skip
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._grabbed = None
        QApplication.sendEvent(self, moved)
        return True

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = self.tr("Back into the window") if self.isFloating() else self.tr("Float")
        menu.addAction(text).triggered.connect(lambda: self.setFloating(not self.isFloating()))
        menu.addAction(self.tr("Close")).triggered.connect(self.close)
        menu.popup(place)

    def _on_visibility(self, visible: bool) -> None:
        self.panel.setEnabled(visible)  # behind another panel it is merely moved aside: Tab must not go there
        if visible != self.is_shown:
            self.is_shown = visible
            self.shown_changed.emit()


class DockArea(QMainWindow):
    """The docks of the panels, side by side; lives inside the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)  # a part of the window, not a window of its own
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDockOptions(self.dockOptions() & ~QMainWindow.DockOption.AnimatedDocks)
        self.setStyleSheet(NO_TABS)
        self.docks: dict[str, PanelDock] = {}
        self._tabs_due = QTimer(self)
        self._tabs_due.setSingleShot(True)
        self._tabs_due.setInterval(0)
        self._tabs_due.timeout.connect(self._follow_tabs)

    def fill(self, panels: Mapping[str, Panel]) -> None:
        """Take the panels in; :meth:`arrange` or :meth:`restore` follows."""
        for name, panel in panels.items():
            dock = self.docks[name] = PanelDock(panel, self)
            dock.corner.chosen.connect(self._raise)
            for signal in (dock.visibilityChanged, dock.dockLocationChanged, dock.topLevelChanged):
                signal.connect(lambda _how: self._tabs_due.start())

    def arrange(self) -> None:
        """Put every panel back to its default place: 60:40 above, 31:23:46 below, rows 57:43.

        A panel that the pictures do not know lies behind the last one below.
        """
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        wide = self.window().width() >= WIDE_PX
        upper = [self.docks[name] for name in UPPER if name in self.docks]
        lower = [self.docks[name] for name in (LOWER if wide else LOWER_NARROW) if name in self.docks]
        behind = [dock for dock in self.docks.values() if dock not in (*upper, *lower)]
        rows = [row for row in (upper, lower) if row]
        self._lay(rows)
        for dock in behind:
            self.tabifyDockWidget(rows[-1][-1], dock)
        for dock in self.docks.values():
            dock.show()
        rows[-1][-1].raise_()
        self._share(rows, wide)
        # Sizes hold only once the docks have been laid out with what is in them.
        QTimer.singleShot(0, self, lambda: self._share(rows, wide))

    def _lay(self, rows: list[list[PanelDock]]) -> None:
        self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, rows[0][0])
        for row in rows[1:]:
            self.splitDockWidget(rows[0][0], row[0], Qt.Orientation.Vertical)
        for row in rows:
            for left, right in pairwise(row):
                self.splitDockWidget(left, right, Qt.Orientation.Horizontal)

    def _share(self, rows: list[list[PanelDock]], wide: bool) -> None:
        """Give every dock its part of the width and the height."""
        if len(rows) == 2:
            parts = [round(part * self.height()) for part in (ROWS if self.height() >= LOW_PX else ROWS_LOW)]
            self.resizeDocks([row[0] for row in rows], parts, Qt.Orientation.Vertical)
        for row in rows:
            shares = [(SHARES if wide else SHARES_NARROW).get(dock.panel.name, 0.4) for dock in row]
            widths = [max(1, round(share / sum(shares) * self.width())) for share in shares]
            self.resizeDocks(row, widths, Qt.Orientation.Horizontal)

    def _raise(self, name: str) -> None:
        self.docks[name].show()
        self.docks[name].raise_()

    def _follow_tabs(self) -> None:
        """Offer in each header the panels that lie in the same place, in their one order."""
        for name, dock in self.docks.items():
            beside = [] if dock.isFloating() else self.tabifiedDockWidgets(dock)
            group = {other: found.windowTitle() for other, found in self.docks.items()
                     if other == name or (found in beside and not found.isHidden())}  # fmt: skip
            dock.corner.offer(group, name)
        for bar in self.findChildren(QTabBar):
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # out of sight

    def state(self) -> QByteArray:
        """Return the arrangement, to be remembered."""
        return self.saveState(LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> bool:
        """Take over a remembered arrangement; False when it cannot be used."""
        for dock in self.docks.values():  # one that the state does not know has a place all the same
            self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
        done = self.restoreState(state, LAYOUT_VERSION)
        return done and any(not dock.isHidden() for dock in self.docks.values())

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        for dock in self.docks.values():
            dock.apply_theme(theme)
