"""How often a panel may compute: a fixed share of the time, whatever one computation costs."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

#: Share of the GUI thread's time that a panel may spend on following the training.
SHARE = 0.05
LEAST_S = 1 / 30


class Pace(QObject):
    """Runs work at once when asked by a person, and as often as its cost allows when asked by training.

    Work that was put off is done when it is due, so the last state always gets shown.
    """

    def __init__(self, work: Callable[[], None], parent: QObject, least_s: float = LEAST_S) -> None:
        """``least_s``: never more often than this, however little it costs."""
        super().__init__(parent)
        self._least_s = least_s
        self._work = work
        self._next = 0.0
        self.last_s = 0.0  # what the last run cost
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.now)

    def now(self) -> None:
        """Do the work at once."""
        self._later.stop()
        start = time.perf_counter()
        self._work()
        done = time.perf_counter()
        self.last_s = done - start
        self._next = start + max(self._least_s, self.last_s / SHARE)

    def soon(self) -> None:
        """Do the work now if it is due, otherwise as soon as it is."""
        wait = self._next - time.perf_counter()
        if wait <= 0:
            self.now()
        elif not self._later.isActive():
            self._later.start(max(round(wait * 1000), 1))

    def cancel(self) -> None:
        """Forget what was put off."""
        self._later.stop()
