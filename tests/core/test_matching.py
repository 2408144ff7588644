"""Matching Networks against the paper's equation 1 taken literally, under both likenesses."""

import math

import numpy as np
import pytest
from cases import TINY, flat
from learner_cases import CONFIG, LINEAR, fresh, mean_loss, sample, trained
from metric_cases import SGD, classes_renamed, random_labels, slow_embedding, step_gradient_error, support_permuted

from mamlcore.batch import Problem, TaskBatch
from mamlcore.learners import LEARNERS
from mamlcore.learners.matching import cosine_floor, votes
from mamlcore.learners.similarity import METRICS
from mamlcore.losses import LOSSES, accuracy, softmax

MATCHING = LEARNERS["matching"]
COSINE, L2 = (CONFIG.with_settings({"learner.matching_metric": name}) for name in ("cosine", "l2"))
both = pytest.mark.parametrize("config", [COSINE, L2], ids=["cosine", "l2"])


def slow_likeness(a, b, metric):
    if metric == "cosine":
        return sum(a * b) / math.sqrt(sum(a * a) * sum(b * b))
    return -sum((a - b) ** 2)


@both
def test_outputs_are_logarithms_of_summed_attention(config):
    state, batch = trained("matching", "cross_entropy", config), sample("cross_entropy", 7)
    found, attention = MATCHING.predict(state, batch, 0, config)[0], MATCHING.attention(state, batch, config)
    metric = config.learner.matching_metric
    for t in range(2):
        rows = [slow_embedding(state.theta, x, config) for x in batch.support_x[t]]
        for q, x in enumerate(batch.query_x[t]):
            at = slow_embedding(state.theta, x, config)
            e = np.array([math.exp(slow_likeness(at, row, metric)) for row in rows])
            a = e / e.sum()
            np.testing.assert_allclose(attention[t, q], a, rtol=1e-9)
            p = [sum(a[batch.support_y[t] == n]) for n in range(3)]
            np.testing.assert_allclose(np.exp(found[t, q]), p, rtol=1e-9)


@both
def test_attention_rows_and_probabilities_sum_to_1(config):
    state, batch = trained("matching", "cross_entropy", config), sample("cross_entropy", 7)
    np.testing.assert_allclose(MATCHING.attention(state, batch, config).sum(axis=-1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(np.exp(MATCHING.predict(state, batch, 0, config)).sum(axis=-1), 1.0, rtol=1e-12)


@both
def test_support_order_and_names_of_classes_do_not_matter(config):
    state, batch = trained("matching", "cross_entropy", config), sample("cross_entropy", 7)
    outputs, order = MATCHING.predict(state, batch, 0, config), np.array([2, 0, 1])
    permuted = MATCHING.predict(state, support_permuted(batch), 0, config)
    np.testing.assert_allclose(permuted, outputs, rtol=1e-11)
    renamed = MATCHING.predict(state, classes_renamed(batch, order), 0, config)
    np.testing.assert_allclose(renamed, outputs[..., np.argsort(order)], rtol=1e-11)


@both
def test_doubled_support_rows_change_nothing(config):
    state, batch = trained("matching", "cross_entropy", config), sample("cross_entropy", 7)
    twice = TaskBatch(
        np.concatenate([batch.support_x] * 2, 1), np.concatenate([batch.support_y] * 2, 1), batch.query_x, batch.query_y
    )
    outputs = MATCHING.predict(state, batch, 0, config)
    np.testing.assert_allclose(MATCHING.predict(state, twice, 0, config), outputs, rtol=1e-11)


def test_cosine_does_not_see_the_scale_of_embedded_rows():
    """The linear embedding without biases scales with its rows; l2 must notice."""
    for metric, same in (("cosine", True), ("l2", False)):
        config = LINEAR.with_settings({"learner.matching_metric": metric})
        state, batch = fresh("matching", "cross_entropy", config), sample("cross_entropy", 7)
        scaled = TaskBatch(7.0 * batch.support_x, batch.support_y, 0.1 * batch.query_x, batch.query_y)
        one, two = (MATCHING.predict(state, b, 0, config) for b in (batch, scaled))
        assert np.allclose(one, two, rtol=1e-9) is same


def test_one_shot_by_l2_is_prototypical():
    state, batch = trained("matching", "cross_entropy", L2), sample("cross_entropy", 7, shots=1)
    distances = LEARNERS["prototypical"].predict(state, batch, 0, L2)
    np.testing.assert_allclose(np.exp(MATCHING.predict(state, batch, 0, L2)), softmax(distances), rtol=1e-10)
    one, two = (LEARNERS[name].step(state, batch, L2)[0] for name in ("matching", "prototypical"))
    np.testing.assert_allclose(flat(one.theta), flat(two.theta), rtol=1e-9, atol=1e-12)
    few = sample("cross_entropy", 7, shots=2)  # and with two shots it is not
    outputs = LEARNERS["prototypical"].predict(state, few, 0, L2)
    assert not np.allclose(np.exp(MATCHING.predict(state, few, 0, L2)), softmax(outputs), rtol=1e-2)


@pytest.mark.parametrize("kind", ["cross_entropy", "bce"])
@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_the_gradient_of_a_step_is_exact(kind, metric):
    config = SGD.with_settings({"learner.matching_metric": metric})
    batch = random_labels(20, 0) if kind == "bce" else sample(kind, 7)
    assert kind != "bce" or (batch.support_y.min(axis=1) == batch.support_y.max(axis=1)).any()  # an absent class
    assert step_gradient_error("matching", fresh("matching", kind, config), batch, config) < 1e-10


@pytest.mark.parametrize("metric", list(METRICS))
def test_likeness_goes_back_exactly(metric):
    rng = np.random.default_rng(0)
    q, p, error = rng.standard_normal((2, 3, 4)), rng.standard_normal((2, 5, 4)), rng.standard_normal((2, 3, 5))
    by_q, by_p = METRICS[metric](q, p)[1](error)
    for which, found in ((0, by_q), (1, by_p)):
        move = rng.standard_normal((q, p)[which].shape)
        shifted = [q + 0j, p + 0j]
        shifted[which] = shifted[which] + 1j * TINY * move
        slope = (METRICS[metric](*shifted)[0].imag * error).sum() / TINY
        assert (found * move).sum() == pytest.approx(slope, rel=1e-11)


def test_a_row_of_zeros_is_like_everything_alike():
    likeness, back = METRICS["cosine"](np.zeros((1, 1, 3)), np.ones((1, 2, 3)))
    np.testing.assert_array_equal(likeness, 0.0)
    assert np.isfinite(back(np.ones((1, 1, 2)))[0]).all()


def test_votes_stay_finite_however_far_rows_are_and_go_back_exactly():
    likeness, labels = np.array([[[-1e5, -2e5, -9e4], [0.0, 3e4, -1.0]]]), np.array([[0, 1, 1]])
    scores, back = votes(likeness, labels, 3)
    np.testing.assert_allclose(scores[0, 0], [-1e4, 0.0, -1.3e5 + 9e4])  # class 2 is a row of average likeness
    assert np.isfinite(back(np.ones_like(scores))).all()
    rng = np.random.default_rng(0)
    likeness, move, error = rng.standard_normal((3, 1, 2, 5))[0], rng.standard_normal((1, 2, 5)), np.ones((1, 2, 3))
    error[..., 1] = -3.0
    likeness, labels = likeness[None], np.array([[0, 1, 0, 1, 1]])
    slope = (votes(likeness + 1j * TINY * move, labels, 3)[0].imag * error).sum() / TINY
    assert (votes(likeness, labels, 3)[1](error) * move).sum() == pytest.approx(slope, rel=1e-11)


def test_the_floor_of_cosine_attention():
    assert cosine_floor(5) == pytest.approx(0.7636, abs=1e-4)
    assert cosine_floor(2) == pytest.approx(math.log1p(math.exp(-2)))
    corners = np.eye(5) - 0.2  # five classes at the corners of a simplex, queries at their own corner
    likeness = METRICS["cosine"](corners[None], corners[None])[0]
    labels = np.arange(5)[None]
    reached = LOSSES["cross_entropy"].values(votes(likeness, labels, 5)[0], labels)
    assert reached[0] == pytest.approx(cosine_floor(5))
    best = votes(np.array([[[1.0, -1, -1, -1, -1]]]), labels, 5)[0][0, 0, 0]
    assert math.exp(best) == pytest.approx(0.649, abs=5e-4)


def test_cosine_comes_near_its_floor_on_easy_tasks_and_not_below():
    rng, state = np.random.default_rng(0), None
    corners = 20.0 * np.eye(5)
    problem, config = Problem(5, 5, "cross_entropy", 5), COSINE.with_settings({"outer.lr": 0.03, "model.hidden": (8,)})
    state = MATCHING.init(problem, config, rng)
    for _ in range(300):
        order = np.stack([rng.permutation(5) for _ in range(4)])
        labels = np.tile(np.arange(5), (4, 1))
        batch = TaskBatch(corners[order], labels, corners[order], labels)
        state, info = MATCHING.step(state, batch, config)
    assert cosine_floor(5) - 1e-9 < info.query_losses.mean() < cosine_floor(5) + 0.03


@both
def test_training_helps(config):
    test = sample("cross_entropy", 1000, n_tasks=200)
    states = [trained("matching", "cross_entropy", config, steps=n) for n in (0, 150)]
    before, after = (mean_loss(MATCHING.predict(s, test, 0, config)[0], test, "cross_entropy").mean() for s in states)
    assert after < 0.9 * before


@both
def test_labels_without_information_are_not_learned(config):
    state = fresh("matching", "bce", config)
    for seed in range(60):
        state, info = MATCHING.step(state, random_labels(10, seed), config)
        assert np.isfinite(info.query_losses).all()
    test = random_labels(400, 1000)
    outputs = MATCHING.predict(state, test, 0, config)[0]
    losses, hits = LOSSES["bce"].values(outputs, test.query_y), accuracy(outputs, test.query_y, "bce")
    assert losses.mean() > np.log(2) - 3 * losses.std() / 20
    assert abs(hits.mean() - 0.5) < 4 * hits.std() / 20
