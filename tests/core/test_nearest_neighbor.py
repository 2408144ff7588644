"""1-NN against scikit-learn, and what it has in common with nearest centroid."""

import numpy as np
import pytest
from learner_cases import CONFIG, PROBLEMS, fresh, sample
from metric_cases import classes_renamed, support_permuted
from sklearn.neighbors import KNeighborsClassifier

from mamlcore.batch import Problem, TaskBatch
from mamlcore.learners import LEARNERS, metric

NEIGHBOR, CENTROID = LEARNERS["nearest_neighbor"], LEARNERS["nearest_centroid"]


def test_it_agrees_with_scikit_learn():
    batch = sample("cross_entropy", 3, n_tasks=5, shots=4, queries=20)
    outputs = NEIGHBOR.predict(fresh("nearest_neighbor", "cross_entropy"), batch, 1, CONFIG)[0]
    for t in range(5):
        peer = KNeighborsClassifier(1).fit(batch.support_x[t], batch.support_y[t])
        np.testing.assert_array_equal(outputs[t].argmax(axis=-1), peer.predict(batch.query_x[t]))
        distance = ((batch.query_x[t][:, None] - batch.support_x[t]) ** 2).sum(axis=-1)
        wanted = np.stack([-distance[:, batch.support_y[t] == n].min(axis=1) for n in range(3)], axis=1)
        np.testing.assert_allclose(outputs[t], wanted, rtol=1e-10)


def test_with_one_shot_it_is_nearest_centroid_and_with_two_it_is_not():
    one, two = (sample("cross_entropy", 3, shots=k) for k in (1, 2))
    states = [fresh(name, "cross_entropy") for name in ("nearest_neighbor", "nearest_centroid")]
    found = [[learner.predict(s, b, 2, CONFIG) for learner, s in zip((NEIGHBOR, CENTROID), states, strict=True)]
             for b in (one, two)]  # fmt: skip
    np.testing.assert_allclose(*found[0], rtol=1e-10)
    assert not np.allclose(*found[1], rtol=1e-2)


def test_order_and_names_do_not_matter_and_doubled_rows_change_nothing():
    state, batch = fresh("nearest_neighbor", "cross_entropy"), sample("cross_entropy", 7)
    outputs, order = NEIGHBOR.predict(state, batch, 0, CONFIG), np.array([2, 0, 1])
    np.testing.assert_allclose(NEIGHBOR.predict(state, support_permuted(batch), 0, CONFIG), outputs, rtol=1e-12)
    renamed = NEIGHBOR.predict(state, classes_renamed(batch, order), 0, CONFIG)
    np.testing.assert_allclose(renamed, outputs[..., np.argsort(order)], rtol=1e-12)


def test_a_row_met_before_is_found_far_from_the_origin_too():
    """In float32, with features of 1000 that differ by 1: rounding must not hide which row is equal."""
    x = 1000.0 + np.array([[[0.0, 0], [1, 0], [0, 1]]], dtype="float32")
    batch = TaskBatch(x, np.array([[0, 1, 2]]), x, np.array([[0, 1, 2]]))
    config = CONFIG.with_settings({"model.precision": "float32"})
    state = NEIGHBOR.init(Problem(2, 3, "cross_entropy"), config, np.random.default_rng(0))
    found = NEIGHBOR.predict(state, batch, 0, config)[0, 0]
    np.testing.assert_allclose(found, [[0, -1, -1], [-1, 0, -2], [-1, -2, 0]], atol=1e-6)


def test_one_logit_compares_two_neighbours_and_a_missing_class_takes_the_mean_of_all():
    x = np.array([[[0.0], [2.0]], [[0.0], [2.0]]])
    batch = TaskBatch(x, np.array([[0, 1], [1, 1]]), np.array([[[1.5]], [[1.5]]]), np.array([[1], [1]]))
    state = NEIGHBOR.init(Problem(1, 1, "bce"), CONFIG, np.random.default_rng(0))
    logits = NEIGHBOR.predict(state, batch, 0, CONFIG)[0, :, 0, 0]
    np.testing.assert_allclose(logits, [1.5**2 - 0.5**2, 0.5**2 - 0.5**2], atol=1e-12)


def test_many_tasks_go_in_chunks_to_the_same_end(monkeypatch):
    state, batch = fresh("nearest_neighbor", "cross_entropy"), sample("cross_entropy", 7, n_tasks=7)
    whole = NEIGHBOR.predict(state, batch, 0, CONFIG)
    monkeypatch.setattr(metric, "_CHUNK_NUMBERS", 500)
    assert len(list(metric.chunks(batch))) > 2
    np.testing.assert_allclose(NEIGHBOR.predict(state, batch, 0, CONFIG), whole, rtol=1e-11)


def test_a_regression_is_refused():
    assert "Nearest neighbour needs classes" in NEIGHBOR.unsupported(PROBLEMS["mse"], CONFIG)


@pytest.mark.parametrize("name", ["prototypical", "matching", "matching_fce", "whitened_centroid"])
def test_learners_beside_it_go_in_chunks_as_well(name, monkeypatch):
    state, batch = fresh(name, "cross_entropy"), sample("cross_entropy", 7, n_tasks=7)
    whole = LEARNERS[name].predict(state, batch, 0, CONFIG)
    monkeypatch.setattr(metric, "_CHUNK_NUMBERS", 500)
    np.testing.assert_allclose(LEARNERS[name].predict(state, batch, 0, CONFIG), whole, rtol=1e-10)
