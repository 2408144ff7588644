"""The wheel runs by itself: built without a network, installed elsewhere, away from the checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import mamlcore

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run outside the checkout, in isolation from it; fail with what was said."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    words = [str(word) for word in command]
    finished = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scripts folder of a fresh environment that holds the wheel and borrows only the libraries."""
    home = tmp_path_factory.mktemp("else where")
    venv.create(home / "env", with_pip=False, symlinks=True)
    scripts = home / "env" / "bin"
    own = Path(sysconfig.get_path("purelib", vars={"base": str(home / "env"), "platbase": str(home / "env")}))
    run(sys.executable, "-m", "pip", "--python", scripts / "python", "install", "-q", "--no-deps", "--no-index",
        "--disable-pip-version-check", wheel, cwd=home)  # fmt: skip
    # Added as a path, not as a site folder: the checkout's own .pth file (the editable install) is not followed.
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


def test_the_wheel_holds_the_packages_and_the_resources(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    resources = {path.relative_to(ROOT / "resources").as_posix() for path in (ROOT / "resources").rglob("*.*")}
    assert {f"mamlcore/_resources/{name}" for name in resources} <= held
    assert {"app/__main__.py", "app/py.typed", "mamlcore/cli/__init__.py", "mamlcore/py.typed"} <= held
    assert not [name for name in held if name.startswith(("tests", "lab", "runs"))]


def test_it_imports_from_where_it_was_installed(elsewhere: Path, tmp_path: Path) -> None:
    code = "import app, mamlcore; print(app.__file__); print(mamlcore.__file__)"
    said = run(elsewhere / "python", "-c", code, cwd=tmp_path).stdout.splitlines()
    assert all(line.startswith(str(elsewhere.parent)) for line in said), said


def test_its_command_lists_the_presets(elsewhere: Path, tmp_path: Path) -> None:
    listed = json.loads(run(elsewhere / "maml-lab", "presets", "--json", cwd=tmp_path).stdout)
    shipped = {path.stem for path in (ROOT / "resources" / "presets").glob("*.json")}
    names = {entry["name"] if isinstance(entry, dict) else entry for entry in listed}
    assert names == shipped
    assert {"sine", "letters", "gaussian", "book", "digits"} <= names


def test_every_preset_loads_and_takes_a_step(elsewhere: Path, tmp_path: Path) -> None:
    code = (
        "import mamlcore\n"
        "for name in mamlcore.preset_names():\n"
        "    lab = mamlcore.Lab(mamlcore.load_preset(name))\n"
        "    lab.step()\n"
        "    assert lab.snapshot().iteration == 1, name\n"
    )
    run(elsewhere / "python", "-W", "error", "-c", code, cwd=tmp_path)


def test_its_window_can_be_built(elsewhere: Path, tmp_path: Path) -> None:
    code = "import app.start, app.frame.body, app.controls.column, app.panels, app.session, app.wiring"
    run(elsewhere / "python", "-c", code, cwd=tmp_path)


def test_its_command_reaches_the_window_and_the_engine(elsewhere: Path, tmp_path: Path) -> None:
    assert run(elsewhere / "maml-lab", "--version", cwd=tmp_path).stdout.strip() == f"MAML Lab {mamlcore.__version__}"
    assert "--preset" in run(elsewhere / "maml-lab", "--help", cwd=tmp_path).stdout
    assert "--steps" in run(elsewhere / "maml-lab", "train", "--help", cwd=tmp_path).stdout
