"""The Study dialog: a plan is checked before it starts, a study runs beside the window, and is found again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.study.dialog import StudyDialog
from app.dialogs.study.watch import StudyWatch
from app.look.theme import DARK
from mamlcore.presets import load_preset
from mamlcore.study.background import known_studies
from mamlcore.study.conduct import Workforce
from mamlcore.study.plan import USUAL, cells, planned
from tests.app.chrome import SMALL

LETTERS = load_preset("letters").with_settings({"model.hidden": [4]})
QUICK = {"steps": 2, "trials": 1, "tasks": 10, "validation_tasks": 10, "adapt_steps": 10, "baseline_steps": 10}


@pytest.fixture
def watch(qapp: QApplication) -> Iterator[StudyWatch]:
    made = StudyWatch()
    yield made
    made.close()


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, watch: StudyWatch) -> StudyDialog:
    made = StudyDialog(LETTERS, {"zero": "not here"}, tmp_path / "studies", watch, DARK)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_plan_is_counted_and_a_bad_one_refused_in_a_sentence(dialog: StudyDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=10_000)
    chosen = [name for name, box in dialog.form.boxes.items() if box.isChecked()]
    assert set(chosen) == set(USUAL) and not dialog.form.boxes["zero"].isEnabled()
    assert dialog.verdict.text() == f"{len(USUAL) * 3} cells of 4 trials: {len(USUAL) * 12} trainings"
    for field, text, said in (("ways", "7", "must be <= 5"), ("shots", "1, x", "shots"), ("seeds", "", "seeds")):
        before = dialog.form.lists[field].text()
        dialog.form.lists[field].setText(text)
        assert not dialog.start_button.isEnabled()
        qtbot.waitUntil(lambda: dialog.verdict.property("tone") == "warning", timeout=10_000)
        assert said in dialog.verdict.text() and not dialog.start_button.isEnabled()
        dialog.form.lists[field].setText(before)
        qtbot.waitUntil(dialog.start_button.isEnabled, timeout=10_000)
    dialog.form.choose(())
    qtbot.waitUntil(lambda: "at least one learner" in dialog.verdict.text(), timeout=10_000)


def test_a_study_runs_on_workers_and_its_report_is_there(dialog: StudyDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.form.choose(("nearest_centroid", "nearest_neighbor"))
    dialog.form.lists["splits"].setText("0")
    dialog.form.spins["trials"].setValue(1)
    dialog.form.spins["tasks"].setValue(10)
    dialog.form.spins["workers"].setValue(1)
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=10_000)
    dialog.folder_edit.setText(str(tmp_path / "studies" / "mine"))
    with qtbot.waitSignal(dialog._watch.ended, timeout=60_000) as ended:
        dialog.start()
        assert not dialog.start_button.isEnabled() and dialog.stop_button.isEnabled()
    state, folder = ended.args
    assert state.phase == "done", state
    assert folder == tmp_path / "studies" / "mine" and (folder / "report.html").exists()
    assert dialog.report.headline.text() == state.answer[0]
    chosen = dialog.earlier.chosen
    assert chosen is not None and chosen.folder == folder and chosen.done == chosen.total == 2
    assert dialog.earlier.report.isEnabled() and not dialog.earlier.go_on.isEnabled()


def test_a_stopped_study_is_listed_and_goes_on(
    dialog: StudyDialog, watch: StudyWatch, qtbot: QtBot, tmp_path: Path
) -> None:
    folder, force = tmp_path / "studies" / "half", Workforce(0)
    plan = planned(LETTERS, learners="nearest_centroid,nearest_neighbor", shots="1,2,3,4,5", splits="0,1,2", **QUICK)
    with qtbot.waitSignal(watch.ended, timeout=60_000) as ended:
        watch.start(plan, folder, force)
        qtbot.waitUntil(lambda: any((folder / "cells").glob("*.npz")), timeout=30_000)
        dialog.stop_button.click()
        assert watch.stopping and not dialog.stop_button.isEnabled()
        assert dialog.report.headline.text() == "Stopping…" and dialog.report.bar.maximum() == 0
    known = known_studies(tmp_path / "studies")[0]
    assert ended.args[0].phase == "cancelled" and 0 < known.done < known.total == len(list(cells(plan)))
    assert dialog.earlier.chosen is not None and dialog.earlier.chosen.folder == folder, "the one that was stopped"
    assert dialog.earlier.go_on.isEnabled() and not watch.stopping
    dialog.form.spins["workers"].setValue(1)
    with qtbot.waitSignal(watch.ended, timeout=60_000) as ended:
        dialog.earlier.go_on.click()
    assert ended.args[0].phase == "done", ended.args[0]
    assert known_studies(tmp_path / "studies")[0].done == known.total


def test_a_study_goes_on_when_its_dialog_is_closed(
    dialog: StudyDialog, watch: StudyWatch, qtbot: QtBot, tmp_path: Path
) -> None:
    plan = planned(SMALL, learners="scratch", **QUICK)
    with qtbot.waitSignal(watch.ended, timeout=60_000) as ended:
        watch.start(plan, tmp_path / "studies" / "sine", Workforce(0))
        dialog.close()
    assert ended.args[0].phase == "done", ended.args[0]
