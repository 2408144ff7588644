"""Long work beside the window: a plain thread, watched by a timer. No signal and no Qt object crosses the thread."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QObject, QTimer, Signal

from mamlcore.errors import Cancelled
from mamlcore.evaluate import Progress

POLL_MS = 40


class Job(QObject):
    """Runs ``work(progress)`` once in a thread and tells how it ended, in the GUI thread.

    ``progress`` takes the share done (0..1) and raises Cancelled after :meth:`cancel`. Exactly one of
    done, failed and cancelled is emitted, unless :meth:`abandon` was called or the owner went first.
    """

    progressed = Signal(float)
    done = Signal(object)  # what work returned
    failed = Signal(object)  # the exception
    cancelled = Signal()

    _alive: ClassVar[set["Job"]] = set()

    def __init__(self, work: Callable[[Progress], Any], owner: QObject | None = None) -> None:
        super().__init__()  # no parent and no deleteLater: the two together crash PySide when the parent goes first
        self._work = work
        self._cancel = threading.Event()
        self._share = self._shown = 0.0
        self._open = False
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="maml-lab-job", daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)
        if owner is not None:
            owner.destroyed.connect(self.abandon)

    @property
    def running(self) -> bool:
        """Whether the outcome is still to come."""
        return self._open

    def start(self) -> "Job":
        """Begin; returns itself."""
        self._open = True
        Job._alive.add(self)
        self._thread.start()
        self._timer.start()
        return self

    def cancel(self) -> None:
        """Ask the work to stop at its next report of progress."""
        self._cancel.set()

    def abandon(self, _owner: object = None, timeout: float = 2.0) -> bool:
        """Cancel, tell nobody, and wait for the thread; tell whether it ended in time."""
        if not self._open:
            return True
        self._close()
        self._cancel.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._result = self._work(self._report)
        except BaseException as error:  # whatever it is, the GUI thread must hear of it
            self._error = error

    def _report(self, share: float) -> None:
        if self._cancel.is_set():
            raise Cancelled
        self._share = share

    def _look(self) -> None:
        if self._share != self._shown:
            self._shown = self._share
            self.progressed.emit(self._shown)
        if self._thread.is_alive():
            return
        self._close()
        self._thread.join()
        self._tell()

    def _close(self) -> None:
        self._open = False
        self._timer.stop()
        QTimer.singleShot(0, partial(Job._alive.discard, self))  # not inside the timer's own signal

    def _tell(self) -> None:
        if isinstance(self._error, Cancelled):
            self.cancelled.emit()
        elif self._error is not None:
            self.failed.emit(self._error)
        else:
            self.done.emit(self._result)


class Newest(QObject):
    """One job at a time for a dialog: a newer wish overtakes the one under way, whose outcome nobody hears of."""

    changed = Signal()  # a job has begun or ended
    progressed = Signal(float)

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._owner = owner
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._job is not None

    def begin(
        self, work: Callable[[Progress], Any], done: Callable[[Any], None], failed: Callable[[Exception], None],
        cancelled: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """Do this instead of what is under way; one of the three is called when it has ended."""
        self.abandon(timeout=0.0)
        self._job = job = Job(work, self._owner)
        job.progressed.connect(self.progressed)
        job.done.connect(lambda result: self._ended(job, lambda: done(result)))
        job.failed.connect(lambda error: self._ended(job, lambda: failed(error)))
        job.cancelled.connect(lambda: self._ended(job, cancelled or (lambda: None)))
        self.progressed.emit(0.0)
        job.start()
        self.changed.emit()

    def cancel(self) -> None:
        """Ask the job to stop at its next report of progress."""
        if self._job is not None:
            self._job.cancel()

    def abandon(self, timeout: float = 2.0) -> None:
        """Give up what is under way; nobody is told."""
        if self._job is not None:
            self._job.abandon(timeout=timeout)
            self._job = None

    def _ended(self, job: Job, then: Callable[[], None]) -> None:
        if job is self._job:
            self._job = None
            then()
            self.changed.emit()
