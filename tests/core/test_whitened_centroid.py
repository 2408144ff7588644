"""The within-class scatter against a slow sum, its use against scikit-learn, and that it knows what it should."""

import numpy as np
import pytest
from learner_cases import CONFIG, POOL, PROBLEMS, fresh, leaves, sample, trained
from metric_cases import classes_renamed, random_labels
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from mamlcore.batch import Problem, TaskBatch
from mamlcore.learners import LEARNERS
from mamlcore.learners.whitened_centroid import SHRINK, WhitenedState, whitening, within
from mamlcore.losses import LOSSES, accuracy

WHITENED = LEARNERS["whitened_centroid"]


def test_the_scatter_is_that_of_rows_about_their_class_means():
    batch = sample("cross_entropy", 3)
    wanted, freedom = np.zeros((4, 4)), 0
    for t in range(batch.n_tasks):
        x = np.concatenate([batch.support_x[t], batch.query_x[t]])
        y = np.concatenate([batch.support_y[t], batch.query_y[t]])
        for n in range(3):
            rows = x[y == n]
            wanted += (len(rows) - 1) * np.cov(rows.T)
            freedom += len(rows) - 1
    scatter, found = within(batch, 3)
    np.testing.assert_allclose(scatter, wanted, rtol=1e-11)
    assert found == freedom


def test_batches_add_up_whatever_their_order_and_split():
    state = fresh("whitened_centroid", "cross_entropy")
    one, two = state, state
    for seed in (0, 1, 2):
        one, _ = WHITENED.step(one, sample("cross_entropy", seed), CONFIG)
    for seed in (2, 0, 1):
        batch = sample("cross_entropy", seed)
        for half in (slice(0, 2), slice(2, 4)):
            two, _ = WHITENED.step(two, batch.tasks(half), CONFIG)
    np.testing.assert_allclose(leaves(one), leaves(two), rtol=1e-12, atol=1e-12)


def test_whitened_rows_have_the_shrunk_covariance_1():
    state = trained("whitened_centroid", "cross_entropy", steps=5)
    covariance = state.scatter / state.freedom
    shrunk = (1 - SHRINK) * covariance + SHRINK * np.trace(covariance) / 4 * np.eye(4)
    turn = whitening(state)
    np.testing.assert_allclose(turn.T @ shrunk @ turn, np.eye(4), atol=1e-12)
    assert SHRINK == 0.2


def test_the_covariance_is_the_one_rows_were_drawn_with():
    """Rows of sample() scatter with deviation 0.5 in each feature; class means must not count."""
    state = trained("whitened_centroid", "cross_entropy", steps=200)
    np.testing.assert_allclose(state.scatter / state.freedom, 0.25 * np.eye(4), atol=0.02)


def test_classes_are_those_of_linear_discriminant_analysis():
    """With means of the task and this covariance, equal priors; scikit-learn is given both by its own fields."""
    state = trained("whitened_centroid", "cross_entropy", steps=3)
    batch = sample("cross_entropy", 11, n_tasks=3, shots=3, queries=30)
    outputs = WHITENED.predict(state, batch, 2, CONFIG)
    turn = whitening(state)
    precision = turn @ turn.T
    for t in range(3):
        means = np.stack([batch.support_x[t][batch.support_y[t] == n].mean(axis=0) for n in range(3)])
        peer = LinearDiscriminantAnalysis()
        peer.classes_, peer.coef_ = np.arange(3), means @ precision
        peer.intercept_ = -0.5 * np.einsum("nd,de,ne->n", means, precision, means)
        np.testing.assert_array_equal(outputs[0, t].argmax(axis=-1), peer.predict(batch.query_x[t]))


def test_outputs_are_log_densities_of_a_new_row():
    """Against the normal density with the mean's own uncertainty, by SciPy-free algebra of one row at a time."""
    rng = np.random.default_rng(0)
    state = WhitenedState(np.diag([4.0, 1.0]) * 10, 10, 2)
    batch = TaskBatch(
        rng.standard_normal((1, 4, 2)), np.array([[0, 0, 0, 1]]), rng.standard_normal((1, 5, 2)), np.zeros((1, 5), int)
    )
    outputs = WHITENED.predict(state, batch, 0, CONFIG)[0, 0]
    covariance = 0.8 * np.diag([4.0, 1.0]) + 0.2 * 2.5 * np.eye(2)
    for q, x in enumerate(batch.query_x[0]):
        density = []
        for rows in (batch.support_x[0, :3], batch.support_x[0, 3:]):
            c = (1 + 1 / len(rows)) * covariance
            apart = x - rows.mean(axis=0)
            density.append(-0.5 * apart @ np.linalg.solve(c, apart) - 0.5 * np.log(np.linalg.det(c)))
        assert outputs[q, 1] - outputs[q, 0] == pytest.approx(density[1] - density[0], rel=1e-10)


def test_before_the_first_batch_it_is_nearest_centroid():
    batch, state = sample("cross_entropy", 3, shots=4), fresh("whitened_centroid", "cross_entropy")
    outputs = WHITENED.predict(state, batch, 0, CONFIG)
    plain = LEARNERS["nearest_centroid"].predict(fresh("nearest_centroid", "cross_entropy"), batch, 0, CONFIG)
    scaled = plain / (2 * 1.25)
    np.testing.assert_allclose(outputs - outputs[..., :1], scaled - scaled[..., :1], rtol=1e-9, atol=1e-10)


def test_it_learns_which_directions_are_wide():
    """Classes differ in feature 0; feature 1 is 5 times as wide and says nothing."""
    rng, problem = np.random.default_rng(0), Problem(2, 2, "cross_entropy", POOL)

    def tasks(n):
        means = np.stack([rng.standard_normal((n, 2)) * 2, np.zeros((n, 2))], axis=-1)
        x = means[:, :, None] + rng.standard_normal((n, 2, 12, 2)) * np.array([0.5, 5.0])
        parts = [x[:, :, s].reshape(n, -1, 2) for s in (slice(2), slice(2, None))]
        labels = [np.tile(np.repeat([0, 1], k), (n, 1)) for k in (2, 10)]
        return TaskBatch(parts[0], labels[0], parts[1], labels[1])

    state, test = WHITENED.init(problem, CONFIG, rng), tasks(300)
    start = WHITENED.predict(state, test, 0, CONFIG)[0]
    for _ in range(10):
        state, info = WHITENED.step(state, tasks(4), CONFIG)
    end = WHITENED.predict(state, test, 0, CONFIG)[0]
    before, after = (accuracy(o, test.query_y, "cross_entropy").mean() for o in (start, end))
    assert after > before + 0.1
    assert (info.rows, info.gradient_evaluations) == (4 * 24, 0)


def test_names_do_not_matter_and_labels_without_information_are_not_learned():
    state, batch = trained("whitened_centroid", "cross_entropy"), sample("cross_entropy", 7)
    outputs, order = WHITENED.predict(state, batch, 0, CONFIG), np.array([2, 0, 1])
    renamed = WHITENED.predict(state, classes_renamed(batch, order), 0, CONFIG)
    np.testing.assert_allclose(renamed, outputs[..., np.argsort(order)], rtol=1e-10)
    state, test = fresh("whitened_centroid", "bce"), random_labels(400, 1000)
    for seed in range(50):
        state, info = WHITENED.step(state, random_labels(10, seed), CONFIG)
        assert np.isfinite(info.query_losses).all()
    outputs = WHITENED.predict(state, test, 0, CONFIG)[0]
    losses, hits = LOSSES["bce"].values(outputs, test.query_y), accuracy(outputs, test.query_y, "bce")
    assert losses.mean() > np.log(2) - 3 * losses.std() / 20
    assert abs(hits.mean() - 0.5) < 4 * hits.std() / 20


def test_a_regression_is_refused():
    assert "Whitened centroid needs classes" in WHITENED.unsupported(PROBLEMS["mse"], CONFIG)
