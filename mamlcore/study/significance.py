"""Exact small-sample statistics: Student's t, the sign test, Holm's correction. No table, no approximation."""

import math
from collections.abc import Sequence


def t_two_sided(t: float, df: int) -> float:
    """Return P(|T| >= |t|) for Student's t with df degrees of freedom; NaN for a NaN.

    Finite series of Abramowitz & Stegun, 26.7.3 and 26.7.4.
    """
    if math.isnan(t) or df < 1:
        return math.nan
    if math.isinf(t):
        return 0.0
    angle = math.atan2(abs(t), math.sqrt(df))
    sine, cosine = math.sin(angle), math.cos(angle)
    term, total = 1.0, 1.0
    odd = df % 2
    for k in range(2 + odd, df - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    if not odd:
        return min(1.0, max(0.0, 1.0 - sine * total))
    inside = 2 / math.pi * (angle + (sine * cosine * total if df > 1 else 0.0))
    return min(1.0, max(0.0, 1.0 - inside))


def t_quantile(df: int, confidence: float = 0.95) -> float:
    """Return the t with P(|T| <= t) = confidence, by bisection; infinite below one degree of freedom."""
    if df < 1:
        return math.inf
    low, high = 0.0, 1e4
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if 1.0 - t_two_sided(middle, df) < confidence else (low, middle)
    return (low + high) / 2


def sign_test(wins: int, losses: int) -> float:
    """Return the two-sided p that wins and losses come from a fair coin: exact binomial, ties left out."""
    n, k = wins + losses, min(wins, losses)
    if n == 0:
        return 1.0
    logs = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) - n * math.log(2) for i in range(k + 1)]
    top = max(logs)
    return min(1.0, 2.0 * math.exp(top) * sum(math.exp(value - top) for value in logs))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm 1979); NaN stays NaN and counts as no comparison."""
    order = sorted((i for i, p in enumerate(p_values) if not math.isnan(p)), key=lambda i: p_values[i])
    corrected = [math.nan] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[i]))
        corrected[i] = largest
    return corrected
