"""Notices: bars above the plots that say what happened and what to do. Never modal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.look.icons import icon, pixmap
from app.look.theme import DARK, Theme

ICON = 22


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done about it; the notice stays unless ``closes``."""

    text: str
    act: Callable[[], None]
    role: str = "quiet"  # "warning", "primary", "outline", "quiet"
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: a headline, a second line, and what can be done."""

    headline: str
    detail: str = ""
    buttons: Sequence[Button] = field(default_factory=tuple)
    warns: bool = True
    closable: bool = True


class NoticeBar(QFrame):
    """One notice as a bar."""

    def __init__(self, notice: Notice, theme: Theme, close: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self._close = close
        self.setProperty("notice" if notice.warns else "card", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{notice.headline} {notice.detail}")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 12, 9)
        row.setSpacing(8)
        self._icon = QLabel(self)
        row.addWidget(self._icon)
        row.addSpacing(4)
        row.addLayout(self._texts(), 1)
        for button in notice.buttons:
            row.addWidget(self._button(button))
        self._cross = QToolButton(self)
        self._cross.setProperty("role", "quiet")
        self._cross.setAccessibleName(self.tr("Close this message"))
        self._cross.setVisible(notice.closable)
        self._cross.clicked.connect(close)
        row.addWidget(self._cross)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        color = theme.amber if self.notice.warns else theme.second
        name = "warning" if self.notice.warns else "info"
        self._icon.setPixmap(pixmap(name, color, ICON, self.devicePixelRatioF()))
        self._cross.setIcon(icon("close", theme.second, 12))

    def _texts(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        for text, tone in ((self.notice.headline, ""), (self.notice.detail, "second")):
            label = QLabel(text, self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            label.setVisible(bool(text))
            if tone:
                label.setProperty("tone", tone)
            else:
                label.setStyleSheet("font-weight: 600;")
            column.addWidget(label)
        return column

    def _button(self, button: Button) -> QPushButton:
        made = QPushButton(button.text, self)
        made.setProperty("role", button.role)
        made.clicked.connect(lambda: self._on_clicked(button))
        return made

    def _on_clicked(self, button: Button) -> None:
        button.act()
        if button.closes:
            self._close()


class Notices(QWidget):
    """The bars in use, each under a key: a new notice of the same key takes the place of the old."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._bars: dict[str, NoticeBar] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.setVisible(False)

    def say(self, key: str, notice: Notice) -> None:
        """Show a notice; the same one again changes nothing."""
        old = self._bars.get(key)
        if old is not None and old.notice.headline == notice.headline and old.notice.detail == notice.detail:
            return
        self.drop(key)
        bar = NoticeBar(notice, self._theme, lambda: self.drop(key), self)
        self._bars[key] = bar
        self._column.addWidget(bar)
        self.setVisible(True)

    def drop(self, key: str) -> None:
        """Take a notice away, if it is there."""
        bar = self._bars.pop(key, None)
        if bar is not None:
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self.setVisible(bool(self._bars))

    def text(self, key: str) -> str:
        """Return the headline shown under a key, or ""."""
        bar = self._bars.get(key)
        return "" if bar is None else bar.notice.headline

    def bar(self, key: str) -> NoticeBar:
        """Return the bar under a key; KeyError when there is none."""
        return self._bars[key]

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        for bar in self._bars.values():
            bar.apply_theme(theme)
