"""The choices of an import, generated from their declaration; only those that matter to the format are shown."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QSpinBox, QWidget

from app.look.said import translated
from mamlcore.data import CHOICES, FOR_ALL, FORMATS, Choices, Preview
from mamlcore.setting import SettingSpec

FIELD_PX, FIELD_HEIGHT_PX = 172, 24
#: Choices that name a column, where the file has columns.
_COLUMNS = ("label", "group")


class ChoicesForm(QWidget):
    """A row for each choice. ``changed`` after every change by hand."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.fields: dict[str, QWidget] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(5)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name, spec in CHOICES.items():
            self.fields[name] = field = self._make(spec)
            field.setFixedSize(FIELD_PX, FIELD_HEIGHT_PX)
            field.setToolTip(translated(spec.help))
            field.setAccessibleName(translated(spec.label))
            if name == "n_way":
                self._form.addRow(self._heading())
            label = QLabel(translated(spec.label), self)
            label.setBuddy(field)
            self._form.addRow(label, field)
        self._show_rows(())

    def value(self) -> dict[str, Any]:
        """Return the choices as they stand; text is unchecked."""
        return {name: _READ[CHOICES[name].kind](field) for name, field in self.fields.items()}

    def take(self, choices: Choices) -> None:
        """Show other choices without a signal."""
        for name, field in self.fields.items():
            with QSignalBlocker(field):
                _write(field, getattr(choices, name))

    def show_preview(self, preview: Preview) -> None:
        """Show the choices that matter to this format, and the columns there are to choose from."""
        self.show_format(preview.format)
        for name in _COLUMNS:
            combo = self.fields[name]
            assert isinstance(combo, QComboBox)
            with QSignalBlocker(combo):
                now = combo.currentText()
                combo.clear()
                combo.addItems(["", *(column.name for column in preview.columns)])
                combo.setCurrentText(now)
        found = {one.choice: one.value for one in preview.detected} | {"format": preview.format}
        for name, field in self.fields.items():
            _say_found(field, name, found.get(name, ""))

    def show_format(self, name: str) -> None:
        """Show the choices that matter to a format."""
        self._show_rows((*FOR_ALL, *FORMATS[name].choices))

    def _show_rows(self, names: tuple[str, ...]) -> None:
        for name, field in self.fields.items():
            self._form.setRowVisible(field, name in names)

    def _make(self, spec: SettingSpec) -> QWidget:
        if spec.kind == "choice" or spec.path in _COLUMNS:
            return self._combo(spec)
        if spec.kind == "flag":
            box = QCheckBox(self)
            box.toggled.connect(lambda _on: self.changed.emit())
            return box
        if spec.kind == "int":
            spin = QSpinBox(self)
            spin.setRange(int(spec.low or 0), int(spec.high or 0))
            spin.setValue(spec.default)
            if not spec.low:
                spin.setSpecialValueText(self.tr("Auto"))
            spin.valueChanged.connect(lambda _value: self.changed.emit())
            return spin
        edit = QLineEdit(self)
        edit.textEdited.connect(lambda _text: self.changed.emit())
        return edit

    def _heading(self) -> QLabel:
        label = QLabel(self.tr("Tasks in mind"), self)
        label.setProperty("tone", "group")
        label.setContentsMargins(0, 8, 0, 0)
        return label

    def _combo(self, spec: SettingSpec) -> QComboBox:
        combo = QComboBox(self)
        combo.setEditable(spec.path in _COLUMNS)
        for choice in spec.choices:
            combo.addItem(_item_text(spec.path, choice), choice)
        combo.currentIndexChanged.connect(lambda _index: self.changed.emit())
        if combo.lineEdit() is not None:
            combo.lineEdit().textEdited.connect(lambda _text: self.changed.emit())  # type: ignore[union-attr]
        return combo


def choice_words(name: str, value: Any) -> str:
    """Return a choice as the form shows it, with its label: "Leave out: width"."""
    spec = CHOICES[name]
    text = _item_text(name, value) if spec.kind == "choice" else str(value)
    if isinstance(value, tuple | list):
        text = ", ".join(map(str, value))
    return QCoreApplication.translate("ChoicesForm", "{0}: {1}").format(translated(spec.label), text)


def _item_text(name: str, choice: str) -> str:
    if name == "format" and choice in FORMATS:
        return translated(FORMATS[choice].label)
    return translated(choice.replace("-", " ").capitalize())


def _say_found(field: QWidget, name: str, value: str) -> None:
    """Say in a field that is left to the program what was found out; "" when nothing was."""
    if isinstance(field, QComboBox) and field.lineEdit() is not None:
        field.lineEdit().setPlaceholderText(value)  # type: ignore[union-attr]
    elif isinstance(field, QComboBox) and field.itemData(0) == "auto":
        auto = _item_text(name, "auto")
        text = QCoreApplication.translate("ChoicesForm", "{0}: {1}").format(auto, _item_text(name, value))
        field.setItemText(0, text if value else auto)


def _read_text(field: Any) -> str:
    return str(field.currentText() if isinstance(field, QComboBox) else field.text()).strip()


_READ: dict[str, Callable[[Any], Any]] = {
    "choice": lambda field: field.currentData(),
    "flag": lambda field: field.isChecked(),
    "int": lambda field: field.value(),
    "text": _read_text,
    "names": lambda field: tuple(part.strip() for part in field.text().split(",") if part.strip()),
}


def _write(field: QWidget, value: Any) -> None:
    if isinstance(field, QCheckBox):
        field.setChecked(value)
    elif isinstance(field, QSpinBox):
        field.setValue(value)
    elif isinstance(field, QComboBox):
        place = field.findData(value)
        field.setCurrentText(value) if place < 0 else field.setCurrentIndex(place)
    elif isinstance(field, QLineEdit):
        field.setText(", ".join(value) if isinstance(value, tuple) else value)
