"""The exact meta-gradient, written as its equation: the reference every faster form is held to."""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.metagrad.inner import Inner, InnerStep, inner_step, learned, stepped
from mamlcore.network import backward, forward, hessian_vector


class Rows(NamedTuple):
    """Support and query rows of T tasks, floats in theta's dtype."""

    support_x: Array  # (T, S, D)
    support_y: Array  # (T, S, O), or labels (T, S)
    query_x: Array  # (T, Q, D)
    query_y: Array  # (T, Q, O), or labels (T, Q)


@np.errstate(over="ignore", invalid="ignore")
def plain(theta: Theta, rows: Rows, inner: Inner, first_order: bool) -> tuple[Array, Theta]:
    """Return the query losses (T,) after adaptation and the gradient of their mean by theta.

    phi_0 = theta, phi_{k+1} = phi_k - alpha ∇L_s(phi_k); g_S = ∇L_q(phi_S), g_k = (I - alpha ∇²L_s(phi_k)) g_{k+1}
    (Finn et al. 2017, section 2.2, through all steps). ``first_order`` drops the Hessian.
    """
    phi, tape = theta, list[InnerStep]()
    for _ in range(inner.steps):
        phi, step = inner_step(phi, rows.support_x, rows.support_y, inner)
        tape.append(step)
    passed = forward(phi, rows.query_x, inner.activation)
    error = inner.loss.gradient(passed.outputs, rows.query_y)
    chained = bool(tape) and not first_order
    gradient = learned(backward(phi, passed, error, inner.activation, pooled=not chained).gradient, inner)
    if chained:
        gradient = _through(tape, gradient, rows.support_y, inner)
    losses = inner.loss.values(passed.outputs, rows.query_y)
    return losses, tuple((w / len(losses), b / len(losses)) for w, b in gradient)


def _through(tape: list[InnerStep], gradient: Theta, support_y: Array, inner: Inner) -> Theta:
    """Carry per-task gradients back through the inner steps; return their sum over tasks."""
    for step in tape[:0:-1]:
        gradient = stepped(gradient, _curved(step, gradient, support_y, inner, pooled=False), inner.lr)
    curved = _curved(tape[0], gradient, support_y, inner, pooled=True)
    summed = tuple((w.sum(axis=0), b.sum(axis=0)) for w, b in gradient)
    return stepped(summed, curved, inner.lr)


def _curved(step: InnerStep, direction: Theta, support_y: Array, inner: Inner, pooled: bool) -> Theta:
    """Return ∇²L_s(phi_k) direction."""
    curvature = inner.loss.curvature(step.passed.outputs, support_y)
    curved = hessian_vector(step.theta, step.passed, step.back, direction, curvature, inner.activation, pooled)
    return learned(curved, inner)
