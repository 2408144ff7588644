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


def gaussian_log_posterior(
    support: Array, labels: Array, query: Array, n_way: int, spread: float, noise: float
) -> Array:
    """Return (T, Q, N) float64 log probabilities of each class: exact Bayes for Gaussian classes.

    support (T, S, r) and query (T, Q, r) are rows in the informative directions; labels (T, S). Prior
    mean_c ~ N(0, tau^2 I), rows ~ N(mean_c, sigma^2 I), classes equally likely. After k rows with average a the
    posterior of mean_c is N(s a, v I), s = k tau^2/(k tau^2 + sigma^2), v = tau^2 sigma^2/(k tau^2 + sigma^2),
    so a new row of class c is N(s a, (sigma^2 + v) I) (PLDA; Ioffe 2006). Directions across carry no
    information on the class and cancel. Means drawn without replacement from a finite pool of independent
    means have that same prior, so for an observer who does not know the pool this is exact there too.
    """
    member = (labels[..., None] == np.arange(n_way)).astype(np.float64)  # (T, S, N)
    count = member.sum(axis=1)  # (T, N)
    total = np.swapaxes(member, 1, 2) @ support.astype(np.float64)  # (T, N, r)
    precision = count * spread**2 + noise**2
    known = np.divide(spread**2, precision, out=np.zeros_like(precision), where=precision > 0)  # (T, N): s / k
    centre = known[..., None] * total
    variance = np.maximum(noise**2 + known * noise**2, 1e-8)[:, None, :]  # the floor keeps noise 0 finite
    distance = np.square(query.astype(np.float64)[:, :, None, :] - centre[:, None]).sum(axis=-1)  # (T, Q, N)
    score = -(distance / variance + query.shape[2] * np.log(variance)) / 2
    return log_softmax(score)


def log_softmax(score: Array) -> Array:
    """Return log probabilities over the last axis, stable for any finite scores."""
    shifted = score - score.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def sigmoid(logit: Array) -> Array:
    """Return 1/(1 + exp(-logit)) without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * logit))


def log_sigmoid(logit: Array) -> Array:
    """Return (..., 2): log probabilities of labels 0 and 1 for one logit."""
    logit = np.asarray(logit, dtype=np.float64)
    return -np.logaddexp(0.0, np.stack([logit, -logit], axis=-1))


def logistic_normal(mean: Array, deviation: Array) -> Array:
    """Return (..., 2): log P(y = 0) and log P(y = 1) when the logit is N(mean, deviation^2).

    E sigmoid(mean + deviation e) by the trapezoidal rule on e in -8..8 with step 0.08, which for deviations up
    to 12 is exact to 1e-9 (the integrand's nearest pole is pi/deviation off the real axis).
    """
    nodes = np.linspace(-8.0, 8.0, 201)
    weight = np.exp(-(nodes**2) / 2)
    weight /= weight.sum()
    logit = np.asarray(mean, dtype=np.float64)[..., None] + np.asarray(deviation)[..., None] * nodes
    share = np.stack([sigmoid(-logit) @ weight, sigmoid(logit) @ weight], axis=-1)
    return np.log(np.maximum(share, 1e-300))


def judge(log_p: Array, labels: Array) -> tuple[float, float]:
    """Return mean log loss and accuracy of log probabilities (T, Q, N) on labels (T, Q)."""
    taken = np.take_along_axis(log_p, labels[..., None], axis=-1)
    return float(-taken.mean()), float(np.mean(log_p.argmax(axis=-1) == labels))
