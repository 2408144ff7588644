import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.look.theme import (
    DARK,
    LIGHT,
    Theme,
    apply_theme,
    learner_color,
    learner_pen,
    learner_text_color,
    mix,
    stylesheet,
    system_theme,
)
from mamlcore.palette import INKS

LEARNERS = [*INKS, "reptile", "meta_sgd", "snail"]
both_themes = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [c / 255 for c in QColor(color).getRgb()[:3]]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@both_themes
def test_text_can_be_read_on_every_ground_it_stands_on(theme: Theme):
    for name in ("text", "second", "third"):
        for ground in ("window", "card"):
            assert contrast(getattr(theme, name), getattr(theme, ground)) >= 4.5, (name, ground)
    for name in ("amber", "green"):  # text on cards; on the window they are marks only
        assert contrast(getattr(theme, name), theme.card) >= 4.5, name
        assert contrast(getattr(theme, name), theme.window) >= 3, name
    assert contrast(theme.text, theme.control) >= 7
    assert contrast(theme.text, theme.amber_ground) >= 7


@both_themes
@pytest.mark.parametrize("name", LEARNERS)
def test_learners_can_be_seen_and_read(theme: Theme, name):
    assert contrast(learner_color(name, theme), theme.card) >= 3
    assert contrast(learner_text_color(name, theme), theme.card) >= 4.5


def test_a_pen_keeps_its_dashes_at_every_scale():
    one, two = learner_pen("joint", DARK, 2.0), learner_pen("joint", DARK, 2.0, dpr=2.0)
    assert (one.widthF(), two.widthF()) == (2.0, 4.0)
    assert two.isCosmetic()
    on_screen = [length * pen.widthF() for pen in (one, two) for length in pen.dashPattern()]
    assert on_screen == pytest.approx([11 * 1.2, 4 * 1.2, 22 * 1.2, 8 * 1.2])
    assert learner_pen("maml", DARK, 2.0).style() == Qt.PenStyle.SolidLine
    assert learner_pen("maml", LIGHT, 2.0).color() == QColor("#0072B2")


def test_mixing_goes_from_one_colour_to_the_other():
    assert mix("#000000", "#FFFFFF", 0.0) == "#000000"
    assert mix("#000000", "#FFFFFF", 1.0) == "#FFFFFF"
    assert mix("#102030", "#304050", 0.5) == "#203040"


@both_themes
def test_the_style_sheet_is_whole_and_reaches_widgets(theme: Theme, qapp: QApplication):
    sheet = stylesheet(theme)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    before, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    try:
        apply_theme(qapp, theme)
        assert qapp.font().pixelSize() == 13
        assert qapp.palette().window().color() == QColor(theme.window)
        assert system_theme(qapp) in (DARK, LIGHT)
    finally:
        qapp.setStyleSheet(before)
        qapp.setPalette(palette)
        qapp.setFont(font)


def test_every_tone_and_role_that_a_widget_names_is_in_the_style_sheet():
    sheet, root = stylesheet(DARK), Path(__file__).resolve().parents[2] / "app"
    code = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    named = set(re.findall(r'setProperty\("(tone|role)", "(\w+)"', code))
    assert {("tone", "second"), ("role", "primary")} <= named
    assert {pair for pair in named if f'[{pair[0]}="{pair[1]}"]' not in sheet} == set()
