"""What every registered learner must keep to, on every kind of task it takes."""

from dataclasses import replace

import numpy as np
import pytest
from cases import flat
from learner_cases import CASES, CONFIG, LINEAR, PROBLEMS, case, fresh, leaves, sample, trained

from mamlcore import tree
from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS, model
from mamlcore.network import forward


def test_the_registry_is_in_the_order_of_display():
    assert list(LEARNERS)[:6] == ["maml", "fomaml", "joint", "scratch", "zero", "nearest_centroid"]
    assert all(name == learner.name and learner.label and learner.summary for name, learner in LEARNERS.items())
    assert {name for name, _, _ in CASES} == set(LEARNERS)


@case
def test_every_step_and_prediction_is_pure(name, kind, config):
    learner, batch = LEARNERS[name], sample(kind, 7).frozen()
    state = trained(name, kind, config)
    for leaf in tree.flatten(state).values():
        leaf.setflags(write=False)
    before = leaves(state).copy()
    runs = []
    for _ in range(2):
        after, info = learner.step(state, batch, config)
        tuned, outputs = learner.tune(state, batch, config), learner.predict(state, batch, 4, config)
        runs.append([leaves(after), info.query_losses, leaves(tuned), outputs])
    for one, two in zip(*runs, strict=True):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(leaves(state), before)
    assert learner.trains is not np.array_equal(runs[0][0], before)


@case
def test_predictions_have_the_agreed_shape_and_see_no_query_labels(name, kind, config):
    learner, batch, state = LEARNERS[name], sample(kind, 7), trained(name, kind, config)
    outputs = learner.predict(state, batch, 4, config)
    assert outputs.shape == (5, *batch.query_x.shape[:2], PROBLEMS[kind].n_outputs)
    assert outputs.dtype == np.float64
    hidden = np.full_like(batch.query_y, np.nan if kind == "mse" else 77)
    blind = replace(batch, query_y=hidden, classes=None)
    np.testing.assert_array_equal(learner.predict(state, blind, 4, config), outputs)
    np.testing.assert_array_equal(learner.predict(state, batch, 0, config), outputs[:1])
    changes = not np.array_equal(outputs[0], outputs[2])
    assert changes is learner.adapts


@case
def test_query_rows_are_judged_one_by_one(name, kind, config):
    learner, batch, state = LEARNERS[name], sample(kind, 7), trained(name, kind, config)
    outputs = learner.predict(state, batch, 3, config)
    for i in range(batch.query_x.shape[1]):
        row = slice(i, i + 1)
        alone = replace(batch, query_x=batch.query_x[:, row], query_y=batch.query_y[:, row], classes=None)
        found = learner.predict(state, alone, 3, config)
        np.testing.assert_allclose(found, outputs[:, :, row], rtol=1e-10, atol=1e-12)


@case
def test_tasks_do_not_know_of_each_other(name, kind, config):
    learner, batch, state = LEARNERS[name], sample(kind, 7), trained(name, kind, config)
    outputs, order = learner.predict(state, batch, 3, config), np.array([2, 0, 3, 1])
    shuffled = learner.predict(state, batch.tasks(order), 3, config)
    np.testing.assert_allclose(shuffled, outputs[:, order], rtol=1e-10, atol=1e-12)


@case
def test_adapted_parameters_are_those_that_predict(name, kind, config):
    learner, batch, state = LEARNERS[name], sample(kind, 7), trained(name, kind, config)
    path, start = learner.adapted(state, batch, 4, config), learner.theta(state)
    if path is None:
        assert start is None
        return
    outputs = learner.predict(state, batch, 4, config)
    assert len(path) == 5
    for phi, wanted in zip(path, outputs, strict=True):
        assert all(w.shape[0] == b.shape[0] == batch.n_tasks for w, b in phi)
        found = forward(phi, batch.query_x, config.model.activation).outputs
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)
    if start is not None:  # else each task has a start of its own
        np.testing.assert_array_equal(flat([(w[1], b[1]) for w, b in path[0]]), flat(start))


@case
def test_states_survive_flattening(name, kind, config):
    learner, state, batch = LEARNERS[name], trained(name, kind, config), sample(kind, 7)
    back = tree.unflatten(fresh(name, kind, config, seed=6), tree.flatten(state))
    np.testing.assert_array_equal(learner.predict(back, batch, 4, config), learner.predict(state, batch, 4, config))
    one, two = learner.step(back, batch, config)[0], learner.step(state, batch, config)[0]
    np.testing.assert_array_equal(leaves(one), leaves(two))


@case
def test_a_batch_in_another_precision_is_brought_to_the_models(name, kind, config):
    config = config.with_settings({"model.precision": "float32"})
    state, info = LEARNERS[name].step(fresh(name, kind, config), sample(kind, 7), config)
    assert LEARNERS[name].predict(state, sample(kind, 7), 2, config).dtype == np.float32
    assert info.query_losses.shape == (4,)


@pytest.mark.parametrize("name", ["joint", "zero", "nearest_centroid"])
def test_renamed_classes_change_nothing_where_the_start_favours_none(name):
    config = LINEAR if name == "zero" else CONFIG
    learner, batch, state = LEARNERS[name], sample("cross_entropy", 7), fresh(name, "cross_entropy", config)
    order = np.array([2, 0, 1])
    back = np.argsort(order)
    renamed = TaskBatch(
        batch.support_x, order[batch.support_y], batch.query_x, order[batch.query_y], batch.classes[:, back]
    )
    one, two = learner.predict(state, batch, 3, config), learner.predict(state, renamed, 3, config)
    np.testing.assert_allclose(two, one[..., back], rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(
        leaves(learner.step(state, renamed, config)[0]), leaves(learner.step(state, batch, config)[0])
    )


@pytest.mark.parametrize("name", ["maml", "joint"])
def test_many_tasks_are_adapted_in_chunks_to_the_same_end(name, monkeypatch):
    state, batch = trained(name, "cross_entropy"), sample("cross_entropy", 7, n_tasks=7)
    whole = LEARNERS[name].predict(state, batch, 3, CONFIG)
    monkeypatch.setattr(model, "_CHUNK_NUMBERS", 500)
    np.testing.assert_allclose(LEARNERS[name].predict(state, batch, 3, CONFIG), whole, rtol=1e-11, atol=1e-13)
