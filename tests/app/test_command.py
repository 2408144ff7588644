"""``maml-lab``: its help, the module as the same command, and the languages that it takes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import _check_language, main
from mamlcore.cli import COMMANDS, GROUPS


def test_help_lists_what_needs_no_window(capsys: Any) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert "--session FILE" in told and all(f"\n  {name} " in told for name in (*COMMANDS, *GROUPS))
    assert not any("  None" in line or line.strip() in COMMANDS for line in told.splitlines())  # each is told about


def test_the_module_takes_commands_as_the_program_does(root: Path) -> None:
    command = [sys.executable, "-m", "app", "families", "--json"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0 and '"shared_direction"' in ended.stdout


@pytest.mark.parametrize("code", ["en", "en_GB", "zh", "zh-CN", "zh_TW"])
def test_a_language_of_ours_is_taken_for_any_country(code: str) -> None:
    _check_language(code)
