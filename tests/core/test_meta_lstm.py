"""Meta-LSTM: its equations against a slow, independent form, its gradient against complex steps, and its limits."""

from itertools import pairwise

import numpy as np
import pytest
from cases import TINY, flat, like, relative, slow_loss
from learner_cases import CONFIG, PROBLEMS, fresh, leaves, mean_loss, sample, trained

from mamlcore import optimizer
from mamlcore.arrays import is_finite
from mamlcore.learners import LEARNERS, coordinate, gated, meta_lstm
from mamlcore.learners.gradients import clipped
from mamlcore.learners.model import outputs_after
from mamlcore.metagrad import rows_of
from mamlcore.network import forward

LEARNER = LEARNERS["meta_lstm"]


def lively(kind, seed=1):
    """A state whose weights are far from their tiny start, so that every path through the rule carries weight."""
    state, rng = fresh("meta_lstm", kind), np.random.default_rng(seed)
    meta = gated.Gated(*(tuple(part + 0.5 * rng.standard_normal(part.shape) for part in layer) for layer in state.meta))
    bias = (meta.input_gate[0], np.array([-1.5])), (meta.forget_gate[0], np.array([1.5]))
    return state._replace(meta=gated.Gated(meta.lstm, *bias))


def fixed(state, keep, rate):
    """The rule that keeps ``keep`` of theta and takes gradient steps of size ``rate``, whatever it is fed."""
    zeros = np.zeros((22, 1))
    gates = [(zeros, np.array([np.log(p) - np.log1p(-p) if p < 1 else 60.0])) for p in (rate, keep)]
    return state._replace(meta=gated.Gated(state.meta.lstm, *gates))


# -- the slow form: one coordinate's equations as the paper has them ----------------------------------------


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def preprocess(x):
    big = abs(x) >= np.exp(-10.0)
    return [np.log(abs(x)) / 10.0, np.sign(x)] if big else [-1.0, np.exp(10.0) * x]


def slow_rule(meta, theta, losses, gradients):
    """Follow one task's coordinates (P,) through the updates; complex weights are followed analytically."""
    (w, b), (wi, bi), (wf, bf) = meta
    out = []
    for p, start in enumerate(theta):
        value = start
        h = c = np.zeros(20)
        i = f = 0.0
        for loss, gradient in zip(losses, gradients, strict=True):
            z = np.concatenate([preprocess(gradient[p]), preprocess(loss), h]) @ w + b
            c = sigmoid(z[20:40]) * c + sigmoid(z[:20]) * np.tanh(z[60:])
            h = sigmoid(z[40:60]) * np.tanh(c)
            i, f = (
                sigmoid(np.concatenate([h, [value, i]]) @ wi[:, 0] + bi[0]),
                sigmoid(np.concatenate([h, [value, f]]) @ wf[:, 0] + bf[0]),
            )
            value = f * value - i * gradient[p]
        out.append(value)
    return np.array(out)


def slow_path(state, batch, task, kind, steps):
    """One task's theta after 0..steps updates, and the losses and gradients met."""
    thetas, losses, gradients = [flat(state.theta)], [], []
    for _ in range(steps):
        phi = like(thetas[-1], state.theta)
        loss, gradient = slow_loss(phi, batch.support_x[task], batch.support_y[task], kind, "tanh")
        losses.append(loss)
        gradients.append(gradient)
        thetas.append(slow_rule(state.meta, thetas[0], losses, gradients))
    return thetas, losses, gradients


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_the_updates_are_the_papers_equations(kind):
    state, batch = lively(kind), sample(kind, 7)
    path = LEARNER.adapted(state, batch, 3, CONFIG)
    for task in (0, 3):
        slow, _, _ = slow_path(state, batch, task, kind, 3)
        for phi, wanted in zip(path, slow, strict=True):
            found = flat([(w[task], b[task]) for w, b in phi])
            np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_the_gradient_is_exact_with_the_learners_gradients_frozen(kind):
    state, batch, steps = lively(kind), sample(kind, 7, n_tasks=2), 3
    losses, gradient = meta_lstm.meta_gradient(state, rows_of(state.theta, batch), steps, "tanh")
    paths = [slow_path(state, batch, t, kind, steps) for t in range(2)]

    def loss(parts):
        """Mean query loss with the support losses and gradients of the real path, whatever the parameters."""
        total = []
        for t, (_, met, slopes) in enumerate(paths):
            end = slow_rule(parts[:3], flat(parts[3:]), met, slopes)
            total.append(slow_loss(like(end, state.theta), batch.query_x[t], batch.query_y[t], kind, "tanh")[0])
        return np.array(total)

    whole = (*state.meta, *state.theta)
    np.testing.assert_allclose(losses, loss(whole), rtol=1e-12)
    vector, found, rng = flat(whole), flat(gradient), np.random.default_rng(3)
    starts = np.cumsum([0] + [part.size for layer in whole for part in layer])
    # a complex step in one random coordinate of every array, and along random directions of all of them
    directions = [np.eye(1, vector.size, rng.integers(a, b))[0] for a, b in pairwise(starts)]
    directions += list(rng.standard_normal((3, vector.size)))
    for direction in directions:
        wanted = loss(like(vector + 1j * TINY * direction, whole)).mean().imag / TINY
        np.testing.assert_allclose(found @ direction, wanted, rtol=1e-9, atol=1e-13)


def test_the_dependence_of_gradients_on_theta_is_left_out():
    """The gradient must differ from that of the true loss, or the learner's gradients would not be detached."""
    state, batch = lively("mse"), sample("mse", 7, n_tasks=2)
    _, gradient = meta_lstm.meta_gradient(state, rows_of(state.theta, batch), 3, "tanh")
    eps, direction = 1e-6, np.random.default_rng(4).standard_normal(flat(state.theta).size)

    def true_loss(shift):
        moved = state._replace(theta=like(flat(state.theta) + shift * direction, state.theta))
        return mean_loss(LEARNER.predict(moved, batch, 3, CONFIG)[3], batch, "mse")

    true = (true_loss(eps) - true_loss(-eps)) / (2 * eps)
    assert relative(flat(gradient[3:]) @ direction, true) > 1e-3


# -- its limits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_open_forget_gate_and_a_fixed_input_gate_are_gradient_descent(kind):
    state, batch = fixed(fresh("meta_lstm", kind), 1.0, 0.07), sample(kind, 7)
    wanted = outputs_after(state.theta, batch, 6, 0.07, "tanh")
    np.testing.assert_allclose(LEARNER.predict(state, batch, 6, CONFIG), wanted, rtol=1e-11, atol=1e-13)


def test_a_forget_gate_below_one_shrinks_theta():
    state, batch = fixed(fresh("meta_lstm", "mse"), 0.9, 1e-12), sample("mse", 7)
    end = LEARNER.adapted(state, batch, 3, CONFIG)[-1]
    np.testing.assert_allclose(flat([(w[0], b[0]) for w, b in end]), 0.9**3 * flat(state.theta), atol=1e-9)


def test_without_updates_it_is_the_learned_start():
    state, batch = trained("meta_lstm", "mse"), sample("mse", 7)
    outputs = LEARNER.predict(state, batch, 0, CONFIG)
    np.testing.assert_allclose(outputs[0], forward(state.theta, batch.query_x, "tanh").outputs, rtol=1e-13)
    assert relative(flat(state.theta), flat(fresh("meta_lstm", "mse").theta)) > 1e-4  # c_0 is learned


def test_the_first_updates_are_small_gradient_steps():
    state, batch = fresh("meta_lstm", "mse"), sample("mse", 7)
    assert 4.0 <= state.meta.forget_gate[1][0] <= 5.0
    assert -5.0 <= state.meta.input_gate[1][0] <= -4.0
    assert max(np.abs(part).max() for part in (*state.meta.lstm, state.meta.input_gate[0])) <= 0.01
    opened, kept = LEARNER.gates(state, batch, 4, CONFIG)
    assert opened.shape == kept.shape == (4, 4, flat(state.theta).size)
    assert (opened > 0.006).all()
    assert (opened < 0.02).all()
    assert (kept > 0.98).all()


@pytest.mark.parametrize("exponent", [3, 0, -4, -5, -12])
def test_preprocessing_keeps_magnitude_and_sign(exponent):
    values = np.array([1.0, -2.0]) * 10.0**exponent
    wanted = np.array([preprocess(value) for value in values]).T
    np.testing.assert_allclose(coordinate.log_and_sign(values, 10.0), wanted, rtol=1e-12)
    assert not coordinate.log_and_sign(np.zeros(3), 10.0)[1].any()


def test_a_long_gradient_is_cut_to_a_quarter():
    gradient = ((np.full((2, 3), 3.0), np.full(3, -4.0)),)
    cut = clipped(gradient, 0.25)
    np.testing.assert_allclose(np.linalg.norm(flat(cut)), 0.25)
    assert relative(flat(cut) / np.linalg.norm(flat(cut)), flat(gradient) / np.linalg.norm(flat(gradient))) < 1e-15
    assert clipped(cut, 0.26) is cut
    lost = ((np.full((1, 1), np.nan), np.zeros(1)),)
    assert not is_finite(clipped(lost, 0.25))


@pytest.mark.parametrize(("kept", "most"), [(1, 10**6), (700, 10**6), (10**6, 10**6), (0, 0)])
def test_blocks_and_chunks_change_nothing(monkeypatch, kept, most):
    """Tasks one at a time, in twos, all at once; their activations kept, or (at last) computed once more."""
    state, batch = lively("cross_entropy"), sample("cross_entropy", 7, n_tasks=5)
    rows = rows_of(state.theta, batch)
    one, whole = meta_lstm.meta_gradient(state, rows, 3, "tanh"), LEARNER.predict(state, batch, 3, CONFIG)
    monkeypatch.setattr(coordinate, "_BLOCK", 37)
    monkeypatch.setattr(meta_lstm, "_CHUNK_COORDINATES", 200)
    monkeypatch.setattr(meta_lstm, "_KEPT_UPDATES", kept)
    monkeypatch.setattr(meta_lstm, "_MOST_KEPT", most)
    two = meta_lstm.meta_gradient(state, rows, 3, "tanh")
    np.testing.assert_allclose(two[0], one[0], rtol=1e-12)
    assert relative(flat(two[1]), flat(one[1])) < 1e-12
    np.testing.assert_allclose(LEARNER.predict(state, batch, 3, CONFIG), whole, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("together", "block"), [(2, 1.0), (3, 2.0), (3, 2.2), (4, 1.5)])
def test_a_last_group_of_fewer_tasks_fits_the_rooms_of_the_others(monkeypatch, together, block):
    """Blocks in tasks. Of 3 tasks a block is one and a half: 2 tasks alone would be one of 2, for which no room is."""
    state, batch = lively("cross_entropy"), sample("cross_entropy", 7, n_tasks=5)
    rows, n_coordinates = rows_of(state.theta, batch), sum(part.size for layer in state.theta for part in layer)
    wanted = meta_lstm.meta_gradient(state, rows, 2, "tanh")
    monkeypatch.setattr(coordinate, "_BLOCK", int(block * n_coordinates))
    monkeypatch.setattr(meta_lstm, "_KEPT_UPDATES", together * 2 * n_coordinates)
    found = meta_lstm.meta_gradient(state, rows, 2, "tanh")
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-12)
    assert relative(flat(found[1]), flat(wanted[1])) < 1e-12


def test_one_step_is_adam_on_the_clipped_gradient():
    config = CONFIG.with_settings({"learner.meta_lstm_lr": 0.02, "outer.lr": 0.3, "outer.optimizer": "sgd"})
    state, batch = fresh("meta_lstm", "mse", config), sample("mse", 7)
    after, info = LEARNER.step(state, batch, config)
    _, gradient = meta_lstm.meta_gradient(state, rows_of(state.theta, batch), 2, "tanh")
    assert np.linalg.norm(flat(gradient)) > 0.25
    whole = (*state.meta, *state.theta)
    wanted, _ = optimizer.update(optimizer.init(whole, "adam"), clipped(gradient, 0.25), whole, 0.02)
    np.testing.assert_allclose(flat((*after.meta, *after.theta)), flat(wanted), rtol=1e-12)
    assert (info.rows, info.gradient_evaluations) == (4 * 15, 4 * 3)


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_training_beats_the_start(kind):
    config = CONFIG.with_settings({"learner.meta_lstm_lr": 0.02})
    test, state = sample(kind, 1000, n_tasks=100), fresh("meta_lstm", kind, config)
    before = mean_loss(LEARNER.predict(state, test, 2, config)[2], test, kind)
    for seed in range(150):
        state, _ = LEARNER.step(state, sample(kind, seed), config)
    curve = mean_loss(LEARNER.predict(state, test, 2, config), test, kind)
    assert curve[2] < 0.85 * before
    assert curve[2] < curve[0]  # it is the updates that help, not the start alone
    assert np.isfinite(leaves(state)).all()
