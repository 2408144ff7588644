"""The meta-gradient against integers, complex steps, differences, closed forms and a slow independent reference."""

import numpy as np
import pytest
from cases import LOSSES, TINY, batch, flat, like, network, relative, slow_meta_gradient, targets, widths_for
from hypothesis import given, settings
from hypothesis import strategies as st

from mamlcore import TaskBatch, meta_gradient
from mamlcore import losses as losses_module
from mamlcore.metagrad import Inner, adapt

SHAPES = {"linear": (3,), "equal": (3, 4, 4), "unequal": (3, 6, 4), "one_input": (1, 5), "deep": (2, 3, 3, 3)}


def mirrored(row: list[float], target: float) -> tuple[np.ndarray, np.ndarray]:
    """One row and its mirror image: the mean squared error is (row·w - target)² + b², so a bias at 0 stays there."""
    x = np.array([row, [-v for v in row]], dtype=float)[None]
    return x, np.array([[target], [-target]], dtype=float)[None]


def vector_model(w: list[float]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.array(w, dtype=float)[:, None], np.zeros(1))]


# Loss ½(x·w)² is half of mse: the same inner step has half the step size, and the outer gradient is halved.
@pytest.mark.parametrize(
    ("support", "query", "first_order", "wanted", "loss"),
    [
        ([1, 2, 3], [4, 5, 6], False, [3780, 8505, 13230], 49612.5),
        ([4, 5, 6], [1, 2, 3], True, [-825, -1650, -2475], None),
    ],
)
def test_golden_integers_of_one_step(support, query, first_order, wanted, loss):
    tasks = TaskBatch(*mirrored(support, 0), *mirrored(query, 0))
    found = meta_gradient(vector_model([2, 3, 5]), tasks, 0.25, 1, "mse", "relu", first_order)
    np.testing.assert_array_equal(found.gradient[0][0][:, 0] / 2, wanted)
    np.testing.assert_array_equal(found.gradient[0][1], [0.0])
    if loss is not None:
        assert found.loss / 2 == loss


def test_golden_integers_of_three_steps():
    # The outer loss q·phi_3 has gradient q; so has (q·phi_3 - y)² where q·phi_3 - y = ½.
    phi, x = np.array([2.0, 3.0, 5.0]), np.array([1.0, 2.0, 3.0])
    for _ in range(3):
        phi = phi - x * (x @ phi)
    query = [4.0, 5.0, 6.0]
    tasks = TaskBatch(*mirrored([1, 2, 3], 0), *mirrored(query, float(phi @ query) - 0.5))
    found = meta_gradient(vector_model([2, 3, 5]), tasks, 0.5, 3, "mse", "relu")
    np.testing.assert_array_equal(found.gradient[0][0][:, 0], [-5020, -10043, -15066])


@pytest.mark.parametrize("steps", [1, 2, 5])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("loss", LOSSES)
def test_agrees_with_a_complex_step_through_the_whole_loop(loss, shape, steps):
    rng = np.random.default_rng(7)
    widths = widths_for(loss, *SHAPES[shape])
    theta, tasks = network(rng, widths), batch(rng, loss, widths)
    found = flat(meta_gradient(theta, tasks, 0.1, steps, loss, "tanh").gradient)
    start, wanted = flat(theta), np.empty(found.size)
    for i in range(found.size):
        moved = start.astype(complex)
        moved[i] += 1j * TINY
        wanted[i] = meta_gradient(like(moved, theta), tasks, 0.1, steps, loss, "tanh").loss.imag / TINY
    assert relative(found, wanted) <= 1e-12


@pytest.mark.parametrize("shape", ["linear", "equal"])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_network_without_biases_agrees_with_a_complex_step(loss, shape):
    rng = np.random.default_rng(8)
    widths = widths_for(loss, *SHAPES[shape])
    theta, tasks = [(w, None) for w, _ in network(rng, widths)], batch(rng, loss, widths)
    found = meta_gradient(theta, tasks, 0.1, 3, loss, "tanh")
    assert all(db is None for _, db in found.gradient)
    for layer, (w, _) in enumerate(theta):
        for place in np.ndindex(w.shape):
            moved = [(v.astype(complex), None) for v, _ in theta]
            moved[layer][0][place] += 1j * TINY
            wanted = meta_gradient(moved, tasks, 0.1, 3, loss, "tanh").loss.imag / TINY
            assert abs(found.gradient[layer][0][place] - wanted) <= 1e-13


def test_a_step_without_bias_by_hand():
    x, y, w = np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]]), np.array([[3.0]])
    tasks = TaskBatch(x[None], y[None], x[None], y[None])
    adapted = 3.0 - 0.1 * ((3 - 1) * 1 + (6 - 0) * 2)  # mean over two rows of 2 (x w - y) x
    found = meta_gradient([(w, None)], tasks, 0.1, 1)
    assert found.loss == pytest.approx(((adapted - 1) ** 2 + (2 * adapted) ** 2) / 2, rel=1e-14)
    assert found.gradient[0][0][0, 0] == pytest.approx((1 - 0.1 * 5) * ((adapted - 1) + 4 * adapted), rel=1e-13)


@pytest.mark.parametrize("steps", [1, 2, 5])
@pytest.mark.parametrize("shape", ["equal", "unequal"])
@pytest.mark.parametrize("loss", LOSSES)
def test_relu_agrees_with_central_differences(loss, shape, steps):
    rng = np.random.default_rng(3)
    widths = widths_for(loss, *SHAPES[shape])
    theta, tasks = network(rng, widths), batch(rng, loss, widths)
    gradient = flat(meta_gradient(theta, tasks, 0.05, steps, loss, "relu").gradient)
    for _ in range(4):
        direction = rng.standard_normal(gradient.size)
        slope = gradient @ direction

        def loss_at(h, direction=direction):
            moved = like(flat(theta) + h * direction, theta)
            return meta_gradient(moved, tasks, 0.05, steps, loss, "relu").loss

        errors = [abs((loss_at(h) - loss_at(-h)) / (2 * h) - slope) for h in (1e-4, 1e-5, 1e-6)]
        assert min(errors) <= 1e-7 * np.linalg.norm(gradient)


@pytest.mark.parametrize("first_order", [False, True])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("shape", ["linear", "equal", "unequal"])
@pytest.mark.parametrize("loss", LOSSES)
def test_agrees_with_one_task_at_a_time(loss, shape, activation, first_order):
    rng = np.random.default_rng(11)
    widths = widths_for(loss, *SHAPES[shape])
    theta, tasks = network(rng, widths), batch(rng, loss, widths)
    for steps in (0, 1, 3):
        found = meta_gradient(theta, tasks, 0.2, steps, loss, activation, first_order)
        losses, gradient = slow_meta_gradient(theta, tasks, 0.2, steps, loss, activation, first_order)
        assert relative(found.query_losses, losses) <= 1e-12
        assert relative(flat(found.gradient), gradient) <= 1e-12
        assert found.loss == pytest.approx(losses.mean(), rel=1e-13)


@st.composite
def problems(draw):
    loss = draw(st.sampled_from(LOSSES))
    n_outputs = 1 if loss == "bce" else draw(st.integers(2, 5))
    widths = (draw(st.integers(1, 20)), *draw(st.lists(st.integers(1, 16), max_size=2)), n_outputs)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [draw(st.integers(1, 5)) for _ in range(3)]
    return rng, loss, widths, batch(rng, loss, widths, *sizes), draw(st.floats(0, 1)), draw(st.integers(0, 5))


@given(problems())
@settings(max_examples=80, deadline=None)
def test_directional_derivative_holds_for_any_sizes(problem):
    rng, loss, widths, tasks, lr, steps = problem
    theta = network(rng, widths)
    gradient = flat(meta_gradient(theta, tasks, lr, steps, loss, "tanh").gradient)
    direction = rng.standard_normal(gradient.size)
    moved = like(flat(theta) + 1j * TINY * direction, theta)
    slope = meta_gradient(moved, tasks, lr, steps, loss, "tanh").loss.imag / TINY
    if np.isfinite(gradient).all():  # mse with a large step may run away to infinity
        assert abs(gradient @ direction - slope) <= 1e-9 * np.linalg.norm(gradient) * np.linalg.norm(direction) + 1e-14


@pytest.mark.parametrize("loss", LOSSES)
def test_identities_of_steps_and_step_size(loss):
    rng = np.random.default_rng(5)
    widths = widths_for(loss, 3, 4)
    theta, tasks = network(rng, widths), batch(rng, loss, widths)

    def gradient(lr, steps, first_order=False):
        return flat(meta_gradient(theta, tasks, lr, steps, loss, "tanh", first_order).gradient)

    plain = gradient(0.1, 0)
    swapped = TaskBatch(tasks.query_x, tasks.query_y, tasks.query_x, tasks.query_y)
    other_support = flat(meta_gradient(theta, swapped, 0.3, 0, loss, "tanh").gradient)
    np.testing.assert_array_equal(plain, other_support)  # no step: the support is not looked at
    assert relative(gradient(0.0, 3), plain) <= 1e-14
    assert relative(gradient(0.0, 3, True), plain) <= 1e-14
    assert relative(gradient(1e-7, 2), gradient(1e-7, 2, True)) <= 1e-5


@pytest.mark.parametrize("steps", [1, 2, 5])
@pytest.mark.parametrize("loss", LOSSES)
def test_first_order_is_another_gradient(loss, steps):
    rng = np.random.default_rng(6)
    widths = widths_for(loss, 3, 4, 4)
    theta, tasks = network(rng, widths), batch(rng, loss, widths)
    exact = meta_gradient(theta, tasks, 0.1, steps, loss, "tanh")
    first = meta_gradient(theta, tasks, 0.1, steps, loss, "tanh", first_order=True)
    assert relative(flat(first.gradient), flat(exact.gradient)) > 1e-3
    np.testing.assert_allclose(first.query_losses, exact.query_losses, rtol=1e-14)  # forms may round differently


def test_first_order_is_exact_where_the_inner_loss_is_linear():
    # Between the kinks of relu, with all units off, the support gradient reaches the output bias only; with the
    # support target met there, it is zero, and so is the Hessian's effect on the weights.
    theta = [(np.array([[1.0]]), np.array([-5.0])), (np.array([[1.0]]), np.array([0.0]))]
    tasks = TaskBatch([[[1.0]]], [[[0.0]]], [[[9.0]]], [[[1.0]]])
    exact = meta_gradient(theta, tasks, 0.1, 3)
    first = meta_gradient(theta, tasks, 0.1, 3, first_order=True)
    np.testing.assert_array_equal(exact.gradient[0][0], first.gradient[0][0])
    assert exact.gradient[1][1][0] == pytest.approx(first.gradient[1][1][0] * (1 - 0.2) ** 3)


def quadratic_tasks(*pairs: tuple[float, float]) -> TaskBatch:
    """Tasks with loss ½a(w - c)²: mirrored rows x = ±√(a/2) with targets c x, on support and query alike."""
    x = np.array([[[(a / 2) ** 0.5], [-((a / 2) ** 0.5)]] for a, _ in pairs])
    y = x * np.array([c for _, c in pairs])[:, None, None]
    return TaskBatch(x, y, x, y)


@pytest.mark.parametrize(("steps", "first_order", "fixed_point"), [(0, False, 0.8), (1, True, 0.0), (1, False, -0.8)])
def test_fixed_points_of_quadratic_tasks(steps, first_order, fixed_point):
    # Weights a (joint), a(1-αa)^S (first order), a(1-αa)^2S (exact) on c = -1 and c = 1.
    tasks = quadratic_tasks((0.2, -1.0), (1.8, 1.0))
    found = meta_gradient(vector_model([fixed_point]), tasks, 0.5, steps, "mse", "relu", first_order)
    assert abs(found.gradient[0][0][0, 0]) <= 1e-15
    beside = meta_gradient(vector_model([fixed_point + 0.1]), tasks, 0.5, steps, "mse", "relu", first_order)
    assert beside.gradient[0][0][0, 0] > 1e-3


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_meta_gradient_of_a_quadratic_task(steps):
    a, c, w, lr = 0.7, 1.3, -0.4, 0.6
    found = meta_gradient(vector_model([w]), quadratic_tasks((a, c)), lr, steps, "mse", "relu")
    assert found.gradient[0][0][0, 0] == pytest.approx(a * (1 - lr * a) ** (2 * steps) * (w - c), rel=1e-13)


@pytest.mark.parametrize("alpha", [0.1, 0.35, 0.8])
def test_one_step_of_linear_regression_costs_what_theory_says(alpha):
    # x ~ N(0, I), w ~ N(0, τ²I), noise σ, loss ½mse, θ: E = σ² + (‖θ‖² + Dτ²)(1 - 2α + α²(1 + (D+1)/K)) + α²σ²D/K
    rng = np.random.default_rng(2)
    t, d, k, tau, sigma = 20_000, 3, 5, 0.8, 0.5
    theta = np.array([0.3, -0.2, 0.4])

    def rows(n):
        x = rng.standard_normal((t, n, d))
        y = x @ w + sigma * rng.standard_normal((t, n, 1))
        return np.concatenate([x, -x], axis=1), np.concatenate([y, -y], axis=1)

    w = tau * rng.standard_normal((t, d, 1))
    tasks = TaskBatch(*rows(k), *rows(4))
    losses = meta_gradient(vector_model(list(theta)), tasks, alpha / 2, 1, "mse", "relu", True).query_losses
    shrink = 1 - 2 * alpha + alpha**2 * (1 + (d + 1) / k)
    wanted = sigma**2 + (theta @ theta + d * tau**2) * shrink + alpha**2 * sigma**2 * d / k
    assert abs(losses.mean() - wanted) <= 4 * losses.std() / t**0.5


def test_one_step_from_zero_is_a_prototype_classifier():
    rng = np.random.default_rng(9)
    n, k, d, lr = 4, 3, 6, 0.7
    x, labels = rng.standard_normal((2, n * k, d)), np.tile(np.repeat(np.arange(n), k), (2, 1))
    zeros = ((np.zeros((d, n)), np.zeros(n)),)
    phi = adapt(zeros, x, labels, Inner(lr, 1, losses_module.LOSSES["cross_entropy"], "relu"))[1]
    means = x.reshape(2, n, k, d).mean(axis=2)
    wanted = lr / n * (means - x.mean(axis=1, keepdims=True))
    np.testing.assert_allclose(phi[0][0], np.swapaxes(wanted, 1, 2), atol=1e-15)
    np.testing.assert_allclose(phi[0][1], 0.0, atol=1e-16)


def test_targets_of_the_cases_use_every_class():
    # Guards the cases themselves: a test on labels that are all alike would pass too easily.
    assert set(targets(np.random.default_rng(0), "cross_entropy", 3, 5, 3).ravel()) == {0, 1, 2}
