"""The Shift dialog: curves follow the sliders, the trained value is always among them, and what is saved reads back."""

import csv
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.dialogs.shift import TASKS, ShiftDialog
from app.look.theme import DARK
from mamlcore import Lab, Snapshot, load_preset
from mamlcore.shift import shift, shiftable
from tests.app.chrome import SMALL


def shot_of(preset: str = "") -> Snapshot:
    config = load_preset(preset).with_settings({"evaluation.live_tasks": 10, "model.hidden": [8]}) if preset else SMALL
    lab = Lab(config)
    lab.step()
    return lab.snapshot()


def opened(qtbot: QtBot, shot: Snapshot, path: str) -> ShiftDialog:
    dialog = ShiftDialog(shot, DARK)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.setting.setCurrentIndex(dialog.setting.findData(path))
    qtbot.waitUntil(lambda: dialog.found is not None and dialog.found.path == path, timeout=60_000)
    return dialog


def test_curves_follow_the_sliders_and_are_the_cores_own_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    shot = shot_of()
    dialog = opened(qtbot, shot, "task.k_shot")
    assert [dialog.setting.itemData(i) for i in range(dialog.setting.count())] == shiftable(shot.config)
    first = dialog.found
    assert first is not None and not dialog.picture.pixmap().isNull()
    trained = shot.config.task.k_shot
    assert first == shift(shot, "task.k_shot", sorted({point.value for point in first.points}), TASKS)
    assert trained in {point.value for point in first.points}
    dialog.high.setValue(10)  # per cent of the range: K = 3
    qtbot.waitUntil(lambda: dialog.found is not None and dialog.found != first, timeout=60_000)
    assert {point.value for point in dialog.found.points} == {1, 2, 3, trained}  # type: ignore[union-attr]
    with qtbot.waitSignal(dialog.saved, timeout=20_000):
        dialog.save(tmp_path)
    rows = list(csv.DictReader((tmp_path / "shift.csv").read_text().splitlines()))
    assert len(rows) == len(dialog.found.points)  # type: ignore[union-attr]
    assert (tmp_path / "shift.png").exists() and (tmp_path / "shift.svg").exists()


def test_who_is_left_out_is_said_and_bad_values_are_refused(qtbot: QtBot) -> None:
    dialog = opened(qtbot, shot_of("gaussian"), "task.n_way")
    assert "made for the N" in dialog.note.text()
    dialog.values.setText("1, x")
    dialog.values.textEdited.emit("1, x")
    qtbot.waitUntil(lambda: dialog.note.property("tone") == "warning", timeout=20_000)
    assert "TaskConfig.n_way" in dialog.note.text()


@pytest.mark.parametrize("way", ["stop", "close"])
def test_testing_can_be_given_up(qtbot: QtBot, way: str) -> None:
    dialog = ShiftDialog(shot_of("letters"), DARK)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog._work.busy, timeout=20_000)
    dialog.stop_button.click() if way == "stop" else dialog.close()
    qtbot.waitUntil(lambda: not dialog._work.busy, timeout=20_000)
    assert dialog.found is None or way == "stop"
