"""What each learner is: what it learns from, what it refuses, and how the baselines are tuned."""

import numpy as np
import pytest
from cases import flat, relative
from learner_cases import CONFIG, LINEAR, POOL, PROBLEMS, fresh, leaves, mean_loss, sample, trained
from sklearn.neighbors import NearestCentroid as SklearnCentroid

from mamlcore.batch import Problem, TaskBatch
from mamlcore.errors import LabError
from mamlcore.learners import LEARNERS, finetune
from mamlcore.learners.finetune import Choice
from mamlcore.losses import LOSSES, accuracy
from mamlcore.network import forward

# -- what each one is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "order", "evaluations"),
    [("maml", "exact", 7), ("maml", "first", 3), ("fomaml", "exact", 3), ("joint", "exact", 2), ("reptile", "exact", 5),
     ("anil", "exact", 7), ("meta_sgd", "first", 3), ("maml_pp", "exact", 4), ("proto_maml", "exact", 8),
     ("imaml", "exact", 34), ("meta_lstm", "exact", 3), ("meta_networks", "exact", 4), ("snail", "exact", 2),
     ("matching", "exact", 2), ("matching_fce", "exact", 2), ("prototypical", "exact", 2), ("scratch", "exact", 0),
     ("whitened_centroid", "exact", 0), ("nearest_centroid", "exact", 0)],
)  # fmt: skip
def test_the_ledger_counts_rows_and_gradients(name, order, evaluations):
    """With two inner steps. Whoever goes back through support and query rows once pays two, and so on for all."""
    config = CONFIG.with_settings({"inner.order": order})
    _, info = LEARNERS[name].step(fresh(name, "cross_entropy", config), sample("cross_entropy"), config)
    rows = 4 * 15 if LEARNERS[name].trains else 0
    assert (info.rows, info.gradient_evaluations) == (rows, 4 * evaluations)


def test_fomaml_is_maml_without_the_hessian():
    first = CONFIG.with_settings({"inner.order": "first"})
    one = LEARNERS["maml"].step(fresh("maml", "mse"), sample("mse"), first)[0]
    two = LEARNERS["fomaml"].step(fresh("fomaml", "mse"), sample("mse"), CONFIG)[0]
    exact = LEARNERS["maml"].step(fresh("maml", "mse"), sample("mse"), CONFIG)[0]
    np.testing.assert_array_equal(leaves(one), leaves(two))
    assert relative(exact.optimizer.mean, one.optimizer.mean) > 1e-3


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_untrained_and_joint_begin_where_maml_begins(kind):
    start = fresh("maml", kind).theta
    np.testing.assert_array_equal(flat(fresh("scratch", kind).theta), flat(start))
    np.testing.assert_array_equal(flat(fresh("joint", kind).theta[:-1]), flat(start[:-1]))
    assert not flat(fresh("zero", kind, LINEAR).theta).any()


@pytest.mark.parametrize("name", ["maml", "fomaml", "joint"])
@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_training_beats_the_same_network_untrained(name, kind):
    test = sample(kind, 1000, n_tasks=200)
    before, after = trained("scratch", kind, steps=0), trained(name, kind, steps=250)
    losses = [
        mean_loss(LEARNERS[n].predict(s, test, 2, CONFIG)[2], test, kind)
        for n, s in (("scratch", before), (name, after))
    ]
    assert losses[1] < 0.9 * losses[0]


def test_joint_learns_classes_under_their_own_labels():
    state = fresh("joint", "cross_entropy")
    assert state.theta[-1][0].shape == (5, POOL)
    state = trained("joint", "cross_entropy", steps=150)
    batch = sample("cross_entropy", 3, n_tasks=50)
    outputs = forward(state.theta, batch.query_x, "tanh").outputs
    labels = np.take_along_axis(batch.classes, batch.query_y, axis=1)
    assert accuracy(outputs, labels, "cross_entropy").mean() > 0.8
    weights, bias = LEARNERS["joint"].theta(state)[-1]
    assert weights.shape == (5, 3)
    assert not weights.any()
    assert not bias.any()


def test_joint_sees_support_and_query_rows_alike():
    batch, state = sample("mse"), fresh("joint", "mse")
    swapped = TaskBatch(batch.query_x, batch.query_y, batch.support_x, batch.support_y)
    one, two = (LEARNERS["joint"].step(state, b, CONFIG)[0] for b in (batch, swapped))
    np.testing.assert_allclose(leaves(one), leaves(two), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("classes", [None, np.full((4, 3), POOL), np.full((4, 3), -1)])
def test_joint_refuses_classes_outside_its_pool(classes):
    batch = sample("cross_entropy")
    batch = TaskBatch(batch.support_x, batch.support_y, batch.query_x, batch.query_y, classes)
    with pytest.raises(LabError, match="must number the 8 meta-train classes from 0"):
        LEARNERS["joint"].step(fresh("joint", "cross_entropy"), batch, CONFIG)


@pytest.mark.parametrize(
    ("name", "problem", "settings", "said"),
    [
        ("joint", Problem(4, 3, "cross_entropy"), {}, "finite pool"),
        ("joint", PROBLEMS["cross_entropy"], {"model.hidden": ()}, "the linear model has none"),
        ("joint", PROBLEMS["mse"], {"model.init": "zero"}, "no gradient"),
        ("maml", PROBLEMS["mse"], {"model.init": "zero"}, "no gradient"),
        ("fomaml", PROBLEMS["mse"], {"model.init": "zero"}, "First-order can't train"),
        ("scratch", PROBLEMS["mse"], {"model.init": "zero"}, "no gradient"),
        ("zero", PROBLEMS["mse"], {}, "linear model"),
        ("nearest_centroid", PROBLEMS["mse"], {}, "needs classes"),
    ],
)
def test_what_is_not_offered_says_why_in_a_sentence(name, problem, settings, said):
    reason = LEARNERS[name].unsupported(problem, CONFIG.with_settings(settings))
    assert said in reason
    assert reason[0].isupper()
    assert reason.endswith(".")


@pytest.mark.parametrize("name", ["maml", "fomaml", "scratch"])
def test_a_linear_model_may_start_at_zero(name):
    assert LEARNERS[name].unsupported(PROBLEMS["bce"], LINEAR.with_settings({"model.init": "zero"})) is None


# -- fine-tuning with a tuned step size ---------------------------------------------------------------------


def quadratic(n_tasks=6, a=0.5):
    """Loss ½a(w - c)² on support and query alike: one step of size 1/a from anywhere is perfect."""
    x = np.tile(np.array([[(a / 2) ** 0.5], [-((a / 2) ** 0.5)]]), (n_tasks, 1, 1))
    y = x * np.random.default_rng(0).standard_normal((n_tasks, 1, 1))
    return TaskBatch(x, y, x, y)


def test_the_best_step_size_of_the_grid_is_found():
    config = LINEAR.with_settings({"inner.steps": 1, "inner.lr": 0.02})
    zeros = ((np.zeros((1, 1)), np.zeros(1)),)
    # After one step the error is |1 - lr a|: of the grid, 1/a = 2 is nearest to 1 (0.5 left) or 3 (0.5 left).
    for a, best in ((1.0, 1.0), (1 / 3, 3.0), (10.0, 0.1), (1 / 0.02, 0.02)):
        assert finetune.tuned(zeros, quadratic(a=a), config).lr == best


def test_one_task_that_runs_away_rules_a_step_size_out():
    # Five tasks like a step of 1 best; on the sixth every step size but the smallest overflows float32.
    five, sixth = quadratic(n_tasks=5, a=1.0), quadratic(n_tasks=1, a=1e6)
    batch = TaskBatch(*(np.concatenate([getattr(b, part) for b in (five, sixth)])
                        for part in ("support_x", "support_y", "query_x", "query_y")))  # fmt: skip
    zeros = ((np.zeros((1, 1), "float32"), np.zeros(1, "float32")),)
    config = LINEAR.with_settings({"inner.steps": 10, "inner.lr": 1e-5})
    assert finetune.tuned(zeros, five, config).lr == 1.0
    assert finetune.tuned(zeros, batch, config).lr == 1e-5


def test_predictions_stay_where_tuning_said_to_stop():
    state = fresh("scratch", "mse")._replace(choice=Choice(0.1, 2))
    outputs = LEARNERS["scratch"].predict(state, sample("mse"), 5, CONFIG)
    assert not np.array_equal(outputs[1], outputs[2])
    for step in (3, 4, 5):
        np.testing.assert_array_equal(outputs[step], outputs[2])


def test_tuning_stops_where_validation_is_best_and_not_before_the_steps_of_maml():
    # Support says c, query says 0.6 c: with small steps the query loss falls, passes its best, and rises.
    batch = quadratic(a=1.0)
    batch = TaskBatch(batch.support_x, batch.support_y, batch.query_x, 0.6 * batch.query_y)
    config = LINEAR.with_settings({"inner.steps": 1, "inner.lr": 0.2})
    zeros = ((np.zeros((1, 1)), np.zeros(1)),)
    choice = finetune.tuned(zeros, batch, config)
    outputs = finetune.outputs_after(zeros, batch, config.evaluation.steps, choice.lr, "relu")
    losses = mean_loss(outputs, batch, "mse")
    assert choice.steps == 1 + int(np.argmin(losses[1:]))
    assert 1 <= choice.steps < config.evaluation.steps


def test_classes_are_tuned_by_accuracy_then_by_loss():
    batch, right = sample("cross_entropy", 3), np.array([[[[9.0, 0, 0]]]])
    one_task = TaskBatch(batch.support_x[:1], batch.support_y[:1], batch.query_x[:1, :1], batch.query_y[:1, :1])
    outputs = np.concatenate([right, right / 9, -right, right * np.nan])
    scores = finetune._score(outputs, one_task)
    assert scores[0] > scores[1] > scores[2] > scores[3]


def test_luck_does_not_pay_for_a_worse_loss_but_a_real_gain_does():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, (60, 20))
    batch = TaskBatch(np.zeros((60, 2, 1)), np.zeros((60, 2), int), np.zeros((60, 20, 1)), labels)
    coin = rng.integers(0, 2, labels.shape)
    lucky = np.where(rng.random(labels.shape) < 0.01, labels, coin)  # 50.5 % at most: what luck gives
    able = np.where(rng.random(labels.shape) < 0.4, labels, coin)
    modest, loud_lucky, loud_able = (size * (2.0 * guess - 1)[..., None]
                                     for size, guess in ((1e-3, coin), (9.0, lucky), (9.0, able)))  # fmt: skip
    scores = finetune._score(np.stack([modest, loud_lucky, loud_able]), batch)
    assert scores[2] > scores[0] > scores[1]
    assert scores[0][0] == scores[1][0] == 0.5


# -- nearest centroid ---------------------------------------------------------------------------------------


def test_nearest_centroid_agrees_with_scikit_learn():
    batch = sample("cross_entropy", 3, n_tasks=5, shots=4, queries=20)
    outputs = LEARNERS["nearest_centroid"].predict(fresh("nearest_centroid", "cross_entropy"), batch, 1, CONFIG)[0]
    for t in range(5):
        peer = SklearnCentroid().fit(batch.support_x[t], batch.support_y[t])
        np.testing.assert_array_equal(outputs[t].argmax(axis=-1), peer.predict(batch.query_x[t]))
        distance = np.linalg.norm(batch.query_x[t][:, None] - peer.centroids_, axis=-1)
        np.testing.assert_allclose(outputs[t], -(distance**2), rtol=1e-12)


def test_one_logit_compares_two_centroids_and_a_missing_class_says_nothing():
    x = np.array([[[0.0], [2.0]], [[0.0], [2.0]]])
    batch = TaskBatch(x, np.array([[0, 1], [1, 1]]), np.array([[[1.5]], [[1.5]]]), np.array([[1], [1]]))
    state = LEARNERS["nearest_centroid"].init(Problem(1, 1, "bce"), CONFIG, np.random.default_rng(0))
    logits = LEARNERS["nearest_centroid"].predict(state, batch, 0, CONFIG)[0, :, 0, 0]
    np.testing.assert_allclose(logits, [1.5**2 - 0.5**2, 0.0])


# -- nothing to learn ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["maml", "fomaml", "joint", "scratch", "nearest_centroid", "reptile", "anil", "meta_sgd", "maml_pp", "proto_maml",
     "imaml"],
)  # fmt: skip
def test_labels_without_information_are_not_learned(name):
    """No method may beat ln 2 on labels drawn apart from x: anything better would be leakage."""
    rng = np.random.default_rng(4)
    config = CONFIG.with_settings({"inner.lr": 0.3})

    def null(n_tasks):
        def half(n):
            return rng.standard_normal((n_tasks, n, 4)), rng.integers(0, 2, (n_tasks, n))

        return TaskBatch(*half(6), *half(9))

    learner, state = LEARNERS[name], fresh(name, "bce", config)
    for _ in range(100 if learner.trains else 0):
        state, _ = learner.step(state, null(10), config)
    test = null(400)
    outputs = learner.predict(learner.tune(state, null(50), config), test, 3, config)
    losses = LOSSES["bce"].values(outputs, test.query_y)
    assert (losses.mean(axis=1) > np.log(2) - 3 * losses.std(axis=1) / 20).all()
    hits = accuracy(outputs, test.query_y, "bce")
    assert (np.abs(hits.mean(axis=1) - 0.5) < 4 * hits.std(axis=1) / 20).all()
