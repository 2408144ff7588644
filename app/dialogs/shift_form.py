"""What a shift varies: the setting, the range between two sliders, and the values in it."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSlider, QWidget

from app.look.numbers import setting_number
from app.look.said import translated
from mamlcore import tasks
from mamlcore.config import SETTINGS, Config
from mamlcore.errors import LabError
from mamlcore.shift import STEPS, shiftable

# So many values between the two ends of a range.
POINTS = 6
NUMBER_PX = 56


class ShiftForm(QWidget):
    """Setting, sliders and values. ``changed`` after every change by hand."""

    changed = Signal()

    def __init__(self, config: Config, parent: QWidget) -> None:
        super().__init__(parent)
        self._config = config
        self.setting, self.values = QComboBox(self), QLineEdit(self)
        self.low, self.high = QSlider(Qt.Orientation.Horizontal, self), QSlider(Qt.Orientation.Horizontal, self)
        self._numbers = {slider: QLabel(self) for slider in (self.low, self.high)}
        self.values.setToolTip(self.tr("Values to test at, separated by commas"))
        self._lay_out()
        self.show_config(config)
        self.setting.currentIndexChanged.connect(lambda _index: self._on_setting())
        self.values.textEdited.connect(lambda _text: self.changed.emit())
        for slider in (self.low, self.high):
            slider.valueChanged.connect(lambda _value: self._on_range())

    def show_config(self, config: Config) -> None:
        """Offer what a run with these settings can be shifted in; what was chosen stays where it can."""
        same = config == self._config and self.setting.count() > 0
        self._config = config
        if same:
            return
        before, paths = self.path, shiftable(config)
        with QSignalBlocker(self.setting):
            self.setting.clear()
            for path in paths:
                spec = SETTINGS[path]
                name = self.tr("Adaptation steps") if path == STEPS else translated(spec.label)
                self.setting.addItem(f"{name} {spec.symbol}".strip(), path)
            wished = [path for path in (before, "task.k_shot", *paths) if path in paths]
            chosen = next((path for path in wished if path == before or self._has_room(path)), paths[0])
            self.setting.setCurrentIndex(paths.index(chosen))
        self._on_setting()

    @property
    def path(self) -> str:
        """The setting that is shifted."""
        return str(self.setting.currentData() or "")

    @property
    def wanted(self) -> list[str]:
        """The values as typed."""
        parts = (part.strip().replace("−", "-") for part in self.values.text().split(","))
        return [part for part in parts if part]

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Setting"), self.setting), (self.tr("From"), self.low), (self.tr("To"), self.high),
            (self.tr("Values"), self.values),
        )  # fmt: skip
        for row, (text, field) in enumerate(rows):
            label = QLabel(text, self)
            label.setBuddy(field)
            field.setAccessibleName(text)
            grid.addWidget(label, row, 0)
            number = self._numbers.get(field) if isinstance(field, QSlider) else None
            grid.addWidget(field, row, 1, 1, 2 if number is None else 1)
            if number is not None:
                number.setFixedWidth(NUMBER_PX)
                number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(number, row, 2)
        grid.setColumnStretch(1, 1)

    def _ends(self, path: str) -> tuple[float, float]:
        """Return the range of a setting as these tasks allow it; that of steps and N is kept to what is usual."""
        spec = SETTINGS[path]
        usual = {STEPS: (0.0, 30.0), "task.n_way": (2.0, float(max(10, self._config.task.n_way)))}
        low, high = usual.get(path, (float(spec.low or 0.0), float(spec.high or 1.0)))
        limit = None if path == STEPS else tasks.limits(self._config).get(path)
        return (low, high) if limit is None else (max(low, limit.low), min(high, limit.high))

    def _has_room(self, path: str) -> bool:
        low, high = self._ends(path)
        return low < high

    def _on_setting(self) -> None:
        low, high = self._ends(self.path)
        whole = SETTINGS[self.path].kind == "int"
        for slider, at_end in ((self.low, False), (self.high, True)):
            with QSignalBlocker(slider):
                slider.setRange(0, round(high - low) if whole else 100)
                slider.setPageStep(max(1, slider.maximum() // 10))
                slider.setValue(slider.maximum() if at_end else 0)
                slider.setEnabled(high > low)
        self._on_range()

    def _value(self, slider: QSlider) -> float:
        low, high = self._ends(self.path)
        return low + (high - low) * slider.value() / max(1, slider.maximum())

    def _on_range(self) -> None:
        """Spread values between the two sliders; the trained one is always among them."""
        for slider, number in self._numbers.items():
            number.setText(_text(self._value(slider)))
        first, last = sorted(self._value(slider) for slider in (self.low, self.high))
        trained = float(self._config.value(self.path))
        values = {*np.linspace(first, last, POINTS).tolist(), trained}
        if SETTINGS[self.path].kind == "int":
            values = {float(round(value)) for value in values}
        able = [value for value in sorted(values) if value == trained or self._allowed(value)]
        self.values.setText(", ".join(map(_text, able)))
        self.changed.emit()

    def _allowed(self, value: float) -> bool:
        """Return whether tasks can be made with this value: a low end must not pass the high one, say."""
        if self.path == STEPS:
            return True
        try:
            tasks.check(self._config.with_settings({self.path: float(f"{value:.3g}")}))
        except LabError:
            return False
        return True


def _text(value: float) -> str:
    return setting_number(float(f"{value:.3g}"))
