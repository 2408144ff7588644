"""Dead Qt objects are destroyed in the GUI's thread only, however much a worker allocates."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app import garbage
from app.garbage import Garbage, collect_due


class Cycle(QObject):
    """A Qt object that only the collector can free; it notes in which thread that happens."""

    def __init__(self, freed: list[str]) -> None:
        super().__init__()
        self.itself = self
        self.freed = freed

    def __del__(self) -> None:
        self.freed.append(threading.current_thread().name)


def allocate_in_a_worker() -> None:
    """Allocate so much in a thread that Python would collect every generation in it."""

    def work() -> None:
        for _ in range(30):
            _kept = [[] for _ in range(10_000)]

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()


@pytest.fixture
def collector_as_python_has_it() -> Iterator[None]:
    gc.enable()
    yield
    gc.disable()  # tests/app/conftest.py keeps it so


@pytest.mark.usefixtures("qapp", "collector_as_python_has_it")
def test_without_it_a_worker_destroys_objects_of_the_gui() -> None:
    freed: list[str] = []
    Cycle(freed)
    allocate_in_a_worker()
    assert freed == ["worker"]


def test_with_it_they_die_in_the_thread_of_the_gui(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "EVERY_MS", 5)
    gc.enable()
    owner = QObject()
    Garbage(owner)
    freed: list[str] = []
    Cycle(freed)
    allocate_in_a_worker()
    assert freed == []
    qtbot.waitUntil(lambda: bool(freed))
    assert freed == [threading.main_thread().name]


@pytest.mark.usefixtures("qapp")
def test_the_collector_goes_back_to_python_with_the_owner() -> None:
    owner = QObject()
    Garbage(owner)
    assert not gc.isenabled()
    delete(owner)
    assert gc.isenabled()
    gc.disable()


def test_older_generations_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", lambda generation: collected.append(generation) or 0)
    for counts in ((0, 0, 0), (701, 0, 0), (701, 11, 0), (0, 11, 11)):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        collect_due()
    assert collected == [0, 1, 2]
