"""The Import dialog: what is in a file is seen before anything is written; then it is used."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.controls.dataset import imported
from app.dialogs.import_data.classes import OWN, PAD, ROWS
from app.dialogs.import_data.dialog import ImportDialog
from app.dialogs.import_data.files import DropTarget
from app.look.theme import DARK, LIGHT, Theme, apply_theme
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
    dialog = ImportDialog(paths, data_folder() / "datasets")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog._work.busy, timeout=20_000)
    qtbot.wait(30)  # what was found has its place on the screen
    return dialog


def field(dialog: ImportDialog, name: str) -> Any:
    return dialog.form.fields[name]


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[Callable[[Theme], None]]:
    """Dress the application in a theme; it is undressed again."""
    before, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    yield lambda theme: apply_theme(qapp, theme)
    qapp.setStyleSheet(before)
    qapp.setPalette(palette)
    qapp.setFont(font)


def test_a_spreadsheet_is_seen_and_imported_and_trains(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, flowers(tmp_path))
    assert "320 rows of 3 features, 16 classes" in dialog.found.headline.text()
    said = " ".join(dialog.found.problem_texts())
    assert "semicolons" in said and "decimal comma" in said and "'empty'" in said
    assert dialog.found.classes.topLevelItemCount() == 16 and len(dialog.found.samples.shown()) > 2
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
    assert [button.text() for button in buttons] == ["Leave out: empty"]
    buttons[0].click()
    qtbot.waitUntil(lambda: "2 features" in dialog.found.headline.text(), timeout=20_000)
    assert field(dialog, "drop").text() == "empty"


def uneven(folder: Path) -> Path:
    """Write 12 classes of 5, 10, ... 60 rows."""
    y = np.repeat(np.arange(12), 5 * np.arange(1, 13))
    np.savez(folder / "uneven.npz", X=np.random.default_rng(0).normal(y[:, None], 1.0, (len(y), 4)), y=y)
    return folder / "uneven.npz"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_rows_are_bars_as_long_as_they_are_many_and_too_few_warn(
    qtbot: QtBot, tmp_path: Path, theme: Theme, dressed: Callable[[Theme], None]
) -> None:
    dressed(theme)
    dialog = opened(qtbot, uneven(tmp_path))
    classes = dialog.found.classes
    assert [classes.topLevelItem(at).data(ROWS, OWN) for at in range(12)] == list(range(5, 65, 5))
    left, width = classes.columnViewportPosition(ROWS), classes.columnWidth(ROWS)
    longest = classes.itemDelegateForColumn(ROWS).room(width)  # type: ignore[attr-defined]
    for at in range(6):
        middle = classes.visualItemRect(classes.topLevelItem(at)).center().y()
        picture = classes.viewport().grab(QRect(left, middle, width, 1)).toImage()
        colors = [picture.pixelColor(x, 0).name() for x in range(PAD, PAD + longest)]
        amber, ground = colors.count(theme.amber.lower()), colors.count(theme.card.lower())
        bar = longest - ground - (1 if 5 * (at + 1) < 16 else 0)  # the tick of K + Q lies on the ground, or on the bar
        assert bar == pytest.approx(longest * (at + 1) / 12, abs=1), f"{5 * (at + 1)} rows"
        assert amber == (bar if 5 * (at + 1) < 16 else 0)


def test_a_heading_sorts_and_the_chosen_class_is_sampled(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(qtbot, flowers(tmp_path, 12))
    classes, head = dialog.found.classes, dialog.found.classes.header()

    def numbers() -> list[int]:
        return [int(classes.topLevelItem(at).text(0).split()[1]) for at in range(12)]

    assert numbers()[:3] == [0, 1, 10], "the order of the file"
    head.sectionClicked.emit(0)
    assert numbers() == list(range(12))
    head.sectionClicked.emit(0)
    assert numbers() == list(range(11, -1, -1))
    assert dialog.found.samples.shown()[0] == 0
    classes.setCurrentItem(classes.topLevelItem(3))  # kind 8
    assert classes.place in dialog.found.samples.shown() and dialog.found.samples.shown()[0] > 0
    dialog.close()
    dialog = opened(qtbot, uneven(tmp_path))
    classes = dialog.found.classes
    for wanted in (list(range(12)), list(range(11, -1, -1))):
        classes.header().sectionClicked.emit(ROWS)
        assert [int(classes.topLevelItem(at).text(0)) for at in range(12)] == wanted


@pytest.mark.parametrize("size", [(1080, 640), (900, 560)])
def test_every_sentence_can_be_read_whole(qtbot: QtBot, tmp_path: Path, size: tuple[int, int]) -> None:
    dialog = opened(qtbot, flowers(tmp_path))
    dialog.resize(*size)
    area = dialog.found.findChild(QScrollArea)
    qtbot.wait(30)
    assert area.height() >= 120
    labels = dialog.found.findChildren(QLabel, "problem")
    assert labels and all(label.height() >= label.heightForWidth(label.width()) for label in labels)
    if size == (1080, 640):
        assert area.verticalScrollBar().maximum() == 0
    assert dialog.found.classes.height() > 150


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
    dialog = ImportDialog([flowers(tmp_path, 200)], data_folder() / "datasets")
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
