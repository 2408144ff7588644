"""The import contracts hold, and each of them is seen to fail on an import planted against it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLANTS = {
    "no-window at the top": ("no-window", "mamlcore/evaluate.py", "import PySide6.QtCore"),
    "no-window inside a function": ("no-window", "mamlcore/export.py", "def late():\n    import pyqtgraph"),
    "no-window, the app": ("no-window", "mamlcore/cli.py", "import app"),
    "layers upwards": ("layers", "mamlcore/network.py", "import mamlcore.lab"),
    "layers sideways": ("layers", "mamlcore/learners/base.py", "import mamlcore.tasks.base"),
    "layers exhaustive": ("layers", "mamlcore/stray.py", '"""No place was chosen for this file."""'),
    "no-thread, the session": ("no-thread", "app/panels/base.py", "import app.session"),
    "no-thread, the runner": ("no-thread", "app/fields.py", "import mamlcore.runner"),
    "panels-apart": ("panels-apart", "app/panels/theta.py", "import app.panels.learners"),
}
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
