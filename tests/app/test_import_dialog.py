"""The Import dialog: what is in a file is seen before anything is written; then it is used."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.controls.dataset import imported
from app.dialogs.import_data.dialog import ImportDialog
from app.dialogs.import_data.files import DropTarget
from app.look.theme import DARK
from app.memory import data_folder
from mamlcore import Lab, load_preset
from mamlcore.data import open_table


def flowers(folder: Path, n_classes: int = 16) -> Path:
    """Write a table as a spreadsheet with decimal commas saves it."""
    rng, lines = np.random.default_rng(0), ["length;width;empty;kind"]
    for name in range(n_classes):
        for row in rng.normal(name, 1.0, (20, 2)).round(2):
            lines.append(";".join([*(str(value).replace(".", ",") for value in row), "1,5", f"kind {name}"]))
    path = folder / "my flowers.csv"
    path.write_text("\n".join(lines))
    return path


def opened(qtbot: QtBot, *paths: Path) -> ImportDialog:
    dialog = ImportDialog(paths, data_folder() / "datasets", DARK)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog._work.busy, timeout=20_000)
    return dialog


def field(dialog: ImportDialog, name: str) -> Any:
    return dialog.form.fields[name]


def test_a_spreadsheet_is_seen_and_imported_and_trains(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, flowers(tmp_path))
    assert "320 rows of 3 features, 16 classes" in dialog.found.headline.text()
    said = " ".join(dialog.found.problem_texts())
    assert "semicolons" in said and "decimal comma" in said and "'empty'" in said
    assert dialog.found.classes.topLevelItemCount() == 16 and not dialog.found.samples.pixmap().isNull()
    assert field(dialog, "separator").isVisible() and not field(dialog, "size").isVisible()
    assert not list(data_folder().glob("datasets/*")), "nothing is written before Import"
    with qtbot.waitSignal(dialog.imported, timeout=20_000) as signal:
        dialog.import_button.click()
    path, fitting = signal.args
    assert path == data_folder() / "datasets" / "my-flowers.npz" and imported() == [str(path)]
    assert not dialog.isVisible() and open_table(str(path)).n_classes == 16
    small = {"evaluation.live_tasks": 10, "learners": ["maml"]}
    lab = Lab(load_preset("letters").with_settings({"task.dataset": str(path), **fitting, **small}))
    lab.step()
    assert lab.iteration == 1


def test_choices_are_tried_at_once_and_a_problem_settles_by_its_button(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, flowers(tmp_path))
    field(dialog, "drop").setText("empty")
    field(dialog, "drop").textEdited.emit("empty")
    assert not dialog.import_button.isEnabled(), "the preview is not that of the choices"
    qtbot.waitUntil(lambda: "2 features" in dialog.found.headline.text(), timeout=20_000)
    field(dialog, "drop").clear()
    field(dialog, "drop").textEdited.emit("")
    qtbot.waitUntil(lambda: "3 features" in dialog.found.headline.text(), timeout=20_000)
    buttons = [button for button in dialog.found.findChildren(QPushButton) if "empty" in button.toolTip()]
    assert len(buttons) == 1
    buttons[0].click()
    qtbot.waitUntil(lambda: "2 features" in dialog.found.headline.text(), timeout=20_000)
    assert field(dialog, "drop").text() == "empty"


def test_pictures_take_another_size_and_turned_classes(qtbot: QtBot, tmp_path: Path) -> None:
    x = np.random.default_rng(0).integers(0, 256, (90, 12, 12)).astype(np.uint8)
    np.savez(tmp_path / "pictures.npz", X=x, y=np.repeat(np.arange(9), 10))
    dialog = opened(qtbot, tmp_path / "pictures.npz")
    assert "90 pictures of 12x12, 9 classes" in dialog.found.headline.text()
    size = field(dialog, "size")
    assert isinstance(size, QSpinBox) and size.isVisible() and not field(dialog, "separator").isVisible()
    size.setValue(6)
    field(dialog, "rotations").setChecked(True)
    qtbot.waitUntil(lambda: "360 pictures of 6x6, 36 classes" in dialog.found.headline.text(), timeout=20_000)


@pytest.mark.parametrize("content", [b"a,b\n1,x\n", b"\x80\x04pickle", b""])
def test_what_is_no_data_is_refused_in_a_sentence_and_nothing_is_left(
    qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    dialog = opened(qtbot, path)
    assert dialog.found.headline.text() == "This cannot be imported."
    assert len(dialog.found.problem_texts()) == 1 and dialog.found.problem_texts()[0].startswith("bad.csv")
    assert not dialog.import_button.isEnabled() and not list(data_folder().glob("datasets/*"))


def test_leaving_while_it_reads_leaves_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ImportDialog([flowers(tmp_path, 200)], data_folder() / "datasets", DARK)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.close()
    assert not dialog._work.busy and not list(data_folder().glob("datasets/*"))


def test_files_may_be_dropped_and_words_may_not(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    window, taken = QWidget(), []
    qtbot.addWidget(window)
    target = DropTarget(window, taken.append)
    window.show()
    path, data = flowers(tmp_path), QMimeData()

    def drop(data: QMimeData) -> bool:
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
        qapp.sendEvent(window, enter)
        if enter.isAccepted():
            qapp.sendEvent(window, QDropEvent(QPointF(5, 5), copy, data, left, none))
        return enter.isAccepted()

    data.setText("no file")
    assert not drop(data) and taken == []
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    assert drop(files) and taken == [[path]] and window.acceptDrops()
    assert target.parent() is window
