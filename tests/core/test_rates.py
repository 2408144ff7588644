"""Step sizes by layer, parameter and step: both gradients against a complex step through the slow, separate way."""

import numpy as np
import pytest
from cases import TINY, batch, flat, like, network, relative, slow_loss, widths_for

from mamlcore.losses import LOSSES
from mamlcore.metagrad import Inner, rows_of
from mamlcore.metagrad.plain import plain
from mamlcore.metagrad.rates import Rated, adapt_rated, mean_over_tasks, rated, uniform

STEPS = 3
WEIGHTS = (0.2, 0.0, 0.7)


def slow_objective(theta, rates, tasks, loss, activation, weights):
    """Mean over tasks of the weighted query losses; theta (P,) and each step's rates (P,) may be complex."""
    shape, total = network(np.random.default_rng(0), WIDTHS[loss]), 0.0
    for sx, sy, qx, qy in zip(tasks.support_x, tasks.support_y, tasks.query_x, tasks.query_y, strict=True):
        phi = theta
        for rate, weight in zip(rates, weights, strict=True):
            phi = phi - rate * slow_loss(like(phi, shape), sx, sy, loss, activation)[1]
            total = total + weight * slow_loss(like(phi, shape), qx, qy, loss, activation)[0]
    return total / tasks.n_tasks


WIDTHS = {loss: widths_for(loss, 3, 4, 4) for loss in LOSSES}


def drawn(loss, seed=1):
    """A network, tasks, and rates that differ in every parameter and step."""
    rng = np.random.default_rng(seed)
    theta = network(rng, WIDTHS[loss])
    rates = tuple(
        tuple((rng.uniform(-0.1, 0.4, w.shape), rng.uniform(-0.1, 0.4, b.shape)) for w, b in theta)
        for _ in range(STEPS)
    )
    return theta, batch(rng, loss, WIDTHS[loss]), rates


def turned(function, vector):
    """Gradient by complex step, one coordinate after the other."""
    return np.array([function(vector + 1j * TINY * unit).imag / TINY for unit in np.eye(vector.size)])


@pytest.mark.parametrize("loss", list(LOSSES))
def test_gradients_by_start_and_rates_match_a_complex_step(loss):
    theta, tasks, rates = drawn(loss)
    found = rated(theta, rows_of(theta, tasks), Rated(rates, LOSSES[loss], "tanh", WEIGHTS))
    vectors = [flat(step) for step in rates]
    by_theta = turned(lambda v: slow_objective(v, vectors, tasks, loss, "tanh", WEIGHTS), flat(theta))
    assert relative(flat(mean_over_tasks(found.gradient)), by_theta) < 1e-12
    for k in range(STEPS):
        by_rate = turned(
            lambda v, k=k: slow_objective(
                flat(theta), [v if i == k else r for i, r in enumerate(vectors)], tasks, loss, "tanh", WEIGHTS
            ),
            vectors[k],
        )
        assert relative(flat(found.rates[k]), by_rate) < 1e-12


def test_a_shared_rates_gradient_is_the_sum_over_what_shares_it():
    theta, tasks, _ = drawn("mse")
    rows, how = rows_of(theta, tasks), Rated(uniform(theta, 0.2, STEPS), LOSSES["mse"], "tanh")
    full = tuple(tuple((np.full_like(w, 0.2), np.full_like(b, 0.2)) for w, b in theta) for _ in range(STEPS))
    one, each = rated(theta, rows, how), rated(theta, rows, how._replace(rates=full))
    for shared, separate in zip(one.rates, each.rates, strict=True):
        sums = [part.sum() for layer in separate for part in layer]
        np.testing.assert_allclose([float(part) for layer in shared for part in layer], sums, rtol=1e-12)
    np.testing.assert_allclose(flat(mean_over_tasks(one.gradient)), flat(mean_over_tasks(each.gradient)), rtol=1e-12)


@pytest.mark.parametrize("first_order", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_rate_for_all_is_plain_maml(dtype, first_order):
    rng = np.random.default_rng(3)
    theta, tasks = network(rng, WIDTHS["cross_entropy"], dtype), batch(rng, "cross_entropy", WIDTHS["cross_entropy"])
    loss = LOSSES["cross_entropy"]
    losses, gradient = plain(theta, rows_of(theta, tasks), Inner(0.3, STEPS, loss, "relu"), first_order)
    found = rated(theta, rows_of(theta, tasks), Rated(uniform(theta, 0.3, STEPS), loss, "relu"), first_order)
    np.testing.assert_array_equal(found.losses, losses)
    assert found.losses.dtype == dtype
    assert relative(flat(mean_over_tasks(found.gradient)), flat(gradient)) < (1e-5 if dtype == "float32" else 1e-14)


@pytest.mark.parametrize("frozen", [1, 2])
def test_a_layer_without_a_rate_stays_put_and_counts_as_rate_zero(frozen):
    theta, tasks, rates = drawn("mse")
    still = tuple(tuple(None if i < frozen else layer for i, layer in enumerate(step)) for step in rates)
    zero = tuple(tuple((0 * w, 0 * b) if i < frozen else (w, b) for i, (w, b) in enumerate(step)) for step in rates)
    how, rows = Rated(still, LOSSES["mse"], "tanh", WEIGHTS), rows_of(theta, tasks)
    one, two = rated(theta, rows, how), rated(theta, rows, how._replace(rates=zero))
    np.testing.assert_allclose(
        flat(mean_over_tasks(one.gradient)), flat(mean_over_tasks(two.gradient)), rtol=1e-10, atol=1e-14
    )
    assert all(step[:frozen] == (None,) * frozen for step in one.rates)
    path = adapt_rated(theta, rows.support_x, rows.support_y, how, STEPS)
    assert all(phi[i] is theta[i] for phi in path for i in range(frozen))
    assert path[1][frozen][0].shape == (tasks.n_tasks, *theta[frozen][0].shape)


def test_first_order_rates_still_have_their_gradient():
    theta, tasks, rates = drawn("mse")
    how, rows = Rated(rates[:1], LOSSES["mse"], "tanh"), rows_of(theta, tasks)
    exact, first = rated(theta, rows, how), rated(theta, rows, how, first_order=True)
    np.testing.assert_array_equal(flat(exact.rates[0]), flat(first.rates[0]))  # one step: -g_q ⊙ g_s either way
    assert relative(flat(mean_over_tasks(first.gradient)), flat(mean_over_tasks(exact.gradient))) > 1e-2


def test_steps_beyond_the_learned_ones_use_the_last_rates():
    theta, tasks, rates = drawn("mse")
    rows, long = rows_of(theta, tasks), (*rates, rates[-1], rates[-1])
    one = adapt_rated(theta, rows.support_x, rows.support_y, Rated(rates, LOSSES["mse"], "tanh"), 5)
    two = adapt_rated(theta, rows.support_x, rows.support_y, Rated(long, LOSSES["mse"], "tanh"), 5)
    assert len(one) == 6
    np.testing.assert_array_equal(flat(one[-1]), flat(two[-1]))
