"""The row of buttons under the menu: each shows an action with its icon and key."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.actions import Actions, plain
from app.look.icons import pixmap
from app.look.lettering import BODY, TICK, lettering, text_width
from app.look.theme import DARK, Theme, mix

HEIGHT = 44
BUTTON = 30
PAD, ICON, GAP = 12, 16, 8


class ActionButton(QAbstractButton):
    """A button that follows an action: icon, text, key in a lighter grey; a thin bar of progress."""

    def __init__(self, action: QAction, icon: str, primary: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action, self._icon, self._primary = action, icon, primary
        self._theme, self._progress, self._key_shown = DARK, -1.0, True
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_icon(self, icon: str) -> None:
        """Show another icon of resources/icons."""
        self._icon = icon
        self.update()

    def set_progress(self, share: float | None) -> None:
        """Show the share done (0..1), or nothing."""
        self._progress = -1.0 if share is None else share
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def show_key(self, shown: bool) -> None:
        """Show the key behind the text, or leave it to the menu and the tooltip."""
        if shown != self._key_shown:
            self._key_shown = shown
            self.updateGeometry()
            self.update()

    def key_room(self) -> int:
        """Return the width that the key takes."""
        key = self._action.shortcut().toString()
        return round(text_width(key, TICK) + GAP) if key else 0

    def sizeHint(self) -> QSize:
        """Return room for icon, text and key."""
        key = self.key_room() if self._key_shown else 0
        return QSize(round(2 * PAD + ICON + GAP + text_width(self.text(), BODY, self._primary)) + key, BUTTON)

    def event(self, event: QEvent) -> bool:
        """Show the key with the tooltip."""
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self._action.toolTip())
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, icon, text and key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        solid = self._primary and self.isEnabled()
        self._draw_ground(painter, solid)
        color = self._theme.window if solid else self._theme.text
        middle = (self.height() - ICON) / 2
        painter.drawPixmap(PAD, round(middle), pixmap(self._icon, color, ICON, self.devicePixelRatioF()))
        left = PAD + ICON + GAP
        painter.setFont(lettering(BODY, bold=self._primary))
        painter.setPen(QColor(color))
        painter.drawText(QRectF(left, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        left += round(text_width(self.text(), BODY, self._primary)) + GAP
        painter.setFont(lettering(TICK))
        painter.setPen(QColor(mix(self._theme.text, self._theme.window, 0.45) if solid else self._theme.third))
        painter.drawText(QRectF(left, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self._key())
        painter.end()

    def _draw_ground(self, painter: QPainter, solid: bool) -> None:
        theme, area = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        hot = self.isEnabled() and (self.underMouse() or self.isDown())
        share = (0.14 if self.isDown() else 0.08) if hot else 0.0
        painter.setPen(QColor(theme.fill) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = mix(theme.text, theme.window, share) if solid else mix(theme.window, theme.text, share)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(area, 5, 5)
        if self._progress >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.groove))
            bar = QRectF(PAD, self.height() - 4, self.width() - 2 * PAD, 2)
            painter.drawRect(bar)
            bar.setWidth(bar.width() * min(1.0, self._progress))
            painter.setBrush(QColor(theme.text))
            painter.drawRect(bar)

    def _key(self) -> str:
        return self._action.shortcut().toString() if self._key_shown else ""

    def _follow(self) -> None:
        text = plain(self._action)
        self.setEnabled(self._action.isEnabled())
        self.setAccessibleName(text)
        if text != self.text():
            self.setText(text)
            self.updateGeometry()
        self.update()


class Toolbar(QWidget):
    """Run, Step, Reset, Evaluate, the presets, and Export at the right."""

    preset_chosen = Signal(str)  # a person chose it

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        self._row.setSpacing(4)
        self.buttons = {
            "run": ActionButton(actions["run"], "run", primary=True),
            "step": ActionButton(actions["step"], "step"),
            "reset": ActionButton(actions["reset"], "reset"),
            "evaluate": ActionButton(actions["evaluate"], "evaluate"),
            "export": ActionButton(actions["export"], "export"),
        }
        for name in ("run", "step", "reset", "evaluate"):
            self._row.addWidget(self.buttons[name])
        self._add_presets()
        self._row.addStretch(1)
        self._row.addWidget(self.buttons["export"])
        self._keys_shown = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the keys away where they would cost words."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        keys = sum(button.key_room() for button in self.buttons.values())
        bare = self._row.sizeHint().width() - (keys if self._keys_shown else 0)
        self._keys_shown = bare + keys <= self.width()
        for button in self.buttons.values():
            button.show_key(self._keys_shown)

    def _add_presets(self) -> None:
        line = QFrame(self)
        line.setFixedSize(1, 18)
        line.setAutoFillBackground(True)
        self._line = line
        label = QLabel(self.tr("Preset"), self)
        label.setProperty("tone", "second")
        self.presets = QComboBox(self)
        self.presets.setAccessibleName(self.tr("Preset"))
        self.presets.setToolTip(self.tr("Replace all settings by those of a scene and begin anew"))
        self.presets.setPlaceholderText(self.tr("Own settings"))
        self.presets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.presets.setFixedHeight(BUTTON)
        self.presets.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.presets.activated.connect(lambda place: self.preset_chosen.emit(self.presets.itemData(place)))
        label.setBuddy(self.presets)
        self._row.addSpacing(8)
        self._row.addWidget(line)
        self._row.addSpacing(8)
        self._row.addWidget(label)
        self._row.addSpacing(4)
        self._row.addWidget(self.presets)

    def set_presets(self, labels: dict[str, str]) -> None:
        """Offer presets by name with what they are called."""
        self.presets.clear()
        for name, label in labels.items():
            self.presets.addItem(label, name)
        self.presets.setCurrentIndex(-1)
        self._row.invalidate()
        self._fit()

    def show_preset(self, name: str) -> None:
        """Show which preset is in use; "" for settings of the user's own."""
        self.presets.setCurrentIndex(self.presets.findData(name) if name else -1)

    def set_state(self, state: str) -> None:
        """Follow the state of the run."""
        self.buttons["run"].set_icon("pause" if state == "running" else "run")
        self.buttons["evaluate"].set_icon("cancel" if state == "evaluating" else "evaluate")

    def set_progress(self, share: float | None) -> None:
        """Show how far a full evaluation is."""
        self.buttons["evaluate"].set_progress(share)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._line.setStyleSheet(f"background: {theme.hairline};")
        self.presets.setStyleSheet(
            f"QComboBox {{ background: {theme.field}; border-radius: 5px; padding-left: 10px; }}"
        )
        for button in self.buttons.values():
            button.apply_theme(theme)
