"""The stops of a slider: a setting's range as round values, near enough to each other to feel continuous."""

import bisect
import math
from dataclasses import dataclass

from mamlcore.setting import SettingSpec

_DECADE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_WIDTHS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 100, 128, 160, 200, 256, 320, 400, 512)
#: Whole ranges up to this many values get a stop for each of them.
_EVERY = 64
#: A seed is a name rather than a size: the slider offers the first few, the field takes every one.
_LARGEST_SIZE = 6000


@dataclass(frozen=True, slots=True)
class Scale:
    """Values a slider can stand at, ascending."""

    values: tuple[float, ...]

    def nearest(self, value: float) -> int:
        """Return the stop nearest to a value (by ratio where all stops are positive)."""
        right = min(bisect.bisect_left(self.values, value), len(self.values) - 1)
        left = max(right - 1, 0)
        low, high = self.values[left], self.values[right]
        middle = math.sqrt(low * high) if low > 0 else (low + high) / 2
        return left if value < middle else right

    def between(self, low: float, high: float) -> tuple[int, int]:
        """Return the first and last stop within [low, high]; the nearest one when there is none."""
        first = bisect.bisect_left(self.values, low)
        last = bisect.bisect_right(self.values, high) - 1
        if first > last:
            return (self.nearest(low),) * 2
        return first, last


def scale_of(spec: SettingSpec) -> Scale:
    """Return the stops of a numeric setting (or of the common width of a network's layers)."""
    if spec.kind == "widths":
        return Scale(_WIDTHS)
    assert spec.low is not None and spec.high is not None
    low, high = spec.low, spec.high
    if spec.kind == "int":
        return Scale(_whole_stops(int(low), int(high), spec.scale == "log"))
    stops = _decades(low, high) if spec.scale == "log" else _steps(low, high)
    return Scale(tuple(sorted({low, high, *stops})))


def _whole_stops(low: int, high: int, is_log: bool) -> tuple[float, ...]:
    if high - low < _EVERY:
        return tuple(range(low, high + 1))
    if is_log:
        return tuple(sorted({low, high, *(round(value) for value in _decades(low, high))}))
    if high > _LARGEST_SIZE:
        return tuple(range(low, low + 100))
    stops, value = [low], low
    while value < high:
        size = 10 ** math.floor(math.log10(max(value, 1)))
        step = max(1, size // 10 if value < 2 * size else size // 5 if value < 5 * size else size // 2)
        value = min(high, (value // step + 1) * step)
        stops.append(value)
    return tuple(stops)


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [float(f"{part}e{power}") for power in powers for part in _DECADE]
    return [value for value in values if low <= value <= high]


def _steps(low: float, high: float) -> list[float]:
    rough = (high - low) / 100
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(part * size for part in (1, 2, 5, 10) if part * size >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{index * step:.6g}") for index in range(first, last + 1)]
