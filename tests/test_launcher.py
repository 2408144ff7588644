"""The launcher, with a stand-in for .venv's Python: what it finds missing, what it repairs, what it hands on."""

import ast
import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word" >>"$STAND_IN_LOG"; done
exit ${STAND_IN_CODE:-0}
"""


def load(path: Path) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("lab_launcher", str(path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@pytest.fixture
def lab(tmp_path: Path) -> ModuleType:
    """Give a launcher of its own, in a folder with a space, whose .venv is complete but for its Python."""
    folder = tmp_path / "a folder"
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/lib/python3.11/site-packages/numpy").mkdir(parents=True)
    for name in ("lab", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv/bin/python").write_text(STAND_IN)
    (folder / ".venv/bin/python").chmod(0o755)
    (folder / ".venv/pyvenv.cfg").write_text(f"executable = {sys.executable}\nversion = 3.11.7\n")
    module = load(folder / "lab")
    stamp = {"fingerprint": module.fingerprint(), "tests": True, "holds": module.installed()}
    module.STAMP.write_text(json.dumps(stamp))
    return module


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STAND_IN_LOG", str(tmp_path / "called"))
    return tmp_path / "called"


def start(lab: ModuleType, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher from another folder, with a display that is not there unless given."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, str(lab.ROOT / "lab"), *arguments]
    return subprocess.run(command, cwd="/", env=kept | environment, capture_output=True, text=True, check=False)


def test_a_second_start_changes_nothing(lab: ModuleType, called: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in lab.ROOT.rglob("*")}
    run = start(lab, "setup")
    assert (run.returncode, run.stdout) == (0, "")
    assert not called.exists()
    assert {path: path.stat().st_mtime_ns for path in lab.ROOT.rglob("*")} == before


def test_test_hands_its_arguments_and_exit_code_on(lab: ModuleType, called: Path) -> None:
    assert start(lab, "test", "-k", "two words", STAND_IN_CODE="5").returncode == 5
    assert called.read_text().splitlines() == ["-m", "pytest", "-k", "two words"]


def test_other_arguments_go_to_the_program(lab: ModuleType, called: Path) -> None:
    assert start(lab, "--preset", "letters").returncode == 0
    assert called.read_text().splitlines() == [str(lab.VENV / "bin/maml-lab"), "--preset", "letters"]


def test_without_a_display_it_says_so_and_trains(lab: ModuleType, called: Path) -> None:
    run = start(lab)
    assert run.returncode == 0
    assert "no display found" in run.stderr
    words = called.read_text().splitlines()
    assert words[1:5] == ["train", "--preset", "sine", "--seconds"]
    assert words[-1].startswith(str(lab.ROOT / "runs"))
    assert words[-1] in run.stderr


def test_a_display_that_does_not_answer_is_none(lab: ModuleType, called: Path) -> None:
    run = start(lab, DISPLAY=":7777")
    assert "nothing answers at display :7777" in run.stderr
    assert "train" in called.read_text()


def test_a_display_elsewhere_is_left_to_qt(lab: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", "otherhost:0")
    assert lab.why_no_display() is None


def test_headless_failure_is_not_called_success(lab: ModuleType, called: Path) -> None:
    run = start(lab, STAND_IN_CODE="3")
    assert run.returncode == 3
    assert "figures are in" not in run.stderr


@pytest.mark.parametrize(
    ("old", "new", "installs"),
    [
        ('requires-python = ">=3.11"', 'requires-python = ">=3.11.1"', True),
        ("line-length = 120", "line-length = 119", False),
    ],
)
def test_only_what_is_to_be_installed_installs_again(
    lab: ModuleType, called: Path, old: str, new: str, installs: bool
) -> None:
    project = lab.ROOT / "pyproject.toml"
    assert old in project.read_text()
    project.write_text(project.read_text().replace(old, new))
    assert start(lab, "setup").returncode == 0
    assert called.exists() == installs
    if installs:
        words = called.read_text().splitlines()
        assert words[:3] == ["-m", "pip", "install"]
        assert words[-2:] == ["-e", f"{lab.ROOT}[test]"]  # what was there for the tests stays
    called.unlink(missing_ok=True)
    assert start(lab, "setup").returncode == 0
    assert not called.exists()


def test_the_test_extras_come_when_tests_are_asked_for(lab: ModuleType, called: Path) -> None:
    stamp = json.loads(lab.STAMP.read_text())
    lab.STAMP.write_text(json.dumps(stamp | {"tests": False}))
    assert start(lab, "setup").returncode == 0
    assert not called.exists()
    assert start(lab, "test").returncode == 0
    assert f"{lab.ROOT}[test]" in called.read_text()
    assert json.loads(lab.STAMP.read_text())["tests"] is True


@pytest.mark.parametrize("harm", ["cut short", "package gone", "python gone", "stamp is no JSON"])
def test_a_broken_environment_is_repaired(
    lab: ModuleType, called: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(lab, "make_venv", lambda: made.append(True))
    monkeypatch.setattr(lab, "install", made.append)
    if harm == "cut short":
        lab.UNFINISHED.touch()
    elif harm == "package gone":
        shutil.rmtree(lab.VENV / "lib/python3.11/site-packages/numpy")
    elif harm == "python gone":
        lab.PYTHON.unlink()
    else:
        lab.STAMP.write_text("{")
    lab.ensure_environment(for_tests=True)
    assert made == ([True] if harm == "stamp is no JSON" else [True, True])  # the last is mended in place


def test_an_old_environment_survives_an_hour_without_network(lab: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(with_tests: bool) -> None:
        raise lab.OutsideError("no network")

    monkeypatch.setattr(lab, "install", fail)
    lab.STAMP.unlink()
    with pytest.raises(lab.SetupError):
        lab.ensure_environment(for_tests=False)
    assert lab.PYTHON.exists()


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("x ERROR: Could not install: [Errno 28] No space left on device", "disk"),
        ("x WARNING: Retrying after NewConnectionError('...')", "check the network"),
        ("x ERROR: No matching distribution found for numpy==99", "No matching distribution found for numpy==99"),
    ],
)
def test_pip_failures_are_told_in_a_sentence(lab: ModuleType, log: str, said: str) -> None:
    lab.LOG.write_text(log + "\n")
    lab.UNFINISHED.touch()
    assert said in str(lab.pip_error())


def test_a_full_disk_is_told_before_it_is_filled(lab: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    with pytest.raises(lab.OutsideError, match="must have 1200 MB free, it has 0 MB"):
        lab.make_venv()


@pytest.mark.parametrize(
    ("tools", "line"),
    [
        ({"apt-get"}, "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libxcb-cursor0"),
        ({"dnf"}, "sudo dnf install -y 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
        (set(), "(install what your system calls these Debian packages: libegl1 libxcb-cursor0)"),
    ],
)
def test_without_the_right_to_install_the_one_line_is_printed(
    lab: ModuleType, tools: set[str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(soname: str) -> None:
        if soname in {"libEGL.so.1", "libxcb-cursor.so.0"}:
            raise OSError(soname)

    monkeypatch.setattr(lab.sys, "platform", "linux")
    monkeypatch.setattr(lab.ctypes, "CDLL", missing)
    monkeypatch.setattr(lab.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(lab.shutil, "which", lambda name: f"/usr/bin/{name}" if name in tools else None)
    with pytest.raises(lab.SetupError) as stopped:
        lab.ensure_system(for_tests=False)
    assert str(stopped.value).splitlines()[-1].strip() == line


def test_it_parses_and_explains_itself_on_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "lab").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    first = next(place for place, node in enumerate(tree.body) if isinstance(node, ast.If))
    before = ast.Module(body=tree.body[: first + 1], type_ignores=[])
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, this is 3\.9"):
        exec(compile(before, "lab", "exec"), {})


def test_help_needs_nothing(lab: ModuleType) -> None:
    shutil.rmtree(lab.VENV)
    run = start(lab, "--help")
    assert run.returncode == 0
    assert "./lab test" in run.stdout
    assert not lab.VENV.exists()
