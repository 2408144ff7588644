"""MAML++: with everything off it is MAML to the bit; each part is the paper's, and its gradients are exact."""

import numpy as np
import pytest
from cases import flat
from learner_cases import CONFIG, PROBLEMS, fresh, mean_loss, sample, trained

from mamlcore.learners import LEARNERS, maml_pp

LEARNER = LEARNERS["maml_pp"]
PARTS = ("multi_step", "rates", "annealed_order", "cosine")
OFF = CONFIG.with_settings({f"learner.maml_pp_{part}": "off" for part in PARTS})


def only(part, **changes):
    return OFF.with_settings({f"learner.maml_pp_{part}": "on", **changes})


@pytest.mark.parametrize("kind", list(PROBLEMS))
@pytest.mark.parametrize("settings", [{}, {"inner.order": "first"}, {"outer.optimizer": "sgd", "inner.steps": 5},
                                      {"model.precision": "float32"}])  # fmt: skip
def test_with_all_switches_off_it_is_maml_bit_for_bit(kind, settings):
    config = OFF.with_settings(settings)
    ours, theirs = fresh("maml_pp", kind, config), fresh("maml", kind, config)
    for seed in range(6):
        ours, told = LEARNER.step(ours, sample(kind, seed), config)
        theirs, wanted = LEARNERS["maml"].step(theirs, sample(kind, seed), config)
        np.testing.assert_array_equal(told.query_losses, wanted.query_losses)
        assert (told.rows, told.gradient_evaluations) == (wanted.rows, wanted.gradient_evaluations)
    np.testing.assert_array_equal(flat(ours.theta), flat(theirs.theta))
    outputs = [LEARNERS[n].predict(s, sample(kind, 9), 4, config) for n, s in (("maml_pp", ours), ("maml", theirs))]
    np.testing.assert_array_equal(*outputs)


@pytest.mark.parametrize("part", PARTS)
def test_each_switch_changes_something(part):
    early = only(part, **{"learner.maml_pp_length": 12})
    ours, theirs = trained("maml_pp", "mse", early, 5), trained("maml_pp", "mse", OFF, 5)
    assert not np.array_equal(flat(ours.theta), flat(theirs.theta))


def published_weights(steps, epoch, epochs):
    """The importance vector as the published code computes it, epoch by epoch."""
    weights, decay, least = np.full(steps, 1 / steps), 1 / steps / epochs, 0.03 / steps
    for i in range(steps - 1):
        weights[i] = max(weights[i] - epoch * decay, least)
    weights[-1] = min(weights[-1] + epoch * (steps - 1) * decay, 1 - (steps - 1) * least)
    return weights


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_importance_of_steps_is_the_published_one(steps):
    config = only("multi_step", **{"inner.steps": steps, "learner.maml_pp_length": 75_000})
    for epoch in range(15):  # of 500 meta-steps
        found = maml_pp.step_weights(config, 500 * epoch)
        np.testing.assert_allclose(found, published_weights(steps, epoch, 15), rtol=1e-12)
    late = published_weights(steps, 99, 100)  # no weight falls below 0.03 / S before the end
    np.testing.assert_allclose(maml_pp.step_weights(config, 7425), late, rtol=1e-12)
    assert steps == 1 or min(late) == 0.03 / steps
    np.testing.assert_array_equal(maml_pp.step_weights(config, 7500), (0,) * (steps - 1) + (1,))
    np.testing.assert_array_equal(maml_pp.step_weights(OFF, 0), (0, 1))


def test_order_and_outer_rate_follow_the_plan():
    config = CONFIG.with_settings({"learner.maml_pp_length": 300, "outer.lr": 0.1})
    assert [maml_pp.goes_first_order(config, n) for n in (0, 99, 100, 300)] == [True, True, False, False]
    assert maml_pp.goes_first_order(config.with_settings({"inner.order": "first"}), 200)
    rates = [maml_pp.outer_rate(config, n) for n in (0, 100, 150, 300, 900)]
    np.testing.assert_allclose(rates, [0.1, 0.001 + 0.099 * 0.75, 0.0505, 0.001, 0.001])
    assert maml_pp.outer_rate(OFF, 10**6) == OFF.outer.lr


def test_early_meta_steps_are_those_of_first_order_maml():
    config = only("annealed_order", **{"learner.maml_pp_length": 12})
    ours, first = fresh("maml_pp", "mse"), fresh("fomaml", "mse")
    evaluations = []
    for seed in range(5):
        ours, info = LEARNER.step(ours, sample("mse", seed), config)
        evaluations.append(info.gradient_evaluations)
        if seed < 4:
            first, _ = LEARNERS["fomaml"].step(first, sample("mse", seed), config)
            np.testing.assert_array_equal(flat(ours.theta), flat(first.theta))
    assert evaluations == [12, 12, 12, 12, 28]


@pytest.mark.parametrize("part", ["theta", "rates"])
def test_the_gradient_is_that_of_all_weighted_steps(part):
    config = only("multi_step", **{"learner.maml_pp_rates": "on", "outer.optimizer": "sgd", "outer.lr": 0.01,
                                   "inner.steps": 3, "learner.maml_pp_length": 100})  # fmt: skip
    state, batch = trained("maml_pp", "mse", config, 4), sample("mse", 9)
    weights = maml_pp.step_weights(config, state.updates)
    assert all(weights)

    def objective(moved):
        outputs = LEARNER.predict(moved, batch, 3, config)[1:]
        return float(np.dot(weights, mean_loss(outputs, batch, "mse")))

    after, info = LEARNER.step(state, batch, config)
    here, rng = getattr(state, part), np.random.default_rng(0)
    direction = [(rng.standard_normal(w.shape), rng.standard_normal(b.shape)) for w, b in here]
    sides = [
        objective(
            state._replace(
                **{part: tuple((w + h * p, b + h * q) for (w, b), (p, q) in zip(here, direction, strict=True))}
            )
        )
        for h in (1e-5, -1e-5)
    ]
    slope = (sides[0] - sides[1]) / 2e-5
    found = (flat(here) - flat(getattr(after, part))) / 0.01 @ flat(direction)
    assert abs(found - slope) < 1e-6 * abs(slope)
    assert info.gradient_evaluations == 4 * (3 * 3 + 3)


def test_rates_are_learned_for_the_steps_taken_and_kept_for_the_others():
    state = trained("maml_pp", "mse", only("rates"), 5)
    for layer in state.rates:
        for row in layer:
            assert len(np.unique(row[:2])) == 2
            assert not (row[:2] == CONFIG.inner.lr).any()
            np.testing.assert_array_equal(row[2:], CONFIG.inner.lr)
    assert len(np.unique([row[0] for layer in state.rates for row in layer])) == 6
    three = only("rates", **{"inner.steps": 3})
    after, _ = LEARNER.step(state, sample("mse", 9), three)
    assert after.rates[0][0][2] != CONFIG.inner.lr


def test_moving_the_inner_step_size_multiplies_the_learned_rates():
    config = only("rates")
    state, batch = trained("maml_pp", "mse", config, 5), sample("mse", 9)
    double = config.with_settings({"inner.lr": 2 * config.inner.lr})
    by_hand = state._replace(rates=tuple((2 * w, 2 * b) for w, b in state.rates))
    np.testing.assert_array_equal(LEARNER.predict(state, batch, 3, double), LEARNER.predict(by_hand, batch, 3, config))
    one, two = LEARNER.step(state, batch, double)[0], LEARNER.step(by_hand, batch, config)[0]
    np.testing.assert_array_equal(flat(one.theta), flat(two.theta))


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_training_beats_the_same_network_untrained(kind):
    test = sample(kind, 1000, n_tasks=200)
    config = CONFIG.with_settings({"learner.maml_pp_length": 300})
    states = fresh("maml_pp", kind, config), trained("maml_pp", kind, config, steps=250)
    losses = [mean_loss(LEARNER.predict(s, test, 2, config)[2], test, kind).mean() for s in states]
    assert losses[1] < 0.9 * losses[0]
