"""Numbers of the house, shown and typed: three significant digits, a true minus, thin thousands, a ± that matches.

Nothing here depends on the locale: a point is shown, a comma or a point is understood.
"""

import math
import re
import unicodedata

from PySide6.QtCore import QCoreApplication

from mamlcore.errors import LabError

MINUS = "\u2212"
THIN = "\u2009"
INFINITY = "∞"
#: Shown where there is no number.
NOTHING = "–"
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−–﹣－＋٫，．·∙xX*", "0123456789-+----+,,.×××××")
_LONGEST = 40
_RAISED = re.compile("[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER = re.compile(r"^(?P<sign>[+-]?)(?:(?P<head>[\d.,]+)×)?10\^(?P<exponent>[+-]?\d{1,4})$")
_NUMBER = re.compile(r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,4})?$")
_GROUPED = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f\u2007'’٬](?=\d{3}(?!\d))")


class NumberError(LabError):
    """What was typed cannot be read as a number; the text says why."""


def number(value: float | None, digits: int = 3) -> str:
    """Return a measured value: "2.80", "−0.0123", "20 500", "1.23 × 10⁻⁵", "∞", "–" for none."""
    special = _special(value)
    if special is not None:
        return special
    assert value is not None
    rounded = _rounded(value, digits)
    if not 1e-3 <= abs(rounded) < 1e6:
        return _scientific(value, digits)
    return _fixed(rounded, _decimals(rounded, digits))


def setting_number(value: float) -> str:
    """Return a setting as typed: no needless zeros, "0.02", "1", "1 × 10⁻⁵"; at most four significant digits."""
    special = _special(value)
    if special is not None:
        return special
    rounded = _rounded(value, 4) if value % 1 else value
    if abs(rounded) < 1e-4:
        head, _, tail = _scientific(value, 4).partition(" × ")
        return f"{_trimmed(head)} × {tail}"
    return _trimmed(_fixed(rounded, max(0, _decimals(rounded, 4)) if rounded % 1 else 0))


def count(value: int) -> str:
    """Return a whole number with all its digits: "30 000"."""
    return _fixed(value, 0)


def interval(value: float | None, half: float | None, digits: int = 3, *, sign: bool = False) -> str:
    """Return "0.232 ± 0.066": both with the same decimals, few enough for the value and for the interval."""
    if half is None or math.isnan(half) or _special(value) not in (None, "0"):
        return _signed(number(value, digits), value, sign)
    assert value is not None
    if math.isinf(half):
        return f"{_signed(number(value, digits), value, sign)} ± {INFINITY}"
    value, half = float(value), abs(float(half))
    size = max(abs(value), half)
    if size and not 1e-3 <= size < 1e6:
        power = math.floor(math.log10(size))
        scale = 10.0**power
        inner = interval(value / scale, half / scale, digits, sign=sign)
        return f"({inner}) × {power_of_ten(power)}"
    decimals = _shared_decimals(value, half, digits)
    return f"{_signed(_fixed(value, decimals), value, sign)} ± {_fixed(half, decimals)}"


def percent(fraction: float | None, half: float | None = None, decimals: int = 1, *, sign: bool = False) -> str:
    """Return a fraction as percent: "81.3 %", with its interval "81.3 ± 1.4 %"."""
    special = _special(fraction)
    if special is not None and special != "0":
        return special
    assert fraction is not None
    text = _signed(_fixed(100.0 * fraction, decimals), fraction, sign)
    if half is None or math.isnan(half):
        return f"{text} %"
    return f"{text} ± {INFINITY if math.isinf(half) else _fixed(100.0 * abs(half), decimals)} %"


def measured(value: float | None, half: float | None, metric: str, *, sign: bool = False) -> str:
    """Return a value of a metric with its interval: percent for "accuracy", otherwise the plain numbers."""
    return percent(value, half, sign=sign) if metric == "accuracy" else interval(value, half, sign=sign)


def power_of_ten(exponent: int) -> str:
    """Return "10⁻⁵"."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def parse_number(text: str) -> float:
    """Read a typed number: comma or point, "1e-3", "1 × 10⁻³", "−2", "20 500".

    Raises NumberError with the reason. Never guesses: two separators or a comma next to groups are refused.
    """
    cleaned = _cleaned(text)
    power = _POWER.match(cleaned)
    if power:
        cleaned = f"{power['sign']}{power['head'] or 1}e{power['exponent']}"
    if len(re.findall(r"[.,]", cleaned)) > 1:
        rule = QCoreApplication.translate("numbers", "Write one decimal comma or point, nothing else, instead of {0}")
        raise NumberError(rule.format(_shown(text)))
    if not _NUMBER.match(cleaned):
        raise NumberError(QCoreApplication.translate("numbers", "{0} is not a number").format(_shown(text)))
    value = float(cleaned.replace(",", "."))
    if math.isinf(value):
        raise NumberError(QCoreApplication.translate("numbers", "{0} is too large").format(_shown(text)))
    return value


def parse_whole(text: str) -> int:
    """Read a typed whole number; "3,0" and "1e3" are whole, "3.5" is refused. Raises NumberError."""
    value = parse_number(text)
    if value != math.floor(value):
        rule = QCoreApplication.translate("numbers", "A whole number is needed, not {0}")
        raise NumberError(rule.format(_shown(text)))
    return int(value)


def parse_widths(text: str) -> tuple[int, ...]:
    """Read widths of layers, "40, 40" or "40 40" or "40×40"; nothing or "0" means no layer. Raises NumberError."""
    parts = re.split(r"[\s,;×xX*/]+", _digits(text).strip(" \t[](){}"))
    widths = tuple(parse_whole(part) for part in parts if part)
    return () if widths == (0,) else widths


def _special(value: float | None) -> str | None:
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return INFINITY if value > 0 else MINUS + INFINITY
    return "0" if value == 0 else None


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _decimals(value: float, digits: int) -> int:
    """Return the decimals that show ``digits`` significant digits; negative before the point."""
    return digits - 1 - math.floor(math.log10(abs(value))) if value else 0


def _shared_decimals(value: float, half: float, digits: int) -> int:
    wanted = [_decimals(_rounded(part, digits), digits) for part in (value, half) if part]
    if not wanted:
        return 0
    visible = _decimals(_rounded(half, 1), 1) if half else wanted[0]
    return min(6, max(min(wanted), visible))


def _fixed(value: float, decimals: int) -> str:
    text = f"{round(value, decimals):.{max(decimals, 0)}f}"
    text = f"{float(text):,.{max(decimals, 0)}f}" if isinstance(value, float) else f"{value:,}"
    text = text.replace(",", THIN)
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.") else MINUS + text[1:]
    return text


def _scientific(value: float, digits: int) -> str:
    head, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{head.replace('-', MINUS)} × {power_of_ten(int(power))}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str, value: float | None, sign: bool) -> str:
    return "+" + text if sign and value is not None and value > 0 and text != NOTHING else text


def _digits(text: str) -> str:
    """Return the text with the decimal digits of every script as 0-9."""
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)


def _cleaned(text: str) -> str:
    """Return ASCII digits, signs and separators, "^" before what was raised; groups of thousands closed."""
    if len(text) > _LONGEST:
        raise NumberError(QCoreApplication.translate("numbers", "{0} is too long").format(_shown(text)))
    marked = _RAISED.sub(lambda run: "^" + run.group(), _digits(text).strip())
    plain = _GROUPED.sub("", marked.translate(_PLAIN).lower())
    if not plain:
        raise NumberError(QCoreApplication.translate("numbers", "A number is needed"))
    closed = re.sub(r"\s*([×^e])\s*", r"\1", re.sub(r"^([+-])\s+", r"\1", plain))
    return re.sub(r"×10(?=[+-])", "×10^", closed)


def _shown(text: str) -> str:
    short = text if len(text) <= 20 else text[:19] + "…"
    return f"“{short}”"
