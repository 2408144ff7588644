"""The Shift dialog: curves follow the sliders, the trained value is always among them, and what is saved reads back."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.shift import TASKS, ShiftDialog
from app.dialogs.shift_form import ShiftForm
from app.look.theme import DARK
from mamlcore import Lab, Snapshot, load_preset
from mamlcore.shift import STEPS, shift, shiftable
from mamlcore.tasks import check
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
    dialog.form.setting.setCurrentIndex(dialog.form.setting.findData(path))
    qtbot.waitUntil(lambda: dialog.found is not None and dialog.found.path == path, timeout=60_000)
    return dialog


def test_curves_follow_the_sliders_and_are_the_cores_own_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    shot = shot_of()
    dialog = opened(qtbot, shot, "task.k_shot")
    assert [dialog.form.setting.itemData(i) for i in range(dialog.form.setting.count())] == shiftable(shot.config)
    first = dialog.found
    assert first is not None and not dialog.picture.pixmap().isNull()
    trained = shot.config.task.k_shot
    assert first == shift(shot, "task.k_shot", sorted({point.value for point in first.points}), TASKS)
    assert trained in {point.value for point in first.points}
    dialog.form.high.setValue(2)  # K = 3
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
    dialog.form.values.setText("1, x")
    dialog.form.values.textEdited.emit("1, x")
    qtbot.waitUntil(lambda: dialog.note.property("tone") == "warning", timeout=20_000)
    assert "TaskConfig.n_way" in dialog.note.text()


@pytest.mark.parametrize("preset", ["sine", "letters", "gaussian", "digits", "book"])
def test_every_setting_offers_values_that_the_tasks_can_give(qtbot: QtBot, preset: str) -> None:
    shot = shot_of(preset)
    parent = QWidget()
    qtbot.addWidget(parent)
    form = ShiftForm(shot.config, parent)
    assert form.path == ("task.k_shot" if "task.k_shot" in shiftable(shot.config) else shiftable(shot.config)[0])
    for place in range(form.setting.count()):
        form.setting.setCurrentIndex(place)
        for high in (form.high.maximum(), form.high.maximum() // 2, 0):
            form.high.setValue(high)
            assert form.wanted
            for value in form.wanted:
                if form.path != STEPS:
                    check(shot.config.with_settings({form.path: value}))


def test_a_setting_without_another_value_is_not_the_first_to_be_tested(qtbot: QtBot, tmp_path: Path) -> None:
    """The smallest class has 16 rows: with 15 query rows K can only be 1."""
    y = np.repeat(np.arange(16), 16)
    np.savez(tmp_path / "rows.npz", X=np.random.default_rng(0).normal(y[:, None], 1.0, (len(y), 3)), y=y)
    config = load_preset("letters").with_settings({"task.dataset": str(tmp_path / "rows.npz"), "task.n_way": 3})
    parent = QWidget()
    qtbot.addWidget(parent)
    form = ShiftForm(config, parent)
    assert form.path == "task.n_way" and len(form.wanted) > 1
    form.setting.setCurrentIndex(form.setting.findData("task.k_shot"))
    assert form.wanted == ["1"] and not form.high.isEnabled()


def test_a_newer_moment_of_the_run_is_tested_when_it_is_asked_for_again(qtbot: QtBot) -> None:
    lab = Lab(SMALL)
    dialog = opened(qtbot, lab.snapshot(), "task.k_shot")
    dialog.form.high.setValue(2)
    qtbot.waitUntil(lambda: not dialog._settle.isActive() and not dialog._work.busy, timeout=60_000)
    first, wanted = dialog.found, dialog.form.wanted
    for _ in range(5):
        lab.step()
    dialog.renew(lab.snapshot())
    assert dialog.found is None and dialog.picture.pixmap().isNull() and not dialog.save_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=60_000)
    assert dialog.form.wanted == wanted and dialog.found != first and "iteration 5" in dialog._about.text()


def test_what_was_refused_shows_no_curves_of_something_else(qtbot: QtBot) -> None:
    dialog = opened(qtbot, shot_of(), "task.k_shot")
    dialog.form.values.setText("0")
    dialog.form.values.textEdited.emit("0")
    qtbot.waitUntil(lambda: dialog.note.property("tone") == "warning", timeout=20_000)
    assert dialog.found is None and dialog.picture.pixmap().isNull() and not dialog.save_button.isEnabled()


@pytest.mark.parametrize("way", ["stop", "close"])
def test_testing_can_be_given_up(qtbot: QtBot, way: str) -> None:
    dialog = ShiftDialog(shot_of("letters"), DARK)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog._work.busy, timeout=20_000)
    dialog.stop_button.click() if way == "stop" else dialog.close()
    qtbot.waitUntil(lambda: not dialog._work.busy, timeout=20_000)
    assert dialog.found is None or way == "stop"
