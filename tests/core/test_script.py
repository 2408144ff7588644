"""A run as a script: run by itself, it trains the very bits that were exported."""

import subprocess
import sys
from pathlib import Path

import pytest

from mamlcore import Lab, LabError, __version__, load_preset
from mamlcore.cli import main
from mamlcore.export import repeating
from mamlcore.script import script


def run_script(path: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(path), *map(str, arguments)], capture_output=True, text=True, check=False
    )


CASES = [
    ("sine", ("learners=maml,joint",)),
    ("letters", ("learners=maml", "inner.order=first")),
    ("gaussian", ("learners=fomaml,scratch", "model.precision=float64")),
    ("book", ("learners=maml", "outer.optimizer=sgd")),
    ("sine", ("learners=reptile",)),
    ("sine", ("learners=maml,imaml", "outer.pace=fair")),
]


@pytest.mark.parametrize(("preset", "changes"), CASES)
def test_a_script_trains_the_same_bits(tmp_path: Path, preset: str, changes: tuple[str, ...]) -> None:
    run, path = tmp_path / "run", tmp_path / "script.py"
    sets = [word for change in changes if not change.startswith("learners") for word in ("--set", change)]
    learners = next(change.partition("=")[2] for change in changes if change.startswith("learners"))
    small = ["--set", "evaluation.tasks=10", "--set", "evaluation.live_tasks=10"]
    steps = "130" if preset == "sine" else "12"  # beyond 128 Adam's small numbers are rounded
    train = ["train", "--preset", preset, "--steps", steps, "--learners", learners, *sets, *small, "--out", str(run)]
    assert main(train) == 0
    assert main(["script", str(run), "--out", str(path)]) == 0
    text = path.read_text()
    assert len(text.splitlines()) < 100 and ("rng" in text) == ("reptile" not in learners and "imaml" not in learners)
    ended = run_script(path, run / "theta.npz")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "the same bits" in ended.stdout
    if (preset, changes) == CASES[0]:  # all scripts compare by the same lines
        path.write_text(text.replace(f"STEPS = {steps}", "STEPS = 3"))
        ended = run_script(path, run / "theta.npz")
        assert ended.returncode == 1 and "not the same bits" in ended.stdout


def test_no_script_repeats_a_run_whose_settings_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab = Lab(load_preset("sine"))
    for _ in range(2):
        lab.step()
    assert "STEPS = 2" in script(lab.snapshot(), __version__)
    lab.apply(lab.config.with_settings({"inner.lr": 0.05}))
    with pytest.raises(LabError, match="settings stayed the same"):
        script(lab.snapshot(), __version__)
    assert main(["script", str(tmp_path)]) == 2
    assert "holds no run" in capsys.readouterr().err


@pytest.mark.parametrize(("pace", "left", "noted"), [
    ("fair", ("maml",), ["fewer learners"]),  # MAML then takes every meta-step, and took every third
    ("fair", ("maml", "joint"), []),
    ("together", ("maml",), []),
])  # fmt: skip
def test_a_learner_that_drops_out_is_noted_only_where_the_others_change_their_pace(
    pace: str, left: tuple[str, ...], noted: list[str]
) -> None:
    small = {"learners": "maml,joint,fomaml", "outer.pace": pace, "evaluation.live_tasks": 10}
    lab = Lab(load_preset("gaussian").with_settings(small))
    for _ in range(4):
        lab.advance()
    lab.apply(lab.config.with_settings({"learners": left}))
    for _ in range(4):
        lab.advance()
    shot = lab.snapshot()
    assert [change.text for change in shot.changes] == noted
    assert repeating(shot).startswith("# Settings changed") == bool(noted)
    again = Lab(lab.config)
    for _ in range(8):
        again.step()
    same = all(
        mine.tobytes() == other.tobytes()
        for pair in zip(shot.theta("maml"), again.snapshot().theta("maml"), strict=True)
        for mine, other in zip(*pair, strict=True)
    )
    assert same != bool(noted)
