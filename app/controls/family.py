"""The family of tasks: a picture for each, and one line that says what its tasks are now."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.fields import one_tab_stop
from app.controls.text import effect_text
from app.look.icons import pixmap
from app.look.lettering import longest_fitting
from app.look.said import translated
from app.look.theme import Theme
from mamlcore.config import Config
from mamlcore.errors import LoadError
from mamlcore.tasks import FAMILIES

_ICON = QSize(28, 28)
_BUTTON_HEIGHT = 37
_LINE_HEIGHT = 19


class FamilyPicker(QWidget):
    """One button a family; choosing another starts a new run with the family's own defaults."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._line = QLabel(self)
        self._line.setProperty("tone", "hint")
        self._line.setFixedHeight(_LINE_HEIGHT)
        self._forms: tuple[str, ...] = ()
        row = QHBoxLayout()
        row.setSpacing(6)
        for name in FAMILIES:
            self.buttons[name] = self._button(name)
            row.addWidget(self.buttons[name])
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 12, 2)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._line)
        self._group.buttonToggled.connect(self._on_toggled)

    def show_config(self, config: Config) -> None:
        """Show the family in use, without a signal."""
        family = FAMILIES[config.task.family]
        with QSignalBlocker(self._group):
            self.buttons[family.name].setChecked(True)
        one_tab_stop(self.buttons.values())
        name = translated(family.label)
        self._forms = (*self._details(name, config), name)
        self._fit()

    def set_line_shown(self, shown: bool) -> None:
        """Show the line below the pictures, or save its height."""
        self._line.setVisible(shown)

    def height_with(self, line: bool) -> int:
        """Return the height with or without the line."""
        return _BUTTON_HEIGHT + 2 + (_LINE_HEIGHT + 2 if line else 0)

    def apply_theme(self, theme: Theme) -> None:
        """Draw the pictures in the colours of the theme."""
        for name, button in self.buttons.items():
            button.setIcon(_icon(name, theme))

    def resizeEvent(self, event: object) -> None:
        """Choose the longest line that fits."""
        self._fit()

    def _button(self, name: str) -> QToolButton:
        family = FAMILIES[name]
        button = QToolButton(self)
        button.setCheckable(True)
        button.setProperty("role", "family")
        button.setIconSize(_ICON)
        button.setFixedHeight(_BUTTON_HEIGHT)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        summary, label = translated(family.summary), translated(family.label)
        button.setToolTip(
            f"<p><b>{label}</b><br>{summary}<br>{effect_text('restart')}<br><tt>task.family={name}</tt></p>"
        )
        button.setAccessibleName(label)
        button.setAccessibleDescription(summary)
        self._group.addButton(button)
        return button

    def _details(self, name: str, config: Config) -> tuple[str, ...]:
        settings, task = FAMILIES[config.task.family].settings, config.task
        if "rank" in settings:
            return (self.tr("{0}, {1} of {2} features matter").format(name, task.rank, task.n_features),)
        if "n_way" in settings:
            return (self.tr("{0}, {1} classes in a task").format(name, task.n_way),)
        return ()

    def _fit(self) -> None:
        self._line.setText(longest_fitting(self._forms, self.width() - 36, 11) or (self._forms or ("",))[-1])

    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked:
            self.chosen.emit(next(name for name, own in self.buttons.items() if own is button))


def _icon(name: str, theme: Theme) -> QIcon:
    made = QIcon()
    for state, color in ((QIcon.State.Off, theme.second), (QIcon.State.On, theme.text)):
        for dpr in (1.0, 2.0, 3.0):
            try:
                picture = pixmap(f"family-{name}", color, _ICON.width(), dpr)
            except LoadError:  # a family of one's own without a picture
                picture = pixmap("family-dataset", color, _ICON.width(), dpr)
            made.addPixmap(picture, QIcon.Mode.Normal, state)
    return made
