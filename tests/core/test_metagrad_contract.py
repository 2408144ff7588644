"""The meta-gradient under relabelling and reordering, its dtypes, and what it refuses."""

import numpy as np
import pytest
from cases import LOSSES, batch, flat, network, relative, widths_for

from mamlcore import LabError, TaskBatch, meta_gradient


def test_relabelling_permutes_the_gradient():
    rng = np.random.default_rng(10)
    widths = widths_for("cross_entropy", 3, 4)
    theta, tasks = network(rng, widths), batch(rng, "cross_entropy", widths)
    order = np.array([2, 0, 1])  # class c is now called order[c]
    back = np.argsort(order)
    w, b = theta[-1]
    renamed = (*theta[:-1], (w[:, back], b[back]))
    other = TaskBatch(tasks.support_x, order[tasks.support_y], tasks.query_x, order[tasks.query_y])
    one = meta_gradient(theta, tasks, 0.2, 2, "cross_entropy", "tanh")
    two = meta_gradient(renamed, other, 0.2, 2, "cross_entropy", "tanh")
    np.testing.assert_allclose(two.query_losses, one.query_losses, rtol=1e-13)
    np.testing.assert_allclose(two.gradient[-1][0], one.gradient[-1][0][:, back], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(two.gradient[0][0], one.gradient[0][0], rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("loss", LOSSES)
def test_order_of_tasks_and_rows_does_not_matter(loss):
    rng = np.random.default_rng(12)
    widths = widths_for(loss, 3, 4)
    theta, tasks = network(rng, widths), batch(rng, loss, widths, n_tasks=4)
    one = meta_gradient(theta, tasks, 0.2, 2, loss, "tanh")
    which, rows, queries = rng.permutation(4), rng.permutation(4), rng.permutation(5)
    shuffled = TaskBatch(
        tasks.support_x[which][:, rows], tasks.support_y[which][:, rows],
        tasks.query_x[which][:, queries], tasks.query_y[which][:, queries],
    )  # fmt: skip
    two = meta_gradient(theta, shuffled, 0.2, 2, loss, "tanh")
    np.testing.assert_allclose(two.query_losses, one.query_losses[which], rtol=1e-12)
    assert relative(flat(two.gradient), flat(one.gradient)) <= 1e-12
    twice = tasks.tasks(np.array([0, 1, 2, 3, 0, 1, 2, 3]))
    assert relative(flat(meta_gradient(theta, twice, 0.2, 2, loss, "tanh").gradient), flat(one.gradient)) <= 1e-12


@pytest.mark.parametrize("loss", LOSSES)
def test_query_rows_do_not_know_of_each_other(loss):
    rng = np.random.default_rng(13)
    widths = widths_for(loss, 3, 4)
    theta, tasks = network(rng, widths), batch(rng, loss, widths, query=6)
    whole = meta_gradient(theta, tasks, 0.2, 2, loss, "tanh").query_losses
    halves = [
        TaskBatch(tasks.support_x, tasks.support_y, tasks.query_x[:, half], tasks.query_y[:, half])
        for half in (slice(0, 3), slice(3, 6))
    ]
    apart = np.mean([meta_gradient(theta, half, 0.2, 2, loss, "tanh").query_losses for half in halves], axis=0)
    np.testing.assert_allclose(apart, whole, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_of_theta_is_kept_and_nothing_is_changed(dtype):
    rng = np.random.default_rng(14)
    theta, tasks = network(rng, (3, 4, 4, 3), dtype), batch(rng, "cross_entropy", (3, 3)).frozen()
    for part in (part for layer in theta for part in layer):
        part.setflags(write=False)
    one = meta_gradient(list(theta), tasks, 0.1, 3, "cross_entropy", "tanh")
    two = meta_gradient(list(theta), tasks, 0.1, 3, "cross_entropy", "tanh")
    assert all(part.dtype == dtype for layer in one.gradient for part in layer)
    assert isinstance(one.loss, float)
    assert one.query_losses.shape == (3,)
    assert [part.shape for layer in one.gradient for part in layer] == [part.shape for layer in theta for part in layer]
    np.testing.assert_array_equal(flat(one.gradient), flat(two.gradient))
    wide = meta_gradient([(w.astype(float), b.astype(float)) for w, b in theta], tasks, 0.1, 3, "cross_entropy", "tanh")
    assert relative(flat(one.gradient), flat(wide.gradient)) <= (3e-6 if dtype == "float32" else 0.0)


def test_a_runaway_inner_loop_gives_infinite_losses_without_a_warning():
    rng = np.random.default_rng(15)
    theta, tasks = network(rng, (3, 8, 2), "float32"), batch(rng, "mse", (3, 2))
    assert not np.isfinite(meta_gradient(theta, tasks, 1e6, 10, "mse", "relu").loss)


def changed(**parts):
    rng = np.random.default_rng(16)
    whole = batch(rng, "cross_entropy", (3, 3))
    names = ("support_x", "support_y", "query_x", "query_y")
    return TaskBatch(*(parts.get(name, getattr(whole, name)) for name in names))


W, B = np.ones((3, 3)), np.zeros(3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"theta": []}, "at least one layer"),
        ({"theta": [(W, np.zeros(2))]}, r"theta\[0\]: b must have shape \(3,\)"),
        ({"theta": [(W[0], B)]}, r"theta\[0\]: W must have shape \(fan_in, fan_out\)"),
        ({"theta": [(W, B), (np.ones((4, 3)), B)]}, "must take the 3 outputs of the layer before, got 4"),
        ({"theta": [(W, None), (W, B)]}, "a bias in every layer or in none, got none in layer 0"),
        ({"theta": [(W, B, B)]}, r"theta\[0\] must be a pair"),
        ({"theta": [(np.ones((5, 3)), B)]}, "theta takes 5 inputs, but the batch has D = 3"),
        ({"theta": [(W.astype("float16"), B.astype("float16"))]}, "got float16"),
        ({"theta": [(np.ones((3, 2)), np.zeros(2))]}, "labels from 0 to 1 for cross_entropy, got 2"),
        ({"batch": changed(query_y=np.full((3, 5), -1))}, "query_y must hold labels from 0 to 2 .*, got -1"),
        ({"batch": changed(support_y=np.full((3, 4), 1.5))}, "integer labels"),
        ({"batch": changed(support_x=np.zeros((3, 0, 3)), support_y=np.zeros((3, 0), int))}, "at least one row"),
        ({"batch": changed().tasks(slice(0, 0))}, "at least one task"),
        ({"loss": "hinge"}, "loss must be one of mse, cross_entropy, bce, got 'hinge'"),
        ({"loss": "mse"}, r"must be numbers of shape \(T, rows, 3\) for mse"),
        ({"loss": "bce"}, "bce needs a network with one output"),
        ({"activation": "gelu"}, "activation must be one of relu, tanh, got 'gelu'"),
        ({"inner_lr": float("nan")}, "inner_lr must be a finite number"),
        ({"inner_lr": "0.1"}, "inner_lr must be a finite number, got '0.1'"),
        ({"batch": (W, B, W, B)}, r"batch must be a mamlcore.TaskBatch\(.*\), got tuple"),
        ({"theta": [([[1.0, 2.0], [3.0]], B)]}, r"theta\[0\]: W must be an array, or lists .* of one length"),
        ({"inner_steps": -1}, "inner_steps must be a whole number >= 0, got -1"),
        ({"inner_steps": 1.5}, "inner_steps must be a whole number >= 0, got 1.5"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_sentence(arguments, said):
    given_ones = {"theta": [(W, B)], "batch": changed(), "loss": "cross_entropy", **arguments}
    with pytest.raises(LabError, match=said):
        meta_gradient(**given_ones)


def test_a_batch_that_does_not_fit_together_is_refused_in_one_sentence():
    with pytest.raises(LabError, match=r"TaskBatch.support_x must be an array, or lists that are all of one length"):
        changed(support_x=[[[1.0]], [[1.0], [2.0]]])
    with pytest.raises(LabError, match=r"support_y must have shape \(3, 4\) \(labels\) or \(3, 4, O\) \(values\), got"):
        changed(support_y=np.zeros((3, 9)))


def test_whole_numbers_in_theta_and_labels_of_a_logit_as_a_column():
    rng = np.random.default_rng(17)
    tasks = batch(rng, "bce", (2, 1))
    column = TaskBatch(tasks.support_x, tasks.support_y[..., None], tasks.query_x, tasks.query_y[..., None] * 1.0)
    one = meta_gradient([(np.ones((2, 1), int), np.zeros(1, int))], tasks, 0.1, 2, "bce")
    two = meta_gradient([(np.ones((2, 1)), np.zeros(1))], column, 0.1, 2, "bce")
    assert one.gradient[0][0].dtype == np.float64
    np.testing.assert_array_equal(flat(one.gradient), flat(two.gradient))
