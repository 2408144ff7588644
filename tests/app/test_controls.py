import threading

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.controls.change import with_family
from app.controls.column import Controls
from app.controls.row import NumberRow
from app.controls.text import value_text
from app.look.theme import DARK, LIGHT, apply_theme
from mamlcore.config import SETTINGS, Config
from mamlcore.learners import LEARNERS
from mamlcore.tasks import FAMILIES

WIDE, NARROW = (304, 980), (280, 620)


@pytest.fixture(scope="module")
def _dressed(qapp):
    before = qapp.styleSheet(), qapp.palette(), qapp.font()
    apply_theme(qapp, DARK)
    yield
    qapp.setStyleSheet(before[0])
    qapp.setPalette(before[1])
    qapp.setFont(before[2])


@pytest.fixture
def column(qtbot, _dressed):
    """Return a function that shows the column for a family at a size."""
    shown: list[Controls] = []

    def show(family: str = "sine", size: tuple[int, int] = WIDE) -> Controls:
        controls = Controls(with_family(Config(), family).config)
        qtbot.addWidget(controls)
        controls.resize(*size)
        controls.show()
        qtbot.waitExposed(controls)
        controls.activateWindow()
        qtbot.waitUntil(controls.isActiveWindow)
        QApplication.processEvents()
        shown.append(controls)  # qtbot keeps no strong reference
        return controls

    return show


def typed(controls: Controls, path: str, text: str) -> None:
    field = controls.rows[path].field
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    for letter in text:  # QTest.keyClicks aborts on what is not Latin
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))
    QTest.keyClick(field, Qt.Key.Key_Return)


def emitted(controls: Controls) -> list[Config]:
    configs: list[Config] = []
    controls.changed.connect(configs.append)
    return configs


def test_every_setting_has_its_control(column):
    controls = column()
    assert {*controls.rows, "task.family", "learners"} == set(SETTINGS)
    assert list(controls.picker.buttons) == list(FAMILIES)
    assert list(controls.learners) == list(LEARNERS)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_shows_the_settings_that_matter_and_no_other(column, family):
    controls = column(family)
    controls.groups["task"].more.click()
    visible = [path.split(".")[1] for path, row in controls.rows.items() if row.isVisible() and path[:5] == "task."]
    assert set(visible) == set(FAMILIES[family].settings)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1920x1080", "1280x720"])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_column_needs_no_scroll_bar(column, family, size):
    controls = column(family, size)
    assert controls.scroll_area.verticalScrollBar().maximum() == 0
    assert controls.scroll_area.widget().width() <= controls.width()
    for path in ("inner.lr", "inner.steps", "task.k_shot", "outer.lr", "model.hidden"):
        row = controls.rows[path]
        assert row.isVisible()
        assert row.mark.geometry().right() < controls.width()
        right = row.mapTo(controls, row.mark.geometry().topRight()).x()
        assert right < controls.width()
    assert all(box.isVisible() for box in controls.learners.values() if box.isChecked())


def test_a_folded_group_says_how_many_and_opens(column):
    controls = column("sine", NARROW)
    group = controls.groups["evaluation"]
    assert group.more.text().startswith("4 more")
    assert not controls.rows["evaluation.tasks"].isVisible()
    before = [path for path, row in controls.rows.items() if row.isVisible()]
    group.more.click()
    assert controls.rows["evaluation.tasks"].isVisible()
    assert all(controls.rows[path].isVisible() for path in before), "opening one group closed rows of another"
    group.more.click()
    assert not controls.rows["evaluation.tasks"].isVisible()


@pytest.mark.parametrize("path", [path for path, spec in SETTINGS.items() if spec.kind in ("int", "float")])
def test_every_slider_gives_whole_valid_settings(column, path):
    family = next((name for name in FAMILIES if path.split(".")[-1] in FAMILIES[name].settings), "sine")
    controls = column(family)
    row, configs = controls.rows[path], emitted(controls)
    assert isinstance(row, NumberRow)
    before = controls.config
    row.slider.setValue(row.slider.value() + (1 if row.slider.value() < row.slider.maximum() else -1))
    assert len(configs) == 1
    assert configs[0].value(path) != before.value(path)
    assert configs[0] == controls.config == Config.from_json(configs[0].to_json())


def test_showing_settings_emits_nothing(column):
    controls = column()
    configs = emitted(controls)
    new = with_family(Config(seed=9), "dataset").config
    controls.show_config(new)
    assert configs == []
    assert controls.config == new
    assert controls.rows["seed"].field.text() == "9"
    assert controls.picker.buttons["dataset"].isChecked()


@pytest.mark.parametrize("locale", ["C", "de_DE", "fr_FR", "ar_EG"])
@pytest.mark.parametrize(
    ("text", "value"), [("0,5", 0.5), ("0.5", 0.5), ("1e-3", 1e-3), ("1 × 10⁻³", 1e-3), ("1,234", 1.234)]
)
def test_numbers_are_typed_right_in_every_locale(column, locale, text, value):
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        controls = column()
        typed(controls, "inner.lr", text)
        assert controls.config.inner.lr == pytest.approx(value, rel=1e-12)
        assert not controls.rows["inner.lr"].field.is_refused()
    finally:
        QLocale.setDefault(before)


def test_values_are_shown_without_an_exponent(column):
    controls = column()
    typed(controls, "inner.lr", "1e-5")
    assert controls.rows["inner.lr"].field.text() == "1 × 10⁻⁵"


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("inner.lr", "fast", "not a number"),
        ("inner.lr", "50", "from 1 × 10⁻⁵ to 5"),
        ("inner.steps", "2.5", "whole number"),
        ("task.k_shot", "0", "from 1 to 20"),
        ("model.hidden", "40, -3", "widths from 1 to 512"),
    ],
)
def test_what_is_not_possible_is_refused_where_it_was_typed(column, path, text, reason):
    controls = column()
    configs, before = emitted(controls), controls.config
    typed(controls, path, text)
    field = controls.rows[path].field
    assert configs == [] and controls.config == before
    assert field.text() == text and field.is_refused()
    assert reason in field.toolTip()
    assert f"{value_text(SETTINGS[path], before.value(path))} stays in use." in field.toolTip()
    assert controls._note.isVisible() and reason in controls._note.text()
    typed(controls, "outer.lr", "0.01")  # something else goes on; what was typed stays to be mended
    assert field.text() == text and field.is_refused()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.is_refused() and reason not in field.toolTip()


def test_the_slider_goes_only_as_far_as_the_data(column):
    controls = column("dataset")
    row = controls.rows["task.n_way"]
    row.slider.setValue(row.slider.maximum())
    most = controls.config.task.n_way
    assert most < 20
    typed(controls, "task.n_way", str(most + 1))
    assert controls.config.task.n_way == most
    assert "letters" in row.field.toolTip()


def test_what_had_to_follow_is_said(column):
    controls = column("gaussian")
    typed(controls, "task.n_features", "3")
    assert controls.config.task.rank == 3
    assert controls.rows["task.rank"].field.text() == "3"
    assert "Informative r" in controls._note.text() and "from 4 to 3" in controls._note.text()
    typed(controls, "task.n_features", "4")
    assert not controls._note.isVisible()


def test_the_dot_marks_a_changed_setting_and_resets_it(column):
    controls = column("gaussian")
    row = controls.rows["inner.lr"]
    assert not row.dot.isEnabled()
    typed(controls, "inner.lr", "0.1")
    assert row.dot.isEnabled() and "0.3" in row.dot.toolTip()
    QTest.mouseClick(row.dot, Qt.MouseButton.LeftButton)
    assert controls.config.inner.lr == 0.3
    assert not row.dot.isEnabled()


def test_the_context_menu_resets_and_copies_the_command_line(column):
    controls = column()
    typed(controls, "inner.lr", "0.1")
    row = controls.rows["inner.lr"]
    menu = row.menu()
    reset, copy = menu.actions()
    copy.trigger()
    assert QApplication.clipboard().text() == "--set inner.lr=0.1"
    reset.trigger()
    assert controls.config.inner.lr == 0.02
    menu.deleteLater()


def test_hidden_layers_by_slider_and_by_list(column):
    controls = column()
    row = controls.rows["model.hidden"]
    typed(controls, "model.hidden", "64, 32, 16")
    assert controls.config.model.hidden == (64, 32, 16)
    row.slider.setValue(row._scale.nearest(8))
    assert controls.config.model.hidden == (8, 8, 8)
    typed(controls, "model.hidden", "")
    assert controls.config.model.hidden == ()
    assert row.field.placeholderText() == "linear"
    assert controls.rows["model.activation"].isHidden()  # it would change nothing
    row.slider.setValue(row._scale.nearest(40))
    assert controls.config.model.hidden == (40, 40, 40)
    assert not controls.rows["model.activation"].isHidden()


def test_choosing_a_family_takes_its_defaults(column):
    controls = column()
    configs = emitted(controls)
    QTest.mouseClick(controls.picker.buttons["gaussian"], Qt.MouseButton.LeftButton)
    assert len(configs) == 1
    for path, value in FAMILIES["gaussian"].defaults.items():
        assert configs[0].value(path) == value, path
    assert not any(row.dot.isEnabled() for row in controls.rows.values() if row.isVisible())


def test_one_learner_stays_on(column):
    controls = column()
    configs = emitted(controls)
    for name in controls.config.learners[1:]:
        controls.learners[name].click()
    assert controls.config.learners == ("maml",)
    controls.learners["maml"].click()
    assert controls.config.learners == ("maml",) and controls.learners["maml"].isChecked()
    assert "At least one" in controls._note.text()
    controls.learners["joint"].click()
    assert configs[-1].learners == ("maml", "joint")


def test_a_learner_that_is_not_offered_says_why(column):
    controls = column()
    controls.show_unsupported({"joint": "The pool of classes is endless."})
    box = controls.learners["joint"]
    assert not box.isEnabled() and "endless" in box.toolTip() and "endless" in box.accessibleDescription()
    assert "joint" in controls.config.learners
    controls.show_unsupported({})
    assert box.isEnabled() and box.isChecked()


def test_a_file_is_read_beside_the_window_and_taken(column, qtbot, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "own.npz", X=rng.standard_normal((400, 3)), y=np.repeat(np.arange(20), 20))
    controls = column("dataset")
    row, path = controls.rows["task.dataset"], str(tmp_path / "own.npz")
    monkeypatch.setattr(type(row), "choose_file", lambda self: path)
    with qtbot.waitSignal(controls.changed, timeout=5000) as signal:
        row.combo.activated.emit(row.combo.count() - 1)
    assert signal.args[0].task.dataset == path
    assert row.combo.currentText() == "own.npz"
    (tmp_path / "bad.csv").write_text("a,b\n1\n", encoding="utf-8")
    monkeypatch.setattr(type(row), "choose_file", lambda self: str(tmp_path / "bad.csv"))
    with qtbot.waitSignal(row.refused, timeout=5000) as refused:
        row.combo.activated.emit(row.combo.count() - 1)
    assert "bad.csv" in refused.args[1]
    assert controls.config.task.dataset == path and row.combo.currentText() == "own.npz" and row.combo.isEnabled()
    monkeypatch.setattr(type(row), "choose_file", lambda self: "")
    row.combo.activated.emit(row.combo.count() - 1)
    assert controls.config.task.dataset == path and row.combo.currentText() == "own.npz"


def test_everything_can_be_named_and_reached_by_tab_from_top_to_bottom(column):
    controls = column("gaussian")
    controls.groups["task"].more.setFocus()
    places: list[int] = []
    seen: list[QWidget] = []
    while QApplication.focusWidget() not in seen:
        widget = QApplication.focusWidget()
        assert widget.accessibleName(), widget
        seen.append(widget)
        places.append(widget.mapTo(controls, widget.rect().center()).y())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert seen[0] is QApplication.focusWidget() and seen[1] is controls.picker.buttons["gaussian"]
    assert places == pytest.approx(sorted(places), abs=4)
    for row in controls.rows.values():
        if row.isVisible():
            assert set(row.inputs()) & set(seen), row.spec.path
            assert all(part.accessibleDescription() for part in row.inputs())
    assert all(box in seen for box in controls.learners.values() if box.isVisible())


def test_sliders_move_by_keys(column):
    controls = column()
    slider = controls.rows["inner.steps"].slider
    slider.setFocus()
    for key, value in [(Qt.Key.Key_Right, 4), (Qt.Key.Key_Left, 3), (Qt.Key.Key_End, 10), (Qt.Key.Key_PageDown, 5),
                       (Qt.Key.Key_Home, 1)]:  # fmt: skip
        QTest.keyClick(slider, key)
        assert controls.config.inner.steps == value
    field = controls.rows["inner.steps"].field
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert controls.config.inner.steps == 2


def test_help_says_range_default_effect_and_name(column):
    tip = column().rows["inner.lr"].slider.toolTip()
    for part in ("Step size α", "1 × 10⁻⁵", "0.02", "Applies at the next step", "inner.lr"):
        assert part in tip
    assert "Restarts the run" in column().rows["model.hidden"].slider.toolTip()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_both_themes_can_be_drawn(column, theme):
    controls = column("dataset")
    controls.apply_theme(theme)
    picture = controls.grab().toImage()
    assert picture.pixelColor(4, picture.height() // 2).name().upper() == theme.card


def test_a_long_file_shows_how_far_it_is_and_can_be_left(qtbot, monkeypatch, tmp_path, column):
    controls = column("dataset")
    row, path = controls.rows["task.dataset"], str(tmp_path / "own.npz")
    monkeypatch.setattr(type(row), "choose_file", lambda self: path)
    held = threading.Event()

    def slow(dataset, progress):
        progress(0.4)
        while not held.wait(0.01):
            progress(0.4)

    monkeypatch.setattr("app.controls.dataset.open_table", slow)
    row._on_activated(row.combo.count() - 1)
    qtbot.waitUntil(lambda: row.stop.text() == "40 % read, cancel")
    assert row.combo.isHidden()
    row.stop.click()
    qtbot.waitUntil(row.stop.isHidden)
    assert not row.combo.isHidden() and controls.config.task.dataset == "letters"
