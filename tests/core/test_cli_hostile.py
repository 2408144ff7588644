"""The command line under bad input and bad luck: one line, the right exit code, nothing lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mamlcore.atomic import held
from mamlcore.cli import checks, main

FAST = ["--set", "evaluation.live_tasks=10", "--set", "evaluation.tasks=10", "--set", "model.hidden=8",
        "--set", "outer.tasks=2", "--steps", "2", "--learners", "maml,scratch"]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("hostile") / "run"
    assert main(["train", "--out", str(folder), *FAST]) == 0
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    yield folder
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(("words", "says"), [
    ("evaluate RUN --seed -1", "seed must be a whole number >= 0, got -1"),
    ("shift RUN --over task.k_shot=1 --seed -1", "seed must be a whole number >= 0, got -1"),
    ("script RUN --out .", "could not be written"),
    ("bench --workloads ,", "--workloads takes W1"),
    ("bench --seconds inf", "--seconds"),
    ("train --out x --seconds inf", "--seconds"),
    ("train --out x --seconds nan", "--seconds"),
    ("reproduce omniglot --data x.zip --seconds inf", "--seconds"),
    ("train --out LONG", "LONG/checkpoint.npz cannot be read: File name too long"),
    ("evaluate LONG", "LONG/checkpoint.npz cannot be read: File name too long"),
    ("study --out LONG", "LONG/study.json cannot be read: File name too long"),
    ("data import x.csv --out LONG.npz", "LONG.npz cannot be read: File name too long"),
    ("train --out x --set task.dataset=\udcff", "TaskConfig.dataset must be a name in Unicode"),
    ("train --out x --set task.k_shot=LONG", "TaskConfig.k_shot must be a whole number, got 'nnn"),
    ("train --out x --config a\nb", "a b cannot be read"),
    ("script a\nb", "a b holds no run"),
])  # fmt: skip
def test_bad_input_is_one_clear_line(
    run: Path, words: str, says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    long = "n" * 300
    assert main([word.replace("RUN", str(run)).replace("LONG", long) for word in words.split(" ")]) == 2
    told = capsys.readouterr().err
    assert says.replace("LONG", long) in told and "Traceback" not in told and "Errno" not in told
    assert len(told.strip().splitlines()) == 1 and len(told) < 500
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("fault", "says"), [
    (TypeError("x"), "a fault of the program, TypeError: x"),
    (MemoryError(), "not enough memory"),
    (KeyboardInterrupt(), "stopped"),
    (OSError(28, "No space left on device"), "the output: No space left on device"),
])  # fmt: skip
def test_anything_else_is_one_line_and_exit_code_1(
    fault: BaseException, says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(checks, "check_gradient", fail)
    assert main(["check-gradient"]) == 1
    told = capsys.readouterr().err
    assert says in told and len(told.strip().splitlines()) == 1 and "Traceback" not in told


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    wanted = {**os.environ, **environment}
    command = line.replace(
        "maml-lab", f"{sys.executable} -c 'import sys; from app.command import main; sys.exit(main())'"
    )
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=wanted, timeout=60, check=False)


def test_a_terminal_without_the_letters_costs_nothing(run: Path) -> None:
    ended = shell(f"maml-lab shift {run} --over task.k_shot=1 --tasks 10", PYTHONIOENCODING="ascii")
    for name in ("shift.csv", "shift.png", "shift.svg"):
        (run / name).unlink()
    assert (ended.returncode, ended.stderr) == (0, "") and "\\xb1" in ended.stdout


def test_whoever_leaves_the_pipe_is_not_shouted_after() -> None:
    assert shell("maml-lab --version | true").stderr == ""
    assert shell("maml-lab learners | true").stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_cannot_be_written_is_said() -> None:
    ended = shell("maml-lab learners --json > /dev/full")
    assert (ended.returncode, ended.stderr) == (1, "maml-lab: the output: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_file_without_end_is_refused_before_memory_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("study").mkdir()
    Path("run").mkdir()
    for name in ("z.npz", "z.zip", "z.csv", "study/study.json", "run/checkpoint.npz"):
        Path(name).symlink_to("/dev/zero")
    for words, says in (
        ("train --out x --config /dev/zero", "/dev/zero must hold at most 16 MB of text"),
        ("study --out study", "study.json must hold at most 16 MB of text"),
        ("study --out x --set task.dataset=z.npz", "must be a file"),
        ("train --out x --preset letters --set task.dataset=z.npz", "must be a file"),
        ("evaluate run", "checkpoint.npz must be a file"),
        ("data show z.npz", "must be a file or a folder"),
        ("data show z.zip", "must be a file or a folder"),
        ("data import z.csv --out x.npz", "must be a file or a folder"),
    ):
        assert main(words.split()) == 2, words
        told = capsys.readouterr().err
        assert says in told and len(told.strip().splitlines()) == 1
    assert not Path("x").exists() and not Path("x.npz").exists()


def test_settings_in_another_coding_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text("{}", encoding="utf-16")
    assert main(["train", "--out", "x", "--config", "a.json"]) == 2
    assert "a.json must be text in UTF-8" in capsys.readouterr().err
    Path("b.json").write_text('{"seed": -1}', encoding="utf-8-sig")
    assert main(["train", "--out", "x", "--config", "b.json"]) == 2
    assert "b.json: Config.seed must be >= 0, got -1" in capsys.readouterr().err


def test_two_runs_are_not_written_into_one_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    with held(folder):
        assert main(["train", "--out", str(folder), *FAST]) == 2
        assert "is being written by another run; wait for its end" in capsys.readouterr().err
        assert list(folder.iterdir()) == []
    assert main(["train", "--out", str(folder), *FAST]) == 0
    assert not [path for path in folder.rglob("*") if path.name.startswith(".")]
