"""The learners: on or off, each with the line it is drawn with and what it is for."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QSignalBlocker
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton, QWidget

from app.controls.text import role_text
from app.look.lettering import lettering, text_width
from app.look.said import said, translated
from app.look.theme import DARK, Theme, learner_pen, mix
from mamlcore.learners import LEARNERS

LEARNER_HEIGHT = 26
_LINE_LEFT, _LINE_WIDTH, _TEXT_LEFT, _RIGHT = 48, 28, 86, 16


class LearnerBox(QCheckBox):
    """One learner. A learner that can't be offered for these tasks is disabled and says why."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        learner = LEARNERS[name]
        self.name = name
        self.role = role_text(learner.role)
        self._theme = DARK
        self._label, self._summary = translated(learner.label), translated(learner.summary)
        self.setText(self._label)
        self.setFixedHeight(LEARNER_HEIGHT)
        self.setMinimumWidth(0)
        self.show_reason("")

    def show_reason(self, reason: str) -> None:
        """Disable the box with a reason; "" offers the learner again."""
        self.setEnabled(not reason)
        reason = said(reason)
        role = f" ({self.role})" if self.role else ""
        shown = f"<b>{self._label}</b>{role}<br>{self._summary}"
        self.setToolTip(f"<p>{shown}<br>{reason}</p>" if reason else f"<p>{shown}<br><tt>{self.name}</tt></p>")
        self.setAccessibleName(f"{self._label}{role}")
        self.setAccessibleDescription(f"{self._summary} {reason}".strip())
        self.update()

    def show_checked(self, checked: bool) -> None:
        """Check or uncheck without a signal."""
        with QSignalBlocker(self):
            self.setChecked(checked)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def hitButton(self, place: QPoint) -> bool:
        """The whole row is the button."""
        return self.rect().contains(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, line sample, name and role."""
        painter = QPainter(self)
        on = self.isChecked() and self.isEnabled()
        self._draw_box(painter, on)
        middle = self.height() / 2
        if on:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(learner_pen(self.name, self._theme, 2.0, self.devicePixelRatioF()))
            painter.drawLine(QPointF(_LINE_LEFT, middle), QPointF(_LINE_LEFT + _LINE_WIDTH, middle))
        self._draw_words(painter, on)
        painter.end()

    def _draw_box(self, painter: QPainter, on: bool) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        if not on:
            option.state &= ~QStyle.StateFlag.State_On
            option.state |= QStyle.StateFlag.State_Off
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, option, self)
        option.rect.setRect(24, (self.height() - size) // 2, size, size)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, option, painter, self)

    def _draw_words(self, painter: QPainter, on: bool) -> None:
        theme = self._theme
        small, body = QFontMetricsF(lettering(11)), QFontMetricsF(lettering(13))
        role_width = small.horizontalAdvance(self.role)
        room = self.width() - _TEXT_LEFT - _RIGHT - (role_width + 6 if self.role else 0)
        px = next((px for px in (13, 12, 11) if text_width(self._label, px) <= room), 10)
        base = (self.height() + body.capHeight()) / 2
        faint = mix(theme.card, theme.third, 0.75)
        painter.setFont(lettering(px))
        painter.setPen(QColor(theme.text if on else theme.second if self.isEnabled() else faint))
        painter.drawText(QPointF(_TEXT_LEFT, base), self._label)
        painter.setFont(lettering(11))
        painter.setPen(QColor(theme.second if self.isEnabled() else faint))
        painter.drawText(QPointF(self.width() - _RIGHT - role_width, base), self.role)


def chosen_learners(boxes: Mapping[str, LearnerBox], before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that are on, in the order of the registry; names the registry does not know stay."""
    return (*(name for name, box in boxes.items() if box.isChecked()), *(name for name in before if name not in boxes))


def is_enough(boxes: Mapping[str, LearnerBox]) -> bool:
    """Whether at least one learner that can be offered is on."""
    return any(box.isChecked() and box.isEnabled() for box in boxes.values())
