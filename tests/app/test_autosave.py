"""Autosave: two generations, the newest valid one wins, instances keep apart."""

import os
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.autosave import GENERATIONS, SET_ASIDE, Autosave, set_aside
from mamlcore import Lab, Snapshot
from mamlcore.checkpoint import load_checkpoint, save_checkpoint
from tests.app.chrome import SMALL


@pytest.fixture(scope="module")
def shots() -> list[Snapshot]:
    lab = Lab(SMALL)
    found = [lab.snapshot()]
    for _ in range(3):
        lab.step()
        found.append(lab.snapshot())
    return found


def written(folder: Path, shot: Snapshot, name: str, age: float) -> Path:
    path = folder / name
    save_checkpoint(path, shot)
    os.utime(path, (path.stat().st_mtime - age,) * 2)
    return path


def test_two_generations_take_turns_while_training(qtbot: QtBot, tmp_path: Path, shots: list[Snapshot]) -> None:
    autosave = Autosave(tmp_path, every_ms=20)
    autosave.set_training(True)
    for shot in shots:
        autosave.show_snapshot(shot)
        if shot.iteration:
            with qtbot.waitSignal(autosave.saved, timeout=5_000) as saved:
                pass
            assert saved.args == [shot.iteration] and autosave.iteration == shot.iteration
    iterations = {name: load_checkpoint(autosave.folder / name).iteration for name in GENERATIONS}
    assert sorted(iterations.values()) == [2, 3]
    assert autosave.age is not None and autosave.age < 60
    autosave.close()


def test_nothing_is_written_before_the_first_step(qtbot: QtBot, tmp_path: Path, shots: list[Snapshot]) -> None:
    autosave = Autosave(tmp_path)
    autosave.show_snapshot(shots[0])
    autosave.close()
    assert not any((autosave.folder / name).exists() for name in GENERATIONS)


def test_closing_writes_the_newest(qtbot: QtBot, tmp_path: Path, shots: list[Snapshot]) -> None:
    autosave = Autosave(tmp_path)
    autosave.show_snapshot(shots[2])
    autosave.close()
    assert load_checkpoint(autosave.folder / GENERATIONS[0]).iteration == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 cut", None])
def test_the_newest_valid_one_is_set_aside(tmp_path: Path, shots: list[Snapshot], damage: bytes | None) -> None:
    old = written(tmp_path, shots[1], GENERATIONS[0], 60)
    new = written(tmp_path, shots[2], GENERATIONS[1], 0)
    if damage is not None:
        new.write_bytes(damage)
    found = set_aside(tmp_path)
    assert found is not None and found.path == tmp_path / SET_ASIDE
    assert found.checkpoint.iteration == (2 if damage is None else 1)
    assert (new if damage is None else old).exists() is False
    assert set_aside(tmp_path) is not None  # it stays on offer


def test_an_empty_folder_offers_nothing(tmp_path: Path) -> None:
    assert set_aside(tmp_path) is None


def test_a_second_instance_gets_a_folder_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = Autosave(tmp_path), Autosave(tmp_path)
    assert first.folder != second.folder
    first.close()
    third = Autosave(tmp_path)
    assert third.folder == first.folder
    second.close()
    third.close()


def test_a_failure_is_told(qtbot: QtBot, tmp_path: Path, shots: list[Snapshot], monkeypatch: Any) -> None:
    autosave = Autosave(tmp_path, every_ms=20)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.autosave.save_checkpoint", full)
    autosave.show_snapshot(shots[1])
    with qtbot.waitSignal(autosave.failed, timeout=5_000) as failed:
        autosave.set_training(True)
    assert "No space left" in str(failed.args[0]) and autosave.age is None
    monkeypatch.undo()
    autosave.close()


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(qtbot: QtBot, tmp_path: Path, shots: list[Snapshot]) -> None:
    (tmp_path / "file").touch()
    autosave = Autosave(tmp_path / "file")
    autosave.show_snapshot(shots[1])
    autosave.look()
    autosave.close()
    assert autosave.age is None and [path.name for path in tmp_path.iterdir()] == ["file"]
