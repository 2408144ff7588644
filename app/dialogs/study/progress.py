"""How far a study is, and what it has found."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.dialogs.study.earlier import open_path
from app.look.numbers import count
from mamlcore.study.background import StudyState
from mamlcore.study.conduct import StudyProgress


class StudyReport(QWidget):
    """A function of the state of a study."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self.headline, self.detail = QLabel(self), QLabel(self)
        self.headline.setProperty("tone", "group")
        self.detail.setProperty("tone", "second")
        for label in (self.headline, self.detail):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress of the study"))
        self.open_button = QPushButton(self.tr("Open report"), self)
        self.open_button.setProperty("role", "outline")
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self._open)
        row = QHBoxLayout()
        row.addWidget(self.open_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        for widget in (self.headline, self.bar, self.detail):
            column.addWidget(widget)
        column.addLayout(row)

    def show_state(self, state: StudyState | None, folder: Path | None, stopping: bool = False) -> None:
        """Show this moment; None says that there has been no study yet."""
        self._folder = folder
        progress = None if state is None else state.progress
        self.bar.setVisible(state is not None and not state.has_ended)
        known = progress is not None and progress.done > 0 and not stopping
        self.bar.setRange(0, progress.total if progress is not None and known else 0)  # 0, 0: it moves to and fro
        self.bar.setValue(progress.done if progress is not None and known else 0)
        self.headline.setText(self.tr("Stopping…") if stopping else self._headline(state, progress))
        self.detail.setText(self._detail(state, progress))
        self.open_button.setVisible(state is not None and state.phase == "done")

    def _headline(self, state: StudyState | None, progress: StudyProgress | None) -> str:
        if state is None:
            return self.tr("No study yet")
        if state.phase == "done":
            return state.answer[0] if state.answer else self.tr("The study is finished.")
        if state.phase == "failed":
            return self.tr("The study has stopped: {0}").format(state.error)
        if state.phase == "cancelled":
            return self.tr("Stopped. Finished cells are kept; go on with it from the list below.")
        if state.phase == "reporting":
            return self.tr("Writing the report…")
        if progress is None:
            return self.tr("Starting the workers…")
        if not progress.done:
            return self.tr("Computing the first of {0} cells…").format(count(progress.total))
        text = self.tr("{0} of {1} cells").format(count(progress.done), count(progress.total))
        left = progress.seconds_left
        return text if not left else self.tr("{0}, about {1} left").format(text, self._duration(left))

    def _detail(self, state: StudyState | None, progress: StudyProgress | None) -> str:
        if state is None:
            return self.tr("Press Start: each cell is one learner at one N, K, class split and seed.")
        if state.phase == "done":
            return "\n".join((*state.answer[1:], str(self._folder or "")))
        if state.has_ended:
            return ""
        if progress is None or not progress.done:
            return self.tr("This dialog may be closed; the study goes on.")
        return progress.last

    def _duration(self, seconds: float) -> str:
        if seconds < 100:
            return self.tr("{0} s").format(round(seconds))
        return self.tr("{0} min").format(round(seconds / 60))

    def _open(self) -> None:
        if self._folder is not None:
            open_path(self._folder / "report.html")
