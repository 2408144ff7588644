"""SGD and Adam against the published recursion in plain Python numbers."""

import numpy as np
import pytest
from cases import flat, network

from mamlcore import optimizer, tree
from mamlcore.arrays import FlatTheta, frozen, split
from mamlcore.arrays import flat as vector_of

THETA = network(np.random.default_rng(0), (3, 4, 2))
SLOPES = [network(np.random.default_rng(i), (3, 4, 2)) for i in range(1, 7)]


def adam_by_hand(start: float, slopes: list[float], lr: float) -> float:
    """Kingma and Ba 2015, Algorithm 1, for one parameter."""
    x, m, v = start, 0.0, 0.0
    for t, g in enumerate(slopes, 1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        x -= lr * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8)
    return x


def run(name, lr=0.05):
    theta, state = THETA, optimizer.init(THETA, name)
    for slope in SLOPES:
        theta, state = optimizer.update(state, slope, theta, lr)
    return theta, state


def test_adam_follows_the_published_recursion():
    slopes = np.array([flat(slope) for slope in SLOPES])
    wanted = [adam_by_hand(x, list(column), 0.05) for x, column in zip(flat(THETA), slopes.T, strict=True)]
    np.testing.assert_allclose(flat(run("adam")[0]), wanted, rtol=1e-12)


def test_the_first_step_of_adam_is_lr_in_every_direction():
    moved, _ = optimizer.update(optimizer.init(THETA, "adam"), SLOPES[0], THETA, 0.1)
    np.testing.assert_allclose(flat(THETA) - flat(moved), 0.1 * np.sign(flat(SLOPES[0])), rtol=1e-4)


def test_sgd_subtracts_lr_times_the_gradient():
    np.testing.assert_allclose(flat(run("sgd")[0]), flat(THETA) - 0.05 * sum(flat(s) for s in SLOPES), rtol=1e-12)


@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_parameters_in_one_vector_are_used_as_they_lie_and_left_alone(name):
    theta, slope = (split(frozen(flat(layers)), THETA) for layers in (THETA, SLOPES[0]))
    assert vector_of(theta) is theta.vector
    np.testing.assert_array_equal(theta[1][0], THETA[1][0])
    state = optimizer.init(theta, name)
    found, _ = optimizer.update(state, slope, theta, 0.1)
    wanted, _ = optimizer.update(state, SLOPES[0], THETA, 0.1)
    assert isinstance(found, FlatTheta) and found.vector.size == flat(THETA).size
    np.testing.assert_array_equal(vector_of(found), flat(wanted))
    assert type(tree.unflatten(found, tree.flatten(found))) is tuple  # a checkpoint holds the layers alone


@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_an_update_is_pure_and_keeps_shapes_and_dtype(name):
    theta = tuple((w.astype("float32"), b.astype("float32")) for w, b in THETA)
    slope = tuple((w.astype("float32"), b.astype("float32")) for w, b in SLOPES[0])
    _, state = optimizer.update(optimizer.init(theta, name), slope, theta, 0.1)
    for part in (*tree.flatten(theta).values(), *tree.flatten(slope).values(), *tree.flatten(state).values()):
        part.setflags(write=False)
    one, after = optimizer.update(state, slope, theta, 0.1)
    two, _ = optimizer.update(state, slope, theta, 0.1)
    np.testing.assert_array_equal(flat(one), flat(two))
    assert [p.shape for layer in one for p in layer] == [p.shape for layer in theta for p in layer]
    assert flat(one).dtype == np.float32
    assert after.updates == 2


@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_a_state_survives_flattening(name):
    theta, state = run(name)
    back = tree.unflatten(optimizer.init(THETA, name), tree.flatten(state))
    one, two = (optimizer.update(s, SLOPES[0], theta, 0.1)[0] for s in (state, back))
    np.testing.assert_array_equal(flat(one), flat(two))


def test_adam_keeps_going_in_float32_after_ten_thousand_steps():
    theta, slope = (
        ((np.zeros((1, 1), "float32"), np.zeros(1, "float32")),),
        ((np.ones((1, 1), "float32"), np.ones(1, "float32")),),
    )
    state = optimizer.init(theta, "adam")
    for _ in range(10_000):
        theta, state = optimizer.update(state, slope, theta, 1e-3)
    np.testing.assert_allclose(flat(theta), -10.0, rtol=1e-3)


def test_means_of_a_parameter_without_gradient_end_at_zero_and_not_as_subnormal_numbers():
    theta = ((np.ones((1, 2), "float32"), np.ones(1, "float32")[:0]),)
    slope = ((np.array([[1.0, 1e-3]], "float32"), np.zeros(0, "float32")),)
    still = ((np.array([[0.0, 1e-3]], "float32"), np.zeros(0, "float32")),)
    state = optimizer.init(theta, "adam")
    theta, state = optimizer.update(state, slope, theta, 0.01)
    for _ in range(2_000):
        theta, state = optimizer.update(state, still, theta, 0.01)
    tiny = np.finfo("float32").tiny
    assert all(((part == 0) | (np.abs(part) >= tiny)).all() for part in (state.mean, state.square))
    assert state.mean[0] == 0.0
    np.testing.assert_allclose(state.mean[1], 1e-3, rtol=1e-5)
