"""Dialogs: an export is what was chosen and reads back; one error dialog for everything."""

import json
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.about import AboutDialog, ShortcutsDialog
from app.dialogs.error import ErrorDialog, Reporter
from app.dialogs.export import ExportDialog
from app.dialogs.export_items import files_for, items
from app.look.theme import DARK
from app.memory import Memory
from mamlcore import Lab, LabError, Snapshot, load_theta
from mamlcore.checkpoint import load_checkpoint
from mamlcore.export import FILES, files_of
from tests.app.chrome import SMALL


@pytest.fixture(scope="module")
def shot() -> Snapshot:
    lab = Lab(SMALL)
    for _ in range(2):
        lab.advance()
    return lab.snapshot()


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "settings.ini")


@pytest.fixture
def dialog(qtbot: QtBot, shot: Snapshot, memory: Memory) -> ExportDialog:
    made = ExportDialog(shot, "sine", memory, DARK)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(dialog: ExportDialog, *keys: str) -> None:
    for key, box in dialog.boxes.items():
        box.setChecked(key in keys)


def test_the_items_cover_every_file_of_an_export_once(shot: Snapshot) -> None:
    names = [name for item in items() for name in files_for(item, files_of(shot))]
    assert sorted(names) == sorted(files_of(shot))
    assert len(names) == len(FILES) + 2 * len(shot.learners)


def test_an_export_writes_what_was_chosen_and_reads_back(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, shot: Snapshot
) -> None:
    folder = tmp_path / "MAML Lab" / "θ run"
    choose(dialog, "theta_npz", "png", "history", "settings", "checkpoint")
    dialog.look_row.width_mm.setValue(89)
    dialog.look_row.dpi.setValue(100)
    dialog.folder_edit.setText(str(folder))
    assert dialog.export_button.text() == "Export 7 files"
    with qtbot.waitSignal(dialog.exported, timeout=30_000) as exported:
        dialog.start()
    assert exported.args[0] == folder
    expected = {"theta.npz", "meta_loss.png", "adaptation.png", "history.csv", "config.json", "command.txt",
                "checkpoint.npz"}  # fmt: skip
    assert {path.name for path in folder.iterdir()} == expected
    theta = shot.theta()
    assert theta is not None
    np.testing.assert_array_equal(load_theta(folder / "theta.npz").theta[0][0], theta[0][0])
    assert json.loads((folder / "config.json").read_text())["outer"]["tasks"] == 4
    assert load_checkpoint(folder / "checkpoint.npz").iteration == 2
    assert QImage(str(folder / "meta_loss.png")).width() == pytest.approx(89 / 25.4 * 100, abs=2)
    assert dialog.isHidden()


def test_choices_are_remembered(
    qtbot: QtBot, shot: Snapshot, memory: Memory, dialog: ExportDialog, tmp_path: Path
) -> None:
    choose(dialog, "settings")
    dialog.look_row.dpi.setValue(144)
    dialog.folder_edit.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(dialog.exported, timeout=30_000):
        dialog.start()
    again = ExportDialog(shot, "sine", memory, DARK)
    qtbot.addWidget(again)
    assert again.files() == ["config.json", "command.txt"] and again.look().dpi == 144
    again.close()


def test_a_place_that_cannot_be_written_is_told_and_the_dialog_stays(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    choose(dialog, "settings")
    dialog.folder_edit.setText(str(tmp_path / "file" / "below"))
    with qtbot.waitSignal(dialog.failed, timeout=30_000) as failed:
        dialog.start()
    assert isinstance(failed.args[0], LabError) and "config.json" in str(failed.args[0])
    assert dialog.isVisible() and dialog.export_button.isEnabled()
    dialog.close()


def test_an_export_can_be_cancelled(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: Any) -> None:
    started = threading.Event()

    def slow(folder: Path, shot: object, names: object, look: object, progress: Any) -> list[Path]:
        while True:
            started.set()
            progress(0.5)

    qtbot.waitUntil(lambda: not dialog.preview.busy, timeout=30_000)
    monkeypatch.setattr("app.dialogs.export.export_files", slow)
    dialog.folder_edit.setText(str(tmp_path / "out"))
    dialog.start()
    assert started.wait(5) and dialog.export_button.text() == "Exporting…"
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: dialog.export_button.text().startswith("Export "), timeout=5_000)
    assert dialog.isVisible()
    dialog.close()


def test_what_will_be_replaced_is_said(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "config.json").touch()
    choose(dialog, "settings")
    dialog.folder_edit.setText(str(tmp_path))
    assert dialog._note.text() == "Files of these names lie there and will be replaced: 1"
    choose(dialog)
    assert not dialog.export_button.isEnabled()
    dialog.close()


def test_the_preview_follows_the_look(dialog: ExportDialog, qtbot: QtBot) -> None:
    def corner() -> int:
        image = dialog.preview.picture().toImage()
        return image.pixelColor(2, 2).lightness() if not image.isNull() else -1

    qtbot.waitUntil(lambda: corner() > 250, timeout=30_000)
    dialog.look_row.shade.set_current("dark")
    dialog.look_row.changed.emit()
    qtbot.waitUntil(lambda: 0 <= corner() < 60, timeout=30_000)
    dialog.close()


def test_the_command_is_copied(dialog: ExportDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.copied):
        dialog._copy_command()
    assert QGuiApplication.clipboard().text().startswith("maml-lab train ")
    dialog.close()


def test_without_theta_it_is_not_offered(qtbot: QtBot, memory: Memory) -> None:
    lab = Lab(SMALL.with_settings({"task.family": "gaussian", "task.k_shot": 2, "learners": ["nearest_centroid"]}))
    made = ExportDialog(lab.snapshot(), "x", memory, DARK)
    qtbot.addWidget(made)
    assert not made.boxes["theta_npz"].isEnabled() and made.boxes["theta_npz"].toolTip()
    assert "theta.npz" not in made.files()
    made.close()


@pytest.fixture
def reporter(qtbot: QtBot, monkeypatch: Any) -> Any:
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    monkeypatch.setattr(threading, "excepthook", lambda *_: None)
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Reporter(parent)
    made.install()
    yield made
    made.uninstall()


def test_errors_of_threads_and_of_python_come_into_one_dialog(reporter: Reporter, qtbot: QtBot) -> None:
    thread = threading.Thread(target=lambda: {}["lost"])
    thread.start()
    thread.join()
    try:
        raise ValueError("second")
    except ValueError:
        sys.excepthook(*sys.exc_info())  # what PySide calls for a slot that raises
    qtbot.waitUntil(lambda: reporter.dialog is not None and "second" in reporter.dialog.text())
    assert reporter.dialog is not None
    assert "KeyError" in reporter.dialog.sentence.text() and "Traceback" in reporter.dialog.details.toPlainText()
    assert len([w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog)]) == 1
    assert not reporter.dialog.isModal()


def test_an_error_the_user_can_act_on_needs_no_details(reporter: Reporter) -> None:
    reporter.report(LabError("run.npz could not be written: disk full; choose another place"))
    assert reporter.dialog is not None
    assert reporter.dialog.sentence.text().startswith("run.npz") and reporter.dialog.details.isHidden()


def test_a_timer_that_fails_again_and_again_makes_one_dialog(reporter: Reporter, qtbot: QtBot) -> None:
    for _ in range(200):
        reporter.say("It broke.", "the same trace")
    assert reporter.dialog is not None and reporter.dialog.details.toPlainText().count("the same trace") == 1
    first = reporter.dialog
    first.close()
    reporter.say("Another.", "")
    assert reporter.dialog is not first


def test_uninstall_gives_the_hooks_back(qtbot: QtBot) -> None:
    before = sys.excepthook, threading.excepthook
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Reporter(parent)
    made.install()
    assert sys.excepthook != before[0]
    made.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


def test_about_and_shortcuts_say_what_they_should(qtbot: QtBot) -> None:
    about, keys = AboutDialog(), ShortcutsDialog([("F5", "Run"), ("F10", "Step"), ("F11", "Full screen")])
    for made in (about, keys):
        qtbot.addWidget(made)
        made.show()
    QTimer.singleShot(0, about.close)
    assert keys.sizeHint().height() > 40
