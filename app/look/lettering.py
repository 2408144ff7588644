"""Fonts for what is painted by hand: sizes in logical pixels, digits of one width."""

from collections.abc import Sequence
from functools import cache

from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication

BODY, TITLE, SUBTITLE, TICK = 13, 15, 12, 11


def lettering(px: int, bold: bool = False) -> QFont:
    """Return the application's font at ``px`` logical pixels, with tabular digits."""
    return _font(QGuiApplication.font().family(), px, bold)


@cache
def _font(family: str, px: int, bold: bool) -> QFont:
    """Hundreds are asked for in one frame; only a dozen differ."""
    font = QFont(QGuiApplication.font())
    font.setFamily(family)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def text_width(text: str, px: int, bold: bool = False) -> float:
    """Return the width of one line of text in logical pixels."""
    return _metrics(QGuiApplication.font().family(), px, bold).horizontalAdvance(text)


@cache
def _metrics(family: str, px: int, bold: bool) -> QFontMetricsF:
    return QFontMetricsF(_font(family, px, bold))


def longest_fitting(forms: Sequence[str], width: float, px: int, bold: bool = False) -> str:
    """Return the first of ``forms`` (longest first) that fits into ``width`` pixels; "" when none does."""
    return next((form for form in forms if text_width(form, px, bold) <= width), "")
