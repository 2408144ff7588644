"""A run as a script: run by itself, it trains the very bits that were exported."""

import subprocess
import sys
from pathlib import Path

import pytest

from mamlcore import LabError, __version__, load_preset
from mamlcore.cli import main
from mamlcore.script import script


def run_script(path: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(path), *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("preset", "changes"),
    [
        ("sine", ("learners=maml,joint",)),
        ("letters", ("learners=maml", "inner.order=first")),
        ("gaussian", ("learners=fomaml,scratch", "model.precision=float64")),
        ("book", ("learners=maml", "outer.optimizer=sgd")),
        ("sine", ("learners=reptile",)),
        ("sine", ("learners=maml,imaml", "outer.pace=fair")),
    ],
)
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
    path.write_text(text.replace(f"STEPS = {steps}", "STEPS = 3"))
    ended = run_script(path, run / "theta.npz")
    assert ended.returncode == 1 and "not the same bits" in ended.stdout


def test_no_script_repeats_a_run_whose_settings_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LabError, match="settings stayed the same"):
        script(load_preset("sine"), 10, "maml", __version__, changed=True)
    assert main(["script", str(tmp_path)]) == 2
    assert "holds no run" in capsys.readouterr().err
