"""What a value is set with: a field, a slider over stops, a few words to choose from."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from app.look.lettering import lettering, text_width
from app.look.theme import set_styled

FIELD_SIZE = QSize(58, 22)
_PADDING = 7  # on either side of the text in a field
_SMALLEST_PX = 9


class ValueField(QLineEdit):
    """A value typed as text. Nothing is parsed here: the row reads it and says when it is refused."""

    committed = Signal(str)  # Enter, or the focus leaves after an edit
    taken_back = Signal()  # Escape: what was typed is gone
    stepped = Signal(int)  # Up and Down, PageUp and PageDown: by so many stops

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(FIELD_SIZE)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setTextMargins(-2, 0, -2, 0)
        self._full = self._short = ""
        self.returnPressed.connect(self._commit)
        self.editingFinished.connect(self._commit)

    def show_text(self, text: str, short: str = "") -> None:
        """Show a value, or its short form while nobody edits it; what was typed and refused goes."""
        self._full, self._short = text, short or text
        self.setText(self._full if self.hasFocus() else self._short)
        if self.hasFocus():
            self.selectAll()  # ready to be typed over
        else:
            self.setCursorPosition(0)
        self.show_refusal(False)
        self._fit()

    def show_refusal(self, refused: bool) -> None:
        """Draw the amber edge, or take it away."""
        if self.property("refused") is not refused and (refused or self.property("refused")):
            set_styled(self, "refused", refused)

    def is_refused(self) -> bool:
        """Whether the field shows a text that is not the setting's value."""
        return bool(self.property("refused"))

    def grow_for(self, text: str, most: int) -> None:
        """Make room for a long text, up to ``most`` pixels."""
        wanted = round(text_width(text, self.fontInfo().pixelSize() or 13)) + 2 * _PADDING
        self.setFixedWidth(max(FIELD_SIZE.width(), min(most, wanted)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with Up and Down; take the edit back with Escape."""
        steps = {
            Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 5, Qt.Key.Key_PageDown: -5,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            self.stepped.emit(steps[key])
        elif key == Qt.Key.Key_Escape and (self.isModified() or self.is_refused()):
            self.show_text(self._full, self._short)
            self.selectAll()
            self.taken_back.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the whole text and select it."""
        super().focusInEvent(event)
        if not self.is_refused() and self.text() != self._full:
            self.setText(self._full)
            self._fit()
        self.selectAll()
        if event.reason() == Qt.FocusReason.MouseFocusReason:  # the press that follows would set the cursor
            QTimer.singleShot(0, self, self.selectAll)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit through editingFinished, then show the short form."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and not self.isModified() and not self.is_refused():
            self.show_text(self._full, self._short)

    def _commit(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.committed.emit(self.text())

    def _fit(self) -> None:
        """Letter a long value smaller rather than cut it."""
        room = self.width() - 2 * _PADDING
        sizes = range(13, _SMALLEST_PX - 1, -1)
        px = next((px for px in sizes if text_width(self.text(), px) <= room), _SMALLEST_PX)
        self.setFont(lettering(px))


class StopSlider(QSlider):
    """A slider over numbered stops. A click in the groove goes there; the wheel turns it only when it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setMinimumWidth(30)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPageStep(5)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_stop(self, stop: int, first: int, last: int) -> None:
        """Move to a stop within a range, without a signal."""
        with QSignalBlocker(self):
            self.setRange(first, last)
            self.setValue(stop)
        self.setEnabled(last > first)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the pointer first, so that the handle can be dragged from anywhere."""
        if event.button() == Qt.MouseButton.LeftButton:
            handle = 12
            share = (event.position().x() - handle / 2) / max(1, self.width() - handle)
            self.setValue(self.minimum() + round(share * (self.maximum() - self.minimum())))
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the column unless the slider has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Choice(QFrame):
    """A few words, one of them chosen. One stop of Tab; the arrow keys choose."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, tuple[str, ...]]], parent: QWidget | None = None) -> None:
        """Show (key, forms of its text, longest first); the longest forms that fit are drawn."""
        super().__init__(parent)
        self.setProperty("segments", True)
        self.setFixedHeight(FIELD_SIZE.height() + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._forms = dict(choices)
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for key, forms in choices:
            button = QToolButton(self)
            button.setText(forms[0])
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._group.buttonToggled.connect(self._on_toggled)

    @property
    def buttons(self) -> dict[str, QToolButton]:
        """The segments by key."""
        return self._buttons

    def current(self) -> str:
        """Return the key of the chosen segment, "" when none is."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def show_choice(self, key: str) -> None:
        """Choose without a signal."""
        with QSignalBlocker(self._group):
            if key in self._buttons:
                self._buttons[key].setChecked(True)
        one_tab_stop(self._buttons.values())

    def name(self, name: str, description: str, help_text: str) -> None:
        """Tell screen readers and the tooltip what is chosen here."""
        self.setToolTip(help_text)
        for key, button in self._buttons.items():
            button.setAccessibleName(f"{name}: {self._forms[key][0]}")
            button.setAccessibleDescription(description)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the longest words that fit and share the width by their length."""
        super().resizeEvent(event)
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        most = max(len(forms) for forms in self._forms.values())
        for level in range(most):
            words = {key: forms[min(level, len(forms) - 1)] for key, forms in self._forms.items()}
            widths = {key: text_width(word, 13) + 11 for key, word in words.items()}
            if sum(widths.values()) <= self.width() - 4 or level == most - 1:
                break
        px = 13 if sum(widths.values()) <= self.width() - 4 else 11
        for index, (key, button) in enumerate(self._buttons.items()):
            button.setText(words[key])
            button.setFont(lettering(px))
            layout.setStretch(index, round(widths[key]))

    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked:
            one_tab_stop(self._buttons.values())
            self.chosen.emit(next(key for key, own in self._buttons.items() if own is button))


def one_tab_stop(buttons: Iterable[QAbstractButton]) -> None:
    """Let Tab stop at the chosen one of several buttons only; the arrow keys reach the others."""
    for button in buttons:
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button.isChecked() else Qt.FocusPolicy.ClickFocus)
