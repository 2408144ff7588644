import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from app.controls.fields import Choice, StopSlider, ValueField


@pytest.fixture
def shown(qtbot):
    """Return a function that shows widgets side by side in a window of their own."""
    windows: list[QWidget] = []

    def show(*widgets: QWidget) -> QWidget:
        window = QWidget()
        layout = QHBoxLayout(window)
        for widget in widgets:
            layout.addWidget(widget)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        windows.append(window)  # qtbot keeps no strong reference
        return window

    return show


def test_a_field_commits_once_by_enter_and_once_by_leaving(shown):
    field, other = ValueField(), ValueField()
    shown(field, other)
    texts: list[str] = []
    field.committed.connect(texts.append)
    field.show_text("5")
    field.setFocus()
    QTest.keyClicks(field, "7")
    QTest.keyClick(field, Qt.Key.Key_Return)
    other.setFocus()
    assert texts == ["7"]
    field.setFocus()
    other.setFocus()
    assert texts == ["7"]
    field.setFocus()
    QTest.keyClicks(field, "8")
    other.setFocus()
    assert texts == ["7", "8"]


def test_escape_takes_the_edit_back(shown):
    field = ValueField()
    shown(field)
    field.show_text("0.02")
    field.setFocus()
    QTest.keyClicks(field, "junk")
    field.show_refusal(True)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.02"
    assert not field.is_refused()


def test_a_short_form_opens_for_editing(shown):
    field, other = ValueField(), ValueField()
    shown(field, other)
    other.setFocus()
    field.show_text("64, 32, 16", "3 layers")
    assert field.text() == "3 layers"
    field.setFocus()
    assert field.text() == "64, 32, 16"
    other.setFocus()
    assert field.text() == "3 layers"


def test_long_values_are_lettered_smaller(shown):
    field = ValueField()
    shown(field)
    field.show_text("0.02")
    assert field.font().pixelSize() == 13
    field.show_text("1.2 × 10⁻⁵")
    assert 9 <= field.font().pixelSize() < 13


def test_a_click_in_the_groove_goes_there_and_the_wheel_needs_the_focus(shown):
    slider, other = StopSlider(), ValueField()
    shown(slider, other)
    slider.show_stop(0, 0, 100)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, slider.height() // 2))
    assert slider.value() == pytest.approx(50, abs=3)
    other.setFocus()
    before = slider.value()
    centre = QPointF(slider.rect().center())
    turn = QWheelEvent(
        centre, slider.mapToGlobal(centre), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, turn)
    assert slider.value() == before
    slider.setFocus()
    QApplication.sendEvent(slider, turn)
    assert slider.value() != before


def test_showing_a_stop_emits_nothing(qtbot):
    slider = StopSlider()
    qtbot.addWidget(slider)
    with qtbot.assertNotEmitted(slider.valueChanged):
        slider.show_stop(7, 2, 9)
    assert (slider.minimum(), slider.value(), slider.maximum()) == (2, 7, 9)


def test_segments_are_one_tab_stop_and_arrows_choose(shown):
    choice, field = Choice([("exact", ("Exact",)), ("first", ("First-order", "First"))]), ValueField()
    shown(choice, field)
    chosen: list[str] = []
    choice.chosen.connect(chosen.append)
    choice.show_choice("exact")
    assert chosen == []
    choice.buttons["exact"].setFocus()
    QTest.keyClick(choice.buttons["exact"], Qt.Key.Key_Right)
    assert chosen == ["first"]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is field


def test_segments_take_the_words_that_fit(qtbot):
    choice = Choice([("exact", ("Exact",)), ("first", ("First-order", "First"))])
    qtbot.addWidget(choice)
    choice.resize(145, 24)
    choice.show()
    assert choice.buttons["first"].text() == "First-order"
    choice.resize(110, 24)
    assert choice.buttons["first"].text() == "First"
