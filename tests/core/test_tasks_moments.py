"""Each family's distribution against theory, and the sampler without replacement against the uniform law."""

import itertools

import numpy as np
import pytest
from drawing import drawn, opened

from mamlcore.errors import LabError
from mamlcore.tasks.draw import distinct


def test_sine_moments_and_truth():
    _, source, batch = drawn("sine", n_tasks=20_000, task__noise=0.3)
    amplitude, phase = batch.parameters["amplitude"], batch.parameters["phase"]
    assert amplitude.min() >= 0.1 and amplitude.max() <= 5.0
    assert np.mean(amplitude) == pytest.approx(2.55, abs=0.03)  # 4 sd / sqrt(n) = 0.04
    assert np.var(phase) == pytest.approx(np.pi**2 / 12, rel=0.03)
    assert batch.query_x.min() >= -5 and batch.query_x.max() <= 5
    assert np.var(batch.query_x) == pytest.approx(100 / 12, rel=0.02)
    by_hand = amplitude[7] * np.sin(batch.query_x[7] - phase[7])
    np.testing.assert_allclose(source.truth(batch, batch.query_x)[7], by_hand, rtol=1e-5, atol=1e-5)
    noise = batch.query_y - source.truth(batch, batch.query_x)
    assert np.std(noise) == pytest.approx(0.3, rel=0.01)
    # E y^2 = E[A^2]/2 + noise^2 = 8.5033/2 + 0.09 (learners.md: E[A^2] = 8.5033)
    assert np.mean(np.square(batch.query_y, dtype=np.float64)) == pytest.approx(8.5033 / 2 + 0.09, rel=0.03)


def test_spread_zero_makes_all_sines_equal():
    batch = drawn("sine", task__spread=0.0)[2]
    np.testing.assert_allclose(batch.parameters["amplitude"], 2.55, rtol=1e-6)
    np.testing.assert_allclose(batch.parameters["phase"], np.pi / 2, rtol=1e-4)


def test_gaussian_rows_have_the_deviations_asked_for():
    changes = {"task__pool": "endless", "task__nuisance": 1.7, "task__noise": 0.4, "task__spread": 1.3}
    _, source, batch = drawn("gaussian", n_tasks=4000, **changes)
    basis = source.basis.astype(np.float64)
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-6)
    inside = batch.query_x @ basis
    across = batch.query_x - inside @ basis.T
    assert np.sqrt(np.mean(across**2) * 20 / 16) == pytest.approx(1.7, rel=0.01)
    means = batch.parameters["means"][np.arange(4000)[:, None], batch.query_y]
    assert np.std(inside - means) == pytest.approx(0.4, rel=0.01)
    assert np.std(batch.parameters["means"]) == pytest.approx(1.3, rel=0.02)
    # what is across tells nothing of what is inside
    assert abs(np.corrcoef(across[..., 0].ravel(), (inside - means)[..., 0].ravel())[0, 1]) < 0.01


def test_gaussian_pools_are_disjoint_and_serve_their_split_only():
    _, source = opened("gaussian")
    pools = source.pools
    assert {name: len(pool) for name, pool in pools.items()} == {"train": 64, "validation": 16, "test": 20}
    everything = np.concatenate(list(pools.values()))
    assert len(np.unique(everything, axis=0)) == 100
    for split, pool in pools.items():
        batch = source.sample(np.random.default_rng(3), 500, split, 1, 1)
        np.testing.assert_array_equal(batch.parameters["means"], pool[batch.classes])
        assert set(batch.classes.ravel()) == set(range(len(pool)))


def test_gaussian_directions_are_informative():
    _, source = opened("gaussian")
    np.testing.assert_array_equal(source.directions(), source.basis[:, :2])
    _, source = opened("gaussian", task__rank=1)
    assert source.directions().shape == (20, 2)
    np.testing.assert_array_equal(source.directions()[:, :1], source.basis)
    _, source = opened("gaussian", task__rank=1, task__n_features=1)
    assert source.directions() is None


def test_a_live_setting_leaves_what_tasks_share_as_it_was():
    first, second = opened("gaussian")[1], opened("gaussian", task__noise=1.0, task__nuisance=2.0, task__k_shot=3)[1]
    np.testing.assert_array_equal(first.basis, second.basis)
    np.testing.assert_array_equal(first.pools["test"], second.pools["test"])


def test_shared_direction_weights_scatter_about_the_centre():
    _, source, batch = drawn("shared_direction", n_tasks=5000, task__spread=0.3, task__n_features=50)
    weights = batch.parameters["weights"]
    assert np.linalg.norm(source.centre) == pytest.approx(np.sqrt(50), rel=1e-5)
    np.testing.assert_allclose(weights.mean(axis=0), source.centre, atol=0.3 * 5 / np.sqrt(5000))
    assert np.std(weights - source.centre) == pytest.approx(0.3, rel=0.01)
    assert np.mean(batch.query_y) == pytest.approx(0.5, abs=0.02)
    logit = 3 * np.einsum("tqd,td->tq", batch.query_x, weights) / np.sqrt(50)
    near = np.abs(logit - 1.0) < 0.1  # labels there are 1 with probability sigmoid(1) = 0.731
    assert np.mean(batch.query_y[near]) == pytest.approx(0.731, abs=0.04)


def test_book_labels_are_coins_independent_of_x():
    batch = drawn("book", n_tasks=4000, task__n_features=50)[2]
    x, y = batch.query_x.reshape(-1, 50), batch.query_y.ravel()
    assert x.min() >= 0 and x.max() < 1 and np.mean(x) == pytest.approx(0.5, abs=0.01)
    assert np.mean(y) == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(y)))
    correlation = np.array([np.corrcoef(column, y)[0, 1] for column in x.T])
    assert np.sum(correlation**2) * len(y) < 50 + 5 * np.sqrt(100)  # chi-square, 50 degrees of freedom, 5 sd
    both = np.mean(batch.support_y, axis=1)  # and tasks share no bias: variance of a mean of 10 coins
    assert np.var(both) == pytest.approx(0.25 / 10, rel=0.1)


def test_distinct_draws_every_ordered_choice_equally_often():
    draws = distinct(np.random.default_rng(0), np.full(60_000, 5), 3)
    found = dict.fromkeys(itertools.permutations(range(5), 3), 0)
    for row in map(tuple, draws.tolist()):
        found[row] += 1
    expected = 60_000 / 60
    chi2 = sum((count - expected) ** 2 / expected for count in found.values())
    assert chi2 < 59 + 4 * np.sqrt(2 * 59)  # 59 degrees of freedom, 4 sd


def test_distinct_keeps_each_row_to_its_own_size():
    sizes = np.array([3, 50, 1000] * 100)
    draws = distinct(np.random.default_rng(1), sizes, 3)
    assert all(len(set(row)) == 3 for row in draws.tolist())
    assert (draws < sizes[:, None]).all() and (draws >= 0).all()
    assert set(draws[0]) == {0, 1, 2}


def test_distinct_refuses_what_cannot_be_drawn():
    with pytest.raises(LabError, match="must be 4 to draw 4 different ones, got 3"):
        distinct(np.random.default_rng(0), np.array([9, 3]), 4)
