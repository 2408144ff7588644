"""The picture that an export would write, drawn beside the window and shown at the right size."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.job import Job
from app.look.theme import Theme
from app.panels.base import Segments
from mamlcore.figures import Look, render
from mamlcore.snapshot import Snapshot

SIZE = (520, 292)


class Preview(QWidget):
    """Shows one figure in the chosen look; drawn in a thread, one at a time (drawing cannot be cancelled)."""

    def __init__(self, shot: Snapshot, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shot, self._look = shot, Look()
        self._job: Job | None = None
        self._stale = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        title = QLabel(self.tr("Preview"), self)
        title.setProperty("tone", "group")
        title_text = self.tr("Meta-accuracy") if shot.metric == "accuracy" else self.tr("Meta-loss")
        self._plots = Segments((("meta_loss", title_text), ("adaptation", self.tr("Adaptation"))), title.text(), self)
        self._plots.apply_theme(theme)
        self._plots.chosen.connect(lambda _key: self.draw())
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._plots)
        column.addLayout(head)
        self._picture = QLabel(self.tr("Drawing…"), self)
        self._picture.setFixedSize(*SIZE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._picture)

    @property
    def busy(self) -> bool:
        """Whether a figure is being drawn."""
        return self._job is not None and self._job.running

    def set_look(self, look: Look) -> None:
        """Take over a look."""
        if look != self._look:
            self._look = look
            self.draw()

    def draw(self) -> None:
        """Draw anew; while a figure is being drawn this waits for its end."""
        if self.busy:
            self._stale = True
            return
        ratio = self.devicePixelRatioF()
        dpi = max(20, round(SIZE[0] * ratio / (self._look.width_mm / 25.4)))
        look, plot, shot = Look(self._look.dark, self._look.width_mm, dpi), self._plots.current, self._shot
        self._job = Job(lambda progress: render(shot, plot, "png", look))
        self._job.done.connect(self._show)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def stop(self) -> None:
        """Wait for the drawing under way and forget it."""
        if self._job is not None and self._job.running:
            self._job.abandon(timeout=10.0)

    def picture(self) -> QPixmap:
        """Return what is shown."""
        return self._picture.pixmap()

    def _show(self, data: bytes) -> None:
        drawn = QPixmap()
        drawn.loadFromData(data)
        drawn.setDevicePixelRatio(self.devicePixelRatioF())
        width, height = (round(side * self.devicePixelRatioF()) for side in SIZE)
        if drawn.height() > height or drawn.width() > width:
            smooth = Qt.TransformationMode.SmoothTransformation
            drawn = drawn.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            drawn.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture.setPixmap(drawn)
        self._next()

    def _on_failed(self, error: Exception) -> None:
        self._picture.setText(self.tr("No picture: {0}").format(error))
        self._next()

    def _next(self) -> None:
        self._job = None
        if self._stale:
            self._stale = False
            self.draw()
