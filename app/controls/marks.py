"""What is painted by hand in a row of controls: its name, the dot of a changed setting, the mark of its effect."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.look.lettering import lettering, text_width
from app.look.theme import DARK, Theme

HEIGHT = 22
MARK_WIDTH = 13


class ChangedDot(QAbstractButton):
    """A dot before a setting that is not at its default; a click resets it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(14, 22)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = DARK
        self.show_changed(False)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def show_changed(self, changed: bool) -> None:
        """Show the dot, or leave its place empty."""
        self.setEnabled(changed)
        self.setCursor(Qt.CursorShape.PointingHandCursor if changed else Qt.CursorShape.ArrowCursor)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Grow a little under the pointer."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot in the colour of the text."""
        if not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.text))
        radius = 4.0 if self.underMouse() else 2.5
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), radius, radius)
        painter.end()


class EffectMark(QWidget):
    """How a change takes effect: a dot at the next step, an arrow round when the run starts again."""

    def __init__(self, effect: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.effect = effect
        self._theme = DARK
        self.setFixedSize(MARK_WIDTH, HEIGHT)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot or the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(self._theme.third)
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self.effect == "live":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(middle, 2.5, 2.5)
        else:
            painter.setPen(QPen(color, 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawArc(QRectF(middle.x() - 4.5, middle.y() - 4.5, 9, 9), 55 * 16, 290 * 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            right, top = middle.x() + 5.5, middle.y() - 5.5
            painter.drawPolygon(QPolygonF([QPointF(right, top), QPointF(right - 5, top), QPointF(right, top + 5)]))
        painter.end()


class RowLabel(QWidget):
    """The name of a setting, its symbol in a quieter tone; letters a long name smaller rather than cut it."""

    def __init__(self, text: str, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self.symbol = text, symbol
        self._theme = DARK
        self.setFixedHeight(HEIGHT)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name and symbol on one base line."""
        whole = f"{self.text} {self.symbol}" if self.symbol else self.text
        px = next((px for px in (13, 12, 11, 10) if text_width(whole, px) <= self.width()), 9)
        font = lettering(px)
        metrics = QFontMetricsF(font)
        base = (self.height() + metrics.capHeight()) / 2
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text if self.isEnabled() else self._theme.third))
        painter.drawText(QPointF(0, base), self.text)
        painter.setPen(QColor(self._theme.second))
        painter.drawText(QPointF(metrics.horizontalAdvance(self.text + " "), base), self.symbol)
        painter.end()
