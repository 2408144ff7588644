"""Shift: the run of this moment on tasks of another kind than in training. Not modal; training goes on."""

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.files import FILE_DIALOG_STYLE
from app.job import Newest
from app.look.numbers import setting_number
from app.look.said import translated
from app.look.theme import Theme
from mamlcore.atomic import write_atomic
from mamlcore.config import SETTINGS
from mamlcore.errors import LabError
from mamlcore.evaluate import Progress
from mamlcore.figures import Look
from mamlcore.shift import STEPS, Shift, shift, shift_csv, shiftable
from mamlcore.shift_figure import shift_figure
from mamlcore.snapshot import Snapshot

PICTURE = (640, 358)
TASKS, SETTLE_MS = 200, 300
#: So many values between the two ends of a range.
POINTS = 6
Drawn = tuple[Shift, bytes]


class ShiftDialog(QDialog):
    """Judges the learners of a snapshot along one setting, and draws a curve for each."""

    saved = Signal(object)  # Path of the folder
    trouble = Signal(object)  # Exception

    def __init__(self, shot: Snapshot, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shift"))
        self._shot, self._theme = shot, theme
        self._work = Newest(self)
        self._work.changed.connect(self._follow)
        self._work.progressed.connect(lambda share: self.bar.setValue(round(1000 * share)))
        self.found: Shift | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._compute)
        self._lay_out()
        self._on_setting()

    # -- the parts ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        about = self.tr(
            "Tests what is trained now where one setting differs from training, on {0} tasks at each value, the same "
            "ones for all learners. Nothing is trained or tuned anew."
        )
        label = QLabel(about.format(TASKS), self)
        label.setWordWrap(True)
        label.setProperty("tone", "second")
        column.addWidget(label)
        column.addLayout(self._fields())
        self.picture = QLabel(self)
        self.picture.setFixedSize(*PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(self.tr("Curves of the learners"))
        column.addWidget(self.picture)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setProperty("tone", "second")
        column.addWidget(self.note)
        column.addLayout(self._buttons())

    def _fields(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setting = QComboBox(self)
        for path in shiftable(self._shot.config):
            spec = SETTINGS[path]
            name = self.tr("Adaptation steps") if path == STEPS else translated(spec.label)
            self.setting.addItem(f"{name} {spec.symbol}".strip(), path)
        self.setting.currentIndexChanged.connect(lambda _index: self._on_setting())
        self.low, self.high = (self._slider() for _ in range(2))
        self.values = QLineEdit(self)
        self.values.setToolTip(self.tr("Values to test at, separated by commas"))
        self.values.textEdited.connect(lambda _text: self._settle.start())
        for text, field in (
            (self.tr("Setting"), self.setting), (self.tr("From"), self.low), (self.tr("To"), self.high),
            (self.tr("Values"), self.values),
        ):  # fmt: skip
            field.setAccessibleName(text)
            form.addRow(text, field)
        return form

    def _slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, 100)
        slider.valueChanged.connect(lambda _value: self._on_range())
        return slider

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(self.tr("Testing"))
        self.stop_button = QPushButton(self.tr("Stop"), self)
        self.stop_button.setProperty("role", "quiet")
        self.save_button = QPushButton(self.tr("Save table and figure…"), self)
        close = QPushButton(self.tr("Close"), self)
        close.setProperty("role", "primary")
        for button, call in ((self.stop_button, self._work.cancel), (self.save_button, self._ask), (close, self.close)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, call=call: call())
        row.addWidget(self.bar)
        row.addWidget(self.stop_button)
        row.addStretch(1)
        row.addWidget(self.save_button)
        row.addWidget(close)
        return row

    # -- what is asked for --------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The setting that is shifted."""
        return str(self.setting.currentData())

    def _ends(self) -> tuple[float, float]:
        """Return the range of the setting; that of steps and N is kept to what is usual."""
        spec = SETTINGS[self.path]
        usual = {STEPS: (0.0, 30.0), "task.n_way": (2.0, float(max(10, self._shot.config.task.n_way)))}
        return usual.get(self.path, (float(spec.low or 0.0), float(spec.high or 1.0)))

    def _on_setting(self) -> None:
        for slider, value in ((self.low, 0), (self.high, 100)):
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)
        self._on_range()

    def _on_range(self) -> None:
        """Spread values between the two sliders; the trained one is always among them."""
        low, high = self._ends()
        first, last = sorted(low + (high - low) * slider.value() / 100 for slider in (self.low, self.high))
        trained = float(self._shot.config.value(self.path))
        values = {*np.linspace(first, last, POINTS).tolist(), trained}
        if SETTINGS[self.path].kind == "int":
            values = {float(round(value)) for value in values}
        self.values.setText(", ".join(setting_number(float(f"{value:.3g}")) for value in sorted(values)))
        self._settle.start()

    # -- computing ----------------------------------------------------------------------------------------

    def _compute(self) -> None:
        """Test at the values in a thread; the newest wish wins."""
        shot, path, look = self._shot, self.path, Look(self._theme.is_dark, 130.0, 125)
        wanted = [part.strip().replace("−", "-") for part in self.values.text().split(",") if part.strip()]

        def work(progress: Progress) -> Drawn:
            found = shift(shot, path, wanted, TASKS, None, lambda share: progress(0.95 * share))
            return found, shift_figure([found], "png", look)

        self._work.begin(work, self._show, self._refuse, lambda: self._say(self.tr("Stopped.")))

    def _show(self, drawn: Drawn) -> None:
        self.found, data = drawn
        picture = QPixmap()
        picture.loadFromData(data)
        mode = Qt.TransformationMode.SmoothTransformation
        size = self.picture.size() * self.devicePixelRatioF()
        picture = picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self.picture.setPixmap(picture)
        self._say("\n".join(self.found.left_out.values()))

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, LabError):
            self.trouble.emit(error)
        self._say(str(error), "warning")

    def _say(self, text: str, tone: str = "second") -> None:
        self.note.setText(text)
        self.note.setProperty("tone", tone)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)

    def _follow(self) -> None:
        busy = self._work.busy
        self.bar.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.save_button.setEnabled(self.found is not None and not busy)

    # -- taking it away -----------------------------------------------------------------------------------

    def _ask(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder for shift.csv and the figures"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setStyleSheet(FILE_DIALOG_STYLE)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, folder: Path) -> None:
        """Write shift.csv, shift.png and shift.svg; saved or trouble follows."""
        found: Any = self.found
        try:
            write_atomic(folder / "shift.csv", shift_csv([found]).encode())
            for fmt in ("png", "svg"):
                write_atomic(folder / f"shift.{fmt}", shift_figure([found], fmt))
        except LabError as error:
            self.trouble.emit(error)
            return
        self.saved.emit(folder)

    def done(self, result: int) -> None:
        """Leave; what is being tested is given up."""
        self._settle.stop()
        self._work.abandon()
        super().done(result)
