"""Shift: the run of this moment on tasks of another kind than in training. Not modal; training goes on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.dialogs.shift_form import ShiftForm
from app.files import folder_dialog
from app.job import Newest
from app.look.numbers import count
from app.look.said import said, translated
from app.look.theme import Theme, set_styled
from mamlcore.errors import LabError
from mamlcore.evaluate import Progress
from mamlcore.figures import Look
from mamlcore.learners import LEARNERS
from mamlcore.shift import Shift, shift
from mamlcore.shift_figure import shift_figure, write_shifts
from mamlcore.snapshot import Snapshot

PICTURE, SMALL_PICTURE = (640, 358), (460, 257)
ROOMY_PX = 700  # on a screen lower than this the picture is the small one
TASKS, SETTLE_MS = 200, 300
NOTE_PX = 46  # three lines
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
        self._tested = shot
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._compute)
        self.form = ShiftForm(shot.config, self)
        self._lay_out()
        self.form.changed.connect(self._on_changed)
        self.renew(shot)

    def renew(self, shot: Snapshot) -> None:
        """Test this snapshot from now on."""
        self._shot = shot
        about = self.tr(
            "Tests what iteration {0} has learned where one setting differs from training, on {1} tasks at each value, "
            "the same ones for all learners. Nothing is trained or tuned anew."
        )
        self._about.setText(about.format(count(shot.iteration), count(TASKS)))
        self.form.show_config(shot.config)
        self._on_changed()

    # -- the parts ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        self._about = QLabel(self)
        self._about.setWordWrap(True)
        self._about.setProperty("tone", "second")
        column.addWidget(self._about)
        column.addWidget(self.form)
        self.picture = QLabel(self)
        roomy = self.screen().availableGeometry().height() >= ROOMY_PX
        self.picture.setFixedSize(*(PICTURE if roomy else SMALL_PICTURE))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(self.tr("Curves of the learners"))
        column.addWidget(self.picture)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(NOTE_PX)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.note.setProperty("tone", "second")
        column.addWidget(self.note)
        column.addStretch(1)
        column.addLayout(self._buttons())

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

    # -- computing ----------------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        """Test soon; what is shown of another setting or another moment of the run goes."""
        if self.found is not None and (self.found.path != self.form.path or self._tested is not self._shot):
            self.found = None
        if self.found is None:
            self.picture.setPixmap(QPixmap())
            self.picture.setText(self.tr("Testing…"))
        self._settle.start()
        self._follow()

    def _compute(self) -> None:
        """Test at the values in a thread; the newest wish wins."""
        shot, path, wanted = self._shot, self.form.path, self.form.wanted
        look = Look(self._theme.is_dark, 130.0, round(125 * self.devicePixelRatioF()))

        def work(progress: Progress) -> Drawn:
            found = shift(shot, path, wanted, TASKS, None, lambda share: progress(0.95 * share))
            return found, shift_figure([found], "png", look)

        self._work.begin(work, lambda drawn: self._show(shot, drawn), self._refuse, self._on_stopped)

    def _show(self, shot: Snapshot, drawn: Drawn) -> None:
        self._tested, (self.found, data) = shot, drawn
        picture = QPixmap()
        picture.loadFromData(data)
        mode = Qt.TransformationMode.SmoothTransformation
        size = self.picture.size() * self.devicePixelRatioF()
        picture = picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self.picture.setPixmap(picture)
        self._say("\n".join(_grouped(self.found.left_out)))

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, LabError):
            self.trouble.emit(error)
        self._drop()
        self._say(str(error), "warning")

    def _on_stopped(self) -> None:
        if self.found is None:
            self._drop()
        self._say(self.tr("Stopped. Move a slider or change the values to test again."))

    def _drop(self) -> None:
        """Show no curves: there are none of what is asked for."""
        self.found = None
        self.picture.setPixmap(QPixmap())

    def _say(self, text: str, tone: str = "second") -> None:
        self.note.setText(text)
        set_styled(self.note, "tone", tone)

    def _follow(self) -> None:
        busy = self._work.busy
        self.bar.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.save_button.setEnabled(self.found is not None and not busy)

    # -- taking it away -----------------------------------------------------------------------------------

    def _ask(self) -> None:
        dialog = folder_dialog(self, self.tr("Folder for shift.csv and the figures"))
        dialog.setDirectory(str(Path.home()))
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, folder: Path) -> None:
        """Write shift.csv, shift.png and shift.svg; saved or trouble follows."""
        found: Any = self.found
        try:
            write_shifts(folder, [found])
        except LabError as error:
            self.trouble.emit(error)
            return
        self.saved.emit(folder)

    def done(self, result: int) -> None:
        """Leave; what is being tested is given up."""
        self._settle.stop()
        self._work.abandon()
        super().done(result)


def _grouped(left_out: Mapping[str, str]) -> list[str]:
    """Return why learners are left out, those with the same reason in one line."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        label = LEARNERS[name].label
        by_reason.setdefault(reason.removeprefix(f"{label}: "), []).append(translated(label))
    whole = set(left_out.values())
    return [said(reason) if reason in whole else f"{', '.join(labels)}: {said(reason)}"
            for reason, labels in by_reason.items()]  # fmt: skip
