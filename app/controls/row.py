"""A row of the left column: dot, name, what sets the value, mark. One class for each kind of setting."""

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.controls.fields import Choice, StopSlider, ValueField
from app.controls.marks import ChangedDot, EffectMark, RowLabel
from app.controls.scale import scale_of
from app.controls.text import choice_forms, effect_text, full_name, help_html, plain_help, value_text
from app.look.numbers import NumberError, parse_number, parse_whole, parse_widths
from app.look.said import translated
from app.look.theme import Theme
from mamlcore.setting import SettingSpec
from mamlcore.tasks.base import Limit

ROW_HEIGHT = 28
WIDE = 300  # columns at least this wide have room for long labels
_LABEL_WIDTHS = (92, 106)


class Row(QWidget):
    """One setting. It shows what it is told and asks for changes; it never decides whether they are possible."""

    edited = Signal(str, object)  # path, the value a person asks for
    refused = Signal(str, str)  # path, why the text cannot even be read ("" when it was taken back)
    reset_wanted = Signal(str)

    def __init__(self, spec: SettingSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.value: Any = None
        self._default: Any = spec.default
        self._limit: Limit | None = None
        self.dot = ChangedDot(self)
        self.label = RowLabel(translated(spec.label), spec.symbol, self)
        self.mark = EffectMark(spec.effect, self)
        self.mark.setToolTip(effect_text(spec.effect))
        self.setFixedHeight(ROW_HEIGHT)
        self.dot.clicked.connect(lambda: self.reset_wanted.emit(spec.path))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self.dot)
        row.setSpacing(0)
        row.addSpacing(2)
        row.addWidget(self.label)
        row.addSpacing(6)
        for index, widget in enumerate(self._build()):
            if index:
                row.addSpacing(6)
            row.addWidget(widget)
        row.addSpacing(6)
        row.addWidget(self.mark)
        self.set_wide(True)

    def inputs(self) -> list[QWidget]:
        """Return what takes the focus, in the order of Tab."""
        raise NotImplementedError

    def show_value(self, value: Any, default: Any, limit: Limit | None) -> None:
        """Show a value, whether it is changed, and how far it can go."""
        self.value, self._default, self._limit = value, default, limit
        self.dot.show_changed(self.is_changed())
        reset = self.tr("Reset to {0}").format(value_text(self.spec, default))
        self.dot.setToolTip(reset if self.is_changed() else "")
        self.show_refusal("")
        self._show()

    def show_refusal(self, reason: str) -> None:
        """Say why what was asked for is not possible; "" takes it back."""
        help_text = self._help(reason)
        for widget in [self.label, *self.inputs()]:
            widget.setToolTip(help_text)
            widget.setAccessibleName(full_name(self.spec))
            widget.setAccessibleDescription(f"{reason} {plain_help(self.spec.path)}".strip())

    def _help(self, reason: str) -> str:
        if reason:
            used = self.tr("{0} stays in use.").format(value_text(self.spec, self.value))
            reason = f"{reason.rstrip('.')}. {used}"
        return help_html(self.spec, self._default, self._limit, reason)

    def shows(self, value: Any, default: Any, limit: Limit | None) -> bool:
        """Whether all this is shown already."""
        return bool((value, default, limit) == (self.value, self._default, self._limit))

    def is_changed(self) -> bool:
        """Whether the value is not the default."""
        return bool(self.value != self._default)

    def set_wide(self, wide: bool) -> None:
        """Take a long or a short column of labels."""
        self.label.setFixedWidth(_LABEL_WIDTHS[wide])

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        for part in (self.dot, self.label, self.mark):
            part.apply_theme(theme)

    def menu(self) -> QMenu:
        """Return the context menu: reset, and the setting as the command line writes it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        default = value_text(self.spec, self._default)
        reset = QAction(self.tr("Reset to {0}").format(default), menu)
        reset.setEnabled(self.is_changed())
        reset.triggered.connect(lambda: self.reset_wanted.emit(self.spec.path))
        written = ",".join(map(str, self.value)) if isinstance(self.value, tuple) else str(self.value)
        line = f"--set {self.spec.path}={written}"
        copy = QAction(self.tr("Copy {0}").format(line), menu)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(line))
        menu.addActions([reset, copy])
        return menu

    def _build(self) -> list[QWidget]:
        raise NotImplementedError

    def _show(self) -> None:
        raise NotImplementedError

    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(self.mapToGlobal(place))


class SlidRow(Row):
    """A slider over round values, and a field that takes every value. A subclass says how text becomes a value."""

    def _build(self) -> list[QWidget]:
        self._scale = scale_of(self.spec)
        self.slider, self.field = StopSlider(self), ValueField(self)
        self.slider.valueChanged.connect(self._on_slid)
        self.field.committed.connect(self._on_typed)
        self.field.taken_back.connect(lambda: self.refused.emit(self.spec.path, ""))
        self.field.stepped.connect(lambda by: self.slider.setValue(self.slider.value() + by))
        return [self.slider, self.field]

    def inputs(self) -> list[QWidget]:
        """Return slider and field."""
        return [self.slider, self.field]

    def show_refusal(self, reason: str) -> None:
        """Draw the amber edge; the slider goes back, what was typed stays."""
        super().show_refusal(reason)
        self.field.show_refusal(bool(reason))
        if reason:
            self._place()

    def _place(self) -> None:
        """Put the handle where the value is, within what is possible."""
        raise NotImplementedError

    def _on_slid(self, stop: int) -> None:
        raise NotImplementedError

    def _parsed(self, text: str) -> Any:
        """Return the value of a text. NumberError when it cannot be read."""
        raise NotImplementedError

    def _on_typed(self, text: str) -> None:
        try:
            value = self._parsed(text)
        except NumberError as error:
            self.refused.emit(self.spec.path, str(error))
            return
        self.edited.emit(self.spec.path, value)


class NumberRow(SlidRow):
    """One number."""

    def _show(self) -> None:
        text = value_text(self.spec, self.value)
        if self.spec.path == "seed":
            self.field.grow_for(text, 96)
        self.field.show_text(text)
        self._place()

    def _place(self) -> None:
        first, last = self._scale.between(*self._range())
        self.slider.show_stop(self._scale.nearest(self.value), first, last)

    def _range(self) -> tuple[float, float]:
        low, high = self.spec.low, self.spec.high
        assert low is not None and high is not None
        return (low, high) if self._limit is None else (max(low, self._limit.low), min(high, self._limit.high))

    def _on_slid(self, stop: int) -> None:
        value = self._scale.values[stop]
        self.edited.emit(self.spec.path, int(value) if self.spec.kind == "int" else value)

    def _parsed(self, text: str) -> float:
        return parse_whole(text) if self.spec.kind == "int" else parse_number(text)


class WidthsRow(SlidRow):
    """Hidden layers: the slider sets one width for all, the field takes a list; none makes the model linear."""

    def _build(self) -> list[QWidget]:
        self._depth = 2
        inputs = super()._build()
        self.field.setPlaceholderText(self.tr("linear"))
        return inputs

    def _show(self) -> None:
        widths: tuple[int, ...] = self.value
        self._depth = len(widths) or self._depth
        short = self.tr("{0} layers").format(len(widths)) if len(widths) > 2 else ""
        self.field.show_text(value_text(self.spec, widths) if widths else "", short)
        self._place()

    def _place(self) -> None:
        last = len(self._scale.values) - 1
        self.slider.show_stop(self._scale.nearest(max(self.value, default=0)), 0, last)

    def _on_slid(self, stop: int) -> None:
        width = int(self._scale.values[stop])
        self.edited.emit(self.spec.path, (width,) * self._depth if width else ())

    def _parsed(self, text: str) -> tuple[int, ...]:
        return parse_widths(text)


class ChoiceRow(Row):
    """Segments, for two or three choices."""

    def _build(self) -> list[QWidget]:
        self.choice = Choice([(key, choice_forms(key)) for key in self.spec.choices], self)
        self.choice.chosen.connect(lambda key: self.edited.emit(self.spec.path, key))
        return [self.choice]

    def inputs(self) -> list[QWidget]:
        """Return the segments."""
        return list(self.choice.buttons.values())

    def show_refusal(self, reason: str) -> None:
        """Name each segment for itself; the choice in use stays chosen."""
        super().show_refusal(reason)
        if reason:
            self._show()
        self.choice.name(full_name(self.spec), plain_help(self.spec.path), self._help(reason))

    def _show(self) -> None:
        self.choice.show_choice(self.value)
