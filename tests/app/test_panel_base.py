"""What all panels share: the registry, the header that never clips, the segmented switch."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.look.lettering import SUBTITLE, TITLE, text_width
from app.look.theme import DARK, LIGHT
from app.panels import PANELS
from app.panels.base import Panel, PanelHeader, Segments


@pytest.fixture
def switch(qtbot):
    switch = Segments([("log", "Log"), ("linear", "Linear")], "Loss axis")
    qtbot.addWidget(switch)
    switch.show()
    return switch


def test_a_click_chooses_and_tells_setting_it_does_not(switch, qtbot):
    assert switch.current == "log"
    with qtbot.assertNotEmitted(switch.chosen):
        switch.set_current("linear")
    assert switch.current == "linear"
    with qtbot.waitSignal(switch.chosen) as caught:
        qtbot.mouseClick(switch._buttons["log"], Qt.MouseButton.LeftButton)
    assert caught.args == ["log"]


def test_a_disabled_segment_says_why_and_all_have_names_to_be_read_out(switch):
    switch.set_enabled("linear", False, "A regression has no accuracy")
    assert not switch._buttons["linear"].isEnabled()
    assert switch._buttons["linear"].toolTip() == "A regression has no accuracy"
    assert switch._buttons["log"].accessibleName() == "Loss axis: Log"


def test_the_header_shows_the_longest_subtitle_that_fits(qtbot):
    header = PanelHeader()
    qtbot.addWidget(header)
    header.set_texts("Meta-loss", "query loss after 3 inner steps, mean of 100 held-out tasks", "after 3 steps")
    title = text_width("Meta-loss", TITLE, bold=True)
    header.resize(900, 26)
    assert header.shown_subtitle().startswith("query loss")
    label = QLabel("a wide control at the right")
    header.add_widget(label)
    label.show()
    header.resize(round(title + 10 + text_width("after 3 steps", SUBTITLE) + label.sizeHint().width() + 24), 26)
    assert header.shown_subtitle() == "after 3 steps"
    header.resize(round(title + 20), 26)
    assert header.shown_subtitle() == ""


def test_a_spare_control_goes_where_there_is_not_room_for_all(qtbot):
    header = PanelHeader()
    qtbot.addWidget(header)
    kept, spare = QLabel("what stays"), QLabel("what may go")
    header.add_widget(kept)
    header.add_widget(spare, spare=True)
    header.set_texts("Meta-accuracy")
    header.show()  # a widget that was never shown is not told its size
    room = round(text_width("Meta-accuracy", TITLE, bold=True) + kept.sizeHint().width()) + 40
    for width, shown in ((600, True), (room, False), (600, True)):
        header.resize(width, 26)
        assert (not spare.isHidden(), not kept.isHidden()) == (shown, True)


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_has_a_name_a_title_and_both_looks(name, qtbot):
    panel = PANELS[name]()
    qtbot.addWidget(panel)
    assert isinstance(panel, Panel)
    assert panel.name == name
    assert panel.title()
    panel.resize(500, 300)
    panel.show()
    for theme in (DARK, LIGHT):
        panel.apply_theme(theme)
        QApplication.processEvents()
        image = panel.grab().toImage()
        assert image.pixelColor(image.width() // 2, 4).name().upper() == theme.card
