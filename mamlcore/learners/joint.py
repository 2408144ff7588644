"""Joint pre-training: one network for all meta-train data, then fine-tuning. What transfer gives without meta-learning.

It sees the same batches as MAML, support and query rows alike, so both have had equal data. A regression, or one
logit, is trained on the pooled rows. Classes are learned under their own fixed labels, all of the finite pool at
once, and each new task gets a fresh head of zeros on the trained layers: under labels permuted anew for each task
nothing could be learned, which would make it a straw man.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.learners.base import Role, StepInfo
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.finetune import Choice, adapted, predict, tuned, untuned, with_choice
from mamlcore.learners.model import dead_start, loss_of, widths
from mamlcore.losses import LOSSES
from mamlcore.metagrad import targets_of
from mamlcore.network import backward, forward, init_theta, widths_of


class JointState(NamedTuple):
    """The pre-trained network and how to fine-tune it."""

    theta: Theta  # with a head for all meta-train classes, where classes are learned
    optimizer: optimizer.OptimizerState
    head: int  # N, the outputs of the fresh head each task gets; 0 when the trained head is kept
    choice: Choice


class Joint:
    """Pre-training on pooled data by the same outer optimiser, then fine-tuning with a tuned step size."""

    name: ClassVar[str] = "joint"
    label: ClassVar[str] = "Joint"
    summary: ClassVar[str] = "Trains one network on the pooled rows of all tasks, then fine-tunes it on each new task."
    role: ClassVar[Role] = "baseline"
    adapts: ClassVar[bool] = True
    trains: ClassVar[bool] = True

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason when there are no lasting classes, no layer to hand on, or nothing can be trained."""
        if problem.loss == "cross_entropy" and problem.n_train_classes is None:
            return f"{self.label} needs a finite pool of classes: in an endless one no class is ever met twice."
        if problem.loss == "cross_entropy" and not config.model.hidden:
            return (
                f"{self.label} hands its hidden layers on to new classes, and the linear model has none. "
                "Add a hidden layer, or compare with Zero start."
            )
        reason = dead_start(config)
        return reason and f"{self.label} can't train. {reason}."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> JointState:
        """Return fresh weights; all layers but a head over all classes are MAML's own start."""
        head = problem.n_outputs if problem.loss == "cross_entropy" else 0
        sizes = widths(problem, config)
        if head and problem.n_train_classes is not None:
            sizes = (*sizes[:-1], problem.n_train_classes)
        theta = init_theta(sizes, config.model, rng)
        return JointState(theta, optimizer.init(theta, config.outer.optimizer), head, untuned(config))

    def step(self, state: JointState, batch: TaskBatch, config: Config) -> tuple[JointState, StepInfo]:
        """Take one step of the outer optimiser on the pooled support and query rows.

        The losses told are those of the query rows before the step; for classes, among all of the pool.
        """
        x, y = _pooled(state, batch)
        activation, loss = config.model.activation, LOSSES[loss_of(batch, widths_of(state.theta)[-1])]
        rows = x.reshape(1, -1, x.shape[-1])
        targets = y.reshape(1, -1, *y.shape[2:])
        passed = forward(state.theta, rows, activation)
        error = loss.gradient(passed.outputs, targets)
        gradient = backward(state.theta, passed, error, activation, pooled=True).gradient
        theta, memory = optimizer.update(state.optimizer, gradient, state.theta, config.outer.lr)
        n_support = batch.support_x.shape[1]
        outputs = passed.outputs.reshape(*x.shape[:2], -1)[:, n_support:]
        losses = loss.values(outputs, y[:, n_support:])
        # A gradient on support rows and one on query rows; a loss among all classes of the pool is another kind.
        info = StepInfo(losses, rows.shape[1], 2 * batch.n_tasks, comparable=not state.head)
        return state._replace(theta=theta, optimizer=memory), info

    def tune(self, state: JointState, batch: TaskBatch, config: Config) -> JointState:
        """Choose step size and number of steps on validation tasks."""
        return state._replace(choice=tuned(self.theta(state), batch, config))

    def predict(self, state: JointState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O) with the tuned step size and early stop."""
        return predict(self.theta(state), state.choice, batch, steps, config.model.activation)

    def theta(self, state: JointState) -> Theta:
        """Return what each task starts from: the trained network, with a fresh head of zeros for classes."""
        if not state.head:
            return state.theta
        weights, bias = state.theta[-1]
        fresh = (np.zeros((weights.shape[0], state.head), weights.dtype), np.zeros(state.head, bias.dtype))
        return (*state.theta[:-1], fresh)

    def cost(self, state: JointState, problem: Problem, config: Config) -> float:
        """Return the estimate from the sizes."""
        return passes_us(state.theta, work_of(problem, config), 1, 1, 30)

    def parameters(self, state: JointState, config: Config) -> dict[str, Array]:
        """Return the trained network, its head over all meta-train classes included, and how it is fine-tuned."""
        return with_choice(state.theta, state.choice)

    def adapted(self, state: JointState, batch: TaskBatch, steps: int, config: Config) -> list[Theta]:
        """Return per-task parameters before and after 1..steps."""
        return adapted(self.theta(state), state.choice, batch, steps, config.model.activation)


def _pooled(state: JointState, batch: TaskBatch) -> tuple[Array, Array]:
    """Return support and query rows x (T, S + Q, D) and their targets; labels count through the whole pool."""
    dtype = state.theta[0][0].dtype
    x = np.concatenate([batch.support_x, batch.query_x], axis=1).astype(dtype, copy=False)
    y = np.concatenate([batch.support_y, batch.query_y], axis=1)
    if not state.head:
        return x, targets_of(y, dtype)
    n_classes = widths_of(state.theta)[-1]
    if (
        batch.classes is None
        or batch.classes.size == 0
        or not 0 <= batch.classes.min() <= batch.classes.max() < n_classes
    ):
        raise LabError(f"TaskBatch.classes must number the {n_classes} meta-train classes from 0: joint learns these")
    return x, np.take_along_axis(batch.classes, y, axis=1)
