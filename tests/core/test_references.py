"""Reference lines against Monte Carlo, quadrature and the published figures."""

import math

import numpy as np
import pytest
from drawing import drawn, opened

from mamlcore import references
from mamlcore.references import SineRanges

USUAL = SineRanges((0.1, 5.0), (0.0, math.pi), (-5.0, 5.0))


def line(source, batch, name):
    return next(line for line in source.references(batch) if line.name == name)


def test_sine_without_adaptation_is_3_006_for_the_usual_ranges():
    assert references.sine_no_adaptation(USUAL, 0.0) == pytest.approx(3.006, abs=5e-4)
    x = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(references.sine_mean(USUAL, x), -(2 / math.pi) * 2.55 * np.cos(x), atol=1e-12)


@pytest.mark.parametrize(
    "ranges",
    [USUAL, SineRanges((1.0, 2.0), (0.5, 1.5), (-1.0, 4.0)), SineRanges((3.0, 3.0), (0.7, 0.7), (0.0, 2.0))],
)
def test_sine_without_adaptation_agrees_with_quadrature(ranges):
    nodes, weights = np.polynomial.legendre.leggauss(60)

    def grid(low, high):
        return (low + high) / 2 + (high - low) / 2 * nodes, weights / 2

    (a, wa), (phase, wp), (x, wx) = (grid(*part) for part in ranges)
    y = a[:, None, None] * np.sin(x - phase[:, None])  # (A, phase, x)
    mean = np.einsum("a,p,apx->x", wa, wp, y)
    np.testing.assert_allclose(references.sine_mean(ranges, x), mean, atol=1e-10)
    expected = np.einsum("a,p,x,apx->", wa, wp, wx, (y - mean) ** 2) + 0.2**2
    assert references.sine_no_adaptation(ranges, 0.2) == pytest.approx(expected, rel=1e-9)


def test_sine_lines_are_measured_on_the_batch_and_agree_with_their_expectation():
    _, source, batch = drawn("sine", n_tasks=20_000, task__noise=0.5)
    before, floor = line(source, batch, "no_adaptation"), line(source, batch, "floor")
    assert before.loss == pytest.approx(3.006 + 0.25, rel=0.03)
    assert "3.256" in before.note
    assert floor.loss == pytest.approx(0.25, rel=0.01)
    few = batch.tasks(slice(0, 5))
    by_hand = np.mean((few.query_y + (2 / math.pi) * 2.55 * np.cos(few.query_x)) ** 2)
    assert line(source, few, "no_adaptation").loss == pytest.approx(by_hand, rel=1e-4)


def test_no_other_fixed_function_beats_the_best_one():
    _, source, batch = drawn("sine", n_tasks=20_000)
    best = line(source, batch, "no_adaptation").loss
    for factor in (0.9, 1.1):
        other = factor * references.sine_mean(USUAL, batch.query_x)
        assert references.mean_square(batch.query_y - other) > best


# -- Gaussian classes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k_shot", "expected"), [(1, 0.800), (5, 0.893)])
def test_bayes_accuracy_is_the_published_one(k_shot, expected):
    """D 20, rank 4, tau 1, sigma 0.5, 5-way: .800 and .893 (learners.md section 2)."""
    _, source, batch = drawn("gaussian", n_tasks=3000, task__k_shot=k_shot, task__pool="endless")
    assert line(source, batch, "bayes").accuracy == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("k_shot", [1, 3])
def test_log_posterior_agrees_with_integrating_over_the_means_by_monte_carlo(k_shot):
    rng = np.random.default_rng(0)
    tau, sigma, n_way, rank = 1.2, 0.7, 3, 2
    means = tau * rng.standard_normal((n_way, rank))
    labels = np.repeat(np.arange(n_way), k_shot)
    support = means[labels] + sigma * rng.standard_normal((len(labels), rank))
    query = means[:1] + sigma * rng.standard_normal((1, rank))
    log_p = references.gaussian_log_posterior(support[None], labels[None], query[None], n_way, tau, sigma)[0, 0]
    # p(query | class c) = E_mean[p(support_c | mean) p(query | mean)] / E_mean[p(support_c | mean)]
    sampled = tau * rng.standard_normal((400_000, rank))

    def density(rows):
        return np.exp(-((rows[:, None] - sampled) ** 2).sum(-1) / (2 * sigma**2)).prod(axis=0)

    likelihood = []
    for c in range(n_way):
        weight = density(support[labels == c])
        likelihood.append(np.sum(weight * density(query)) / np.sum(weight))
    np.testing.assert_allclose(np.exp(log_p), likelihood / np.sum(likelihood), atol=0.01)


def test_bayes_beats_the_unshrunk_centroid_and_is_calibrated():
    changes = {"task__pool": "endless", "task__noise": 1.0, "task__k_shot": 2}
    _, source, batch = drawn("gaussian", n_tasks=4000, **changes)
    z, q = batch.support_x @ source.basis, batch.query_x @ source.basis
    log_p = references.gaussian_log_posterior(z, batch.support_y, q, 5, 1.0, 1.0)
    centre = z.reshape(4000, 5, 2, 4).mean(axis=2)
    distance = ((q[:, :, None] - centre[:, None]) ** 2).sum(-1)
    naive = references.judge(references.log_softmax(-distance / 2), batch.query_y)
    assert references.judge(log_p, batch.query_y)[0] < naive[0] - 0.05
    sure = np.exp(log_p.max(axis=-1)).ravel()
    right = (log_p.argmax(axis=-1) == batch.query_y).ravel()
    for low in (0.3, 0.5, 0.7, 0.9):
        chosen = (sure >= low) & (sure < low + 0.1)
        assert right[chosen].mean() == pytest.approx(sure[chosen].mean(), abs=0.02)


def test_a_finite_pool_has_the_same_ceiling_on_average_over_pools():
    found = []
    for seed in range(40):
        config, source = _pool(seed)
        batch = source.sample(np.random.default_rng(seed), 150, "test", config.task.k_shot, 10)
        found.append(line(source, batch, "bayes").accuracy)
    assert np.mean(found) == pytest.approx(0.893, abs=4 * np.std(found) / np.sqrt(40))


def _pool(seed):
    return opened("gaussian", seed=seed, task__k_shot=5)


def test_bayes_order_of_rows_does_not_matter_and_degenerate_cases_stay_finite():
    _, source, batch = drawn("gaussian", task__k_shot=3)
    z, q = batch.support_x @ source.basis, batch.query_x @ source.basis
    first = references.gaussian_log_posterior(z, batch.support_y, q, 5, 1.0, 0.5)
    order = np.random.default_rng(0).permutation(15)
    second = references.gaussian_log_posterior(z[:, order], batch.support_y[:, order], q, 5, 1.0, 0.5)
    np.testing.assert_allclose(first, second, atol=1e-10)
    for noise, spread, accuracy in ((0.0, 1.0, 1.0), (0.5, 0.0, 0.2), (0.0, 0.0, 0.2)):
        _, source, batch = drawn("gaussian", task__noise=noise, task__spread=spread)
        bayes = line(source, batch, "bayes")
        assert np.isfinite(bayes.loss)
        assert bayes.accuracy == pytest.approx(accuracy, abs=0.15 if not (noise or spread) else 1e-9)


def test_chance_lines():
    for family, n in (("gaussian", 5), ("dataset", 5), ("book", 2), ("shared_direction", 2)):
        _, source, batch = drawn(family)
        chance = line(source, batch, "chance")
        assert (chance.loss, chance.accuracy) == (pytest.approx(math.log(n)), 1 / n)


# -- shared direction ------------------------------------------------------------------------------------


def test_logistic_normal_agrees_with_monte_carlo_and_with_no_spread():
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(400_000)
    for mean, deviation in ((0.5, 1.0), (-2.0, 4.0), (1.0, 11.0)):
        p = np.exp(references.logistic_normal(np.array(mean), np.array(deviation)))
        assert p[1] == pytest.approx(np.mean(1 / (1 + np.exp(-(mean + deviation * noise)))), abs=3e-3)
        assert p.sum() == pytest.approx(1.0, abs=1e-12)
    exact = references.logistic_normal(np.array([2.0]), np.array([0.0]))
    np.testing.assert_allclose(exact, references.log_sigmoid(np.array([2.0])), rtol=1e-9)


def test_shared_direction_lines_are_in_order_and_meet_their_expectation():
    _, source, batch = drawn("shared_direction", n_tasks=5000, task__spread=0.3, task__n_features=50)
    chance, before, floor = source.references(batch)
    assert chance.loss > before.loss > floor.loss > 0
    assert chance.accuracy < before.accuracy < floor.accuracy
    # weights known: E sigmoid(|logit|), the logit N(0, 9 (1 + 0.09)) up to the norm of the weights
    logit = 3 * math.sqrt(1.09) * np.random.default_rng(0).standard_normal(400_000)
    assert floor.accuracy == pytest.approx(np.mean(1 / (1 + np.exp(-np.abs(logit)))), abs=0.006)
    _, source, batch = drawn("shared_direction", n_tasks=500, task__spread=0.0)
    _, before, floor = source.references(batch)
    assert before.loss == pytest.approx(floor.loss, rel=1e-4)


def test_log_losses_are_stable():
    extreme = np.array([-1e4, -745.0, 0.0, 745.0, 1e4])
    values = references.log_sigmoid(extreme)
    assert np.isfinite(values).all()
    np.testing.assert_allclose(values[2], -math.log(2))
    np.testing.assert_allclose(values[:, 1] - values[:, 0], extreme)
    np.testing.assert_allclose(references.log_softmax(np.array([[1e4, 1e4]])), -math.log(2))
    assert references.sigmoid(np.array([-1e9, 0, 1e9])).tolist() == [0.0, 0.5, 1.0]
