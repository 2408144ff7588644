"""The levels a curve must lie between, derived: floors, chance and Bayes ceilings. Numbers only."""

import math
from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array


class SineRanges(NamedTuple):
    """The uniform ranges of the sine family, each as (low, high)."""

    amplitude: tuple[float, float]
    phase: tuple[float, float]
    x: tuple[float, float]


def sine_mean(ranges: SineRanges, x: Array) -> Array:
    """Return E[y | x] over tasks, the best predictor (in squares) without adaptation; same shape as x.

    With the phase uniform on m +- h, E sin(x - phase) = sin(x - m) sin(h)/h, and A is independent:
    E[y | x] = E[A] sin(x - m) sin(h)/h. For the usual ranges that is -(2/pi) 2.55 cos x.
    """
    mid, half = _mid_half(ranges.phase)
    return _mid_half(ranges.amplitude)[0] * _sinc(half) * np.sin(np.asarray(x, dtype=np.float64) - mid)


def sine_no_adaptation(ranges: SineRanges, noise: float) -> float:
    """Return the expected squared error of :func:`sine_mean`, noise included: 3.006 for the usual ranges.

    E(y - E[y|x])^2 = E[A^2] E[sin^2(x - phase)] - (E[A] sin(h)/h)^2 E[sin^2(x - m)] + noise^2, where
    E[A^2] = mid^2 + half^2/3, and for x uniform on mx +- hx, phase uniform on m +- h,
    E[sin^2(x - phase)] = 1/2 - 1/2 cos(2(mx - m)) sinc(2 hx) sinc(2 h), with sinc(z) = sin(z)/z; h = 0 gives
    the last expectation.
    """
    a_mid, a_half = _mid_half(ranges.amplitude)
    mid, half = _mid_half(ranges.phase)
    x_mid, x_half = _mid_half(ranges.x)
    wave = math.cos(2 * (x_mid - mid)) * _sinc(2 * x_half)
    all_of_it = (a_mid**2 + a_half**2 / 3) * (1 - wave * _sinc(2 * half)) / 2
    explained = (a_mid * _sinc(half)) ** 2 * (1 - wave) / 2
    return all_of_it - explained + noise**2


def mean_square(error: Array) -> float:
    """Return the mean of the squares, summed in float64."""
    return float(np.mean(np.square(error, dtype=np.float64)))


def _mid_half(bounds: tuple[float, float]) -> tuple[float, float]:
    return (bounds[0] + bounds[1]) / 2, (bounds[1] - bounds[0]) / 2


def _sinc(z: float) -> float:
    return math.sin(z) / z if z else 1.0
