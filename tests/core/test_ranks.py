"""Ranks by paired intervals, against the one definition of a paired difference."""

import numpy as np
import pytest

from mamlcore.evaluate import paired_difference, ranks


@pytest.mark.parametrize("larger", [True, False])
def test_the_rank_counts_who_is_better_by_its_paired_interval(larger):
    rng = np.random.default_rng(0)
    values = rng.standard_normal(60) + 0.3 * rng.standard_normal((8, 60)) + 0.05 * np.arange(8)[:, None]
    wanted = []
    for row in values:
        pairs = [paired_difference(other, row) for other in values]
        wanted.append(1 + sum((mean if larger else -mean) > half for mean, half in pairs))
    assert ranks(values, larger) == wanted
    assert 1 < max(wanted) < 8  # neither all apart nor all alike


def test_equal_learners_share_a_rank_and_a_run_away_comes_last():
    row = np.random.default_rng(1).random(30)
    lost, gone = row.copy(), row.copy()
    lost[3], gone[0] = np.inf, np.nan
    assert ranks(np.array([row, lost, row, gone, row - 1e-9]), False) == [2, 4, 2, 4, 1]
    assert ranks(np.array([lost, gone]), True) == [1, 1]
    assert ranks(row[None], True) == [1]
