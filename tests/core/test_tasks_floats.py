"""Fast single-precision numbers: the moments, tails and independence of N(0, 1) and of U[0, 1]."""

import numpy as np
import pytest
from scipy import stats  # comes with scikit-learn

from mamlcore.tasks.floats import standard_normal, uniform

SINGLE = np.dtype("float32")


def test_one_million_draws_look_normal():
    x = standard_normal(np.random.default_rng(0), (1_000_001,), SINGLE).astype(float)
    assert abs(x.mean()) < 4e-3
    assert abs(x.std() - 1) < 3e-3
    assert abs((x**4).mean() - 3) < 0.04
    assert stats.kstest(x, "norm").pvalue > 1e-3
    for level in (1, 2, 3, 4):
        expected = 2 * stats.norm.sf(level) * len(x)
        assert abs((np.abs(x) > level).sum() - expected) < 4 * expected**0.5


def test_the_two_halves_of_a_pair_are_independent():
    x = standard_normal(np.random.default_rng(1), (2, 500_000), SINGLE).astype(float)
    for a, b in ((x[0], x[1]), (x[0] ** 2, x[1] ** 2), (np.abs(x[0]), x[1]), (x[0, 1:], x[0, :-1])):
        assert abs(np.corrcoef(a, b)[0, 1]) < 6e-3


def test_one_million_draws_look_uniform():
    x = uniform(np.random.default_rng(0), (1_000_001,), SINGLE).astype(float)
    assert 0 <= x.min() < 1e-5
    assert 1 - 1e-5 < x.max() <= 1
    assert stats.kstest(x, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < 5e-3
    assert len(np.unique(x)) > 0.97 * len(x)  # fine near 0, a grid of 2^-24 near 1


@pytest.mark.parametrize("draw", [standard_normal, uniform])
@pytest.mark.parametrize("shape", [(0,), (1,), (3, 5), (2, 16_384, 2), (33_333,)])
def test_shapes_and_equal_seeds(shape, draw):
    one = draw(np.random.default_rng(2), shape, SINGLE)
    two = draw(np.random.default_rng(2), shape, SINGLE)
    assert one.shape == shape
    assert one.dtype == np.float32
    assert np.isfinite(one).all()
    np.testing.assert_array_equal(one, two)


def test_double_precision_and_other_generators_are_numpy_s_own():
    for draw in (standard_normal, uniform):
        method = "random" if draw is uniform else "standard_normal"
        wanted = getattr(np.random.default_rng(3), method)(5)
        np.testing.assert_array_equal(draw(np.random.default_rng(3), (5,), np.dtype(float)), wanted)
    old = standard_normal(np.random.Generator(np.random.MT19937(4)), (5,), SINGLE)
    np.testing.assert_array_equal(old, np.random.Generator(np.random.MT19937(4)).standard_normal(5, dtype="float32"))
