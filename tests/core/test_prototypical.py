"""Prototypical Networks against the paper's equations taken literally, and their episodes of more ways."""

import numpy as np
import pytest
from cases import TINY, flat, relative
from learner_cases import CONFIG, LINEAR, PROBLEMS, fresh, mean_loss, sample, trained
from metric_cases import SGD, classes_renamed, random_labels, slow_embedding, step_gradient_error, support_permuted

from mamlcore import tasks
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners import LEARNERS
from mamlcore.learners.embedding import embed
from mamlcore.learners.episodes import apart, in_groups, masked_cross_entropy, widened
from mamlcore.losses import LOSSES, accuracy

PROTO = LEARNERS["prototypical"]
TOP = CONFIG.with_settings({"learner.embedding": 3})
RELU = CONFIG.with_settings({"model.activation": "relu"})
every_embedding = pytest.mark.parametrize("config", [CONFIG, LINEAR, TOP, RELU], ids=["tanh", "linear", "top", "relu"])


@every_embedding
def test_outputs_are_minus_squared_distances_to_class_means(config):
    state, batch = trained("prototypical", "cross_entropy", config), sample("cross_entropy", 7)
    found = PROTO.predict(state, batch, 0, config)[0]
    for t in range(2):
        rows = np.array([slow_embedding(state.theta, x, config) for x in batch.support_x[t]])
        for q, x in enumerate(batch.query_x[t]):
            at = slow_embedding(state.theta, x, config)
            wanted = [-sum((at - rows[batch.support_y[t] == n].mean(axis=0)) ** 2) for n in range(3)]
            np.testing.assert_allclose(found[t, q], wanted, rtol=1e-10, atol=1e-12)


def test_it_is_the_linear_classifier_of_the_paper():
    """Weights 2 c, biases -|c|^2 give the same probabilities (section 2.4)."""
    state, batch = trained("prototypical", "cross_entropy"), sample("cross_entropy", 7)
    outputs, c = PROTO.predict(state, batch, 0, CONFIG)[0], PROTO.prototypes(state, batch, CONFIG)
    rows = embed(state.theta, batch.query_x, CONFIG).rows
    linear = 2 * rows @ np.swapaxes(c, 1, 2) - (c**2).sum(axis=-1)[:, None, :]
    np.testing.assert_allclose(outputs - linear, np.repeat((outputs - linear)[..., :1], 3, axis=-1), atol=1e-12)
    losses = [LOSSES["cross_entropy"].values(each, batch.query_y) for each in (outputs, linear)]
    np.testing.assert_allclose(*losses, rtol=1e-12)


@pytest.mark.parametrize("kind", ["cross_entropy", "bce"])
@pytest.mark.parametrize("way", [0, 2, 5])
@pytest.mark.parametrize("embedding", [0, 3])
def test_the_gradient_of_a_step_is_exact(kind, way, embedding):
    config = SGD.with_settings({"learner.train_way": way, "learner.embedding": embedding})
    state = fresh("prototypical", kind, config)
    assert step_gradient_error("prototypical", state, sample(kind, 7), config) < 1e-10


def test_relu_gradient_agrees_with_differences():
    config = SGD.with_settings({"model.activation": "relu"})
    state, batch = fresh("prototypical", "cross_entropy", config), sample("cross_entropy", 7)
    gradient = 4 * (flat(state.theta) - flat(PROTO.step(state, batch, config)[0].theta))  # step size 0.25
    w, found = state.theta[0][0], []
    for h in (1e-6, -1e-6):
        moved = w.copy()
        moved[1, 2] += h
        theta = ((moved, state.theta[0][1]), *state.theta[1:])
        found.append(PROTO.step(state._replace(theta=theta), batch, config)[1].query_losses.mean())
    assert (found[0] - found[1]) / 2e-6 == pytest.approx(gradient[1 * w.shape[1] + 2], rel=1e-6)


def test_support_order_and_names_of_classes_do_not_matter():
    state, batch = trained("prototypical", "cross_entropy"), sample("cross_entropy", 7)
    outputs, order = PROTO.predict(state, batch, 0, CONFIG), np.array([2, 0, 1])
    permuted = PROTO.predict(state, support_permuted(batch), 0, CONFIG)
    np.testing.assert_allclose(permuted, outputs, rtol=1e-12)
    renamed = PROTO.predict(state, classes_renamed(batch, order), 0, CONFIG)
    np.testing.assert_allclose(renamed, outputs[..., np.argsort(order)], rtol=1e-12)


def test_doubled_support_rows_change_nothing():
    state, batch = trained("prototypical", "cross_entropy"), sample("cross_entropy", 7)
    twice = TaskBatch(
        np.concatenate([batch.support_x] * 2, 1), np.concatenate([batch.support_y] * 2, 1), batch.query_x, batch.query_y
    )
    outputs = PROTO.predict(state, batch, 0, CONFIG)
    np.testing.assert_allclose(PROTO.predict(state, twice, 0, CONFIG), outputs, rtol=1e-12)


def test_the_embedding_starts_as_mamls_hidden_layers():
    maml, state = fresh("maml", "cross_entropy").theta, fresh("prototypical", "cross_entropy")
    np.testing.assert_array_equal(flat(state.theta), flat(maml[:-1]))
    assert PROTO.theta(state) is None
    assert fresh("prototypical", "cross_entropy", LINEAR).theta[0][0].shape == (4, 4)


def test_a_class_without_a_support_row_takes_the_mean_of_all():
    batch, state = sample("cross_entropy", 7, n_tasks=1), trained("prototypical", "cross_entropy")
    batch = TaskBatch(batch.support_x, np.minimum(batch.support_y, 1), batch.query_x, batch.query_y)
    found = PROTO.prototypes(state, batch, CONFIG)
    np.testing.assert_allclose(found[0, 2], embed(state.theta, batch.support_x, CONFIG).rows[0].mean(axis=0))


# -- episodes of more ways ----------------------------------------------------------------------------------


def tasks_of(classes, shots=1, queries=2):
    classes = np.array(classes)
    n_tasks, n_way = classes.shape
    labels = [np.tile(np.repeat(np.arange(n_way), k), (n_tasks, 1)) for k in (shots, queries)]
    x = [np.random.default_rng(k).standard_normal((*y.shape, 4)) for k, y in enumerate(labels)]
    return TaskBatch(x[0], labels[0], x[1], labels[1], classes)


def test_tasks_come_together_and_a_class_takes_part_once():
    episodes = widened(tasks_of([[7, 3], [3, 5], [1, 2]]), 2, 4)
    assert episodes.group == 2
    np.testing.assert_array_equal(episodes.support_y, [[0, 1, 2, 3], [0, 1, -1, -1]])
    np.testing.assert_array_equal(episodes.query_y, [[0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 1, 1, -1, -1, -1, -1]])
    np.testing.assert_array_equal(episodes.kept, [[True, True, False, True], [True, True, False, False]])
    assert episodes.rows == 5 + 10  # class 3 once


def test_never_more_ways_than_asked_for_and_all_where_classes_are_endless():
    assert widened(tasks_of([[0, 1], [2, 3]]), 2, 3).kept.sum() == 3
    endless = tasks_of([[0, 1], [0, 1], [0, 1]])
    endless = TaskBatch(endless.support_x, endless.support_y, endless.query_x, endless.query_y)
    assert widened(endless, 2, 6).kept.all()
    assert widened(endless, 2, 60).kept.shape == (1, 6)


def test_grouping_has_a_way_back():
    parts = np.arange(24.0).reshape(4, 3, 2)
    for group in (1, 2, 3, 4):
        np.testing.assert_array_equal(apart(in_groups(parts, group), 4, group), parts)


def test_a_wide_episode_is_one_task_of_its_distinct_classes():
    """Two 2-way tasks that share class 3 make the 3-way task of classes 7, 3 and 5."""
    config = SGD.with_settings({"learner.train_way": 4})
    batch = tasks_of([[7, 3], [3, 5]])
    problem = Problem(4, 2, "cross_entropy", 8)
    state = PROTO.init(problem, config, np.random.default_rng(0))
    s, q = batch.support_x, batch.query_x
    alone = TaskBatch(
        np.concatenate([s[:1], s[1:, 1:]], 1), [[0, 1, 2]], np.concatenate([q[:1], q[1:, 2:]], 1), [[0, 0, 1, 1, 2, 2]]
    )
    wide, info = PROTO.step(state, batch, config)
    narrow, plain = PROTO.step(state._replace(n_outputs=3), alone, SGD)
    np.testing.assert_allclose(info.query_losses, plain.query_losses, rtol=1e-12)
    np.testing.assert_allclose(flat(wide.theta), flat(narrow.theta), rtol=1e-12, atol=1e-15)
    assert (info.comparable, plain.comparable) == (False, True)
    assert (info.rows, info.gradient_evaluations) == (3 + 6, 4)


def test_tasks_left_over_make_an_episode_of_their_own_and_nothing_fills_it_up():
    """Five 2-way tasks by twos: the last stands alone, just as in a step of its own."""
    batch = tasks_of([[7, 3], [1, 5], [0, 2], [4, 6], [5, 0]])
    state = PROTO.init(Problem(4, 2, "cross_entropy", 8), SGD, np.random.default_rng(0))
    config = SGD.with_settings({"learner.train_way": 4})
    wide, info = PROTO.step(state, batch, config)
    pairs = [PROTO.step(state, batch.tasks(slice(i, i + 2)), config) for i in (0, 2)]
    alone, plain = PROTO.step(state, batch.tasks(slice(4, 5)), SGD)
    losses = [*(told.query_losses[0] for _, told in pairs), plain.query_losses[0]]
    np.testing.assert_allclose(info.query_losses, losses, rtol=1e-12)
    mean = np.mean([flat(after.theta) for after in (pairs[0][0], pairs[1][0], alone)], axis=0)
    np.testing.assert_allclose(flat(wide.theta), mean, rtol=1e-11, atol=1e-14)


def test_masked_cross_entropy_is_the_plain_one_where_all_classes_are_kept():
    rng = np.random.default_rng(0)
    scores, labels = 30 * rng.standard_normal((3, 6, 4)), rng.integers(0, 4, (3, 6))
    losses, slope = masked_cross_entropy(scores, labels, np.ones((3, 4), bool))
    np.testing.assert_allclose(losses, LOSSES["cross_entropy"].values(scores, labels), rtol=1e-12)
    np.testing.assert_allclose(slope, LOSSES["cross_entropy"].gradient(scores, labels), atol=1e-15)


def test_masked_cross_entropy_hears_nothing_of_classes_left_out():
    scores, labels = np.array([[[0.0, 1.0, 900.0], [0.0, 2.0, -900.0]]]), np.array([[1, 2]])
    losses, slope = masked_cross_entropy(scores, labels, np.array([[True, True, False]]))
    assert losses[0] == pytest.approx(np.log1p(np.exp(-1.0)))
    assert not slope[0, :, 2].any()
    assert not slope[0, 1].any()
    shifted = scores + 1j * TINY * np.array([1.0, 0.0, 0.0])
    moved = masked_cross_entropy(shifted, labels, np.array([[True, True, False]]))[0]
    assert relative(moved.imag / TINY, slope[0, :1, 0]) < 1e-12


# -- what it learns -----------------------------------------------------------------------------------------


def test_training_helps_and_the_ledger_counts():
    test = sample("cross_entropy", 1000, n_tasks=200)
    states = [trained("prototypical", "cross_entropy", steps=n) for n in (0, 150)]
    before, after = (mean_loss(PROTO.predict(s, test, 0, CONFIG)[0], test, "cross_entropy").mean() for s in states)
    assert after < 0.8 * before
    info = PROTO.step(states[0], sample("cross_entropy"), CONFIG)[1]
    assert (info.rows, info.gradient_evaluations) == (4 * 15, 8)


def test_labels_without_information_are_not_learned():
    state = fresh("prototypical", "bce")
    for seed in range(60):
        state, info = PROTO.step(state, random_labels(10, seed), CONFIG)
        assert np.isfinite(info.query_losses).all()
    test = random_labels(400, 1000)
    outputs = PROTO.predict(state, test, 0, CONFIG)[0]
    losses, hits = LOSSES["bce"].values(outputs, test.query_y), accuracy(outputs, test.query_y, "bce")
    assert losses.mean() > np.log(2) - 3 * losses.std() / 20
    assert abs(hits.mean() - 0.5) < 4 * hits.std() / 20


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [("mse", {}, "needs classes"), ("cross_entropy", {"model.init": "zero"}, "can't train")],
)
def test_what_is_not_offered_says_why(kind, settings, said):
    assert said in PROTO.unsupported(PROBLEMS[kind], CONFIG.with_settings(settings))


def test_distances_are_to_the_prototypes_and_the_nearest_is_what_is_predicted():
    config = Config().with_settings({"task.family": "gaussian", "model.hidden": [8]})
    source = tasks.open_source(config, np.random.default_rng(0))
    batch = source.sample(np.random.default_rng(1), 3, "train", 2, 4)
    for learner in (LEARNERS["prototypical"], LEARNERS["nearest_centroid"]):
        state = learner.init(source.problem, config, np.random.default_rng(2))
        found = learner.distances(state, batch, config)
        assert (found >= 0).all()
        np.testing.assert_array_equal(
            found.argmin(axis=-1), learner.predict(state, batch, 0, config)[0].argmax(axis=-1)
        )
    task, query, label = 1, 3, 2
    rows = batch.support_x[task][batch.support_y[task] == label]
    expected = ((batch.query_x[task, query] - rows.mean(axis=0)) ** 2).sum()
    np.testing.assert_allclose(found[task, query, label], expected, rtol=1e-5)
