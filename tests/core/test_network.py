"""The network: initial weights, forward, backward and Hessian-vector product against slow or independent ways."""

import numpy as np
import pytest
from cases import TINY, flat, like, network, relative, slow_loss

from mamlcore.config import ModelConfig
from mamlcore.losses import LOSSES
from mamlcore.network import backward, forward, hessian_vector, init_theta, widths_of

WIDTHS = [(3, 2), (3, 4, 4, 2), (3, 6, 4, 2), (1, 5, 1, 2)]
MSE = LOSSES["mse"]


def per_task(rng, widths, n_tasks):
    each = [network(rng, widths) for _ in range(n_tasks)]
    stacked = tuple((np.stack([t[i][0] for t in each]), np.stack([t[i][1] for t in each])) for i in range(len(each[0])))
    return each, stacked


def rows(rng, widths, n_tasks=3, n=4):
    return rng.standard_normal((n_tasks, n, widths[0])), rng.standard_normal((n_tasks, n, widths[-1]))


def gradient_of(theta, x, y, activation, pooled=False):
    passed = forward(theta, x, activation)
    return passed, backward(theta, passed, MSE.gradient(passed.outputs, y), activation, pooled)


def test_glorot_is_uniform_within_its_limit():
    theta = init_theta((300, 200, 10), ModelConfig(precision="float64"), np.random.default_rng(0))
    for w, b in theta:
        limit = (6 / sum(w.shape)) ** 0.5
        assert 0.99 * limit < np.abs(w).max() <= limit
        assert w.std() == pytest.approx(limit / 3**0.5, rel=0.02)
        assert abs(w.mean()) < 4 * w.std() / w.size**0.5
        assert not b.any()


def test_truncated_normal_is_cut_at_two_deviations():
    weights = init_theta((300, 200), ModelConfig(init="truncated"), np.random.default_rng(0))[0][0]
    assert 0.0199 < np.abs(weights).max() <= 0.02
    # Variance of a standard normal cut at ±2: 1 - 4 φ(2) / (2 Φ(2) - 1) = 0.77374
    assert weights.std() == pytest.approx(0.01 * 0.77374**0.5, rel=0.01)


def test_zero_scale_and_precision_of_initial_weights():
    def draw(**settings):
        return init_theta((4, 3, 2), ModelConfig(**settings), np.random.default_rng(1))

    assert not flat(draw(init="zero")).any()
    np.testing.assert_allclose(flat(draw(init_scale=2.0, precision="float64")), 2 * flat(draw(precision="float64")))
    assert flat(draw()).dtype == np.float32
    assert flat(draw(precision="float64")).dtype == np.float64
    np.testing.assert_array_equal(flat(draw()), flat(draw()))
    assert widths_of(draw()) == (4, 3, 2)


def test_a_wider_head_leaves_the_layers_before_it_as_they_were():
    one = init_theta((4, 3, 2), ModelConfig(), np.random.default_rng(1))
    two = init_theta((4, 3, 9), ModelConfig(), np.random.default_rng(1))
    np.testing.assert_array_equal(one[0][0], two[0][0])


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("widths", WIDTHS)
def test_loss_and_gradient_agree_with_row_by_row(widths, activation):
    rng = np.random.default_rng(2)
    each, stacked = per_task(rng, widths, 3)
    x, y = rows(rng, widths)
    passed, back = gradient_of(stacked, x, y, activation)
    for t, theta in enumerate(each):
        value, gradient = slow_loss(theta, x[t], y[t], "mse", activation)
        assert MSE.values(passed.outputs, y)[t] == pytest.approx(value, rel=1e-13)
        assert relative(flat([(w[t], b[t]) for w, b in back.gradient]), gradient) <= 1e-13


@pytest.mark.parametrize("loss", ["mse", "bce", "cross_entropy"])
def test_the_slow_reference_is_itself_right(loss):
    rng = np.random.default_rng(3)
    theta, x = network(rng, (3, 4, 1 if loss == "bce" else 2)), rng.standard_normal((5, 3))
    y = rng.standard_normal((5, 2)) if loss == "mse" else rng.integers(0, 2, 5)
    gradient, direction = slow_loss(theta, x, y, loss, "tanh")[1], rng.standard_normal(flat(theta).size)
    value = slow_loss(like(flat(theta) + 1j * TINY * direction, theta), x, y, loss, "tanh")[0]
    assert value.imag / TINY == pytest.approx(gradient @ direction, rel=1e-12)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("widths", WIDTHS)
def test_shared_parameters_do_as_copies_for_each_task(widths, activation):
    rng = np.random.default_rng(4)
    shared = network(rng, widths)
    copies = tuple((np.stack([w] * 3), np.stack([b] * 3)) for w, b in shared)
    x, y = rows(rng, widths)
    one, two = gradient_of(shared, x, y, activation)[1], gradient_of(copies, x, y, activation)[1]
    np.testing.assert_allclose(flat(one.gradient), flat(two.gradient), rtol=1e-12, atol=1e-15)
    pooled = gradient_of(shared, x, y, activation, pooled=True)[1].gradient
    np.testing.assert_allclose(
        flat(pooled), flat([(w.sum(0), b.sum(0)) for w, b in one.gradient]), rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("widths", WIDTHS)
def test_hessian_vector_product_is_the_derivative_of_the_gradient(widths, activation, loss):
    rng = np.random.default_rng(5)
    _, theta = per_task(rng, widths, 3)
    direction = per_task(rng, widths, 3)[1]
    x, y = rows(rng, widths)
    if loss == "cross_entropy":
        y = rng.integers(0, 2, (3, 4))

    def passes(at):
        passed = forward(at, x, activation)
        return passed, backward(at, passed, LOSSES[loss].gradient(passed.outputs, y), activation)

    passed, back = passes(theta)
    curvature = LOSSES[loss].curvature(passed.outputs, y)
    found = hessian_vector(theta, passed, back, direction, curvature, activation)
    moved = tuple((w + 1j * TINY * v, b + 1j * TINY * c) for (w, b), (v, c) in zip(theta, direction, strict=True))
    wanted = flat(passes(moved)[1].gradient).imag / TINY
    assert relative(flat(found), wanted) <= 1e-13
    pooled = hessian_vector(theta, passed, back, direction, curvature, activation, pooled=True)
    assert relative(flat(pooled), flat([(w.sum(0), b.sum(0)) for w, b in found])) <= 1e-13


def test_a_unit_exactly_at_the_kink_counts_as_off():
    theta = ((np.array([[1.0]]), np.array([0.0])), (np.array([[1.0]]), np.array([0.0])))
    _, back = gradient_of(theta, np.zeros((1, 1, 1)), np.ones((1, 1, 1)), "relu")
    assert back.gradient[0][1] == 0.0


def test_a_complex_step_through_relu_keeps_the_imaginary_part_of_live_units_only():
    theta = ((np.array([[1.0, -1.0]]), np.zeros(2)), (np.ones((2, 1)), np.zeros(1)))
    outputs = forward(theta, np.array([[[2.0 + 1j]]]), "relu").outputs
    assert outputs.item() == 2.0 + 1j
