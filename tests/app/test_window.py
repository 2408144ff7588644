"""The window: where things lie, who gets a snapshot, what is remembered, what the space bar does."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.frame.docks import DockArea
from app.frame.window import SMALLEST
from app.look.theme import DARK, LIGHT
from app.memory import Memory
from app.plots.view import View
from mamlcore import Lab, Snapshot
from tests.app.chrome import NAMES, SMALL, make_window, panel


@pytest.fixture(scope="module")
def shot() -> Snapshot:
    return Lab(SMALL).snapshot()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, file: Path) -> Any:
    made = make_window(qapp, file)
    qtbot.addWidget(made)
    return made


def area(window: Any) -> DockArea:
    found = window.body.area
    assert isinstance(found, DockArea)
    return found


def test_the_default_arrangement_is_that_of_the_pictures(window: Any, qtbot: QtBot) -> None:
    qtbot.wait(30)
    meta, adaptation, task, theta, learners = (area(window).docks[name].geometry() for name in NAMES)
    assert meta.top() == adaptation.top() < task.top() == theta.top() == learners.top()
    assert meta.left() == task.left() < theta.left() < learners.left()
    assert meta.width() / area(window).width() == pytest.approx(0.60, abs=0.02)
    assert [round(g.width() / area(window).width(), 1) for g in (task, theta, learners)] == [0.3, 0.2, 0.5]
    assert meta.height() / area(window).height() == pytest.approx(0.57, abs=0.02)


def test_in_the_smallest_window_both_rows_have_room(qtbot: QtBot, qapp: QApplication, file: Path) -> None:
    window = make_window(qapp, file, SMALLEST)
    qtbot.addWidget(window)
    qtbot.wait(30)
    meta, task = (area(window).docks[name].geometry() for name in ("meta_loss", "task"))
    assert min(meta.height(), task.height()) >= 165


def test_at_1280_theta_lies_behind_the_learners(qtbot: QtBot, qapp: QApplication, file: Path, shot: Snapshot) -> None:
    window = make_window(qapp, file, (1280, 720))
    qtbot.addWidget(window)
    docks = area(window).docks
    assert area(window).tabifiedDockWidgets(docks["learners"]) == [docks["theta"]]
    assert window.size().toTuple() == (1280, 720)
    window.body.show_snapshot(shot)
    qtbot.waitUntil(lambda: panel(window, "learners").shots == [shot])
    assert panel(window, "theta").shots == []
    qtbot.waitUntil(lambda: docks["learners"].corner.choices == ["theta", "learners"])
    docks["learners"].corner.chosen.emit("theta")
    qtbot.waitUntil(lambda: panel(window, "theta").shots == [shot])
    assert docks["task"].corner.choices == []
    assert docks["theta"].geometry().top() == docks["task"].geometry().top()  # no tab bar pushes a header down


def test_only_what_can_be_seen_gets_snapshots_and_catches_up(window: Any, shot: Snapshot, qtbot: QtBot) -> None:
    area(window).docks["task"].close()
    window.body.show_snapshot(shot)
    assert sum(len(panel(window, name).shots) for name in NAMES) == 0  # each in a turn of its own
    qtbot.waitUntil(lambda: [len(panel(window, name).shots) for name in NAMES] == [1, 1, 0, 1, 1])
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel(window, "task").shots == [shot])


def test_a_panel_that_raises_does_not_stop_the_others(
    window: Any, shot: Snapshot, monkeypatch: Any, qtbot: QtBot
) -> None:
    told: list[object] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: told.append(kind))
    monkeypatch.setattr(panel(window, "meta_loss"), "show_snapshot", lambda shot: 1 / 0)
    window.body.show_snapshot(shot)
    qtbot.waitUntil(lambda: len(panel(window, "learners").shots) == 1)
    assert told == [ZeroDivisionError]


def test_a_choice_in_one_panel_reaches_the_others_once(window: Any) -> None:
    panel(window, "learners").task_chosen.emit(7)
    assert [panel(window, name).tasks for name in NAMES] == [[7], [7], [7], [7], []]
    panel(window, "task").step_chosen.emit(2)
    assert [panel(window, name).steps for name in NAMES] == [[2], [2], [], [2], [2]]
    panel(window, "meta_loss").loss_view_chosen.emit(view := View("loss", "linear"))
    assert [panel(window, name).views for name in NAMES] == [[], [view], [view], [view], [view]]


def test_the_theme_reaches_everything(window: Any, file: Path) -> None:
    window.commands["theme_light"].setEnabled(True)
    window._appearance.choose("light")
    assert {panel(window, name).themes[-1] for name in NAMES} == {LIGHT}
    assert window.commands["theme_light"].isChecked()
    assert window._memory.text("theme") == "light"
    window._appearance.choose("dark")
    assert panel(window, "task").themes[-1] == DARK


def test_layout_and_place_are_remembered(window: Any, qtbot: QtBot, qapp: QApplication, file: Path) -> None:
    area(window).docks["theta"].close()
    window.setGeometry(30, 20, 640, 600)
    window.close()
    assert Memory(file).layout() is not None
    window._memory.save()
    again = make_window(qapp, file)
    qtbot.addWidget(again)
    assert area(again).docks["theta"].isHidden() and not area(again).docks["task"].isHidden()
    again.body.area.arrange()
    assert not area(again).docks["theta"].isHidden()


def test_a_foreign_layout_gives_the_default_one(qtbot: QtBot, qapp: QApplication, file: Path) -> None:
    memory = Memory(file)
    memory.keep("window/layout", "AAAA")
    memory.save()
    window = make_window(qapp, file)
    qtbot.addWidget(window)
    assert all(not dock.isHidden() for dock in area(window).docks.values())


def test_space_is_the_windows_unless_a_field_wants_it(window: Any, qtbot: QtBot) -> None:
    pressed: list[int] = []
    window.space_pressed.connect(lambda: pressed.append(1))
    field, button = QLineEdit(window), QPushButton(window)
    clicks: list[int] = []
    button.clicked.connect(lambda: clicks.append(1))
    for widget in (field, button):
        widget.show()
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert pressed == [1]
    QTest.keyClick(field, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert pressed == [1] and field.text() == " " and clicks == [1]


def test_the_header_of_a_panel_drags_its_dock(window: Any, qtbot: QtBot) -> None:
    dock = area(window).docks["task"]
    header = dock.panel.header
    place = QPoint(40, 12)

    def send(kind: QMouseEvent.Type, at: QPoint, buttons: Qt.MouseButton) -> None:
        event = QMouseEvent(kind, QPointF(at), QPointF(header.mapToGlobal(at)), Qt.MouseButton.LeftButton, buttons,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(header, event)

    send(QMouseEvent.Type.MouseButtonDblClick, place, Qt.MouseButton.LeftButton)
    send(QMouseEvent.Type.MouseButtonRelease, place, Qt.MouseButton.NoButton)
    qtbot.waitUntil(dock.isFloating)
    assert dock.titleBarWidget().height() == 30
    dock.setFloating(False)
    assert dock.titleBarWidget().height() == 1


def test_a_picture_of_the_panel_in_focus(window: Any) -> None:
    QCursor.setPos(window.mapToGlobal(QPoint(5, 5)))  # over no panel
    title, picture = window.body.picture()
    assert title == "Meta loss" and picture.width() > 100
    inner = QLineEdit(panel(window, "learners"))
    inner.show()
    window.activateWindow()
    inner.setFocus()
    QApplication.processEvents()
    if QApplication.focusWidget() is inner:
        assert window.body.picture()[0] == "Learners"


def test_status_counts_stand_still(window: Any, shot: Snapshot) -> None:
    status = window.status
    status.set_state("running")
    status.show_counts(shot, 58.4, 30)
    assert status.figure("rate") == "58.4 it/s" and status.figure("frames") == "30 frames/s"
    QApplication.processEvents()
    figure = status._figures["rate"]
    status.show_counts(shot, 123456.0, 30)
    QApplication.processEvents()
    wide = figure.width()
    status.show_counts(shot, 5.0, 30)
    QApplication.processEvents()
    assert figure.width() == wide and status.figure("seed") == "42 seed"
    status.set_state("paused")
    status.show_counts(shot, 58.4, 30)
    assert figure.isHidden()


def test_a_message_gives_way_to_the_resting_text(window: Any, qtbot: QtBot, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.frame.status.MESSAGE_MS", 30)
    window.status.rest("Nothing to save yet")
    window.status.say("Exported 8 files")
    assert window.status.message() == "Exported 8 files"
    window.status.rest("autosaved")
    qtbot.waitUntil(lambda: window.status.message() == "autosaved")


def test_a_closed_window_is_gone_before_what_takes_long_to_stop(window: Any, qtbot: QtBot) -> None:
    seen: list[bool] = []
    window.closing.connect(lambda: seen.append(window.isVisible()))
    assert window.isVisible()
    window.close()
    assert seen == [False]
