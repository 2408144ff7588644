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


#: Who favours no class: none of what they learn or start from knows a class by its number.
EVEN_HANDED = (
    "joint", "zero", "nearest_centroid", "proto_maml", "matching", "matching_fce", "prototypical", "nearest_neighbor",
    "whitened_centroid", "oracle",
)  # fmt: skip
#: Who reads the support one row after the other.
IN_ORDER = ("meta_networks", "snail", "matching_fce")


def renamed(batch, seed=0):
    """The batch with the classes of each task renamed in a way of its own, and the outputs' order for that."""
    new = np.stack([np.random.default_rng([seed, t]).permutation(3) for t in range(batch.n_tasks)])
    old = np.argsort(new, axis=1)
    labels = [np.take_along_axis(new, y, axis=1) for y in (batch.support_y, batch.query_y)]
    classes = np.take_along_axis(batch.classes, old, axis=1)
    return TaskBatch(batch.support_x, labels[0], batch.query_x, labels[1], classes), old[None, :, None, :]


@pytest.mark.parametrize("name", [n for n in LEARNERS if LEARNERS[n].unsupported(PROBLEMS["cross_entropy"], LINEAR)
                                  is None or n in EVEN_HANDED])  # fmt: skip
def test_renamed_classes_change_nothing_where_the_start_favours_none(name):
    config = LINEAR if name == "zero" else CONFIG
    learner, batch, state = LEARNERS[name], sample("cross_entropy", 7), trained(name, "cross_entropy", config)
    other, order = renamed(batch)
    one, two = learner.predict(state, batch, 3, config), learner.predict(state, other, 3, config)
    wanted = np.take_along_axis(one, np.broadcast_to(order, one.shape), axis=-1)
    if name not in EVEN_HANDED:
        assert not np.allclose(two, wanted, rtol=1e-6)
        return
    np.testing.assert_allclose(two, wanted, rtol=1e-9, atol=1e-12)
    steps = [leaves(learner.step(state, b, config)[0]) for b in (other, batch)]
    np.testing.assert_allclose(*steps, rtol=1e-8, atol=1e-12)


@case
def test_the_order_of_the_support_matters_to_nobody_but_who_reads_it_row_by_row(name, kind, config):
    learner, batch, state = LEARNERS[name], sample(kind, 7), trained(name, kind, config)
    order = np.random.default_rng(1).permutation(6)
    moved = replace(batch, support_x=batch.support_x[:, order], support_y=batch.support_y[:, order])
    one, two = learner.predict(state, batch, 3, config), learner.predict(state, moved, 3, config)
    if name in IN_ORDER:
        assert not np.allclose(two, one, rtol=1e-12, atol=0.0)
    else:
        np.testing.assert_allclose(two, one, rtol=1e-9, atol=1e-11)


@case
def test_another_task_in_the_batch_changes_no_training_loss(name, kind, config):
    config = config.with_settings({"learner.reptile_batch": 1000})  # minibatches are drawn for all tasks together
    learner, batch, state = LEARNERS[name], sample(kind, 7), trained(name, kind, config)
    few, all_of_them = (learner.step(state, b, config)[1].query_losses for b in (batch.tasks(slice(2)), batch))
    np.testing.assert_allclose(few, all_of_them[:2], rtol=1e-9)


@pytest.mark.parametrize(("n_way", "shots", "kind"), [(2, 20, "cross_entropy"), (20, 1, "cross_entropy"), (0, 1, "mse"),
                                                      (0, 20, "mse"), (0, 1, "bce")])  # fmt: skip
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_one_task_of_one_query_row_a_class_is_enough_at_the_ends_of_all_ranges(n_way, shots, kind, precision):
    rng, ways = np.random.default_rng(0), n_way or 1
    problem = replace(PROBLEMS[kind], n_outputs=ways, n_train_classes=20) if n_way else PROBLEMS[kind]
    config = CONFIG.with_settings({"model.precision": precision, "task.k_shot": shots, "learner.snail_divisor": 16,
                                   "learner.meta_networks_keys": 4})  # fmt: skip

    def rows(n):
        x = rng.standard_normal((1, ways * n, problem.n_inputs)).astype(precision)
        labels = np.repeat(np.arange(ways), n)[None] if n_way else (x[..., 0] > 0).astype(np.int64)
        return x, rng.standard_normal((1, n, 2)).astype(precision) if kind == "mse" else labels

    told = {"amplitude": np.ones(1), "phase": np.ones(1)}
    batch = TaskBatch(*rows(shots), *rows(1), np.arange(ways)[None] if n_way else None, told)
    for name, learner in LEARNERS.items():
        if learner.unsupported(problem, config) is None:
            state, info = learner.step(learner.init(problem, config, rng), batch, config)
            outputs = learner.predict(learner.tune(state, batch, config), batch, 2, config)
            assert np.isfinite(outputs).all() and outputs.dtype == precision, name
            assert outputs.shape == (3, 1, ways, problem.n_outputs), name
            assert np.isfinite(info.query_losses).all() is np.bool_(learner.trains), name


@pytest.mark.parametrize("name", ["maml", "joint"])
def test_many_tasks_are_adapted_in_chunks_to_the_same_end(name, monkeypatch):
    state, batch = trained(name, "cross_entropy"), sample("cross_entropy", 7, n_tasks=7)
    whole = LEARNERS[name].predict(state, batch, 3, CONFIG)
    monkeypatch.setattr(model, "_CHUNK_NUMBERS", 500)
    np.testing.assert_allclose(LEARNERS[name].predict(state, batch, 3, CONFIG), whole, rtol=1e-11, atol=1e-13)
