"""Adaptation to T tasks at once: plain gradient steps on each task's support rows, every layer."""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.losses import Loss
from mamlcore.network import Activation, Backward, Forward, backward, forward


class Inner(NamedTuple):
    """How each task is adapted."""

    lr: float  # alpha
    steps: int  # S
    loss: Loss
    activation: Activation
    bias: bool = True  # False: biases stay at zero


class InnerStep(NamedTuple):
    """One step, with what its derivative needs."""

    theta: Theta  # before the step
    passed: Forward
    back: Backward


def inner_step(theta: Theta, x: Array, y: Array, inner: Inner) -> tuple[Theta, InnerStep]:
    """Take one gradient step on every task: phi' = phi - alpha ∇L(phi).

    theta shared or per task, x (T, S, D), y (T, S, O) or labels (T, S) -> per-task theta.
    Finn et al. 2017, Algorithm 1, line 6.
    """
    passed = forward(theta, x, inner.activation)
    back = backward(theta, passed, inner.loss.gradient(passed.outputs, y), inner.activation)
    return stepped(theta, learned(back.gradient, inner), inner.lr), InnerStep(theta, passed, back)


@np.errstate(over="ignore", invalid="ignore")
def adapt(theta: Theta, x: Array, y: Array, inner: Inner) -> list[Theta]:
    """Return the parameters after 0..S steps; the first is ``theta`` itself, the others are per task.

    x and y as in :func:`inner_step`, in theta's dtype. Numbers that overflow become infinite or NaN without a
    warning: the caller judges by the loss.
    """
    path = [theta]
    for _ in range(inner.steps):
        path.append(inner_step(path[-1], x, y, inner)[0])
    return path


def learned(gradient: Theta, inner: Inner) -> Theta:
    """Return a gradient by what is learned: 0 for biases that there are not."""
    return gradient if inner.bias else tuple((w, np.zeros_like(b)) for w, b in gradient)


def stepped(theta: Theta, gradient: Theta, lr: float) -> Theta:
    """Return theta - lr gradient; a theta shared by all tasks becomes one for each task."""
    return tuple((_moved(w, dw, lr), _moved(b, db, lr)) for (w, b), (dw, db) in zip(theta, gradient, strict=True))


def _moved(start: Array, slope: Array, lr: float) -> Array:
    move = slope * -lr
    move += start
    return move
