"""Session: what it announces, what it hands on, and that it stops what it started."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.session import DEBOUNCE_MS, PROVEN_STEPS, Session
from mamlcore import Lab, LoadError
from mamlcore.checkpoint import load_checkpoint
from mamlcore.snapshot import Fault
from tests.app.chrome import SMALL, FakeRunner


class Shot:
    fault, config, run, iteration = None, SMALL, 0, 0


@pytest.fixture
def fake(qtbot: QtBot) -> Any:
    runner = FakeRunner()
    session = Session(SMALL, runner=runner)  # type: ignore[arg-type]
    yield session, runner
    session.stop()


def test_a_snapshot_is_announced_once_in_the_gui_thread(fake: Any, qtbot: QtBot) -> None:
    session, runner = fake
    seen: list[tuple[object, int]] = []
    session.snapshot_changed.connect(lambda shot: seen.append((shot, threading.get_ident())))
    session.start()
    first, second = Shot(), Shot()
    runner.latest = first
    qtbot.waitUntil(lambda: len(seen) == 1)
    qtbot.wait(120)  # four more looks at the same snapshot
    runner.latest = second
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert [shot for shot, _ in seen] == [first, second]
    assert {thread for _, thread in seen} == {threading.get_ident()}


def test_a_drag_of_a_slider_posts_once_and_the_newest(fake: Any, qtbot: QtBot) -> None:
    session, runner = fake
    configs = [SMALL.with_settings({"inner.steps": steps}) for steps in (2, 4, 6)]
    for config in configs:
        session.post(config)
        qtbot.wait(DEBOUNCE_MS // 4)
    assert not [call for call in runner.calls if call[0] == "post"]
    qtbot.waitUntil(lambda: ("post", configs[-1]) in runner.calls)
    assert [call for call in runner.calls if call[0] == "post"] == [("post", configs[-1])]
    assert session.config == configs[-1]


def test_run_hands_over_waiting_settings_first(fake: Any) -> None:
    session, runner = fake
    config = SMALL.with_settings({"seed": 7})
    session.post(config)
    session.run()
    assert runner.calls[-2:] == [("post", config), ("run",)]


def test_toggle_follows_the_state(fake: Any, qtbot: QtBot) -> None:
    session, runner = fake
    session.start()
    session.toggle()
    runner.state = "running"
    qtbot.waitUntil(lambda: session.state == "running")
    session.toggle()
    assert [call[0] for call in runner.calls if call[0] in ("run", "pause")] == ["run", "pause"]


def test_refusal_progress_and_fault_are_announced_when_they_change(fake: Any, qtbot: QtBot) -> None:
    session, runner = fake
    said: list[object] = []
    session.refused.connect(said.append)
    session.progress_changed.connect(said.append)
    session.failed.connect(said.append)
    session.start()
    fault = Fault("error", "It broke.", "Reset.", "trace", 3)
    runner.refused, runner.progress, runner.fault = "K is too large", 0.5, fault
    qtbot.waitUntil(lambda: len(said) == 3)
    assert said == ["K is too large", 0.5, fault] and session.fault is fault
    qtbot.wait(80)
    assert len(said) == 3
    runner.refused = runner.progress = runner.fault = None
    qtbot.waitUntil(lambda: len(said) == 5)
    assert said[3:] == ["", None] and session.fault is None


def test_replace_pauses_posts_at_once_and_tells_the_controls(fake: Any) -> None:
    session, runner = fake
    told: list[object] = []
    session.config_replaced.connect(told.append)
    config = SMALL.with_settings({"seed": 9})
    session.replace(config)
    assert runner.calls == [("pause",), ("post", config)] and told == [config]


def test_a_full_evaluation_rests_on_its_result_and_a_cancelled_one_goes_on(fake: Any, qtbot: QtBot) -> None:
    session, runner = fake
    session.start()
    runner.state = "running"
    qtbot.waitUntil(lambda: session.state == "running")
    runner.calls.clear()
    session.evaluate()
    assert runner.calls == [("pause",), ("evaluate",)]
    session.cancel()
    assert runner.calls[2:] == [("cancel",), ("run",)]


def test_the_settings_that_went_well_survive_the_divergence_after_them(fake: Any, qtbot: QtBot) -> None:
    session, runner = fake
    session.start()
    lab = Lab(SMALL)
    for _ in range(2 * PROVEN_STEPS):
        lab.step()
    shots = [lab.snapshot()]
    lab.apply(SMALL.with_settings({"inner.lr": 5.0}))
    shots.append(lab.snapshot())
    fault = Fault("diverged", "It diverged.", "Go back.", "", lab.iteration - 1)
    shots.append(replace(shots[1], iteration=lab.iteration - 1, fault=fault))  # the theta that was kept is older
    for shot in [Lab(SMALL).snapshot(), *shots]:
        runner.latest = shot
        qtbot.waitUntil(lambda shot=shot: session.snapshot is shot)
    assert session.proven == SMALL


def test_a_posted_setting_reaches_the_snapshots_of_a_real_run(qtbot: QtBot) -> None:
    session = Session(SMALL)
    session.start()
    session.run()
    new = SMALL.with_settings({"inner.lr": 0.05})
    session.post(new)
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.config == new, timeout=10_000)
    qtbot.waitUntil(lambda: session.snapshot.iteration > 3 and session.frames_per_second() > 0, timeout=10_000)
    assert session.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "maml-lab-runner"]


def test_save_and_open_continue_the_same_run(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "θ 元学习.maml-lab"
    session = Session(SMALL)
    session.start()
    session.step()
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.iteration == 1, timeout=10_000)
    with qtbot.waitSignal(session.saved, timeout=10_000) as saved:
        session.save(path)
    assert saved.args == [path] and load_checkpoint(path).iteration == 1
    session.reset()
    qtbot.waitUntil(lambda: session.snapshot.iteration == 0, timeout=10_000)
    with qtbot.waitSignal(session.opened, timeout=10_000):
        session.open(path)
    qtbot.waitUntil(lambda: session.snapshot.iteration == 1, timeout=10_000)
    assert session.stop()


def test_a_bad_file_is_told_and_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.maml-lab"
    bad.write_bytes(b"no zip at all")
    runner = FakeRunner()
    session = Session(SMALL, runner=runner)  # type: ignore[arg-type]
    with qtbot.waitSignal(session.trouble, timeout=5_000) as trouble:
        session.open(bad)
    assert isinstance(trouble.args[0], LoadError) and "bad.maml-lab" in str(trouble.args[0])
    assert not [call for call in runner.calls if call[0] == "resume"]
    session.stop()
