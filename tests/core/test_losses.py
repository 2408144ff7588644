"""Losses against 60-digit arithmetic, far out and near ties; derivatives against complex steps."""

import mpmath
import numpy as np
import pytest
from cases import LOSSES as NAMES
from cases import TINY, targets
from hypothesis import given, settings
from hypothesis import strategies as st

from mamlcore.errors import LabError
from mamlcore.losses import LOSSES, accuracy, loss_named, sigmoid, softmax

EXTREME = (0.0, 1.0, -1.0, 36.7, -36.7, 709.0, -709.0, 745.0, -745.0, 1e4, -1e4)


def close(found: float, wanted: mpmath.mpf) -> None:
    assert np.isfinite(found)
    assert abs(found - wanted) <= 1e-14 * max(1, abs(wanted))


def exact_cross_entropy(row, label):
    z = [mpmath.mpf(float(v)) for v in row]
    return mpmath.log(sum(mpmath.e**v for v in z)) - z[label]


@pytest.mark.parametrize("n", [2, 3, 5, 20, 64])
@pytest.mark.parametrize("size", [0.0, 1.0, 745.0, 1e4])
def test_cross_entropy_agrees_with_60_digits(n, size):
    rng = np.random.default_rng(n)
    rows = size * np.stack([np.ones(n), rng.uniform(-1, 1, n), rng.choice([-1.0, 1.0], n), np.eye(n)[0]])
    labels = np.array([0, n - 1, 1, 1])
    with mpmath.workdps(60):
        for row, label in zip(rows, labels, strict=True):
            found = LOSSES["cross_entropy"].values(row[None, None], np.array([[label]]))[0]
            close(found, exact_cross_entropy(row, label))
            shares = [mpmath.e ** mpmath.mpf(float(v)) for v in row]
            for share, wanted in zip(softmax(row), shares, strict=True):
                close(share, wanted / sum(shares))
    slope = LOSSES["cross_entropy"].gradient(rows[None], labels[None])
    assert np.abs(slope.sum(axis=-1)).max() <= 1e-15 * n
    assert np.isfinite(LOSSES["cross_entropy"].curvature(rows[None], labels[None])(rows[None])).all()


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("logit", EXTREME)
def test_logistic_loss_agrees_with_60_digits(logit, label):
    outputs, labels = np.array([[[logit]]]), np.array([[label]])
    with mpmath.workdps(60):
        z = mpmath.mpf(logit)
        p = 1 / (1 + mpmath.e ** (-z))
        found = LOSSES["bce"].values(outputs, labels)[0]
        wanted = mpmath.log1p(mpmath.e ** (z if label == 0 else -z))
        close(found, wanted)
        if wanted > 1e-300:  # a confident right answer keeps its digits too
            assert abs(found / wanted - 1) <= 1e-14
        close(LOSSES["bce"].gradient(outputs, labels).item(), p - label)
        close(sigmoid(np.array(logit)).item(), p)
        curved = LOSSES["bce"].curvature(outputs, labels)(np.ones((1, 1, 1))).item()
        close(curved, p * (1 - p))


def test_a_diverged_logit_does_not_look_well():
    for loss, y in (("cross_entropy", np.array([[0]])), ("bce", np.array([[0]]))):
        outputs = np.array([[[np.nan] * (1 if loss == "bce" else 2)]])
        assert np.isnan(LOSSES[loss].values(outputs, y)).all()
        assert accuracy(outputs, y, loss) == 0.0


@given(st.sampled_from(NAMES), st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(2, 6), st.floats(0.1, 30))
@settings(max_examples=100, deadline=None)
def test_derivatives_agree_with_a_complex_step(loss, seed, rows, n_outputs, size):
    rng = np.random.default_rng(seed)
    n_outputs = 1 if loss == "bce" else n_outputs
    outputs, y = size * rng.standard_normal((2, rows, n_outputs)), targets(rng, loss, 2, rows, n_outputs)
    direction, this = rng.standard_normal(outputs.shape), LOSSES[loss]
    moved = outputs + 1j * TINY * direction
    slope = (this.gradient(outputs, y) * direction).sum(axis=(1, 2))
    np.testing.assert_allclose(this.values(moved, y).imag / TINY, slope, rtol=1e-9, atol=1e-13)
    turned = this.gradient(moved, y).imag / TINY
    np.testing.assert_allclose(this.curvature(outputs, y)(direction), turned, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("loss", NAMES)
def test_one_set_of_targets_serves_many_steps_and_tasks_stay_apart(loss):
    rng = np.random.default_rng(0)
    n_outputs = 1 if loss == "bce" else 3
    outputs, y = rng.standard_normal((4, 2, 5, n_outputs)), targets(rng, loss, 2, 5, n_outputs)
    together = LOSSES[loss].values(outputs, y)
    assert together.shape == (4, 2)
    for e in range(4):
        for t in range(2):
            np.testing.assert_allclose(together[e, t], LOSSES[loss].values(outputs[e, t], y[t]), rtol=1e-14)
    slope = LOSSES[loss].gradient(outputs, y)
    np.testing.assert_allclose(slope[3], LOSSES[loss].gradient(outputs[3], y), rtol=1e-14)


@pytest.mark.parametrize("loss", NAMES)
def test_arguments_stay_untouched_and_float32_stays_float32(loss):
    rng = np.random.default_rng(1)
    outputs = rng.standard_normal((2, 5, 1 if loss == "bce" else 3)).astype("float32")
    y = targets(rng, loss, 2, 5, outputs.shape[-1])
    y = y.astype("float32") if loss == "mse" else y
    outputs.setflags(write=False)
    y.setflags(write=False)
    this = LOSSES[loss]
    for found in (this.values(outputs, y), this.gradient(outputs, y), this.curvature(outputs, y)(outputs)):
        assert found.dtype == np.float32


def test_mean_squared_error_is_a_mean_over_rows_and_outputs():
    outputs, y = np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.zeros((1, 2, 2))
    assert LOSSES["mse"].values(outputs, y) == 7.5
    np.testing.assert_array_equal(LOSSES["mse"].gradient(outputs, y), outputs / 2)


def test_relabelling_leaves_the_loss_alone():
    rng = np.random.default_rng(2)
    logits, y, order = rng.standard_normal((3, 6, 4)), rng.integers(0, 4, (3, 6)), rng.permutation(4)
    one = LOSSES["cross_entropy"].values(logits, y)
    np.testing.assert_allclose(
        LOSSES["cross_entropy"].values(logits[..., np.argsort(order)], order[y]), one, rtol=1e-14
    )


def test_accuracy_counts_rows_task_by_task():
    logits = np.array([[[1.0, 0.0], [0.0, 1.0]], [[2.0, 2.0], [0.0, np.inf]]])
    np.testing.assert_array_equal(accuracy(logits, np.array([[0, 0], [0, 1]]), "cross_entropy"), [0.5, 0.5])
    np.testing.assert_array_equal(accuracy(np.array([[[0.1], [-0.1], [0.0]]]), np.array([[1, 1, 0]]), "bce"), [2 / 3])
    with pytest.raises(LabError, match="accuracy needs classes"):
        accuracy(logits, logits, "mse")


def test_an_unknown_loss_is_refused_by_name():
    assert loss_named("bce") is LOSSES["bce"]
    with pytest.raises(LabError, match="loss must be one of mse, cross_entropy, bce, got 'hinge'"):
        loss_named("hinge")
