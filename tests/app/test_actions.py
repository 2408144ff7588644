"""Actions: keys are unique, what is not offered says why, notices and their buttons work."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.frame.notice import Button, Notice
from tests.app.chrome import make_window


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Any:
    made = make_window(qapp, tmp_path / "settings.ini")
    qtbot.addWidget(made)
    return made


def test_no_key_is_given_twice(window: Any) -> None:
    keys = [keys for keys, _ in window.commands.shortcuts()]
    assert len(keys) == len(set(keys))
    assert {"F5", "F10", "Ctrl+R", "Ctrl+E", "Ctrl+S", "Ctrl+O", "Ctrl+1", "Ctrl+5", "F11"} <= set(keys)


def test_every_action_is_in_a_menu_with_a_text(window: Any) -> None:
    def below(menu: Any) -> list[Any]:
        found = []
        for action in menu.actions():
            found += below(action.menu()) if action.menu() else [action]
        return found

    listed = below(window.menuBar())
    assert not [name for name, action in window.commands.all().items() if action not in listed or not action.text()]


@pytest.mark.parametrize(
    ("state", "offered", "refused"),
    [
        ("loading", (), ("run", "step", "reset", "evaluate", "save", "export")),
        ("ready", ("run", "step", "reset", "evaluate", "save", "export"), ()),
        ("running", ("run", "step", "reset", "evaluate", "export"), ()),
        ("evaluating", ("evaluate", "reset"), ("run", "step")),
        ("diverged", ("reset", "export", "evaluate"), ("run", "step")),
        ("failed", ("reset", "export"), ("run", "step")),
    ],
)
def test_what_is_offered_follows_the_state(window: Any, state: str, offered: Any, refused: Any) -> None:
    commands = window.commands
    commands.set_state(state, state != "loading")
    assert all(commands[name].isEnabled() for name in offered)
    assert not any(commands[name].isEnabled() for name in refused)
    for name in refused:  # it says why
        assert commands[name].toolTip() not in ("", commands[name].text())


def test_run_and_evaluate_say_what_they_will_do(window: Any) -> None:
    window.commands.set_test_tasks(600)
    window.commands.set_state("running", True)
    window.toolbar.set_state("running")
    buttons = window.toolbar.buttons
    assert buttons["run"].text() == "Pause" and buttons["evaluate"].text() == "Evaluate on 600 tasks"
    window.commands.set_state("evaluating", True)
    window.toolbar.set_progress(0.5)
    assert buttons["evaluate"].text() == "Cancel evaluation"
    window.commands.set_test_tasks(600)
    assert buttons["evaluate"].text() == "Cancel evaluation"
    assert not buttons["run"].isEnabled() and buttons["run"].accessibleName() == "Run"
    assert buttons["run"].sizeHint().width() > 60


def test_a_button_of_the_toolbar_triggers_its_action(window: Any, qtbot: QtBot) -> None:
    window.commands.set_state("ready", True)
    with qtbot.waitSignal(window.commands["step"].triggered):
        window.toolbar.buttons["step"].click()


def test_choosing_a_preset_by_hand_is_told_showing_one_is_not(window: Any, qtbot: QtBot) -> None:
    chosen: list[str] = []
    window.toolbar.preset_chosen.connect(chosen.append)
    window.toolbar.set_presets({"sine": "Sine waves", "letters": "Letters"})
    window.toolbar.show_preset("letters")
    assert window.toolbar.presets.currentText() == "Letters" and chosen == []
    window.toolbar.presets.activated.emit(0)
    assert chosen == ["sine"]
    window.toolbar.show_preset("")
    assert window.toolbar.presets.currentIndex() == -1


def test_a_narrow_toolbar_says_words_rather_than_keys(window: Any, qtbot: QtBot) -> None:
    toolbar = window.toolbar
    for action in window.commands.all().values():
        action.setEnabled(True)
    toolbar.set_presets({"digits": "Digits: far too few classes"})
    toolbar.show_preset("digits")
    for width, keys in ((1280, True), (900, False), (1280, True)):
        window.resize(width, 600)
        qtbot.waitUntil(lambda width=width: toolbar.width() == width)
        whole = (*toolbar.buttons.values(), toolbar.presets)
        qtbot.waitUntil(lambda whole=whole: all(part.width() >= part.sizeHint().width() for part in whole))
        assert (toolbar.buttons["run"]._key() == "F5") is keys


def test_a_notice_is_replaced_by_key_and_its_buttons_act(window: Any) -> None:
    acts: list[str] = []
    notices = window.notices
    assert notices.isHidden()
    notices.say("fault", Notice("Stopped", "Try less", (Button("Go on", lambda: acts.append("go"), closes=True),)))
    notices.say("refused", Notice("Refused"))
    bar = notices.bar("fault")
    notices.say("fault", Notice("Stopped", "Try less"))
    assert notices.bar("fault") is bar  # the same words: nothing flickers
    bar.findChild(QPushButton).click()
    assert acts == ["go"] and notices.text("fault") == "" and notices.text("refused") == "Refused"
    notices.drop("refused")
    assert notices.isHidden()
