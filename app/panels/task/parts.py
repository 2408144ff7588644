"""Small controls of the task inspector: which task, after how many inner steps."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.look.lettering import BODY, SUBTITLE, TICK, lettering, text_width
from app.look.theme import DARK, Theme
from app.plots.axes import linear_ticks

HANDLE = 6.0  # radius, px


class TaskChooser(QWidget):
    """‹ 23 › with "task" and "of 100" around where there is room."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._count, self._is_wide = 0, 1, True
        self._theme = DARK
        self._back, self._on = QToolButton(self), QToolButton(self)
        for button, text, name, by in (
            (self._back, "‹", self.tr("Previous task (Left arrow)"), -1),
            (self._on, "›", self.tr("Next task (Right arrow)"), 1),
        ):
            button.setText(text)
            button.setProperty("role", "quiet")
            button.setAutoRepeat(True)
            button.setFixedSize(22, 24)
            button.setStyleSheet("padding: 0; min-height: 0;")
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(self._backward if by < 0 else self._forward)
        self._words = (_Words(self), _Words(self), _Words(self))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for part in (self._words[0], self._back, self._words[1], self._on, self._words[2]):
            row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_task(self, index: int, count: int) -> None:
        """Say which task of how many is shown."""
        if (index, count) != (self._index, self._count):
            self._index, self._count = index, count
            self._say()

    def set_wide(self, is_wide: bool) -> None:
        """Write the words around the number, or leave them out."""
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self._say()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self._say()

    def step(self, by: int) -> None:
        """Go to the next task or the one before, around the ends."""
        self.chosen.emit((self._index + by) % self._count)

    def _say(self) -> None:
        before, at, after = self._words
        before.say(self.tr("task") if self._is_wide else "", SUBTITLE, self._theme.second)
        at.say(str(self._index + 1), BODY, self._theme.text, f"{self._count}")
        after.say(self.tr("of {0}").format(self._count) if self._is_wide else "", SUBTITLE, self._theme.second)
        self.setToolTip(self.tr("Held-out task {0} of {1}").format(self._index + 1, self._count))

    def _backward(self) -> None:
        self.step(-1)

    def _forward(self) -> None:
        self.step(1)


class _Words(QWidget):
    """A word of fixed width, so that a changing digit moves nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text, self._px, self._color, self._width = "", SUBTITLE, "", 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def say(self, text: str, px: int, color: str, widest: str = "") -> None:
        self._text, self._px, self._color = text, px, color
        self._width = round(max(text_width(text, px), text_width(widest, px)))
        self.setVisible(bool(text))
        self.setFixedSize(self._width + 4, 22)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(lettering(self._px))
        painter.setPen(QColor(self._color))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


class StepSlider(QAbstractSlider):
    """Inner step 0..E with its numbers below. Arrow keys, click and drag; :attr:`chosen` only for a person."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._trained = 0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, 10)
        self.setSingleStep(1)
        self.setPageStep(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Inner step"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.actionTriggered.connect(self._on_action)

    def sizeHint(self) -> QSize:
        """Return room for a groove and numbers."""
        return QSize(220, 32)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(96, 32)

    def show_step(self, step: int, last: int, trained: int) -> None:
        """Show without emitting: the step, the last there is, and the one that training is for."""
        if last != self.maximum():
            self.setMaximum(last)
        self._trained = trained
        self.setValue(step)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def place(self, step: int) -> float:
        """Return the x of a step, px."""
        return HANDLE + 2 + (self.width() - 2 * HANDLE - 4) * step / max(self.maximum(), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw groove, ticks, handle and numbers."""
        painter, theme, middle = QPainter(self), self._theme, 9.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        now, last = self.place(self.value()), self.place(self.maximum())
        painter.setBrush(QColor(theme.groove))
        painter.drawRoundedRect(QRectF(self.place(0), middle - 1.5, last - self.place(0), 3), 1.5, 1.5)
        painter.setBrush(QColor(theme.fill))
        painter.drawRoundedRect(QRectF(self.place(0), middle - 1.5, now - self.place(0), 3), 1.5, 1.5)
        if self.maximum() <= 30:
            for step in range(self.maximum() + 1):
                painter.drawEllipse(QPointF(self.place(step), middle), 2.0, 2.0)
        painter.setBrush(QColor(theme.text))
        painter.drawEllipse(QPointF(now, middle), HANDLE, HANDLE)
        if self.hasFocus():
            painter.setBrush(QColor(theme.card))
            painter.drawEllipse(QPointF(now, middle), HANDLE - 2.5, HANDLE - 2.5)
        self._paint_numbers(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def _go(self, x: float) -> None:
        share = (x - self.place(0)) / max(self.place(self.maximum()) - self.place(0), 1e-9)
        step = min(max(round(share * self.maximum()), 0), self.maximum())
        if step != self.value():
            self.setValue(step)
            self.chosen.emit(step)

    def _on_action(self, action: int) -> None:
        self.chosen.emit(self.sliderPosition())

    def _paint_numbers(self, painter: QPainter) -> None:
        room = text_width("00", TICK) + 6
        most = max(int(self.width() // room), 2)
        steps = {round(at) for at, _ in linear_ticks(0, self.maximum(), most, whole=True)}
        near = room * self.maximum() / max(self.width(), 1)
        steps = {step for step in steps if step == self.value() or abs(step - self.value()) >= near} | {self.value()}
        for step in steps:
            painter.setFont(lettering(TICK, bold=step == self._trained))
            painter.setPen(QColor(self._theme.text if step == self.value() else self._theme.second))
            box = QRectF(self.place(step) - 20, 17, 40, 15)
            half = text_width(str(step), TICK, step == self._trained) / 2 + 1
            box.moveCenter(QPointF(min(max(box.center().x(), half), self.width() - half), box.center().y()))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(step))
