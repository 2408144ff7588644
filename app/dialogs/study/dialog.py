"""Study: which learner, at which N and K, by how much. Not modal; the study goes on when the dialog is closed."""

import time
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.controls.text import value_text
from app.dialogs.study.earlier import EarlierStudies
from app.dialogs.study.form import StudyForm
from app.dialogs.study.progress import StudyReport
from app.dialogs.study.watch import StudyWatch
from app.job import Job
from app.look.numbers import count
from app.look.said import translated
from app.look.theme import Theme, set_styled
from mamlcore.config import SETTINGS, Config
from mamlcore.errors import LabError
from mamlcore.study.conduct import Workforce
from mamlcore.study.plan import Study, cells, planned
from mamlcore.study.store import Store
from mamlcore.tasks import FAMILIES

SETTLE_MS = 250


class StudyDialog(QDialog):
    """Plans a study on the tasks of the window's present settings."""

    trouble = Signal(object)  # Exception

    def __init__(
        self, config: Config, not_offered: dict[str, str], home: Path, watch: StudyWatch, theme: Theme,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(self.tr("Study"))
        self._config, self._home, self._watch = config, home, watch
        self._plan: Study | None = None
        self._job: Job | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._check)
        self.form = StudyForm(config, not_offered, theme, self)
        self.report = StudyReport(self)
        self.earlier = EarlierStudies(self)
        self._lay_out()
        self.form.changed.connect(self._on_changed)
        self.folder_edit.textChanged.connect(self._follow)
        self.earlier.resume_wanted.connect(self.go_on)
        watch.moved.connect(self._on_moved)
        self.earlier.read(home)
        self._on_moved(watch.state)
        self._on_changed()

    @property
    def config(self) -> Config:
        """The settings of the window that this plans on."""
        return self._config

    # -- the parts ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addWidget(self._heading())
        middle = QHBoxLayout()
        middle.setSpacing(32)
        middle.addWidget(self.form)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.report)
        label = QLabel(self.tr("Earlier studies"), self)
        label.setProperty("tone", "group")
        right.addWidget(label)
        right.addWidget(self.earlier, 1)
        middle.addLayout(right, 1)
        column.addLayout(middle, 1)
        column.addLayout(self._folder_row())
        column.addLayout(self._buttons())
        self.resize(1160, 620)

    def _heading(self) -> QLabel:
        task = self._config.task
        own = task.family == "dataset"
        what = value_text(SETTINGS["task.dataset"], task.dataset) if own else translated(FAMILIES[task.family].label)
        text = self.tr(
            "Compares learners on {0}, each tuned by the same number of trials on validation classes; the other "
            "settings are those of the window."
        )
        label = QLabel(text.format(what), self)
        label.setWordWrap(True)
        label.setProperty("tone", "second")
        return label

    def _folder_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        label = QLabel(self.tr("Folder"), self)
        label.setProperty("tone", "second")
        self.folder_edit = QLineEdit(str(self._home / time.strftime("%Y-%m-%d-%H%M%S")), self)
        label.setBuddy(self.folder_edit)
        row.addWidget(label)
        row.addWidget(self.folder_edit, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.stop_button = QPushButton(self.tr("Stop"), self)
        self.stop_button.setProperty("role", "quiet")
        self.stop_button.setToolTip(self.tr("Finished cells are kept; the study can go on later"))
        self.stop_button.setAutoDefault(False)
        self.stop_button.clicked.connect(self._watch.cancel)
        self.start_button = QPushButton(self.tr("Start"), self)
        self.start_button.setProperty("role", "primary")
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self.start)
        row.addWidget(self.verdict, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.start_button)
        return row

    # -- doing it -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin the study that is planned."""
        folder = self.folder_edit.text().strip()
        if self._plan is not None and folder and not self._watch.running:
            self._watch.start(self._plan, Path(folder).expanduser(), Workforce(self.form.workers))

    def go_on(self, folder: Path) -> None:
        """Go on with a study that was stopped."""
        try:
            plan = Store(folder).plan()
        except LabError as error:
            self.trouble.emit(error)
            return
        self._watch.start(plan, folder, Workforce(self.form.workers))

    def done(self, result: int) -> None:
        """Leave; what is being checked is given up, a study under way goes on."""
        self._settle.stop()
        if self._job is not None:
            self._job.abandon()
            self._job = None
        super().done(result)

    def _on_changed(self) -> None:
        self._plan = None
        self._settle.start()
        self._follow()

    def _check(self) -> None:
        """See in a thread whether tasks and learners can give what is asked for: data may have to be read."""
        if self._job is not None:
            self._job.abandon()
            self._job = None
        config, wished = self._config, self.form.wished()
        if not wished["learners"]:
            self._say(self.tr("Choose at least one learner."), "warning")
            return

        def work(_progress: object) -> tuple[Study, int]:
            plan = planned(config, **wished)
            return plan, sum(1 for _ in cells(plan))

        self._job = Job(work, self)
        self._job.done.connect(self._on_planned)
        self._job.failed.connect(self._on_refused)
        self._job.start()

    def _on_planned(self, found: tuple[Study, int]) -> None:
        self._job, (plan, n_cells) = None, found
        self._plan = plan
        trainings = n_cells * plan.trials
        text = self.tr("{0} cells of {1} trials: {2} trainings")
        self._say(text.format(count(n_cells), count(plan.trials), count(trainings)), "second")

    def _on_refused(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, LabError):
            self.trouble.emit(error)
        self._say(str(error), "warning")

    def _say(self, text: str, tone: str) -> None:
        self.verdict.setText(text)
        set_styled(self.verdict, "tone", tone)
        self._follow()

    def _on_moved(self, state: object) -> None:
        self.report.show_state(self._watch.state, self._watch.folder, self._watch.stopping)
        self.earlier.set_busy(self._watch.running)
        if state is not None and not self._watch.running:
            self.earlier.read(self._home, self._watch.folder)
            fresh = self._home / time.strftime("%Y-%m-%d-%H%M%S")
            self.folder_edit.setText(str(fresh))
        self._follow()

    def _follow(self) -> None:
        running = self._watch.running
        ready = self._plan is not None and bool(self.folder_edit.text().strip())
        self.start_button.setEnabled(ready and not running)
        self.stop_button.setEnabled(running and self._watch.can_stop)
