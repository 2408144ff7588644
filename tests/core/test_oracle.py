"""The oracle against the references of its families, and where it has nothing to be told."""

from dataclasses import replace

import numpy as np
import pytest
from cases import TINY, flat, like, relative
from learner_cases import CONFIG, PROBLEMS, RANGES, fresh, sample

from mamlcore import Lab, load_preset
from mamlcore.batch import Problem, TaskBatch
from mamlcore.errors import LabError
from mamlcore.learners import LEARNERS
from mamlcore.learners.base import n_parameters
from mamlcore.losses import LOSSES, accuracy
from mamlcore.seeds import generator
from mamlcore.tasks import open_source

ORACLE = LEARNERS["oracle"]


def opened(preset, **settings):
    config = load_preset(preset).with_settings({path.replace("__", "."): value for path, value in settings.items()})
    return config, open_source(config, generator(config.seed, "world"))


# -- Gaussian classes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("pool", ["finite", "endless"])
def test_on_gaussian_classes_it_is_the_bayes_reference(pool):
    config, source = opened("gaussian", task__pool=pool, model__precision="float64")
    batch = source.sample(np.random.default_rng(0), 50, "test", 3, 10)
    state = ORACLE.init(source.problem, config, np.random.default_rng(0))
    outputs = ORACLE.predict(state, batch, 2, config)
    line = next(line for line in source.references(batch) if line.name == "bayes")
    losses = LOSSES["cross_entropy"].values(outputs[0], batch.query_y)
    assert losses.mean() == pytest.approx(line.loss, rel=1e-9)
    assert accuracy(outputs[0], batch.query_y, "cross_entropy").mean() == pytest.approx(line.accuracy)
    np.testing.assert_allclose(np.exp(outputs).sum(axis=-1), 1.0, rtol=1e-12)


def test_it_follows_the_noise_that_is_set_now():
    config, source = opened("gaussian")
    batch = source.sample(np.random.default_rng(0), 20, "test", 1, 5)
    state = ORACLE.init(source.problem, config, np.random.default_rng(0))
    louder = config.with_settings({"task.noise": 2.0})
    assert np.abs(ORACLE.predict(state, batch, 0, louder) - ORACLE.predict(state, batch, 0, config)).max() > 0.5


def test_it_is_not_told_the_means_of_a_tasks_classes():
    config, source = opened("gaussian")
    batch = source.sample(np.random.default_rng(0), 5, "test", 1, 5)
    state = ORACLE.init(source.problem, config, np.random.default_rng(0))
    blind = replace(batch, classes=None, parameters={})
    np.testing.assert_array_equal(ORACLE.predict(state, blind, 0, config), ORACLE.predict(state, batch, 0, config))


def test_for_gaussian_classes_it_uses_no_rows_and_no_gradients():
    config = CONFIG.with_settings({"task.noise": 0.5, "task.spread": 2.0})
    state, batch = fresh("oracle", "cross_entropy", config), sample("cross_entropy")
    after, info = ORACLE.step(state, batch, config)
    assert (info.rows, info.gradient_evaluations, after.steps) == (0, 0, 1)
    found = LOSSES["cross_entropy"].values(ORACLE.predict(state, batch, 0, config)[0], batch.query_y)
    np.testing.assert_allclose(info.query_losses, found, rtol=1e-12)


def test_no_learner_of_the_registry_beats_it_on_gaussian_classes():
    config, source = opened("gaussian", model__precision="float64")
    batch = source.sample(np.random.default_rng(0), 200, "test", 5, 10)
    train = [source.sample(np.random.default_rng(seed), 16, "train", 5, 10) for seed in range(60)]
    losses = {}
    for name in ("oracle", "prototypical", "whitened_centroid", "nearest_centroid"):
        learner = LEARNERS[name]
        state = learner.init(source.problem, config, np.random.default_rng(0))
        for part in train if learner.trains else ():
            state, _ = learner.step(state, part, config)
        losses[name] = LOSSES["cross_entropy"].values(learner.predict(state, batch, 0, config)[0], batch.query_y)
    for name in ("prototypical", "whitened_centroid", "nearest_centroid"):
        assert (losses[name] - losses["oracle"]).mean() > 0.01


# -- waves --------------------------------------------------------------------------------------------------


def test_the_network_is_told_scaled_amplitude_and_phase():
    config = CONFIG.with_settings({"model.hidden": ()})
    state, batch = fresh("oracle", "mse", config), sample("mse")
    weights, bias = state.theta[0]
    found = ORACLE.predict(state, batch, 0, config)[0]
    for t in range(batch.n_tasks):
        told = [(batch.parameters[name][t] - sum(RANGES[name]) / 2) / 4 for name in ("amplitude", "phase")]
        for q, x in enumerate(batch.query_x[t]):
            np.testing.assert_allclose(found[t, q], np.concatenate([x, told]) @ weights + bias, rtol=1e-12)


def test_the_gradient_of_a_step_is_exact():
    config = CONFIG.with_settings({"outer.optimizer": "sgd", "outer.lr": 0.25})
    state, batch = fresh("oracle", "mse", config), sample("mse")
    start = flat(state.theta)
    gradient = 4 * (start - flat(ORACLE.step(state, batch, config)[0].theta))
    halves = replace(batch, query_x=batch.support_x, query_y=batch.support_y)
    rows, n = [len(b.query_x[0]) for b in (batch, halves)], batch.support_x.shape[1] + batch.query_x.shape[1]
    rng, found = np.random.default_rng(0), []
    for _ in range(6):
        direction = rng.standard_normal(start.size)
        shifted = state._replace(theta=like(start + 1j * TINY * direction, state.theta))
        losses = [ORACLE.step(shifted, b, config)[1].query_losses.mean().imag / TINY for b in (batch, halves)]
        found.append([gradient @ direction, sum(k * loss for k, loss in zip(rows, losses, strict=True)) / n])
    assert relative(*np.array(found).T) < 1e-11


def test_on_waves_it_comes_far_below_what_no_adaptation_can():
    lab = Lab(load_preset("sine").with_settings({"learners": ("oracle",), "evaluation.tasks": 100}))
    for _ in range(700):
        lab.step()
    curves = lab.evaluate().learners["oracle"]
    assert curves.loss.mean() < 0.5  # 3.0 without adaptation
    np.testing.assert_array_equal(curves.loss[0], curves.loss[-1])
    assert lab.snapshot().learners["oracle"].ledger.rows == 700 * 25 * 20


def test_a_wave_without_its_parameters_is_refused():
    batch = sample("mse")
    batch = TaskBatch(batch.support_x, batch.support_y, batch.query_x, batch.query_y)
    with pytest.raises(LabError, match="must hold amplitude and phase of each task"):
        ORACLE.predict(fresh("oracle", "mse"), batch, 0, CONFIG)


def test_an_amplitude_that_never_changes_is_told_as_0():
    fixed = Problem(2, 2, "mse", known={"amplitude": np.array([2.0, 2.0]), "phase": np.array([0.0, 1.0])})
    state = ORACLE.init(fixed, CONFIG, np.random.default_rng(0))
    batch = replace(sample("mse"), parameters={"amplitude": np.full(4, 2.0), "phase": np.full(4, 0.5)})
    assert np.isfinite(ORACLE.predict(state, batch, 0, CONFIG)).all()


# -- where it is offered ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "offered"), [("sine", True), ("gaussian", True), ("letters", False), ("book", False)]
)
def test_where_it_is_offered(preset, offered):
    config, source = opened(preset)
    reason = ORACLE.unsupported(source.problem, config)
    assert (reason is None) is offered
    assert offered or ("needs tasks whose making is known" in reason and reason.endswith("."))


def test_dead_weights_and_unknown_tasks_are_refused():
    zero = CONFIG.with_settings({"model.init": "zero"})
    assert "can't train" in ORACLE.unsupported(PROBLEMS["mse"], zero)
    assert ORACLE.unsupported(PROBLEMS["cross_entropy"], zero) is None
    assert "needs tasks" in ORACLE.unsupported(Problem(2, 2, "mse"), CONFIG)


def test_what_is_known_does_not_make_problems_differ():
    source = opened("gaussian")[1]
    assert source.problem == Problem(20, 5, "cross_entropy", 64)
    assert source.problem.known["basis"].shape == (20, 4)


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("oracle", "mse", 4 * 6 + 6 + 6 * 5 + 5 + 5 * 2 + 2),
        ("oracle", "cross_entropy", 0),
        ("prototypical", "cross_entropy", 4 * 6 + 6 + 6 * 5 + 5),
        ("matching_fce", "cross_entropy", 4 * 6 + 6 + 6 * 5 + 5 + (2 + 2 + 3) * 5 * 20 + 3 * 20),
        ("whitened_centroid", "cross_entropy", 16),
        ("nearest_neighbor", "cross_entropy", 0),
        ("maml", "cross_entropy", 4 * 6 + 6 + 6 * 5 + 5 + 5 * 3 + 3),
    ],
)
def test_what_is_trained_is_counted_where_there_is_no_theta(name, kind, count):
    assert n_parameters(LEARNERS[name], fresh(name, kind), CONFIG) == count
