"""Student's t, the sign test and Holm's correction against SciPy and against the definition."""

import math

import pytest
from scipy import stats

from mamlcore.study.significance import holm, sign_test, t_quantile, t_two_sided


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 8, 29, 100, 8991])
def test_students_t_is_scipys(df: int) -> None:
    for t in (0.0, 0.1, -1.0, 2.3, 4.0):
        assert t_two_sided(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), abs=1e-12)
    for confidence in (0.5, 0.95, 0.999):
        assert t_quantile(df, confidence) == pytest.approx(stats.t.ppf((1 + confidence) / 2, df), rel=1e-9)


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (5, 0), (3, 3), (40, 60), (4000, 4300), (1, 900)])
def test_the_sign_test_is_the_binomial(wins: int, losses: int) -> None:
    n = wins + losses
    expected = stats.binomtest(wins, n).pvalue if n else 1.0
    assert sign_test(wins, losses) == pytest.approx(expected, rel=1e-9)


def test_holm_by_hand() -> None:
    found = holm([0.01, math.nan, 0.04, 0.03])  # three comparisons: 0.01 * 3, then max(0.03, 0.03 * 2), then 0.04 * 1
    assert found[0] == pytest.approx(0.03)
    assert math.isnan(found[1])
    assert (found[2], found[3]) == (pytest.approx(0.06), pytest.approx(0.06))
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_what_is_not_finite() -> None:
    assert math.isnan(t_two_sided(math.nan, 5))
    assert t_two_sided(math.inf, 5) == 0.0
    assert t_quantile(0) == math.inf
