"""Reptile: one step is joint SGD, more are not; schedules, minibatches and the inner Adam are the paper's."""

import numpy as np
import pytest
from cases import flat, like, relative, slow_loss
from learner_cases import CONFIG, PROBLEMS, fresh, mean_loss, sample, trained

from mamlcore.learners import LEARNERS, reptile

LEARNER = LEARNERS["reptile"]
ALL_ROWS = CONFIG.with_settings({"learner.reptile_batch": 1000})
ADAM = ALL_ROWS.with_settings({"learner.reptile_inner": "adam", "learner.reptile_adam_lr": 0.02})


def pooled(batch, t):
    x = np.concatenate([batch.support_x[t], batch.query_x[t]])
    return x, np.concatenate([batch.support_y[t], batch.query_y[t]])


@pytest.mark.parametrize("kind", ["mse", "bce"])
def test_one_inner_step_is_a_step_of_joint_sgd(kind):
    config = ALL_ROWS.with_settings(
        {"learner.reptile_inner_steps": 1, "outer.optimizer": "sgd", "outer.lr": CONFIG.inner.lr}
    )
    batch = sample(kind)
    one = LEARNER.step(fresh("reptile", kind, config), batch, config)[0]
    joint = LEARNERS["joint"].step(fresh("joint", kind, config), batch, config)[0]
    np.testing.assert_allclose(flat(one.theta), flat(joint.theta), rtol=1e-12, atol=1e-14)
    several = config.with_settings({"learner.reptile_inner_steps": 5})
    far = LEARNER.step(fresh("reptile", kind, config), batch, several)[0]
    start = flat(fresh("reptile", kind, config).theta)
    moves = flat(far.theta) - start, flat(joint.theta) - start
    assert moves[0] @ moves[1] < 0.999 * np.linalg.norm(moves[0]) * np.linalg.norm(moves[1])


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_the_start_moves_a_share_of_the_way_to_the_mean_of_what_tasks_were_trained_to(kind):
    config = ALL_ROWS.with_settings({"learner.reptile_step": 0.3, "learner.reptile_inner_steps": 3})
    state, batch = fresh("reptile", kind), sample(kind)
    ends = []
    for t in range(batch.n_tasks):
        phi = flat(state.theta)
        for _ in range(3):
            phi = phi - config.inner.lr * slow_loss(like(phi, state.theta), *pooled(batch, t), kind, "tanh")[1]
        ends.append(phi)
    wanted = flat(state.theta) + 0.3 * (np.mean(ends, axis=0) - flat(state.theta))
    after, info = LEARNER.step(state, batch, config)
    np.testing.assert_allclose(flat(after.theta), wanted, rtol=1e-11, atol=1e-13)
    assert (info.rows, info.gradient_evaluations, info.comparable) == (4 * 15, 4 * 3, False)


def test_the_inner_adam_has_no_momentum_and_forgets_between_tasks():
    state, batch = fresh("reptile", "mse"), sample("mse")
    path = LEARNER.adapted(state, batch, 3, ADAM)
    phi, square = flat(state.theta), 0.0
    for k in range(1, 4):
        g = slow_loss(like(phi, state.theta), batch.support_x[1], batch.support_y[1], "mse", "tanh")[1]
        square = 0.999 * square + 0.001 * g * g
        phi = phi - 0.02 * g / (np.sqrt(square / (1 - 0.999**k)) + 1e-8)
        np.testing.assert_allclose(flat([(w[1], b[1]) for w, b in path[k]]), phi, rtol=1e-9, atol=1e-12)
    first = flat(path[1]) - flat(path[0])
    np.testing.assert_allclose(np.abs(first), 0.02, rtol=1e-4)  # the first step is the gradient's sign


def test_the_meta_step_falls_linearly_and_stays():
    config = CONFIG.with_settings(
        {"learner.reptile_step": 0.5, "learner.reptile_last_step": 0.1, "learner.reptile_decay": 100}
    )
    found = [reptile.step_size(config, updates) for updates in (0, 25, 100, 500)]
    np.testing.assert_allclose(found, [0.5, 0.4, 0.1, 0.1])
    off = config.with_settings({"learner.reptile_last_step": 0.0})
    state = fresh("reptile", "mse")._replace(updates=100)
    after, _ = LEARNER.step(state, sample("mse"), off)
    np.testing.assert_array_equal(flat(after.theta), flat(state.theta))
    assert after.updates == 101


def test_minibatches_take_each_row_once_before_any_twice():
    batches = reptile.minibatches(np.random.default_rng(0), 3, 12, 4, 6)
    assert [rows.shape for _, rows in batches] == [(3, 4)] * 6
    for t in range(3):
        seen = np.concatenate([rows[t] for _, rows in batches])
        assert sorted(seen[:12]) == sorted(seen[12:]) == list(range(12))
    assert not np.array_equal(batches[0][1][0], batches[0][1][1])
    assert reptile.minibatches(np.random.default_rng(0), 3, 12, 50, 1)[0][1].shape == (3, 12)


def test_every_meta_step_draws_other_minibatches_and_repeats_on_the_same_state():
    config = CONFIG.with_settings({"learner.reptile_batch": 3})
    state, batch = fresh("reptile", "mse"), sample("mse")
    one, again = (LEARNER.step(state, batch, config)[0] for _ in range(2))
    later = LEARNER.step(state._replace(updates=1), batch, config)[0]
    np.testing.assert_array_equal(flat(one.theta), flat(again.theta))
    assert relative(flat(later.theta), flat(one.theta)) > 1e-6
    rows = [LEARNER.step(state, batch, config.with_settings({"learner.reptile_inner_steps": k}))[1].rows
            for k in (1, 4, 9)]  # fmt: skip
    assert rows == [4 * 3, 4 * 12, 4 * 15]  # of 15 rows a task


@pytest.mark.parametrize("kind", list(PROBLEMS))
@pytest.mark.parametrize("inner", ["sgd", "adam"])
def test_training_beats_the_same_network_untrained(kind, inner):
    config = (ADAM if inner == "adam" else CONFIG).with_settings({"learner.reptile_batch": 5})
    test = sample(kind, 1000, n_tasks=200)
    states = fresh("reptile", kind, config), trained("reptile", kind, config, steps=150)
    losses = [mean_loss(LEARNER.predict(s, test, 2, config)[2], test, kind).mean() for s in states]
    assert losses[1] < 0.9 * losses[0]
