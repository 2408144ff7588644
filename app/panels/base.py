"""What every panel is: a card with a header row, showing the last snapshot and nothing else."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.look.lettering import SUBTITLE, TITLE, lettering, longest_fitting, text_width
from app.look.theme import DARK, Theme
from app.plots.view import View
from mamlcore.snapshot import Snapshot

CARD_RADIUS = 6
MARGINS = (16, 10, 12, 10)  # left, top, right, bottom of a card
HEADER_HEIGHT = 26
GAP = 10  # between title, subtitle and the controls at the right


class Segments(QWidget):
    """A switch of a few words, one of them chosen: "Log | Linear". Arrow keys move, a click chooses."""

    chosen = Signal(str)  # the key, only when a person changed it

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None) -> None:
        """Show (key, text) pairs; ``name`` is what a screen reader says for the whole."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for key, text in choices:
            button = QPushButton(text, self)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{name}: {text}")
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._group.buttonClicked.connect(self._on_clicked)
        self.set_current(choices[0][0])
        self.apply_theme(DARK)

    @property
    def current(self) -> str:
        """The key of the chosen segment."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def set_current(self, key: str) -> None:
        """Choose without emitting :attr:`chosen`."""
        self._buttons[key].setChecked(True)

    def set_texts(self, texts: dict[str, str]) -> None:
        """Change what the segments say, by key."""
        for key, text in texts.items():
            self._buttons[key].setText(text)
            self._buttons[key].setAccessibleName(f"{self.accessibleName()}: {text}")

    def set_enabled(self, key: str, enabled: bool, reason: str = "") -> None:
        """Allow or forbid one segment; the reason shows as its tooltip."""
        self._buttons[key].setEnabled(enabled)
        self._buttons[key].setToolTip("" if enabled else reason)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.setStyleSheet(
            f"Segments {{ background: {theme.control}; border-radius: 5px; }}"
            f"QPushButton {{ background: transparent; color: {theme.second}; border: 1px solid transparent;"
            f" border-radius: 4px; padding: 0 8px; font-size: {SUBTITLE}px; min-width: 0; min-height: 18px;"
            " max-height: 18px; }"
            f"QPushButton:checked {{ background: {theme.raised}; color: {theme.text}; }}"
            f"QPushButton:hover:!checked {{ color: {theme.text}; }}"
            f"QPushButton:disabled {{ color: {theme.groove}; }}"
            f"QPushButton:focus {{ border-color: {theme.third}; }}"
        )

    def _on_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(next(key for key, own in self._buttons.items() if own is button))


class PanelHeader(QWidget):
    """The row above a panel: title, a subtitle in the longest form that fits, controls at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEADER_HEIGHT)
        self._title = ""
        self._subtitles: tuple[str, ...] = ()
        self._theme = DARK
        self._controls: list[QWidget] = []
        self._spare: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)

    def set_texts(self, title: str, *subtitles: str) -> None:
        """Say the title and the subtitle's forms, longest first; none is shown when none fits."""
        if (title, subtitles) != (self._title, self._subtitles):
            self._title, self._subtitles = title, subtitles
            self._row.setContentsMargins(round(text_width(title, TITLE, bold=True)) + 8, 0, 0, 0)  # never written over
            self.setAccessibleName(f"{title}, {subtitles[0]}" if subtitles else title)
            self.update()
        self._make_room()

    def add_widget(self, widget: QWidget, spare: bool = False) -> None:
        """Put a control at the right end; a spare one goes where there is not room for all."""
        self._controls.append(widget)
        if spare:
            self._spare.append(widget)
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def shown_subtitle(self) -> str:
        """Return the form of the subtitle that fits now."""
        taken = text_width(self._title, TITLE, bold=True) + GAP
        return longest_fitting(self._subtitles, self.width() - taken - self._right_width(), SUBTITLE)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title and subtitle on one base line."""
        painter = QPainter(self)
        font = lettering(TITLE, bold=True)
        metrics = QFontMetricsF(font)
        base = (self.height() + metrics.capHeight()) / 2
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(QRectF(0, base - metrics.ascent(), self.width(), metrics.height()), 0, self._title)
        painter.setFont(lettering(SUBTITLE))
        painter.setPen(QColor(self._theme.second))
        painter.drawText(round(metrics.horizontalAdvance(self._title) + GAP), round(base), self.shown_subtitle())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the subtitle anew."""
        super().resizeEvent(event)
        self._make_room()
        self.update()

    def _make_room(self) -> None:
        title = text_width(self._title, TITLE, bold=True)
        for widget in self._spare:
            own = widget.sizeHint().width() + self._row.spacing()
            wanted = title + self._right_width() + (own if widget.isHidden() else 0)
            if widget.isHidden() == (wanted <= self.width()):
                widget.setHidden(not widget.isHidden())

    def _right_width(self) -> float:
        shown = [widget for widget in self._controls if not widget.isHidden()]
        return sum(widget.sizeHint().width() + self._row.spacing() for widget in shown) + (GAP if shown else 0)


class Panel(QWidget):
    """A card that is a function of the last snapshot.

    A panel has one file and one line in :data:`app.panels.PANELS`. It puts its content into ``self.body`` and
    its controls into ``self.header``; it knows neither the session nor another panel.
    """

    name: ClassVar[str]
    task_chosen = Signal(int)  # a person chose a held-out task here
    step_chosen = Signal(int)  # a person chose a number of inner steps here
    loss_view_chosen = Signal(object)  # a person chose a metric or a scale here: an app.plots.view.View

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.header = PanelHeader(self)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(*MARGINS)
        column.setSpacing(4)
        column.addWidget(self.header)
        column.addLayout(self.body, 1)

    def title(self) -> str:
        """Return the panel's name as shown in menus and on its dock."""
        raise NotImplementedError

    def show_snapshot(self, shot: Snapshot) -> None:
        """Show this moment; called for every new snapshot while the panel is visible."""
        raise NotImplementedError

    def choose_task(self, index: int) -> None:
        """Follow the choice of a held-out task made elsewhere."""

    def choose_step(self, step: int) -> None:
        """Follow the choice of a number of inner steps made elsewhere."""

    def choose_loss_view(self, view: View) -> None:
        """Follow the choice of metric and scale made in another plot."""

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme; what is shown stays."""
        self.theme = theme
        self.header.apply_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self.theme.card))
        painter.setPen(Qt.PenStyle.NoPen if self.theme.is_dark else QPen(QColor(self.theme.hairline), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS, CARD_RADIUS)
        painter.end()
