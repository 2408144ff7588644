"""Proto-MAML: MAML whose head starts as the prototypical classifier of the task (Triantafillou et al. 2020).

    c_n = mean of f(x_i) over the support rows of class n,   W_n = 2 c_n,   b_n = -‖c_n‖²      (section 3.1)

so that before adaptation the logits are -‖f(x) - c_n‖² up to what all classes share. f is the network up to its last
hidden layer. All layers then take gradient steps, as in MAML, and the meta-gradient runs through them (exactly,
unless inner.order is first) and through the prototypes into f, also when first order. Nothing of the head is
learned, so any number of ways would do. On one logit the head is that of class 1 minus that of class 0; a class
without a support row takes the mean of all of them.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Layer, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import StepInfo
from mamlcore.learners.metric import averaging
from mamlcore.learners.model import Adapt, start
from mamlcore.learners.stepping import Stepping, is_first_order, loss_for, rows_used
from mamlcore.losses import Loss
from mamlcore.metagrad import Inner, adapt, rows_of
from mamlcore.metagrad.rates import Rated, mean_over_tasks, rated, uniform
from mamlcore.network import Activation, Forward, backward, forward


class ProtoMamlState(NamedTuple):
    """The learned layers below the head, and the outer optimiser's memory."""

    theta: Theta  # the hidden layers
    n_outputs: int  # N ways, or 1 logit
    optimizer: optimizer.OptimizerState


class Head(NamedTuple):
    """A task's first head, and what its derivative needs."""

    layer: Layer  # (T, H, O), (T, O)
    prototypes: Array  # (T, N, H)
    member: Array  # (T, N, S): each class's share of each support row in its mean
    passed: Forward  # of the support rows through the hidden layers and an identity on top


class ProtoMaml(Stepping[ProtoMamlState]):
    """Prototypes to start from, gradient steps to go on."""

    name: ClassVar[str] = "proto_maml"
    label: ClassVar[str] = "Proto-MAML"
    summary: ClassVar[str] = "MAML that starts each task's last layer from its class means instead of learned weights."

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for a regression and for a model without hidden layers."""
        if not problem.is_classification:
            return f"{self.label} needs classes to have prototypes of, and these tasks have values to regress."
        if not config.model.hidden:
            return (
                f"{self.label} learns the layers below the head, and the linear model has none. "
                "Add a hidden layer, or compare with Nearest centroid."
            )
        return super().unsupported(problem, config)

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> ProtoMamlState:
        """Return MAML's own hidden layers and a fresh optimiser."""
        theta = start(problem, config, rng)[:-1]
        return ProtoMamlState(theta, problem.n_outputs, optimizer.init(theta, config.outer.optimizer))

    def step(self, state: ProtoMamlState, batch: TaskBatch, config: Config) -> tuple[ProtoMamlState, StepInfo]:
        """Take one step of the outer optimiser against the meta-gradient."""
        body, activation, steps = state.theta, config.model.activation, config.inner.steps
        rows, first_order = rows_of(body, batch), is_first_order(config)
        head = first_head(body, rows.support_x, rows.support_y, state.n_outputs, activation)
        theta = (*body, head.layer)
        how = Rated(uniform(body + body[:1], config.inner.lr, steps), loss_for(self.sizes(state), batch), activation)
        found = rated(theta, rows, how, first_order)
        by_prototypes = through_prototypes(body, head, found.gradient[-1], activation)
        gradient = tuple(
            (w + dw / batch.n_tasks, b + db / batch.n_tasks)
            for (w, b), (dw, db) in zip(mean_over_tasks(found.gradient[:-1]), by_prototypes, strict=True)
        )
        new, memory = optimizer.update(state.optimizer, gradient, body, config.outer.lr)
        # As for MAML, and one gradient more through the prototypes.
        evaluations = steps * (1 if first_order else 3) + 2
        info = StepInfo(found.losses, rows_used(batch), batch.n_tasks * evaluations)
        return ProtoMamlState(new, state.n_outputs, memory), info

    def adaptation(self, state: ProtoMamlState, loss: Loss, steps: int, config: Config) -> Adapt:
        """Return steps of all layers with inner.lr, from the prototypes."""
        inner = Inner(config.inner.lr, steps, loss, config.model.activation)

        def adapt_to(x: Array, y: Array) -> list[Theta]:
            head = first_head(state.theta, x, y, state.n_outputs, config.model.activation)
            return adapt((*state.theta, head.layer), x, y, inner)

        return adapt_to

    def sizes(self, state: ProtoMamlState) -> Theta:
        """Return the hidden layers with a head of zeros."""
        weights, bias = state.theta[-1]
        head = np.zeros((weights.shape[1], state.n_outputs), weights.dtype), np.zeros(state.n_outputs, bias.dtype)
        return (*state.theta, head)

    def theta(self, state: ProtoMamlState) -> Theta | None:
        """Return None: each task has a start of its own, see adapted()."""
        return None

    def prototypes(self, state: ProtoMamlState, batch: TaskBatch, config: Config) -> Array:
        """Return each task's class means in the last hidden layer, before adaptation, (T, N, H)."""
        x = batch.support_x.astype(state.theta[0][0].dtype, copy=False)
        return first_head(state.theta, x, batch.support_y, state.n_outputs, config.model.activation).prototypes

    def embedded(self, state: ProtoMamlState, x: Array, config: Config) -> Array:
        """Return rows (T, n, D) as activations of the last hidden layer, before adaptation, (T, n, H)."""
        x = x.astype(state.theta[0][0].dtype, copy=False)
        return forward(_with_identity(state.theta), x, config.model.activation).outputs


def first_head(body: Theta, x: Array, labels: Array, n_outputs: int, activation: Activation) -> Head:
    """Return the prototypical classifier of each task's support rows x (T, S, D) with labels (T, S)."""
    passed = forward(_with_identity(body), x, activation)
    member = averaging(labels, max(n_outputs, 2), x.dtype)
    prototypes = member @ passed.outputs
    weights, bias = 2.0 * np.swapaxes(prototypes, -1, -2), -(prototypes * prototypes).sum(axis=-1)
    if n_outputs == 1:
        weights, bias = weights[..., 1:] - weights[..., :1], bias[..., 1:] - bias[..., :1]
    return Head((weights, bias), prototypes, member, passed)


def through_prototypes(body: Theta, head: Head, gradient: Layer, activation: Activation) -> Theta:
    """Return the gradient by the hidden layers, summed over tasks, of what has this gradient by each first head."""
    by_weights, by_bias = gradient
    if by_bias.shape[-1] < head.prototypes.shape[1]:  # one logit: class 1 minus class 0
        by_weights = np.concatenate([-by_weights, by_weights], axis=-1)
        by_bias = np.concatenate([-by_bias, by_bias], axis=-1)
    by_prototypes = 2.0 * np.swapaxes(by_weights, -1, -2) - 2.0 * head.prototypes * by_bias[..., None]
    error = np.swapaxes(head.member, -1, -2) @ by_prototypes
    return backward(_with_identity(body), head.passed, error, activation, pooled=True).gradient[:-1]


def _with_identity(body: Theta) -> Theta:
    """Return the hidden layers with an identity on top, whose outputs are the last hidden activations."""
    weights, bias = body[-1]
    return (*body, (np.eye(weights.shape[-1], dtype=weights.dtype), np.zeros_like(bias)))
