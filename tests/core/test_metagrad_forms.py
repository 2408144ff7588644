"""Every fast form of the meta-gradient against the plain formula, for each layer by itself and in any mixture."""

from itertools import product

import numpy as np
import pytest
from cases import LOSSES, batch, flat, network, relative, slow_meta_gradient, widths_for
from hypothesis import given, settings
from hypothesis import strategies as st

from mamlcore.batch import TaskBatch
from mamlcore.losses import LOSSES as LOSS_OF
from mamlcore.metagrad.checked import rows_of
from mamlcore.metagrad.chooser import choose
from mamlcore.metagrad.inner import Inner
from mamlcore.metagrad.plain import plain
from mamlcore.metagrad.program import FIRST, HIDDEN, Program
from mamlcore.metagrad.sizes import Sizes

SHAPES = {"linear": (3,), "equal": (4, 4, 4, 4), "unequal": (3, 6, 4, 5), "one_input": (1, 5)}


def sizes_of(tasks, widths, loss, steps, activation="relu", first_order=False, dtype="float64", bias=True):
    t, n, _ = tasks.support_x.shape
    return Sizes(widths, t, n, tasks.query_x.shape[1], steps, loss, activation, first_order, dtype, bias)


def plain_formula(theta, tasks, sizes, lr):
    inner = Inner(lr, sizes.steps, LOSS_OF[sizes.loss], sizes.activation, sizes.bias)
    return plain(theta, rows_of(theta, tasks), inner, sizes.first_order)


def agree(found, wanted, tolerance):
    assert found is not None
    assert relative(found[0], wanted[0]) <= tolerance
    gradient = flat(wanted[1])  # zero where all units are off and there is no bias
    assert np.abs(flat(found[1]) - gradient).max() <= tolerance * np.abs(gradient).max()
    assert [part.shape for layer in found[1] for part in layer] == [part.shape for layer in wanted[1] for part in layer]


@pytest.mark.parametrize("first_order", [False, True])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_mixture_of_forms_equals_the_plain_formula(loss, shape, activation, first_order):
    rng = np.random.default_rng(4)
    widths = widths_for(loss, *SHAPES[shape])
    theta = network(rng, widths)
    mixtures = list(product(FIRST, *[HIDDEN] * (len(widths) - 2)))
    mixtures = [mixtures[i] for i in rng.permutation(len(mixtures))[:9]]
    for steps in (1, 3):
        tasks = batch(rng, loss, widths)
        sizes = sizes_of(tasks, widths, loss, steps, activation, first_order)
        wanted = plain_formula(theta, tasks, sizes, 0.2)
        for forms in mixtures:
            agree(Program(sizes, forms)(theta, rows_of(theta, tasks), 0.2), wanted, 1e-12)


@pytest.mark.parametrize("form", HIDDEN)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_form_agrees_with_one_task_at_a_time(loss, form):
    rng = np.random.default_rng(5)
    widths = widths_for(loss, 2, 4, 4)
    theta, tasks = network(rng, widths), batch(rng, loss, widths)
    losses, gradient = slow_meta_gradient(theta, tasks, 0.2, 3, loss, "tanh")
    sizes = sizes_of(tasks, widths, loss, 3, "tanh")
    for first in FIRST:
        found = Program(sizes, (first, form, form))(theta, rows_of(theta, tasks), 0.2)
        assert relative(found[0], losses) <= 1e-12
        assert relative(flat(found[1]), gradient) <= 1e-12


@st.composite
def problems(draw):
    loss = draw(st.sampled_from(LOSSES))
    n_outputs = 1 if loss == "bce" else draw(st.integers(1 if loss == "mse" else 2, 20))
    equal = draw(st.booleans())
    hidden = draw(st.lists(st.integers(1, 24), max_size=4))
    hidden = [hidden[0]] * len(hidden) if equal and hidden else hidden
    widths = (hidden[0] if equal and hidden else draw(st.integers(1, 24)), *hidden, n_outputs)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    tasks = batch(rng, loss, widths, draw(st.integers(1, 64)), draw(st.integers(1, 20)), draw(st.integers(1, 20)))
    forms = [draw(st.sampled_from(list(FIRST))), *(draw(st.sampled_from(list(HIDDEN))) for _ in widths[2:])]
    activation, bias = draw(st.sampled_from(["relu", "tanh"])), draw(st.booleans())
    sizes = sizes_of(tasks, widths, loss, draw(st.integers(1, 10)), activation, draw(st.booleans()), bias=bias)
    theta = network(rng, widths)
    if not bias:
        theta = tuple((w, np.zeros_like(b)) for w, b in theta)
    return theta, tasks, sizes, tuple(forms), draw(st.floats(0, 0.3))


@given(problems())
@settings(max_examples=120, deadline=None)
def test_any_sizes_and_any_forms(problem):
    theta, tasks, sizes, forms, lr = problem
    wanted = plain_formula(theta, tasks, sizes, lr)
    if np.abs(wanted[0]).max() > 1e4:  # a runaway inner loop magnifies rounding without bound
        return
    found = Program(sizes, forms)(theta, rows_of(theta, tasks), lr)
    agree(found, wanted, 1e-12 * max(1.0, np.abs(wanted[0]).max()))


@given(problems())
@settings(max_examples=40, deadline=None)
def test_single_precision_is_close_to_double(problem):
    theta, tasks, sizes, forms, lr = problem
    if sizes.activation == "relu":  # a kink between the two roundings would be a true difference
        sizes = sizes._replace(activation="tanh")
    wanted = plain_formula(theta, tasks, sizes, 0.3 * lr)
    single = tuple((w.astype("float32"), b.astype("float32")) for w, b in theta)
    found = Program(sizes._replace(dtype="float32"), forms)(single, rows_of(single, tasks), 0.3 * lr)
    if np.abs(wanted[0]).max() < 100.0:
        agree(found, wanted, 1e-4)
        assert all(part.dtype == np.float32 for layer in found[1] for part in layer)


def test_one_program_serves_batch_after_batch_and_returns_arrays_of_its_own():
    rng = np.random.default_rng(6)
    widths = widths_for("cross_entropy", 3, 5, 5)
    theta, one, two = network(rng, widths), batch(rng, "cross_entropy", widths), batch(rng, "cross_entropy", widths)
    sizes = sizes_of(one, widths, "cross_entropy", 2)
    program = Program(sizes, ("factored", "hybrid", "full"))
    first = program(theta, rows_of(theta, one), 0.1)
    kept = flat(first[1]).copy()
    agree(program(theta, rows_of(theta, two), 0.3), plain_formula(theta, two, sizes, 0.3), 1e-12)
    np.testing.assert_array_equal(flat(first[1]), kept)
    again = program(theta, rows_of(theta, one), 0.1)
    np.testing.assert_array_equal(flat(again[1]), kept)


def test_a_relu_exactly_at_its_kink_is_off():
    # As z > 0 has it. Zero weights put every hidden unit there.
    theta = ((np.zeros((2, 3)), np.zeros(3)), (np.ones((3, 2)), np.zeros(2)))
    tasks = batch(np.random.default_rng(7), "mse", (2, 2))
    for steps in (1, 2):
        sizes = sizes_of(tasks, (2, 3, 2), "mse", steps)
        for forms in product(FIRST, HIDDEN):
            found = Program(sizes, forms)(theta, rows_of(theta, tasks), 0.1)
            np.testing.assert_array_equal(found[1][0][0], 0.0)
            agree(found, plain_formula(theta, tasks, sizes, 0.1), 1e-13)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
@pytest.mark.parametrize("scale", [1.0, 10.0, 60.0])
def test_one_logit_however_confident(scale, dtype, tolerance):
    rng = np.random.default_rng(8)
    theta = ((scale * rng.standard_normal((2, 1)).astype(dtype), np.zeros(1, dtype)),)
    x = rng.standard_normal((4, 6, 2)).astype(dtype)
    right = (x @ theta[0][0] > 0)[..., 0].astype(int)
    for labels in (right, 1 - right, rng.integers(0, 2, right.shape)):
        tasks = TaskBatch(x[:, :3], labels[:, :3], x[:, 3:], labels[:, 3:])
        sizes = sizes_of(tasks, (2, 1), "bce", 2, dtype=dtype)
        wanted = plain_formula(theta, tasks, sizes, 0.1)
        for form in FIRST:
            found = Program(sizes, (form,))(theta, rows_of(theta, tasks), 0.1)
            np.testing.assert_allclose(found[0], wanted[0], rtol=10 * tolerance)  # of each task, however small
            agree(found, wanted, 10 * tolerance)


def test_the_rule_takes_each_form_where_it_should():
    def chosen(widths, t, n, m, steps, loss="cross_entropy"):
        return choose(Sizes(widths, t, n, m, steps, loss, "relu", False, "float32"))

    assert chosen((1, 40, 40, 1), 25, 10, 10, 1, "mse") == ("full", "factored", "full")
    assert chosen((1, 40, 40, 1), 25, 10, 10, 5, "mse") == ("full", "full", "full")
    assert chosen((64, 64, 64, 64, 5), 32, 5, 75, 5) == ("factored", "full", "full", "full")
    assert chosen((784, 256, 128, 64, 20), 16, 20, 300, 1) == ("factored", "full", "full", "full")
    assert chosen((784, 256, 128, 64, 20), 16, 20, 20, 1) == ("factored", "factored", "factored", "full")
