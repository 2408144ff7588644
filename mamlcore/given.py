"""Numbers and values as a caller gives them: taken, or refused in one sentence."""

import math
import operator
from typing import Any

from mamlcore.errors import SettingError

#: Far more adaptation steps than anyone takes; a larger number is a slip, and would not come to an end.
MAX_STEPS = 10_000


def short(value: Any) -> str:
    """Return a value as Python writes it, on one line and cut where a sentence would get lost in it."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 100 else f"{text[:90]} ... ({len(text)} characters)"


def whole(value: Any, said: str, high: int | None = None) -> int:
    """Return a whole number >= 0. SettingError, which begins with ``said``, for anything else."""
    try:
        number = operator.index(value)
    except TypeError:
        number = -1
    if number < 0:
        raise SettingError(f"{said} must be a whole number >= 0, got {short(value)}")
    if high is not None and number > high:
        raise SettingError(f"{said} must be <= {high}, got {short(value)}")
    return number


def real(value: Any, said: str) -> float:
    """Return a finite number. SettingError, which begins with ``said``, for anything else."""
    try:
        number = math.nan if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise SettingError(f"{said} must be a finite number, got {short(value)}")
    return number
