"""Autosave: every 30 s while training, two generations; the newest valid one is offered at the next start.

A folder belongs to one instance of the program at a time (a lock file says so); a second instance takes the next.
What was found at the start is set aside under a name that is never written over, so it stays on offer.
"""

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from app.job import Job
from mamlcore.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from mamlcore.errors import LabError
from mamlcore.snapshot import Snapshot

EVERY_MS = 30_000
GENERATIONS = ("autosave-a.maml-lab", "autosave-b.maml-lab")
SET_ASIDE = "previous.maml-lab"
MAX_INSTANCES = 16


@dataclass(frozen=True, slots=True)
class Found:
    """An autosave of an earlier start."""

    path: Path
    checkpoint: Checkpoint
    saved_at: float  # seconds since the epoch


class Autosave(QObject):
    """Keeps the newest snapshot on disk while training goes on."""

    saved = Signal(int)  # the iteration
    failed = Signal(object)  # the exception
    found = Signal(object)  # Found | None: what an earlier start left

    def __init__(self, folder: Path, parent: QObject | None = None, every_ms: int = EVERY_MS) -> None:
        super().__init__(parent)
        self._lock, self.folder = _own_folder(folder)
        self._shot: Snapshot | None = None
        self._written: tuple[int, int] | None = None  # run and iteration
        self._saved_at: float | None = None
        self._next = 0
        self._job: Job | None = None
        self._search: Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._write)

    @property
    def age(self) -> float | None:
        """Seconds since the last autosave of this start."""
        return None if self._saved_at is None else time.monotonic() - self._saved_at

    @property
    def iteration(self) -> int | None:
        """The iteration of the present run that was autosaved last."""
        if self._written is None or self._shot is None or self._written[0] != self._shot.run:
            return None
        return self._written[1]

    def look(self) -> None:
        """Search for what an earlier start left; ``found`` follows."""
        if self._lock is None:
            return
        folder = self.folder
        self._search = Job(lambda progress: set_aside(folder))
        self._search.done.connect(self.found.emit)
        self._search.failed.connect(self.failed.emit)
        self._search.start()

    def show_snapshot(self, shot: Snapshot) -> None:
        """Remember what to write next."""
        self._shot = shot

    def set_training(self, training: bool) -> None:
        """Save on a schedule while training, and once more when it rests."""
        if training and not self._timer.isActive():
            self._timer.start()
        elif not training and self._timer.isActive():
            self._timer.stop()
            self._write()

    def discard(self) -> None:
        """Delete what an earlier start left."""
        (self.folder / SET_ASIDE).unlink(missing_ok=True)

    def close(self) -> None:
        """Write a last time, in this thread (milliseconds), and give the folder free."""
        self._timer.stop()
        for job in (self._job, self._search):
            if job is not None and job.running:
                job.abandon()
        target, shot = self._target(), self._shot
        if target is not None and shot is not None:
            with contextlib.suppress(LabError):  # nobody is left to tell; the generation before is whole
                save_checkpoint(target, shot)
        if self._lock is not None:
            self._lock.unlock()

    def _target(self) -> Path | None:
        """Return where to write, or None when there is nothing new worth it."""
        shot = self._shot
        if self._lock is None or shot is None or shot.iteration == 0:
            return None
        if self._written == (shot.run, shot.iteration):
            return None
        return self.folder / GENERATIONS[self._next]

    def _write(self) -> None:
        target, shot = self._target(), self._shot
        if target is None or shot is None or (self._job is not None and self._job.running):
            return
        self._job = Job(lambda progress: save_checkpoint(target, shot))
        self._job.done.connect(lambda _result: self._on_written(shot.run, shot.iteration))
        self._job.failed.connect(self.failed.emit)
        self._job.start()

    def _on_written(self, run: int, iteration: int) -> None:
        self._written, self._saved_at = (run, iteration), time.monotonic()
        self._next = 1 - self._next
        self.saved.emit(iteration)


def set_aside(folder: Path) -> Found | None:
    """Return the newest valid autosave under a name of its own; damaged ones are passed over."""
    paths = [folder / name for name in (*GENERATIONS, SET_ASIDE)]
    for path in sorted((path for path in paths if path.is_file()), key=lambda path: -path.stat().st_mtime):
        saved_at = path.stat().st_mtime
        try:
            checkpoint = load_checkpoint(path)
        except LabError:
            continue
        kept = folder / SET_ASIDE
        if path != kept:
            os.replace(path, kept)
        return Found(kept, checkpoint, saved_at)
    return None


def _own_folder(root: Path) -> tuple[QLockFile | None, Path]:
    """Return the first folder that no running instance holds, with its lock; no lock when none can be written."""
    for number in range(MAX_INSTANCES):
        folder = root / f"autosave-{number}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return None, folder
        lock = QLockFile(str(folder / "lock"))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            return lock, folder
    return None, root
