"""The import contracts hold, and each of them is seen to fail on an import planted against it."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.panels import PANELS

PLANTS = {
    "no-window at the top": ("no-window", "mamlcore/evaluate.py", "import PySide6.QtCore"),
    "no-window inside a function": ("no-window", "mamlcore/export.py", "def late():\n    import pyqtgraph"),
    "no-window, the app": ("no-window", "mamlcore/cli/__init__.py", "import app"),
    "layers upwards": ("layers", "mamlcore/network.py", "import mamlcore.lab"),
    "layers sideways": ("layers", "mamlcore/learners/base.py", "import mamlcore.tasks.base"),
    "layers exhaustive": ("layers", "mamlcore/stray.py", '"""No place was chosen for this file."""'),
    "no-thread, the session": ("no-thread", "app/panels/base.py", "import app.session"),
    "no-thread, the runner": ("no-thread", "app/controls/fields.py", "import mamlcore.runner"),
    "panels-apart": ("panels-apart", "app/panels/theta/panel.py", "import app.panels.learners.panel"),
}
#: Packages that may know the session: the window itself and its dialogs.
OWNERS = {"app.frame", "app.dialogs"}
COPIED = ("app", "mamlcore", "pyproject.toml")


def checked(folder: Path, *options: str) -> tuple[int, str]:
    """Run lint-imports on the packages in the folder; they must not be found in the checkout."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", *options]
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


@pytest.fixture
def house(tmp_path: Path, root: Path) -> Path:
    for name in COPIED:
        if (root / name).is_dir():
            shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(root / name, tmp_path / name)
    return tmp_path


def test_the_contracts_hold(house: Path) -> None:
    code, said = checked(house)
    assert code == 0, said
    assert "0 broken" in said


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_import_breaks_its_contract(house: Path, plant: str) -> None:
    contract, file, line = PLANTS[plant]
    with (house / file).open("a", encoding="utf-8") as source:
        source.write(f"\n\n{line}\n")
    code, said = checked(house, "--contract", contract)
    assert code == 1, said
    assert "0 kept, 1 broken" in said


def contract(root: Path, name: str) -> dict[str, Any]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return next(found for found in project["tool"]["importlinter"]["contracts"] if found["id"] == name)


def test_every_package_that_only_shows_is_under_the_contract(root: Path) -> None:
    packages = {f"app.{path.parent.name}" for path in (root / "app").glob("*/__init__.py")}
    assert set(contract(root, "no-thread")["source_modules"]) == packages - OWNERS


def test_every_panel_is_in_the_contract_of_independence(root: Path) -> None:
    rooms = {".".join(panel.__module__.split(".")[:3]) for panel in PANELS.values()}
    assert sorted(contract(root, "panels-apart")["modules"]) == sorted(rooms)
