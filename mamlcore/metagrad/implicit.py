"""The meta-gradient of a solved inner problem, which needs no path back through its steps (Rajeswaran et al. 2019).

    phi*(theta) = argmin over phi of L_s(phi) + lambda/2 ‖phi - theta‖²            (equation 3)
    dL_q(phi*)/dtheta = (I + ∇²L_s(phi*) / lambda)^-1 ∇L_q(phi*)                   (Lemma 1)

The inverse is applied by conjugate gradients (section 3.2), on T tasks at once. Exact only as far as phi is phi* and
the conjugate gradients have converged.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Layer, Theta
from mamlcore.losses import Loss
from mamlcore.metagrad.inner import InnerStep
from mamlcore.metagrad.plain import Rows
from mamlcore.network import Activation, backward, forward, hessian_vector

#: Armijo's share of the promised fall, and how often a step is halved for it.
_ARMIJO, _HALVINGS = 1e-4, 8
#: The least curvature that conjugate gradients go along: a hundredth of what the pull alone gives, which is 1.
_FLAT = 0.01


class Implicit(NamedTuple):
    """How each task is solved, and how far the inverse is taken."""

    lr: float | None  # alpha of gradient steps; None: Hessian-free steps, which need none
    steps: int
    pull: float  # lambda
    cg_steps: int  # for the implicit gradient, and for each Hessian-free step
    loss: Loss
    activation: Activation


@np.errstate(over="ignore", invalid="ignore")
def adapt_pulled(theta: Theta, x: Array, y: Array, how: Implicit) -> list[Theta]:
    """Return the parameters after 0..steps steps towards phi*; x (T, S, D), y (T, S, O) or labels (T, S).

    The first is ``theta`` itself, the others are per task.
    """
    path = [theta]
    for _ in range(how.steps):
        at = _slopes(path[-1], x, y, how)
        if how.lr is None:
            path.append(_hessian_free_step(theta, at, y, how))
        else:
            path.append(_gradient_step(theta, at, how.lr, how.pull))
    return path


@np.errstate(over="ignore", invalid="ignore")
def implicit(theta: Theta, rows: Rows, how: Implicit, first_order: bool = False) -> tuple[Array, Theta]:
    """Return the query losses (T,) at the adapted parameters and the implicit gradient of their mean by theta.

    ``first_order`` leaves ∇L_q(phi): curvature is ignored.
    """
    phi = adapt_pulled(theta, rows.support_x, rows.support_y, how)[-1]
    query = _slopes(phi, rows.query_x, rows.query_y, how)
    solved = _flat(query.back.gradient)
    if not first_order:
        support = _slopes(phi, rows.support_x, rows.support_y, how)
        solved = conjugate_gradients(_curved(support, rows.support_y, how), solved, how.cg_steps)
    losses = how.loss.values(query.passed.outputs, rows.query_y)
    layers = _split(solved, query.back.gradient)
    return losses, tuple((w.sum(axis=0) / len(w), b.sum(axis=0) / len(b)) for w, b in layers)


@np.errstate(over="ignore", invalid="ignore")
def balance(theta: Theta, x: Array, y: Array, how: Implicit) -> Array:
    """Return (3, steps + 1, T): lengths of ∇L_s(phi), of lambda (phi - theta), and of their sum, which is 0 at phi*."""
    start, found = _flat(theta), []
    for phi in adapt_pulled(theta, x, y, how):
        slope, pull = _flat(_slopes(phi, x, y, how).back.gradient), how.pull * (_flat(phi) - start)
        found.append([np.sqrt(_dot(v, v))[:, 0] for v in (slope, np.broadcast_to(pull, slope.shape), slope + pull)])
    return np.asarray(found).swapaxes(0, 1)


@np.errstate(over="ignore", invalid="ignore")
def residuals(theta: Theta, rows: Rows, how: Implicit, iterations: int) -> Array:
    """Return (iterations + 1, T): ‖∇L_q - (I + H / lambda) v‖ / ‖∇L_q‖ after each step of conjugate gradients."""
    phi = adapt_pulled(theta, rows.support_x, rows.support_y, how)[-1]
    wanted = _flat(_slopes(phi, rows.query_x, rows.query_y, how).back.gradient)
    times = _curved(_slopes(phi, rows.support_x, rows.support_y, how), rows.support_y, how)
    left = [wanted, *(wanted - times(conjugate_gradients(times, wanted, n)) for n in range(1, iterations + 1))]
    length = np.sqrt(_dot(wanted, wanted))[:, 0]
    return np.asarray([np.sqrt(_dot(v, v))[:, 0] / length for v in left])


def _slopes(phi: Theta, x: Array, y: Array, how: Implicit) -> InnerStep:
    passed = forward(phi, x, how.activation)
    return InnerStep(phi, passed, backward(phi, passed, how.loss.gradient(passed.outputs, y), how.activation))


def _gradient_step(theta: Theta, at: InnerStep, lr: float, pull: float) -> Theta:
    """Return (phi - alpha ∇L_s(phi) + alpha lambda theta) / (1 + alpha lambda).

    A gradient step on L_s, the pull taken at its end rather than its start, so that a strong pull can't overshoot.
    It rests at phi*, as gradient descent on the sum does.
    """
    keep = 1.0 / (1.0 + lr * pull)

    def moved(here: Array, slope: Array, start: Array) -> Array:
        move = slope * -lr
        move += here
        return move * keep + start * (1.0 - keep)

    return tuple(
        (moved(w, dw, w0), moved(b, db, b0))
        for (w, b), (dw, db), (w0, b0) in zip(at.theta, at.back.gradient, theta, strict=True)
    )


def _hessian_free_step(theta: Theta, at: InnerStep, y: Array, how: Implicit) -> Theta:
    """Return phi + t d, (∇²L_s + lambda) d = -∇(L_s + pull) by conjugate gradients (Martens 2010).

    t is the first of 1, 1/2, 1/4, ... with which a task's objective falls enough (Armijo); 0 when none is found. Only
    tasks that have not found theirs are tried on: close to rest there are always a few, for rounding hides the fall.
    """
    like, x = at.back.gradient, at.passed.inputs[0]
    start, phi, slope = _flat(theta), _flat(at.theta), _flat(like)
    slope = slope + how.pull * (phi - start)
    move = conjugate_gradients(_curved(at, y, how), slope / -how.pull, how.cg_steps)
    fall, before = _dot(slope, move), _objective(at.passed.outputs, y, phi - start, how)
    reached, length = np.repeat(phi, len(y) // len(phi), axis=0), 1.0
    left = np.arange(len(y))  # tasks still at phi
    for _ in range(_HALVINGS + 1):
        tried = reached[left] + length * move[left]
        outputs = forward(_split(tried, like), x[left], how.activation).outputs
        now = _objective(outputs, y[left], tried - start, how)
        falls = (now <= before[left] + _ARMIJO * length * fall[left])[:, 0]
        reached[left[falls]] = tried[falls]
        left, length = left[~falls], 0.5 * length
        if not left.size:
            break
    return _split(reached, like)


def _objective(outputs: Array, y: Array, away: Array, how: Implicit) -> Array:
    """Return L_s + lambda/2 ‖phi - theta‖² of each task, (T, 1)."""
    return how.loss.values(outputs, y)[:, None] + 0.5 * how.pull * _dot(away, away)


def conjugate_gradients(times: Callable[[Array], Array], b: Array, steps: int) -> Array:
    """Return (T, P): the solution of A x = b for each task, after so many steps from 0 (Hestenes and Stiefel 1952).

    times multiplies (T, P) vectors by each task's A, which ought to be positive definite: a task that meets a
    direction of hardly any curvature, or a negative one, keeps what it has, or b when that is its first. Where A is
    indefinite the smallest positive curvature is only rounding, and a step by its inverse leads anywhere.
    """
    x, residual, direction = np.zeros_like(b), b, b
    square = _dot(b, b)
    enough = square * np.finfo(b.dtype).eps ** 2
    for _ in range(steps):
        along = times(direction)
        curvature = _dot(direction, along)
        going = (curvature > _FLAT * _dot(direction, direction)) & (square > enough)
        length = np.divide(square, curvature, out=np.zeros_like(square), where=going)
        x = x + length * direction
        residual = residual - length * along
        before, square = square, np.where(going, _dot(residual, residual), 0.0)
        direction = residual + np.divide(square, before, out=np.zeros_like(square), where=going) * direction
    return np.where(_dot(x, x) > 0, x, b)


def _curved(at: InnerStep, y: Array, how: Implicit) -> Callable[[Array], Array]:
    """Return multiplication by I + ∇²L_s(phi) / lambda."""
    curvature = how.loss.curvature(at.passed.outputs, y)

    def times(vector: Array) -> Array:
        direction = _split(vector, at.back.gradient)
        turned = hessian_vector(at.theta, at.passed, at.back, direction, curvature, how.activation)
        return vector + _flat(turned) / how.pull

    return times


def _dot(one: Array, two: Array) -> Array:
    return np.asarray(np.einsum("tp,tp->t", one, two)[:, None])


def _flat(theta: Theta) -> Array:
    """Return per-task parameters as vectors (T, P), shared ones as one (1, P)."""
    shared = theta[0][0].ndim == 2
    rows = 1 if shared else len(theta[0][0])
    return np.concatenate([part.reshape(rows, -1) for layer in theta for part in layer], axis=1)


def _split(vectors: Array, like: Theta) -> Theta:
    layers: list[Layer] = []
    first = 0
    for weights, bias in like:
        middle, end = first + weights[0].size, first + weights[0].size + bias[0].size
        layers.append((vectors[:, first:middle].reshape(-1, *weights.shape[1:]), vectors[:, middle:end]))
        first = end
    return tuple(layers)
