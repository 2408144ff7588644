"""The window's tests: settings of their own, and no timer, animation, Qt thread or top-level widget left behind."""

import gc
import os
import time
import traceback
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QSettings, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import getCppPointer, isValid

_RUNNING: dict[type, Callable[[Any], bool]] = {
    QTimer: lambda timer: timer.isActive(),
    QThread: lambda thread: thread.isRunning(),
    QAbstractAnimation: lambda animation: animation.state() == QAbstractAnimation.State.Running,
}
GRACE_S = 3.0  # for a drawing under way in a thread, on a busy machine
Started = list[tuple["weakref.ref[Any]", Callable[[Any], bool], str]]


@pytest.fixture(autouse=True, scope="module")
def _garbage_in_this_thread() -> Iterator[None]:
    """Collect cycles only here, between files.

    A collection that happens to start in a worker thread destroys dead Qt objects there: it then holds a lock of
    Qt's and wants Python's, while this thread may hold Python's and want Qt's. That is a deadlock, and was seen.
    """
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _own_settings(user_places: Path) -> None:
    """Send QSettings to the test's folder: Qt reads the user's place only once per process."""
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(user_places / "config"))


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test that leaves something running or standing; only where Qt is used at all."""
    if "qapp" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("qapp")
    started = _watch(monkeypatch)
    before = _top_level()
    yield
    _settle(lambda: not _leaks(started, before))
    leaks = _leaks(started, before)
    if leaks:
        pytest.fail("left behind by the test:\n  " + "\n  ".join(leaks), pytrace=False)


def _watch(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Record from now on who starts a timer, a thread or an animation."""
    started: Started = []
    for cls, is_running in _RUNNING.items():
        monkeypatch.setattr(cls, "start", _recording(cls.start, is_running, started))  # type: ignore[attr-defined]
    return started


def _recording(start: Callable[..., Any], is_running: Callable[[Any], bool], started: Started) -> Callable[..., Any]:
    def record(self: Any, *arguments: Any, **options: Any) -> Any:
        caller = traceback.extract_stack(limit=2)[0]
        where = f"{os.path.relpath(caller.filename)}:{caller.lineno} in {caller.name}"
        started.append((weakref.ref(self), is_running, where))
        return start(self, *arguments, **options)

    return record


def _settle(done: Callable[[], bool]) -> None:
    """Let Qt delete what is due and what ends by itself end; collect cycles only where that is not enough."""
    deadline, collected = time.monotonic() + GRACE_S, False
    while True:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
        if done() or time.monotonic() > deadline:
            return
        if not collected:
            gc.collect()
        collected = True
        time.sleep(0.01)


def _leaks(started: Started, before: Iterable[int]) -> list[str]:
    running = []
    for reference, is_running, where in started:
        found = reference()
        if found is not None and isValid(found) and is_running(found):
            running.append(f"{type(found).__name__} still running, started at {where}")
    standing = [widget for address, widget in _top_level().items() if address not in before]
    return running + [f"top-level widget {_described(widget)}" for widget in standing]


def _top_level() -> dict[int, QWidget]:
    """Return the standing windows by their address in C++ (the Python wrapper of one that Qt made is new each time)."""
    widgets = [w for w in QApplication.topLevelWidgets() if isValid(w) and w.metaObject().className() != "QTipLabel"]
    return {getCppPointer(widget)[0]: widget for widget in widgets}


def _described(widget: QWidget) -> str:
    name = widget.objectName() or widget.windowTitle()
    return f"{type(widget).__module__}.{type(widget).__name__} {name!r}, visible={widget.isVisible()}"
