"""Reference cycles are collected in the GUI's thread, and nowhere else.

Python starts a collection in whatever thread allocates when the count is reached. In the worker's thread it may find
dead Qt objects; to destroy them it takes a lock of Qt's and then wants Python's own, while the GUI's thread may hold
Python's and want Qt's: the program stands still for good (seen with PySide6 6.10: ~QObject in a thread against
QObject::connect in the other). Objects of Qt belong to the GUI's thread in any case.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500


class Garbage(QObject):
    """Takes the collector over for as long as it lives: the youngest generation at each tick, older ones as due."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_due)
        self._timer.start(EVERY_MS)
        owner.destroyed.connect(gc.enable)


def collect_due() -> int:
    """Collect the oldest generation that is due by Python's own thresholds; return how much was found.

    The thresholds' meaning is Python's: the youngest is due after so many allocations, an older one after so many
    collections of the younger.
    """
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > limits[generation] > 0:
            return gc.collect(generation)
    return 0
