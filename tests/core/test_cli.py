"""The command line as others call it: exit codes, one clear line, JSON, files, exact resume."""

import csv
import hashlib
import io
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from mamlcore.checkpoint import load_checkpoint
from mamlcore.cli import main
from mamlcore.cli.output import say
from mamlcore.errors import LabError
from mamlcore.learners.maml import Maml
from mamlcore.presets import load_preset

FAST = [
    "--set",
    "model.hidden=8",
    "--set",
    "outer.tasks=4",
    "--set",
    "evaluation.tasks=20",
    "--set",
    "evaluation.live_tasks=10",
]


def train(folder: Path, *words: str) -> int:
    return main(["train", "--preset", "sine", *FAST, "--out", str(folder), *words])


def test_lists_as_json_and_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    for command, known in (("presets", "sine"), ("families", "gaussian"), ("learners", "maml")):
        assert main([command, "--json"]) == 0
        names = [row["name"] for row in json.loads(capsys.readouterr().out)]
        assert known in names
        assert main([command]) == 0
        assert all(name in capsys.readouterr().out for name in [known])


def test_train_leaves_the_files_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path / "run", "--steps", "12", "--seed", "3", "--learners", "maml,scratch") == 0
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names >= {"config.json", "theta.npz", "theta.safetensors", "history.csv", "evaluation.csv", "meta_loss.png",
                     "meta_loss.svg", "adaptation.png", "adaptation.svg", "checkpoint.npz"}  # fmt: skip
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["seed"], config["learners"], config["model"]["hidden"]) == (3, ["maml", "scratch"], [8])
    out = capsys.readouterr().out
    assert "MAML" in out and "\x1b" not in out  # plain lines in a pipe


def test_stop_and_resume_is_the_run_that_never_stopped(tmp_path: Path) -> None:
    assert train(tmp_path / "a", "--steps", "45") == 0
    assert train(tmp_path / "b", "--steps", "17") == 0
    assert train(tmp_path / "b", "--steps", "45", "--resume") == 0
    for name in ("theta.npz", "theta.safetensors", "history.csv", "evaluation.csv", "meta_loss.svg"):
        digests = [hashlib.sha256((tmp_path / run / name).read_bytes()).hexdigest() for run in "ab"]
        assert digests[0] == digests[1], name


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--preset", "sine-paper"], 70_000),
        (["--preset", "sine-paper", "--seed", "4"], 70_000),
        (["--preset", "sine-paper", "--steps", "3"], 3),
        (["--preset", "sine"], None),
        ([], None),
    ],
)
def test_a_preset_may_say_how_long_its_experiment_is(words, wanted, tmp_path, monkeypatch) -> None:
    asked = []

    def stop(lab: object, out: Path, steps: int | None, seconds: float | None) -> None:
        asked.append(steps)
        raise LabError("far enough")

    monkeypatch.setattr("mamlcore.training.train", stop)
    assert main(["train", "--out", str(tmp_path / "run"), *words]) == 2
    assert asked == [wanted]


def test_ctrl_c_in_the_middle_of_a_meta_step_waits_for_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(tmp_path / "a", "--steps", "45", "--learners", "maml,joint") == 0
    whole = Maml.step

    def interrupted(self: Maml, state: Any, batch: Any, config: Any) -> Any:
        if state.optimizer.updates == 20:
            signal.raise_signal(signal.SIGINT)
        return whole(self, state, batch, config)

    monkeypatch.setattr(Maml, "step", interrupted)
    assert train(tmp_path / "b", "--steps", "45", "--learners", "maml,joint") == 1
    assert "--resume" in capsys.readouterr().err
    monkeypatch.undo()
    assert load_checkpoint(tmp_path / "b" / "checkpoint.npz").iteration == 21
    assert train(tmp_path / "b", "--steps", "45", "--learners", "maml,joint", "--resume") == 0
    for name in ("theta.npz", "evaluation.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_run_killed_before_its_first_checkpoint_keeps_its_settings(tmp_path: Path) -> None:
    wanted = load_preset("gaussian").with_settings({"evaluation.tasks": 20, "evaluation.live_tasks": 10})
    (tmp_path / "config.json").write_text(wanted.to_json())
    assert main(["train", "--out", str(tmp_path), "--resume", "--steps", "2"]) == 0
    assert json.loads((tmp_path / "config.json").read_text())["task"]["family"] == "gaussian"


def test_json_knows_no_infinity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--set", "inner.lr=5", "--set", "inner.steps=10", "--set", "model.activation=relu", "--steps", "1"]
    train(tmp_path / "run", "--learners", "maml", *words)
    capsys.readouterr()
    assert main(["evaluate", str(tmp_path / "run"), "--json"]) == 0

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    tree = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert None in tree["learners"]["maml"]["loss"]["mean"]


def test_whoever_leaves_the_pipe_does_not_cost_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stdout", Gone())
    train(tmp_path / "run", "--steps", "2")
    assert (tmp_path / "run" / "theta.npz").exists() and (tmp_path / "run" / "evaluation.csv").exists()
    monkeypatch.setattr("sys.stdout", None)
    assert main(["presets"]) == 0


def test_a_full_disk_is_no_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise LabError(f"{path} could not be written: No space left on device; choose another place")

    monkeypatch.setattr("mamlcore.checkpoint.write_atomic", full)
    assert train(tmp_path / "run", "--steps", "2") == 1
    assert "No space left" in capsys.readouterr().err


def test_a_run_is_never_overwritten_by_accident(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path / "run", "--steps", "2") == 0
    assert train(tmp_path / "run", "--steps", "2") == 2
    assert "already holds a run; add --resume" in capsys.readouterr().err
    assert train(tmp_path / "run", "--steps", "4", "--resume", "--seed", "9") == 2
    assert "--resume cannot change seed" in capsys.readouterr().err


def test_evaluate_rewrites_evaluation_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    assert train(folder, "--steps", "5", "--learners", "maml,scratch") == 0
    capsys.readouterr()
    assert main(["evaluate", str(folder), "--tasks", "30", "--steps", "12", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert (tree["n_tasks"], tree["steps"]) == (30, 12)
    with (folder / "evaluation.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["learner"] == "maml" and row["metric"] == "loss"]
    assert [float(row["mean"]) for row in rows] == tree["learners"]["maml"]["loss"]["mean"]
    assert main(["evaluate", str(folder), "--tasks", "30", "--seed", "5", "--json"]) == 0
    other = json.loads(capsys.readouterr().out)
    assert other["learners"]["maml"]["loss"]["mean"][0] != tree["learners"]["maml"]["loss"]["mean"][0]


def test_check_gradient_passes(capsys: pytest.CaptureFixture[str]) -> None:
    for preset in ("sine", "gaussian"):
        assert main(["check-gradient", "--preset", preset, "--json"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert report["passed"] and report["error"] <= 1e-6 < report["first_order_error"]
    assert main(["check-gradient", "--set", "model.hidden=5", "--set", "inner.steps=2"]) == 0
    assert "agrees with central differences" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "says"), [
    (["train", "--preset", "sinus", "--out", "x"], "sinus"),
    (["train", "--set", "task.k_shot=50", "--out", "x"], "TaskConfig.k_shot must be <= 20, got 50"),
    (["train", "--set", "task.shots=5", "--out", "x"], "There is no setting 'task.shots'"),
    (["train", "--set", "nonsense", "--out", "x"], "--set takes SECTION.FIELD=VALUE"),
    (["train", "--learners", "maml,mmal", "--out", "x"], "'mmal'"),
    (["train", "--steps", "5", "--seconds", "5", "--out", "x"], "exclude each other"),
    (["train", "--steps", "-1", "--out", "x"], "--steps"),
    (["train", "--config", "none.json", "--out", "x"], "none.json cannot be read"),
    (["train", "--seed", "-1", "--out", "x"], "Config.seed must be >= 0"),
    (["train", "--seed", "x", "--out", "x"], "--seed"),
    (["train"], "Missing option '--out'; maml-lab train --help lists what there is"),
    (["evaluate", "nowhere"], "holds no run"),
    (["check-gradient", "--set", "inner.steps=99"], "InnerConfig.steps must be <= 10"),
    (["nonsense"], "'nonsense'; maml-lab --help lists what there is"),
])  # fmt: skip
def test_bad_input_is_one_clear_line(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    captured = capsys.readouterr()
    assert says in captured.err and "Traceback" not in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert train(tmp_path / "file" / "run", "--steps", "1000000") == 2
    assert "could not be written" in capsys.readouterr().err


def test_divergence_is_said_and_theta_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--set", "inner.lr=5", "--set", "inner.steps=10", "--set", "model.activation=relu", "--steps", "100"]
    assert train(tmp_path / "run", "--learners", "maml", *words) == 1
    said = capsys.readouterr()
    assert "diverged" in said.err and "Training: stopped" in said.out
    assert (tmp_path / "run" / "theta.npz").exists()


def test_a_run_without_any_theta_leaves_all_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "--preset", "gaussian", *FAST, "--steps", "3"]
    assert main([*words, "--out", str(tmp_path / "none"), "--learners", "nearest_centroid"]) == 0
    names = {path.name for path in (tmp_path / "none").iterdir()}
    assert names >= {"history.csv", "evaluation.csv", "adaptation.svg"} and not any("theta" in name for name in names)
    said = capsys.readouterr().out
    assert "Wrote curves and figures" in said and "Minus MAML" not in said
    assert main([*words, "--out", str(tmp_path / "other"), "--learners", "joint,anil"]) == 0
    assert "Wrote theta (of Joint, for want of MAML)" in capsys.readouterr().out


def test_a_run_that_has_its_steps_already_loses_no_point(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path, "--steps", "17") == 0
    before = (tmp_path / "history.csv").read_bytes()
    assert b"\n17,maml,test,loss," in before
    capsys.readouterr()
    assert train(tmp_path, "--steps", "9", "--resume") == 0
    assert "has 17 meta-steps already: --steps 9 is the total" in capsys.readouterr().out
    assert (tmp_path / "history.csv").read_bytes() == before


def test_settings_that_cannot_be_used_name_their_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text, says in (
        ("{", "must be valid JSON"),
        ('{"inner": {"steps": 99}}', "InnerConfig.steps must be <= 10, got 99"),
    ):
        (tmp_path / "mine.json").write_text(text)
        assert main(["train", "--config", str(tmp_path / "mine.json"), "--out", str(tmp_path / "run")]) == 2
        said = capsys.readouterr().err
        assert says in said and "mine.json: " in said


def test_sentences_are_not_broken_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    say("word " * 90 + "[not markup]")
    assert capsys.readouterr().out == "word " * 90 + "[not markup]\n"
