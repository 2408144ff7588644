"""The entry point: arguments, what is said where no window is possible, and the whole window once for real."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import display, language
from app.__main__ import main
from app.controls.column import Controls
from app.controls.learners import LearnerBox
from app.dialogs.error import Reporter
from app.frame.notice import Button, Notice
from app.frame.window import Window
from app.look.appearance import Appearance
from app.memory import Memory, data_folder
from app.start import assemble
from app.tidings import smaller_step
from mamlcore import Config, __version__
from mamlcore.snapshot import Fault

FAST = {"evaluation.live_tasks": 10, "evaluation.tasks": 20, "model.hidden": [8], "outer.tasks": 4}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    wanted = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=wanted, timeout=60, check=False)


def test_version(capsys: Any) -> None:
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--preset", "sinus"], "sine"),
        (["--session", "/nowhere.maml-lab"], "/nowhere.maml-lab"),
        (["--what"], "--what"),
        (["--lang", "xx"], "There is no language 'xx'; there are en, zh_CN"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(capsys: Any, arguments: list[str], word: str) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert word in told and "Traceback" not in told
    assert len(told.strip().splitlines()) == 1 and told.startswith("maml-lab: ")


def test_without_a_display_one_sentence_and_exit_code_1() -> None:
    ended = run(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert ended.returncode == 1 and "There is no display" in ended.stderr and "maml-lab train" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1 and ended.stdout == ""


def test_a_display_that_does_not_answer_is_told_instead_of_an_abort() -> None:
    ended = run(QT_QPA_PLATFORM="", DISPLAY=":9387", WAYLAND_DISPLAY="")
    assert ended.returncode == 1 and ended.stderr.startswith("maml-lab:") and "Traceback" not in ended.stderr


def test_missing_libraries_give_the_line_to_install() -> None:
    missing = {"libxcb-cursor.so.0", "libGL.so.1"}
    said = display.trouble({"DISPLAY": ":0"}, lambda name: name not in missing)
    assert said is not None and said.endswith("apt-get install -y libgl1 libxcb-cursor0")
    assert display.trouble({"QT_QPA_PLATFORM": "offscreen"}, lambda name: name != "libxcb-cursor.so.0") is None
    assert display.trouble({"WAYLAND_DISPLAY": "wayland-0"}, lambda name: True) is None


def test_numbers_are_written_one_way_in_every_language(qapp: QApplication) -> None:
    before = QLocale()
    try:
        assert language.install(qapp, "xx") == "en"
        assert QLocale().decimalPoint() == "."
    finally:
        QLocale.setDefault(before)


@pytest.fixture
def lab_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: Any) -> Any:
    """Return the real window with everything in it, on a small experiment."""
    monkeypatch.setattr("mamlcore.presets.load_preset", lambda name: Config().with_settings(FAST))
    memory = Memory(tmp_path / "settings.ini")
    appearance = Appearance(qapp, memory, "dark")
    window = Window(memory, appearance)
    qtbot.addWidget(window)
    window.show()
    window.showNormal()
    window.resize(1600, 900)
    wiring = assemble(window, memory, appearance, Reporter(window))
    yield wiring
    window.close()


def test_the_whole_window_trains_evaluates_refuses_and_closes(lab_window: Any, qtbot: QtBot) -> None:
    wiring, act = lab_window, lab_window.window.commands
    session, notices = wiring.session, wiring.window.notices
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    qtbot.waitUntil(act["run"].isEnabled)
    act["run"].trigger()
    qtbot.waitUntil(lambda: session.state == "running" and session.snapshot.iteration > 20, timeout=20_000)
    qtbot.waitUntil(lambda: wiring.window.status.figure("iterations") != "0 iterations")
    act["evaluate"].trigger()
    qtbot.waitUntil(lambda: session.snapshot.test is not None, timeout=20_000)
    qtbot.waitUntil(lambda: session.state == "paused", timeout=20_000)
    assert session.snapshot.test.iteration == session.snapshot.iteration, "training went on over the result"
    impossible = session.config.with_settings({"task.family": "dataset", "task.n_way": 20})
    session.post(impossible)
    qtbot.waitUntil(lambda: notices.text("refused") != "", timeout=20_000)
    wiring.tidings._back_to_used()
    act["copy_script"].trigger()
    assert "STEPS = " in QGuiApplication.clipboard().text() and "Copied the script" in wiring.window.status.message()
    qtbot.waitUntil(lambda: notices.text("refused") == "", timeout=20_000)
    wiring.window.close()
    assert session.state in ("paused", "running") and not session._timer.isActive()
    assert any(data_folder().rglob("autosave-a.maml-lab"))


def test_learners_that_the_tasks_do_not_allow_cannot_be_asked_for(lab_window: Any, qtbot: QtBot) -> None:
    session = lab_window.session
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    boxes = {box.name: box for box in lab_window.window.findChildren(LearnerBox)}
    assert "nearest_centroid" not in session.config.learners
    qtbot.waitUntil(lambda: not boxes["nearest_centroid"].isEnabled())
    assert "needs classes" in boxes["nearest_centroid"].toolTip()
    assert boxes["reptile"].isEnabled() and boxes["maml"].isEnabled()


def test_a_divergence_is_told_with_a_remedy_that_works(lab_window: Any, qtbot: QtBot) -> None:
    wiring = lab_window
    session, notices = wiring.session, wiring.window.notices
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    good = session.config
    session.run()
    qtbot.waitUntil(lambda: session.snapshot.iteration > 30, timeout=20_000)
    session.post(good.with_settings({"inner.lr": 5.0}))
    qtbot.waitUntil(lambda: session.state == "diverged", timeout=20_000)
    assert notices.text("fault").startswith("Stopped: ")
    assert not wiring.window.commands["run"].isEnabled()
    back = notices.bar("fault").findChildren(QPushButton)[0]
    assert back.text().startswith("Back to ") and back.text().endswith("with α 0.02")
    kept = session.snapshot.iteration
    back.click()
    qtbot.waitUntil(lambda: session.state == "running" and session.snapshot.iteration > kept, timeout=20_000)
    assert session.config == session.snapshot.config == good
    assert notices.text("fault") == ""
    assert wiring.window.toolbar.presets.currentText() == "Sine waves"  # the settings are a preset's again


def test_a_kept_theta_is_exported_with_the_settings_it_was_trained_with(lab_window: Any, qtbot: QtBot) -> None:
    session, notices, openings = lab_window.session, lab_window.window.notices, lab_window.openings
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    good = session.config
    session.run()
    qtbot.waitUntil(lambda: session.snapshot.iteration > 30, timeout=20_000)
    session.post(good.with_settings({"inner.lr": 5.0}))
    qtbot.waitUntil(lambda: session.state == "diverged", timeout=20_000)
    kept = session.snapshot.iteration
    export = notices.bar("fault").findChildren(QPushButton)[1]
    assert export.text() == "Export kept θ with α 0.02"
    export.click()
    qtbot.waitUntil(lambda: "export" in openings._open, timeout=20_000)
    dialog = openings._open["export"]
    assert dialog.isVisible() and dialog._shot.config == good and dialog._shot.iteration == kept
    assert dialog._shot.live.learners["maml"].loss_summary(good.inner.steps).n_diverged == 0
    assert session.state == "paused" and notices.text("fault") == ""
    dialog.close()


def test_a_dialog_asked_for_again_is_about_the_window_as_it_is_now(lab_window: Any, qtbot: QtBot) -> None:
    session, openings = lab_window.session, lab_window.openings
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    openings.study()
    first = openings._open["study"]
    openings.study()
    assert openings._open["study"] is first and first.isVisible()
    session.take_back(session.config.with_settings({"task.k_shot": 7}))
    qtbot.waitUntil(lambda: session.snapshot.config.task.k_shot == 7, timeout=20_000)
    openings.study()
    second = openings._open["study"]
    assert second is not first and second.config.task.k_shot == 7
    openings.shift()
    session.step()
    qtbot.waitUntil(lambda: session.snapshot.iteration == 1, timeout=20_000)
    openings.shift()
    assert "iteration 1 " in openings._open["shift"]._about.text()
    for dialog in openings._open.values():
        dialog.close()


def test_dialogs_fit_the_screen(lab_window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    session, openings = lab_window.session, lab_window.openings
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    np.savez(tmp_path / "rows.npz", X=np.random.default_rng(0).normal(size=(200, 3)), y=np.repeat(np.arange(10), 20))
    openings.import_data([tmp_path / "rows.npz"])
    room = lab_window.window.screen().availableGeometry()
    assert room.width() < 1080, "the dialog would be wider"
    assert openings._open["import"].width() < room.width() and openings._open["import"].height() < room.height()
    openings._open["import"].close()


def test_the_preset_shown_is_the_one_whose_settings_are_in_use(lab_window: Any, qtbot: QtBot) -> None:
    session, presets = lab_window.session, lab_window.window.toolbar.presets
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    assert presets.currentText() == "Sine waves"
    controls = lab_window.window.findChild(Controls)
    for typed, shown in (("0.05", -1), ("0.02", 0)):
        controls.rows["inner.lr"].field.setFocus()
        controls.rows["inner.lr"].field.setText(typed)
        controls.rows["inner.lr"].field.setModified(True)
        controls.rows["inner.lr"].field.returnPressed.emit()
        assert presets.currentIndex() == shown


def test_tab_never_goes_where_nothing_is_seen(lab_window: Any, qtbot: QtBot, qapp: QApplication) -> None:
    window = lab_window.window
    qtbot.waitUntil(lambda: lab_window.session.state == "ready", timeout=20_000)
    qtbot.waitUntil(lambda: not window.body.area.docks["internals"].is_shown)
    window.activateWindow()
    visited: list[QWidget] = []
    while True:
        window.focusNextPrevChild(True)
        focus = qapp.focusWidget()
        assert focus is not None
        if focus in visited:
            break
        visited.append(focus)
        place = focus.mapTo(window, focus.rect().center())
        assert window.rect().contains(place), f"{focus} {focus.accessibleName()!r} at {place}"
    assert len(visited) > 40


def test_what_goes_away_hands_the_keyboard_to_the_window(lab_window: Any, qtbot: QtBot, qapp: QApplication) -> None:
    window = lab_window.window
    qtbot.waitUntil(lambda: lab_window.session.state == "ready", timeout=20_000)
    window.activateWindow()
    window.notices.say("fault", Notice("Stopped", "", (Button("Go on", lambda: None, closes=True),)))
    bar = window.notices.bar("fault")
    button = bar.findChildren(QPushButton)[0]
    button.setFocus()
    assert button.hasFocus()
    button.click()
    assert window.hasFocus()
    window.toolbar.buttons["step"].setFocus()
    window.commands.set_state("diverged", True)
    assert window.hasFocus()


def test_what_an_earlier_start_left_is_offered_and_continues(lab_window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    from app.autosave import Found  # noqa: PLC0415
    from mamlcore.checkpoint import load_checkpoint, save_checkpoint  # noqa: PLC0415

    wiring = lab_window
    session = wiring.session
    qtbot.waitUntil(lambda: session.state == "ready", timeout=20_000)
    session.step()
    qtbot.waitUntil(lambda: session.snapshot.iteration == 1, timeout=20_000)
    path = tmp_path / "left.maml-lab"
    save_checkpoint(path, session.snapshot)
    session.reset()
    qtbot.waitUntil(lambda: session.snapshot.iteration == 0, timeout=20_000)
    wiring.tidings.on_found(Found(path, load_checkpoint(path), 0.0))
    bar = wiring.window.notices.bar("autosave")
    assert "Iteration 1" in bar.notice.detail
    bar.notice.buttons[0].act()
    qtbot.waitUntil(lambda: session.snapshot.iteration == 1, timeout=20_000)


CLOSING = """
import sys
from PySide6.QtCore import QTimer
import app.start as start

def assemble(*arguments):
    wiring = whole(*arguments)
    wiring.session.run()
    leave = lambda state: state == "running" and QTimer.singleShot({0}, arguments[0].close)
    wiring.session.state_changed.connect(leave)
    return wiring

whole, start.assemble = start.assemble, assemble
from app.__main__ import main
sys.exit(main([]))
"""


@pytest.mark.parametrize("after_ms", [0, 20, 90, 210, 400])
def test_closing_while_training_ends_cleanly(after_ms: int, root: Path) -> None:
    command = [sys.executable, "-X", "faulthandler", "-c", CLOSING.format(after_ms)]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    noise = [line for line in ended.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (ended.returncode, noise) == (0, [])
    assert any(data_folder().rglob("autosave-a.maml-lab")) or after_ms < 90


FAILING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.start as start
from app.dialogs.error import ErrorDialog

def assemble(window, *arguments):
    QTimer.singleShot(600, lambda: leave(window))
    raise RuntimeError("planned")

def leave(window):
    shown = [top.sentence.text() for top in QApplication.topLevelWidgets() if isinstance(top, ErrorDialog)]
    print(shown)
    window.close()

start.assemble = assemble
from app.__main__ import main
sys.exit(main(["--lang", "en"]))
"""


def test_a_start_that_fails_says_so(root: Path) -> None:
    command = [sys.executable, "-c", FAILING]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert "RuntimeError: planned" in ended.stderr
    assert ended.stdout.strip() == "['An unexpected RuntimeError: planned']"


def test_a_run_that_never_went_well_is_offered_a_smaller_step() -> None:
    config = Config()
    fault = Fault("diverged", "", "", "", 0)
    assert smaller_step(config.with_settings({"inner.lr": 3.0}), fault) == ("inner.lr", 1.0)
    assert smaller_step(config.with_settings({"inner.lr": 5.0}), fault) == ("inner.lr", 1.0)  # "below 1.7"
    later = Fault("diverged", "", "", "", 40)
    assert smaller_step(config.with_settings({"outer.lr": 1e-5}), later) == ("outer.lr", 1e-5)
