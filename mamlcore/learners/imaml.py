"""iMAML: the start to which adaptation is held by a spring, with an implicit gradient (Rajeswaran et al. 2019).

A task's parameters minimise L_s(phi) + lambda/2 ‖phi - theta‖². At the minimum the gradient of the query loss by theta
follows from the curvature there alone, (I + H / lambda)^-1 ∇L_q, whatever path led to it: memory and cost of the way
back don't grow with the number of inner steps. The inverse is taken by 5 steps of conjugate gradients, as in the paper
(metagrad/implicit.py).

The paper solves tasks in two ways, and so does learner.imaml_solver. Newton (its Hessian-free variant, the default):
each step solves for the minimum of the local quadratic by conjugate gradients, and is halved until the objective
falls; it needs no step size, and inner.steps of them come to rest. Where curvature turns negative, or so nearly that
it all but undoes the pull, conjugate gradients stop. Gradient: steps of inner.lr on the sum (the published code pulls
once, after them all), 16 in training as in the paper, for the formula holds at the minimum only, while held-out tasks
are judged after inner.steps of them. With few of these steps theta wanders off to where curvature is too high for
them: nothing in the gradient speaks for a short path. A Newton step costs eleven gradients with the defaults: the
ledger says so.

lambda is 0.5, on the mean loss; the published code has 1 and damps its inverse, (1 + 1) v + H v / (lambda + 10), which
is left out here. inner.order = first ignores H in the meta-gradient.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import StepInfo
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.model import Adapt, start
from mamlcore.learners.stepping import Stepping, is_first_order, loss_for, rows_used
from mamlcore.losses import Loss
from mamlcore.metagrad import rows_of
from mamlcore.metagrad.implicit import Implicit, adapt_pulled, balance, implicit, residuals


class ImplicitMamlState(NamedTuple):
    """The initialisation and the outer optimiser's memory."""

    theta: Theta
    optimizer: optimizer.OptimizerState


class ImplicitMaml(Stepping[ImplicitMamlState]):
    """Solves each task near the start, and differentiates the solution instead of the steps to it."""

    name: ClassVar[str] = "imaml"
    label: ClassVar[str] = "iMAML"
    summary: ClassVar[str] = "Holds adaptation to its start by a spring and differentiates where it comes to rest."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> ImplicitMamlState:
        """Return MAML's own start and a fresh optimiser."""
        theta = start(problem, config, rng)
        return ImplicitMamlState(theta, optimizer.init(theta, config.outer.optimizer))

    def step(self, state: ImplicitMamlState, batch: TaskBatch, config: Config) -> tuple[ImplicitMamlState, StepInfo]:
        """Take one step of the outer optimiser against the implicit gradient.

        With gradient steps the losses told are those after learner.imaml_inner_steps of them.
        """
        gradient_steps = config.learner.imaml_solver == "gradient"
        how = _how(loss_for(state.theta, batch), _training_steps(config), config)
        first_order = is_first_order(config)
        losses, gradient = implicit(state.theta, rows_of(state.theta, batch), how, first_order)
        theta, memory = optimizer.update(state.optimizer, gradient, state.theta, config.outer.lr)
        # Each product with the curvature counts as two gradients, its own forward and backward pass as one.
        solve = 1 + 2 * how.cg_steps
        evaluations = how.steps * (1 if gradient_steps else solve) + 1 + (0 if first_order else solve)
        comparable = how.steps == config.inner.steps
        info = StepInfo(losses, rows_used(batch), batch.n_tasks * evaluations, comparable)
        return ImplicitMamlState(theta, memory), info

    def cost(self, state: ImplicitMamlState, problem: Problem, config: Config) -> float:
        """Return the estimate: products with the curvature are most of it."""
        work, solve = work_of(problem, config), 1 + 2 * config.learner.imaml_cg_steps
        if config.learner.imaml_solver == "gradient":
            return passes_us(state.theta, work, config.learner.imaml_inner_steps + solve, 1, 300)
        return passes_us(state.theta, work, (work.steps + 1) * solve, 1, 300 * (work.steps + 1))

    def adaptation(self, state: ImplicitMamlState, loss: Loss, steps: int, config: Config) -> Adapt:
        """Return steps that are pulled towards the start."""
        how = _how(loss, steps, config)
        return lambda x, y: adapt_pulled(state.theta, x, y, how)

    def balance(self, state: ImplicitMamlState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return how far each task is from rest after 0..steps steps: see :func:`implicit.balance`."""
        rows = rows_of(state.theta, batch)
        return balance(state.theta, rows.support_x, rows.support_y, _how(loss_for(state.theta, batch), steps, config))

    def residuals(self, state: ImplicitMamlState, batch: TaskBatch, iterations: int, config: Config) -> Array:
        """Return what is left of the meta-gradient's system as training solves it: see :func:`implicit.residuals`."""
        how = _how(loss_for(state.theta, batch), _training_steps(config), config)
        return residuals(state.theta, rows_of(state.theta, batch), how, iterations)


def _training_steps(config: Config) -> int:
    gradient_steps = config.learner.imaml_solver == "gradient"
    return config.learner.imaml_inner_steps if gradient_steps else config.inner.steps


def _how(loss: Loss, steps: int, config: Config) -> Implicit:
    settings = config.learner
    lr = config.inner.lr if settings.imaml_solver == "gradient" else None
    return Implicit(lr, steps, settings.imaml_lambda, settings.imaml_cg_steps, loss, config.model.activation)
