"""Axes of the house: 1-2-5 ticks on log10 data, round linear ticks, ranges that grow in steps. Pure functions."""

import itertools
import math
from collections.abc import Iterable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from app.look.numbers import MINUS, THIN, power_of_ten
from mamlcore.arrays import Array

#: "whole" is linear with ticks on whole numbers only.
Scale: TypeAlias = Literal["linear", "whole", "log"]
Span: TypeAlias = tuple[float, float]
Tick: TypeAlias = tuple[float, str]  # position on the axis (log10 for a log axis), text

#: Losses under this are drawn here on a log axis: zero has no logarithm.
SMALLEST = 1e-12
#: Where a log axis may end within a decade, and a growing linear one.
_HEADS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
_ENDS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def log10(values: ArrayLike) -> Array:
    """Return log10 of values clamped at :data:`SMALLEST`; NaN stays NaN, infinity stays infinite."""
    return np.log10(np.maximum(np.asarray(values, dtype=np.float64), SMALLEST))


def tick_text(value: float) -> str:
    """Write a round number as ticks do: true minus, thin thousands space, powers where zeros grow long."""
    size = abs(value)
    if size != 0 and not 1e-4 <= size < 1e6:
        exponent = math.floor(math.log10(size) + 1e-9)
        factor = value / 10.0**exponent
        power = power_of_ten(exponent)
        head = f"{factor:.6g}".replace("-", MINUS)
        return power if head == "1" else f"{head} × {power}"
    return f"{value:,.10g}".replace(",", THIN).replace("-", MINUS)


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> list[Tick]:
    """Return at most ``most`` ticks at multiples of 1, 2, 2.5 or 5 times a power of ten within low..high.

    whole: only whole numbers, for counts.
    """
    if not high > low:
        return [(low, tick_text(low))]
    step = _step(high - low, most, whole)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(count * step, tick_text(round(count * step, 12))) for count in range(first, last + 1)]


def _step(width: float, most: int, whole: bool) -> float:
    least = max(width / max(most - 1, 1), 1.0 if whole else 0.0)
    power = 10.0 ** math.floor(math.log10(least))
    factors = [factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if not whole or (factor * power) % 1 == 0]
    return next(factor * power for factor in factors if factor * power >= least * (1 - 1e-9))


def log_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Return ticks for log10 bounds: 1-2-5 where there is room, else decades, else every n-th decade."""
    for mantissas in ((1, 2, 5), (1, 3), (1,)):
        places = _decades(low, high, mantissas)
        if len(places) <= most:
            return places
    places = _decades(low, high, (1,))
    return places[:: math.ceil(len(places) / max(most, 1))]


def _decades(low: float, high: float, mantissas: tuple[int, ...]) -> list[Tick]:
    exponents = range(math.floor(low - 1e-9), math.ceil(high + 1e-9) + 1)
    pairs = [(exponent + math.log10(head), head * 10.0**exponent) for exponent in exponents for head in mantissas]
    return [(place, tick_text(value)) for place, value in pairs if low - 1e-9 <= place <= high + 1e-9]


def grown_end(last: float, least: float = 100.0) -> float:
    """Return the right end of an axis that holds ``last``: it grows by steps of 20 to 33 %."""
    if last <= least:
        return least
    power = 10.0 ** math.floor(math.log10(last))
    return next(head * power for head in _ENDS if head * power >= last * (1 - 1e-9))


def step_below(value: float) -> float:
    """Return the largest of 1, 2, 5 x 10^k that is at most ``value``, which is above 0."""
    decade = 10.0 ** math.floor(math.log10(value))
    return decade * max(step for step in (1, 2, 5) if decade * step <= value * (1 + 1e-9))


def step_above(value: float) -> float:
    """Return the smallest of 1, 2, 5 x 10^k that is at least ``value``; 1 for nothing at all."""
    if not 0 < value < math.inf:
        return 1.0
    decade = 10.0 ** math.floor(math.log10(value))
    return decade * min(step for step in (1, 2, 5, 10) if decade * step >= value * (1 - 1e-9))


def loss_span(values: Iterable[float], scale: Scale, cap: float = math.inf) -> Span:
    """Return the round axis range, in drawn coordinates, that holds every finite value.

    values: losses (not logs). ``cap``: values above it do not stretch the axis; they leave the plot at its top.
    A log axis ends at 1, 1.5, 2, 3, 4, 5 or 7 times a power of ten; a linear one starts at 0.
    """
    sane = [min(float(value), cap) for value in values if math.isfinite(value)]
    if scale == "linear":
        high = max(sane, default=0.0)
        return 0.0, _rounded_up(high * 1.04) if high > 0 else 1.0
    seen = [max(value, SMALLEST) for value in sane if value > 0]
    if not seen:
        return -1.0, 1.0
    low, high = _log_floor(min(seen) * 0.97), _log_ceil(max(seen) * 1.03)
    return (low, high) if high - low > 0.25 else (_log_floor(10 ** (low - 0.1)), _log_ceil(10 ** (high + 0.1)))


def _rounded_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(head * power for head in _ENDS if head * power >= value * (1 - 1e-9))


def _log_ceil(value: float) -> float:
    exponent = math.floor(math.log10(value))
    return next(exponent + math.log10(head) for head in (*_HEADS, 10.0) if head * 10.0**exponent >= value)


def _log_floor(value: float) -> float:
    exponent = math.floor(math.log10(value))
    return next(exponent + math.log10(head) for head in reversed(_HEADS) if head * 10.0**exponent <= value * (1 + 1e-9))


def steady(current: Span | None, wanted: Span, since_s: float, pause_s: float = 1.0) -> Span:
    """Decide the range to show: grow to hold what is wanted, at most once every ``pause_s``; never shrink.

    current: the range on show, None at the start of a run. since_s: seconds since it last changed.
    """
    if current is None:
        return wanted
    grown = (min(current[0], wanted[0]), max(current[1], wanted[1]))
    return grown if since_s >= pause_s else current


def decimate(x: Array, y: Array, most: int = 500) -> tuple[Array, Array]:
    """Thin a curve to at most ``most`` points, keeping ends, minima and maxima, so that no spike is lost.

    x, y (points,). NaN in y stays a gap where a whole bucket is NaN; infinities count as maxima.
    """
    count = len(x)
    if count <= most:
        return x, y
    edges = np.linspace(1, count - 1, max((most - 2) // 2, 1) + 1).astype(int)
    keep = [0, count - 1]
    for start, stop in itertools.pairwise(edges):
        part = y[start:stop]
        if len(part) == 0:
            continue
        known = ~np.isnan(part)
        low = int(np.argmin(np.where(known, part, np.inf)))
        high = int(np.argmax(np.where(known, part, -np.inf)))
        keep += [start + low, start + high]
    places = np.unique(keep)
    return x[places], y[places]
