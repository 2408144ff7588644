"""The leak fixtures can fail: a test that leaves something behind is named, with the place that started it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAVING = """
import threading, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QMainWindow

kept = []

def test_clean(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    timer = QTimer(window)
    timer.start(10)
    window.show()

def test_window_left(qtbot):
    kept.append(QLabel("left"))

def test_timer_left(qtbot):
    kept.append(QTimer())
    kept[-1].start(20)

def test_thread_left():
    threading.Thread(target=time.sleep, args=(4,), name="sleeper", daemon=True).start()
"""


def test_what_a_test_leaves_behind_fails_it(tmp_path: Path, root: Path) -> None:
    for name in ("conftest.py", "app/conftest.py"):
        target = tmp_path / "tests" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "tests" / name, target)
    (tmp_path / "tests/app/test_leaving.py").write_text(LEAVING)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert "4 passed, 3 errors" in run.stdout, run.stdout
    assert "top-level widget PySide6.QtWidgets.QLabel" in run.stdout
    assert "QTimer still running, started at tests/app/test_leaving.py:20 in test_timer_left" in run.stdout
    assert "threads still running after the test: ['sleeper']" in run.stdout
