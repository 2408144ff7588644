"""Meta-SGD: equal fixed rates are MAML, and the gradient by the rates is that of the whole pipeline."""

import numpy as np
import pytest
from cases import flat, relative
from learner_cases import CONFIG, PROBLEMS, fresh, mean_loss, sample, trained

from mamlcore.learners import LEARNERS

LEARNER = LEARNERS["meta_sgd"]
SGD = CONFIG.with_settings({"outer.optimizer": "sgd", "outer.lr": 0.1})


def query_loss(state, batch, config):
    return mean_loss(LEARNER.predict(state, batch, config.inner.steps, config)[-1], batch, "mse").mean()


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_untrained_it_is_maml(kind):
    batch, state, maml = sample(kind, 3), fresh("meta_sgd", kind), fresh("maml", kind)
    np.testing.assert_array_equal(LEARNER.predict(state, batch, 4, CONFIG),
                                  LEARNERS["maml"].predict(maml, batch, 4, CONFIG))  # fmt: skip
    one, told = LEARNER.step(fresh("meta_sgd", kind, SGD), batch, SGD)
    two, wanted = LEARNERS["maml"].step(fresh("maml", kind, SGD), batch, SGD)
    assert relative(flat(one.theta), flat(two.theta)) < 1e-13
    np.testing.assert_allclose(told.query_losses, wanted.query_losses, rtol=1e-12)
    assert (told.rows, told.gradient_evaluations) == (wanted.rows, wanted.gradient_evaluations)


@pytest.mark.parametrize("steps", [1, 3])
def test_rates_move_against_the_slope_of_the_query_loss(steps):
    config = SGD.with_settings({"inner.steps": steps})
    state, batch = trained("meta_sgd", "mse", config, 2), sample("mse", 9)
    after, _ = LEARNER.step(state, batch, config)
    rng = np.random.default_rng(0)
    for part in ("theta", "rates"):
        here, there = getattr(state, part), getattr(after, part)
        direction = [(rng.standard_normal(w.shape), rng.standard_normal(b.shape)) for w, b in here]
        sides = []
        for h in (1e-5, -1e-5):
            moved = tuple((w + h * dw, b + h * db) for (w, b), (dw, db) in zip(here, direction, strict=True))
            sides.append(query_loss(state._replace(**{part: moved}), batch, config))
        slope = (sides[0] - sides[1]) / 2e-5
        found = (flat(here) - flat(there)) / config.outer.lr @ flat(direction)
        assert abs(found - slope) < 1e-6 * abs(slope)


def test_every_parameter_gets_a_rate_of_its_own():
    state = trained("meta_sgd", "cross_entropy", steps=20)
    assert flat(state.rates).size == flat(state.theta).size
    assert len(np.unique(flat(state.rates))) > 0.9 * flat(state.theta).size


def test_moving_the_inner_step_size_multiplies_the_learned_rates():
    state, batch = trained("meta_sgd", "mse", steps=5), sample("mse", 9)
    double = CONFIG.with_settings({"inner.lr": 2 * CONFIG.inner.lr})
    by_hand = state._replace(rates=tuple((2 * w, 2 * b) for w, b in state.rates))
    np.testing.assert_array_equal(LEARNER.predict(state, batch, 3, double), LEARNER.predict(by_hand, batch, 3, CONFIG))
    one, two = LEARNER.step(state, batch, double)[0], LEARNER.step(by_hand, batch, CONFIG)[0]
    np.testing.assert_array_equal(flat(one.rates), flat(two.rates))
    assert one.lr == double.inner.lr


def test_rates_find_the_features_that_matter():
    """Values depend on the first of two inputs alone, with a slope of each task's own: only its rate should grow."""
    rng, config = np.random.default_rng(0), CONFIG.with_settings({"model.hidden": (), "inner.steps": 1})
    state = fresh("meta_sgd", "mse", config)
    for seed in range(150):
        batch = sample("mse", seed, shots=1)
        slope = rng.standard_normal((batch.n_tasks, 1, 2))
        noisy = [(x[..., :1] * slope + 0.5 * rng.standard_normal((*x.shape[:2], 2)))
                 for x in (batch.support_x, batch.query_x)]  # fmt: skip
        state, _ = LEARNER.step(state, type(batch)(batch.support_x, noisy[0], batch.query_x, noisy[1]), config)
    rates = state.rates[0][0]
    assert rates[0].min() > 3 * abs(rates[1]).max()


def test_training_beats_maml_given_too_small_a_step_size():
    config, test = CONFIG.with_settings({"inner.lr": 0.01}), sample("mse", 1000, n_tasks=200)
    losses = {}
    for name in ("maml", "meta_sgd"):
        state = trained(name, "mse", config, steps=250)
        losses[name] = mean_loss(LEARNERS[name].predict(state, test, 2, config)[2], test, "mse").mean()
    assert losses["meta_sgd"] < 0.8 * losses["maml"]
