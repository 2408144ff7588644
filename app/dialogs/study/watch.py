"""The study under way, seen from the GUI thread: a timer looks at the core's job. It outlives the dialog."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from mamlcore.study.background import StudyJob, StudyState
from mamlcore.study.conduct import Workforce
from mamlcore.study.plan import Study

POLL_MS = 200
#: How long leaving the program waits for the workers to go.
PATIENCE_S = 5.0


class StudyWatch(QObject):
    """At most one study at a time."""

    moved = Signal(object)  # StudyState: a new one
    ended = Signal(object, object)  # StudyState, folder

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: StudyJob | None = None
        self._state: StudyState | None = None
        self._stopping = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)

    @property
    def state(self) -> StudyState | None:
        """The newest moment of the present or last study."""
        return self._state

    @property
    def folder(self) -> Path | None:
        """The folder of the present or last study."""
        return None if self._job is None else self._job.folder

    @property
    def running(self) -> bool:
        """Whether a study is under way."""
        return self._state is not None and not self._state.has_ended

    @property
    def stopping(self) -> bool:
        """Whether the study under way has been asked to stop."""
        return self.running and self._stopping

    @property
    def can_stop(self) -> bool:
        """Whether asking it to stop would still change anything."""
        return self.running and not self._stopping and self._state is not None and self._state.phase != "reporting"

    def start(self, study: Study, folder: Path, force: Workforce) -> None:
        """Begin a study, or go on with the one that lies in the folder; nothing while another is under way."""
        if self.running:
            return
        self._job, self._stopping = StudyJob(study, folder, force), False
        self._state = self._job.state
        self._job.start()
        self._timer.start()
        self.moved.emit(self._state)

    def cancel(self) -> None:
        """Ask the study to stop; finished cells are kept."""
        if self._job is not None and self.can_stop:
            self._stopping = True
            self._job.cancel()
            self.moved.emit(self._state)

    def close(self) -> None:
        """Stop and wait for the thread; nobody is told."""
        self._timer.stop()
        if self._job is not None and self.running:
            self._job.cancel()
            self._job.wait(PATIENCE_S)

    def _look(self) -> None:
        if self._job is None or self._job.state is self._state:
            return
        self._state = self._job.state
        if self._state.has_ended:
            self._timer.stop()
            self._job.wait()
        self.moved.emit(self._state)
        if self._state.has_ended:
            self.ended.emit(self._state, self._job.folder)
