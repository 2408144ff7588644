"""The worker thread: commands land between meta-steps, stop is prompt, snapshots are those of the lab alone."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mamlcore import Config, Lab, Runner
from mamlcore.checkpoint import checkpoint_bytes, load_checkpoint

SMALL = Config().with_settings({
    "evaluation.live_tasks": 12, "evaluation.tasks": 200, "outer.tasks": 4, "model.hidden": (8,),
    "learners": "maml,joint",
})  # fmt: skip


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner(SMALL)
    runner.start()
    yield runner
    assert runner.stop()


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.005)


def ready(runner: Runner) -> None:
    until(lambda: runner.latest is not None and runner.state == "ready")


def test_it_starts_ready_with_a_picture_of_iteration_0(runner: Runner) -> None:
    ready(runner)
    assert runner.latest is not None and runner.latest.iteration == 0


def test_run_pause_and_one_step(runner: Runner) -> None:
    ready(runner)
    runner.run()
    until(lambda: runner.latest.iteration > 20)  # type: ignore[union-attr]
    assert runner.state == "running" and runner.rate > 0
    runner.pause()
    until(lambda: runner.state == "paused")
    at = runner.latest.iteration  # type: ignore[union-attr]
    runner.step_once()
    until(lambda: runner.latest.iteration == at + 1)  # type: ignore[union-attr]
    until(lambda: runner.state == "paused")
    assert runner.latest.live.iteration == at + 1  # type: ignore[union-attr]


def test_the_newest_of_many_posts_wins(runner: Runner) -> None:
    ready(runner)
    runner.run()
    for lr in np.linspace(0.001, 0.1, 50):
        runner.post(SMALL.with_settings({"inner.lr": float(lr)}))
    until(lambda: runner.latest.config.inner.lr == 0.1)  # type: ignore[union-attr]
    assert runner.state == "running"


def test_what_is_refused_is_said_and_the_run_goes_on(runner: Runner) -> None:
    ready(runner)
    runner.run()
    runner.post(SMALL.with_settings({"task.spread": 2.0}))
    until(lambda: runner.refused is not None)
    assert "spread must be <= 1" in (runner.refused or "")
    at = runner.latest.iteration  # type: ignore[union-attr]
    until(lambda: runner.latest.iteration > at)  # type: ignore[union-attr]
    runner.post(SMALL.with_settings({"inner.lr": 0.01}))
    until(lambda: runner.refused is None)


def test_theta_is_the_same_with_and_without_the_thread(runner: Runner) -> None:
    ready(runner)
    runner.run()
    until(lambda: runner.latest.iteration > 30)  # type: ignore[union-attr]
    runner.pause()
    until(lambda: runner.state == "paused")
    shot = runner.latest
    assert shot is not None
    lab = Lab(SMALL)
    for _ in range(shot.iteration):
        lab.step()
    mine, theirs = shot.theta(), lab.snapshot().theta()
    assert mine is not None and theirs is not None
    for (w, b), (v, c) in zip(mine, theirs, strict=True):
        assert w.tobytes() == v.tobytes() and b.tobytes() == c.tobytes()


def test_a_full_evaluation_reports_progress_and_can_be_cancelled(runner: Runner) -> None:
    ready(runner)
    runner.evaluate()
    until(lambda: runner.latest.test is not None)  # type: ignore[union-attr]
    assert runner.latest.test.n_tasks == 200  # type: ignore[union-attr]
    runner.post(SMALL.with_settings({"evaluation.tasks": 5000}))
    until(lambda: runner.latest.config.evaluation.tasks == 5000)  # type: ignore[union-attr]
    runner.evaluate()
    until(lambda: (runner.progress or 0) > 0)
    runner.cancel()
    until(lambda: runner.progress is None and runner.state in ("ready", "paused"))
    assert runner.latest.test.n_tasks == 200  # type: ignore[union-attr]


def test_reset_begins_anew(runner: Runner) -> None:
    ready(runner)
    runner.run()
    until(lambda: runner.latest.iteration > 5)  # type: ignore[union-attr]
    runner.pause()
    runner.reset()
    until(lambda: runner.latest.iteration == 0 and runner.latest.run == 1)  # type: ignore[union-attr]


def test_a_slider_dragged_across_what_breaks_a_run_does_not_leave_it_resting_without_a_word(runner: Runner) -> None:
    ready(runner)
    runner.run()
    until(lambda: runner.latest.iteration > 3)  # type: ignore[union-attr]
    runner.post(SMALL.with_settings({"inner.lr": 5.0}))
    until(lambda: runner.state == "diverged")
    runner.post(SMALL.with_settings({"inner.lr": 0.01}))
    at = runner.latest.iteration  # type: ignore[union-attr]
    until(lambda: runner.latest.iteration > at + 3 and runner.state == "running")  # type: ignore[union-attr]
    runner.post(SMALL.with_settings({"inner.lr": 5.0}))
    until(lambda: runner.state == "diverged")
    runner.pause()
    runner.post(SMALL.with_settings({"inner.lr": 0.01}))
    until(lambda: runner.state == "paused")


def test_divergence_ends_running_and_keeps_the_thread(runner: Runner) -> None:
    ready(runner)
    runner.post(SMALL.with_settings({"inner.lr": 5.0, "inner.steps": 10, "model.activation": "relu"}))
    runner.run()
    until(lambda: runner.state == "diverged")
    assert runner.latest.fault is not None  # type: ignore[union-attr]
    runner.post(SMALL.with_settings({"model.activation": "relu"}))
    until(lambda: runner.latest.fault is None)  # type: ignore[union-attr]


def test_an_unexpected_exception_is_a_fault_with_details(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(runner)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(Lab, "advance", broken)
    runner.run()
    until(lambda: runner.fault is not None and runner.state == "failed")
    assert "ZeroDivisionError: planted" in runner.fault.reason and "Traceback" in runner.fault.details  # type: ignore[union-attr]
    monkeypatch.undo()
    runner.reset()
    until(lambda: runner.fault is None and runner.state == "ready")


def test_impossible_first_settings_are_said_not_thrown() -> None:
    runner = Runner(SMALL.with_settings({"task.spread": 2.0}))
    runner.start()
    until(lambda: runner.refused is not None)
    runner.post(SMALL)
    until(lambda: runner.latest is not None)
    assert runner.stop()


def test_it_resumes_a_checkpoint(runner: Runner, tmp_path: object) -> None:
    lab = Lab(SMALL)
    for _ in range(9):
        lab.advance()
    path = tmp_path / "run.maml-lab"  # type: ignore[operator]
    path.write_bytes(checkpoint_bytes(lab.snapshot()))
    ready(runner)
    runner.resume(load_checkpoint(path))
    until(lambda: runner.latest.iteration == 9)  # type: ignore[union-attr]
    assert runner.state == "paused"


def test_stop_interrupts_a_long_evaluation() -> None:
    runner = Runner(SMALL.with_settings({"evaluation.tasks": 5000, "evaluation.steps": 100}))
    runner.start()
    ready(runner)
    runner.evaluate()
    until(lambda: (runner.progress or 0) > 0)
    assert runner.stop()
    assert runner.state == "stopped" and runner.latest.test is None  # type: ignore[union-attr]


def test_many_starts_and_stops_leave_nothing() -> None:
    for _ in range(20):
        runner = Runner(SMALL)
        runner.start()
        runner.run()
        assert runner.stop()
