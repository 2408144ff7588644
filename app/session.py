"""Session: the GUI thread's side of a run. Owns the Runner, debounces settings, pulls the newest snapshot."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.job import Job
from mamlcore.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from mamlcore.config import Config
from mamlcore.evaluate import Progress
from mamlcore.runner import Runner
from mamlcore.snapshot import Fault, Snapshot

FRAME_MS = 33
DEBOUNCE_MS = 80
#: Settings that trained so many meta-steps are worth going back to after a divergence.
PROVEN_STEPS = 10


class Session(QObject):
    """One run as the window sees it. Every signal is emitted in the GUI thread."""

    snapshot_changed = Signal(object)  # Snapshot: a new one, never the same twice
    state_changed = Signal(str)  # as in mamlcore.runner.State
    progress_changed = Signal(object)  # float | None: share done of a full evaluation
    refused = Signal(str)  # why the newest settings were not taken over; "" when that is past
    failed = Signal(object)  # Fault: the run has stopped by itself
    config_replaced = Signal(object)  # Config: all settings were replaced (preset, session), not by the controls
    saved = Signal(object)  # Path
    opened = Signal(object)  # Path
    trouble = Signal(object)  # Exception of opening or saving

    def __init__(self, config: Config, parent: QObject | None = None, runner: Runner | None = None) -> None:
        super().__init__(parent)
        self._runner = runner or Runner(config)
        self._config = config
        self._pending: Config | None = None
        self._shot: Snapshot | None = None
        self._state, self._refusal = "loading", ""
        self._progress: float | None = None
        self._fault: Fault | None = None
        self._era: tuple[Config, int] | None = None  # the settings in force and the iteration they came
        self._proven: Config | None = None
        self._interrupted = False  # by a full evaluation
        self._frames: deque[float] = deque(maxlen=60)
        self._jobs: set[Job] = set()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._pull)
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(DEBOUNCE_MS)
        self._debounce.timeout.connect(self._post_pending)

    # -- what the run says --------------------------------------------------------------------------------

    @property
    def config(self) -> Config:
        """The newest settings asked for, taken over or not."""
        return self._config

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot that was announced."""
        return self._shot

    @property
    def state(self) -> str:
        """What the run is doing, as last announced."""
        return self._state

    @property
    def fault(self) -> Fault | None:
        """Why the run has stopped by itself, if it has."""
        return self._fault

    @property
    def rate(self) -> float:
        """Meta-steps a second."""
        return self._runner.rate

    @property
    def proven(self) -> Config | None:
        """The newest other settings of this run under which training went well for a while."""
        return self._proven

    def frames_per_second(self) -> int:
        """Return how many new snapshots were shown in the last second."""
        now = time.monotonic()
        return sum(1 for moment in self._frames if now - moment <= 1.0)

    # -- commands -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread and the pulling of its pictures; training waits for :meth:`run`."""
        self._runner.start()
        self._timer.start()

    def run(self) -> None:
        """Train until paused; settings still waiting are handed over first."""
        self._post_pending()
        self._runner.run()

    def pause(self) -> None:
        """Stop training after the present meta-step."""
        self._runner.pause()

    def toggle(self) -> None:
        """Run when resting, rest when running."""
        if self._state == "running":
            self.pause()
        else:
            self.run()

    def step(self) -> None:
        """Take one meta-step and rest."""
        self._post_pending()
        self._runner.step_once()

    def reset(self) -> None:
        """Begin anew with the same settings."""
        self._post_pending()
        self._runner.reset()

    def evaluate(self) -> None:
        """Judge every learner on all held-out tasks and rest, so that the numbers stay to be read."""
        self._post_pending()
        self._interrupted = self._state == "running"
        self._runner.pause()
        self._runner.evaluate()

    def cancel(self) -> None:
        """Give up a full evaluation; training that it interrupted goes on."""
        self._runner.cancel()
        if self._interrupted:
            self._runner.run()

    def post(self, config: Config) -> None:
        """Take over settings once they have rested for 80 ms; only the newest count."""
        self._config = self._pending = config
        self._debounce.start()

    def replace(self, config: Config) -> None:
        """Take over a whole new experiment (a preset) at once, and tell the controls."""
        self._runner.pause()
        self.take_back(config)

    def take_back(self, config: Config) -> None:
        """Take over settings at once and tell the controls; the run goes on."""
        self._config = self._pending = config
        self._post_pending()
        self.config_replaced.emit(config)

    def save(self, path: Path) -> None:
        """Save the newest snapshot; saved or trouble follows."""
        shot = self._shot
        if shot is not None:
            job = self._job(lambda progress: _save(path, shot))
            job.done.connect(self.saved.emit)

    def open(self, path: Path) -> None:
        """Continue from a file; opened or trouble follows. A bad file changes nothing."""
        job = self._job(lambda progress: (load_checkpoint(path), path))
        job.done.connect(self._resume)

    def resume(self, checkpoint: Checkpoint) -> None:
        """Continue from a checkpoint instead of the present run."""
        self._debounce.stop()
        self._pending, self._config = None, checkpoint.config
        self._runner.resume(checkpoint)
        self.config_replaced.emit(checkpoint.config)

    def stop(self, timeout: float = 2.0) -> bool:
        """Stop everything and join the thread; tell whether it ended in time."""
        self._timer.stop()
        self._debounce.stop()
        ended = [job.abandon(timeout=timeout) for job in list(self._jobs)]
        return self._runner.stop(timeout) and all(ended)

    # -- the timers ---------------------------------------------------------------------------------------

    def _post_pending(self) -> None:
        self._debounce.stop()
        if self._pending is not None:
            self._runner.post(self._pending)
            self._pending = None

    def _pull(self) -> None:
        """Announce what is new. The snapshot goes first, so that a state is never ahead of its picture."""
        shot, state = self._runner.latest, self._runner.state
        if shot is not None and shot is not self._shot:
            self._note_settings(shot)
            self._shot = shot
            self._frames.append(time.monotonic())
            self.snapshot_changed.emit(shot)
        self._pull_words()
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _note_settings(self, shot: Snapshot) -> None:
        """Keep the settings that were in force for a while: what a slider passes over is not worth going back to."""
        gone_back = self._shot is not None and shot.iteration < self._shot.iteration and shot.fault is None
        if self._shot is None or self._shot.run != shot.run or gone_back:  # after a divergence it is still this run
            self._era, self._proven = None, None
        if self._era is None or self._era[0] != shot.config:
            if self._era is not None and shot.iteration - self._era[1] >= PROVEN_STEPS:
                self._proven = self._era[0]
            self._era = shot.config, shot.iteration

    def _pull_words(self) -> None:
        refusal, progress = self._runner.refused or "", self._runner.progress
        if refusal != self._refusal:
            self._refusal = refusal
            self.refused.emit(refusal)
        if progress != self._progress:
            self._progress = progress
            self.progress_changed.emit(progress)
        fault = self._runner.fault or (self._shot.fault if self._shot is not None else None)
        if fault != self._fault:
            self._fault = fault
            if fault is not None:
                self.failed.emit(fault)

    # -- files --------------------------------------------------------------------------------------------

    def _job(self, work: Callable[[Progress], Any]) -> Job:
        job = Job(work)
        self._jobs.add(job)
        job.failed.connect(self.trouble.emit)
        for ended in (job.done, job.failed, job.cancelled):
            ended.connect(self._forget_jobs)
        return job.start()

    def _forget_jobs(self) -> None:
        self._jobs = {job for job in self._jobs if job.running}

    def _resume(self, loaded: tuple[Checkpoint, Path]) -> None:
        checkpoint, path = loaded
        self.resume(checkpoint)
        self.opened.emit(path)


def _save(path: Path, shot: Snapshot) -> Path:
    save_checkpoint(path, shot)
    return path
