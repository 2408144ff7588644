import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from app.look.numbers import (
    NumberError,
    count,
    interval,
    measured,
    number,
    parse_number,
    parse_whole,
    parse_widths,
    percent,
    setting_number,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.8, "2.80"),
        (-0.0123, "−0.0123"),
        (20543.0, "20\u2009500"),
        (999.7, "1\u2009000"),
        (1.234e-5, "1.23 × 10⁻⁵"),
        (4.2e12, "4.20 × 10¹²"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
        (None, "–"),
        (0.0, "0"),
    ],
)
def test_a_measured_number_has_three_digits(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.02, "0.02"),
        (1.0, "1"),
        (1e-5, "1 × 10⁻⁵"),
        (2.5e-5, "2.5 × 10⁻⁵"),
        (0.1 + 0.2, "0.3"),
        (-5.0, "−5"),
        (42, "42"),
    ],
)
def test_a_setting_shows_no_needless_digit(value, shown):
    assert setting_number(value) == shown


@pytest.mark.parametrize(
    ("value", "half", "shown"),
    [
        (0.232, 0.066, "0.232 ± 0.066"),
        (2.3, 0.47, "2.30 ± 0.47"),
        (0.344, 0.101, "0.344 ± 0.101"),
        (-2.07, 0.43, "−2.07 ± 0.43"),
        (4.17, 0.0007, "4.1700 ± 0.0007"),
        (20500.0, 312.0, "20\u2009500 ± 300"),
        (1.2e-5, 3e-7, "(1.20 ± 0.03) × 10⁻⁵"),
        (0, 0.1, "0.000 ± 0.100"),
        (math.inf, 1.0, "∞"),
        (1.5, math.inf, "1.50 ± ∞"),
        (1.5, None, "1.50"),
    ],
)
def test_an_interval_has_the_decimals_of_its_value(value, half, shown):
    assert interval(value, half) == shown


def test_accuracy_is_percent_and_a_difference_has_its_sign():
    assert percent(0.813, 0.014) == "81.3 ± 1.4 %"
    assert percent(0.2, decimals=0) == "20 %"
    assert percent(0.404, 0.014, sign=True) == "+40.4 ± 1.4 %"
    assert measured(0.813, 0.014, "accuracy") == "81.3 ± 1.4 %"
    assert measured(-2.07, 0.43, "loss", sign=True) == "−2.07 ± 0.43"
    assert measured(1.87, 0.39, "loss", sign=True) == "+1.87 ± 0.39"
    assert count(30000) == "30\u2009000"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0,5", 0.5),
        ("0.5", 0.5),
        ("1.234", 1.234),
        ("1,234", 1.234),
        ("1e-3", 1e-3),
        ("1E-3", 1e-3),
        ("1 × 10⁻³", 1e-3),
        ("2,5x10^-3", 2.5e-3),
        ("10⁻³", 1e-3),
        ("−2", -2.0),
        ("+ 3", 3.0),
        ("20 500", 20500.0),
        ("20\u2009500", 20500.0),
        ("١٢٫٥", 12.5),
        (".5", 0.5),
        ("5.", 5.0),
    ],
)
@pytest.mark.parametrize("locale", ["C", "de_DE", "fr_FR", "ar_EG"])
def test_comma_and_point_are_the_same_in_every_locale(typed, value, locale):
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        assert parse_number(typed) == pytest.approx(value, rel=1e-15)
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "abc", "nan", "inf", "1_0", "0x10", "1e", "--1", "5 5", "5⁻³", "1,234.5", "1.234,5", "1,2,3", "1e999",
     "1" * 60, "__import__('os')", "1/2", "1+1"],
)  # fmt: skip
def test_nonsense_is_refused_with_a_reason(typed):
    with pytest.raises(NumberError) as refused:
        parse_number(typed)
    assert len(str(refused.value)) > 10


def test_whole_numbers_and_widths():
    assert parse_whole("3,0") == 3
    assert parse_whole("1e3") == 1000
    with pytest.raises(NumberError, match="whole"):
        parse_whole("3.5")
    assert parse_widths("40, 40") == (40, 40)
    assert parse_widths("64×32 16") == (64, 32, 16)
    assert parse_widths(" ") == parse_widths("0") == ()
    with pytest.raises(NumberError):
        parse_widths("40, forty")


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e9, 1e9, allow_subnormal=False))
def test_what_is_shown_can_be_typed_back(value):
    assert parse_number(number(value)) == pytest.approx(value, rel=6e-3, abs=1e-300)
    assert parse_number(setting_number(value)) == pytest.approx(value, rel=6e-4, abs=1e-300)
    assert "e-" not in number(value)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12))
def test_typing_anything_gives_a_finite_number_or_a_reason(text):
    try:
        assert math.isfinite(parse_number(text))
    except NumberError as refused:
        assert str(refused)
