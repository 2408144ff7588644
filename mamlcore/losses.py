"""Losses over T tasks at once: value, gradient and Hessian-vector product with respect to the outputs.

A loss is the mean over a task's rows (and, for mse, over its outputs). Leading axes are free: outputs
(..., rows, O) with targets (..., rows, O) for mse, integer labels (..., rows) for cross_entropy, labels 0 or 1
(..., rows) for bce on one logit (O = 1). Targets broadcast against outputs, so one set of labels serves the
outputs of many adaptation steps. The dtype of the outputs is kept; complex outputs are followed analytically,
which is what a complex-step check of a gradient needs.
"""

from abc import abstractmethod
from collections.abc import Callable
from functools import reduce
from typing import Protocol

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import LossName
from mamlcore.errors import LabError

#: Maps a tangent of the outputs, (T, rows, O), to the tangent of the loss gradient.
Curvature = Callable[[Array], Array]


class Loss(Protocol):
    """One loss as a function of a network's outputs."""

    @abstractmethod
    def values(self, outputs: Array, targets: Array) -> Array:
        """Return (...): the mean loss of each task."""

    @abstractmethod
    def gradient(self, outputs: Array, targets: Array) -> Array:
        """Return (..., rows, O): the gradient of each task's mean loss."""

    @abstractmethod
    def curvature(self, outputs: Array, targets: Array) -> Curvature:
        """Return the function that multiplies by the Hessian of each task's mean loss."""


class MeanSquaredError(Loss):
    """Mean over rows and outputs of (output - target)²."""

    def values(self, outputs: Array, targets: Array) -> Array:
        """Return (...): the mean squared error of each task."""
        residual = outputs - targets
        return (residual * residual).mean(axis=(-2, -1))

    def gradient(self, outputs: Array, targets: Array) -> Array:
        """Return 2 (output - target) / (rows O)."""
        residual = outputs - targets
        residual *= 2.0 / (outputs.shape[-1] * outputs.shape[-2])
        return residual

    def curvature(self, outputs: Array, targets: Array) -> Curvature:
        """Return multiplication by 2 / (rows O)."""
        scale = 2.0 / (outputs.shape[-1] * outputs.shape[-2])
        return lambda tangent: tangent * scale


class CrossEntropy(Loss):
    """Softmax cross-entropy with integer labels; safe at any logits, by shifting the largest to 0."""

    def values(self, outputs: Array, targets: Array) -> Array:
        """Return (...): mean of log Σ exp(logits) - logit of the label."""
        shifted = outputs - _largest(outputs)
        log_sum = np.log(_total(np.exp(shifted)))
        labels = np.broadcast_to(targets, outputs.shape[:-1])[..., None]
        return (log_sum - np.take_along_axis(shifted, labels, axis=-1)[..., 0]).mean(axis=-1)

    def gradient(self, outputs: Array, targets: Array) -> Array:
        """Return (softmax - one-hot) / rows."""
        slope = softmax(outputs)
        flat = slope.reshape(-1, slope.shape[-1])
        flat[np.arange(len(flat)), np.broadcast_to(targets, outputs.shape[:-1]).ravel()] -= 1.0
        slope /= outputs.shape[-2]
        return slope

    def curvature(self, outputs: Array, targets: Array) -> Curvature:
        """Return multiplication by (diag p - p pᵀ) / rows, p the softmax of a row."""
        share = softmax(outputs)
        scaled = share / outputs.shape[-2]

        def times(tangent: Array) -> Array:
            centred = tangent - _total(share * tangent)[..., None]
            centred *= scaled
            return centred

        return times


class Logistic(Loss):
    """Binary cross-entropy on one logit; labels 0 or 1."""

    def values(self, outputs: Array, targets: Array) -> Array:
        """Return (...): mean of log(1 + exp(±logit)), exact to rounding for confident logits too."""
        return _softplus(_margin(outputs, targets)).mean(axis=(-2, -1))

    def gradient(self, outputs: Array, targets: Array) -> Array:
        """Return (sigmoid(logit) - label) / rows, without cancellation."""
        wrong = sigmoid(_margin(outputs, targets))
        wrong /= outputs.shape[-2]
        return np.where(targets[..., None] > 0, -wrong, wrong)

    def curvature(self, outputs: Array, targets: Array) -> Curvature:
        """Return multiplication by p (1 - p) / rows."""
        scale = sigmoid(outputs) * sigmoid(-outputs) / outputs.shape[-2]
        return lambda tangent: tangent * scale


LOSSES: dict[LossName, Loss] = {"mse": MeanSquaredError(), "cross_entropy": CrossEntropy(), "bce": Logistic()}


def loss_named(name: str) -> Loss:
    """Return a loss by its name; LabError for one that does not exist."""
    for known, loss in LOSSES.items():
        if known == name:
            return loss
    raise LabError(f"loss must be one of {', '.join(LOSSES)}, got {name!r}")


def accuracy(outputs: Array, labels: Array, loss: LossName) -> Array:
    """Return (...): the share of rows whose class is predicted right, 0..1, in float64.

    outputs (..., rows, O), labels (..., rows). For bce a logit above 0 says class 1; among equal logits the
    first class counts. An output that is not finite is wrong. LabError for mse.
    """
    if loss == "mse":
        raise LabError("accuracy needs classes: loss must be cross_entropy or bce, got 'mse'")
    said = (outputs[..., 0] > 0).astype(np.int64) if loss == "bce" else np.argmax(outputs, axis=-1)
    hit, finite = said == labels, np.isfinite(outputs)
    if not finite.all():  # rare, and along a short last axis many times slower
        hit &= finite.all(axis=-1)
    return hit.mean(axis=-1)


def softmax(logits: Array) -> Array:
    """Return probabilities along the last axis, safe at any finite logits."""
    share = np.exp(logits - _largest(logits))
    share /= _total(share)[..., None]
    return share


def sigmoid(logits: Array) -> Array:
    """Return 1 / (1 + exp(-logit)), safe at any finite logit and exact to rounding where it is tiny."""
    positive = logits.real > 0
    small = np.exp(np.where(positive, -logits, logits))
    return np.where(positive, 1.0, small) / (1.0 + small)


def _softplus(z: Array) -> Array:
    positive = z.real > 0
    return np.where(positive, z, 0.0) + np.log1p(np.exp(np.where(positive, -z, z)))


def _margin(outputs: Array, targets: Array) -> Array:
    """Logits signed so that a large one is wrong: +logit for label 0, -logit for label 1."""
    return np.where(targets[..., None] > 0, -outputs, outputs)


def _largest(logits: Array) -> Array:
    """Return the largest logit of each row, (..., rows, 1)."""
    real = logits.real  # class by class: NumPy's own reduction of a short last axis is many times slower
    return reduce(np.maximum, (real[..., i : i + 1] for i in range(real.shape[-1])))


def _total(rows: Array) -> Array:
    """Return sums along the last axis, as a product for speed."""
    return rows @ np.ones(rows.shape[-1], dtype=rows.dtype)
