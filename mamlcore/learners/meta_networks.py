"""Meta Networks: fast weights, generated from gradients and read from a memory (Munkhdalai and Yu 2017).

For each task (Algorithm 1 of the paper; the shape "PartialU" of the published code, whose base learner is a shallow
MLP on the keys):

    grad_i = gradient by Q of loss(u(Q, x_i), y_i);  Q* = d(G, {grad_i})          one set for the task
    grad_i = gradient by W of loss(b(W, r_i), y_i);  M_i = W*_i = m(Z, grad_i)    for every support row
    R_i = u(Q, Q*, x_i);  r = u(Q, Q*, x);  a = softmax(cos(R, r));  W* = aᵀ M    for every query row
    output = b(W, W*, r)

u is the key network: the layers of model.hidden, then one of learner.meta_networks_keys units; the last
learner.meta_networks_fast of these have fast weights beside slow ones. b has one hidden layer of as many units (the
code for miniImageNet has two).
d is an LSTM of 20 units over the gradients, m an MLP 2-20-20-1, each the same for all coordinates and fed log and
sign of a gradient with p = 7. Gradients count as constants. Q, W, Z and G are trained together on the query loss by
Adam (clipped at 10; here of the mean query loss, where the code sums a task's query rows).

As published: ReLU everywhere, no biases where there are fast weights; d takes the support in at most ten groups;
the head through which the key network's own loss is taken is drawn once and never trained, for no gradient reaches
it. Otherwise: one d and one m serve all layers (the code has one of each for convolutions). Regression, which the
paper leaves out, takes the squared error for both losses; one logit the logistic loss.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Layer, Theta
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners import fast_weights as fast
from mamlcore.learners.base import Role, StepInfo, named
from mamlcore.learners.coordinate import UNITS, UPDATE_US
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.gradients import clipped
from mamlcore.learners.model import loss_of
from mamlcore.learners.reverse import Traced, pullback
from mamlcore.learners.writers import RowWriter, SequenceWriter
from mamlcore.losses import LOSSES
from mamlcore.metagrad import Rows, rows_of
from mamlcore.network import init_theta

#: The gradient is never longer than that (the published code).
CLIP = 10.0
#: Generated weights of the tasks that are run together stay below so many numbers.
_CHUNK_NUMBERS = 1_500_000


class MetaNetworksState(NamedTuple):
    """What is trained, Adam's memory, and the fixed head of the key network's own loss."""

    params: Theta  # layers in the order of fast_weights.Parts
    optimizer: optimizer.OptimizerState
    head: Array  # (K, O)


class Generated(NamedTuple):
    """Fast weights of T tasks, and who wrote them."""

    key_fast: Array  # Q*, (T, P)
    memory: Array  # M, (T, S, P')
    keys: SequenceWriter
    rows: RowWriter


class MetaNetworks:
    """Two small networks write the weights of a third: quickly, from one look at each support row."""

    name: ClassVar[str] = "meta_networks"
    label: ClassVar[str] = "Meta Networks"
    summary: ClassVar[str] = "Generates fast weights from support gradients, keeps them in a memory, reads it by query."
    role: ClassVar[Role] = "meta-learner"
    adapts: ClassVar[bool] = False
    trains: ClassVar[bool] = True

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for weights that start at zero."""
        if config.model.init == "zero":
            return f"{self.label} can't train from zero initial weights: choose Glorot initial weights."
        return None

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> MetaNetworksState:
        """Return fresh layers: slow weights as model.init says; m and d normal with variance 1 / fan-in (Chainer's)."""
        width, dtype = config.learner.meta_networks_keys, np.dtype(config.model.precision)
        n_fast = _n_fast(config)
        keys = init_theta((problem.n_inputs, *config.model.hidden, width), config.model, rng)
        base = init_theta((width, width, problem.n_outputs), config.model, rng)
        n_slow = len(keys) - n_fast
        params = (
            *keys[:n_slow], *_unbiased(keys[n_slow:]), *_unbiased(base),
            _lstm(rng, dtype), _normal(rng, UNITS, 1, dtype),
            _normal(rng, 2, UNITS, dtype), _normal(rng, UNITS, UNITS, dtype), _normal(rng, UNITS, 1, dtype),
        )  # fmt: skip
        head = _normal(rng, width, problem.n_outputs, dtype)[0]
        return MetaNetworksState(params, optimizer.init(params, "adam"), head)

    def step(self, state: MetaNetworksState, batch: TaskBatch, config: Config) -> tuple[MetaNetworksState, StepInfo]:
        """Take one step of Adam (learner.meta_networks_lr) on the query loss.

        Four gradients a task: through the support for d, for m, and, by the memory's keys, for the query loss; and
        through the query.
        """
        rows, shape = rows_of(state.params, batch), _shape(state, batch, config)
        losses, gradient = query_gradient(state, rows, shape)
        params, memory = optimizer.update(
            state.optimizer, clipped(gradient, CLIP), state.params, config.learner.meta_networks_lr
        )
        n_rows = batch.n_tasks * (batch.support_x.shape[1] + batch.query_x.shape[1])
        info = StepInfo(losses, n_rows, 4 * batch.n_tasks)
        return MetaNetworksState(params, memory, state.head), info

    def tune(self, state: MetaNetworksState, batch: TaskBatch, config: Config) -> MetaNetworksState:
        """Return the state unchanged: there is nothing to choose."""
        return state

    def predict(self, state: MetaNetworksState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O), the same at every step."""
        outputs = np.concatenate([found[0] for found in _responses(state, batch, config)])
        return np.broadcast_to(outputs, (steps + 1, *outputs.shape))

    def theta(self, state: MetaNetworksState) -> Theta | None:
        """Return None: no network has weights that hold before a task is seen."""
        return None

    def adapted(self, state: MetaNetworksState, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return None: each query row has weights of its own."""
        return None

    def cost(self, state: MetaNetworksState, problem: Problem, config: Config) -> float:
        """Return the estimate: writing fast weights is most of it. How many gradients are 0 can't be known before."""
        work, parts = work_of(problem, config), fast.parts_of(state.params, len(config.model.hidden) + 1)
        in_keys = sum(weights.size for weights, _ in parts.keys[-_n_fast(config) :])
        in_base = sum(weights.size for weights, _ in parts.base)
        updates = work.tasks * (in_keys * min(work.support, fast.MAX_STEPS) + 0.25 * in_base * work.support)
        return UPDATE_US * updates + passes_us(tuple(parts.keys), work, 4, 2, 100)

    def parameters(self, state: MetaNetworksState, config: Config) -> dict[str, Array]:
        """Return slow weights (``key_W0``, ``base_W0``, ...) and the networks that write fast ones.

        ``lstm`` with its ``readout`` writes the keys' fast weights, ``mlp`` those of the base learner.
        """
        parts = fast.parts_of(state.params, len(config.model.hidden) + 1)
        found = named(tuple(parts.keys), "key_") | named(tuple(parts.base), "base_") | named(tuple(parts.mlp), "mlp_")
        for name, (weights, bias) in (("lstm", parts.lstm), ("readout", parts.readout)):
            found |= {f"{name}_W": weights, f"{name}_b": bias}
        return found | {"fixed_key_head": state.head}

    def attention(self, state: MetaNetworksState, batch: TaskBatch, config: Config) -> Array:
        """Return how each query row reads the memory, (T, Q, S): rows sum to 1."""
        return np.concatenate([found[1] for found in _responses(state, batch, config)])


# -- the two halves: fast weights from gradients, outputs from fast weights ----------------------------------


def generate(state: MetaNetworksState, rows: Rows, shape: fast.Shape) -> Generated:
    """Return the fast weights of T tasks."""
    parts, n_tasks = fast.parts_of(state.params, shape.n_keys), len(rows.support_x)
    slopes = fast.key_gradients(parts.keys, state.head, rows.support_x, rows.support_y, shape)
    of_keys = SequenceWriter(parts.lstm, parts.readout, slopes.reshape(len(slopes), -1))
    key_fast = of_keys.outputs.reshape(n_tasks, -1)
    keys = fast.key(parts.keys, fast.split(key_fast, parts.keys[-shape.n_fast :]), rows.support_x)
    slopes = fast.base_gradients(parts.base, keys, rows.support_y, shape.loss)
    of_rows = RowWriter(parts.mlp, slopes.ravel())
    return Generated(key_fast, of_rows.outputs.reshape(slopes.shape), of_keys, of_rows)


def respond(
    parts: fast.Parts, key_fast: Traced, memory: Traced, rows: Rows, shape: fast.Shape
) -> tuple[Traced, Traced]:
    """Return outputs (T, Q, O) on the query rows, and how they read the memory, (T, Q, S)."""
    extra = fast.split(key_fast, parts.keys[-shape.n_fast :])
    keys = fast.key(parts.keys, extra, rows.query_x)
    share = fast.look_up(fast.key(parts.keys, extra, rows.support_x), keys)
    return fast.answer(parts.base, memory, share, keys), share


def _responses(state: MetaNetworksState, batch: TaskBatch, config: Config) -> Iterator[tuple[Array, Array]]:
    """Yield outputs and reads of some tasks after the other; the query's targets are never looked at."""
    shape = _shape(state, batch, config)
    parts = fast.parts_of(state.params, shape.n_keys)
    for rows in _parts(state, rows_of(state.params, batch), shape):
        made = generate(state, rows, shape)
        yield respond(parts, made.key_fast, made.memory, rows, shape)


def query_gradient(state: MetaNetworksState, rows: Rows, shape: fast.Shape) -> tuple[Array, Theta]:
    """Return query losses (T,) and the gradient of their mean by all trained layers."""
    n_tasks, losses = len(rows.support_x), []
    total: list[Layer] = []
    for some in _parts(state, rows, shape):
        made = generate(state, some, shape)
        outputs, back = pullback(_responder(some, shape), (*state.params, (made.key_fast, made.memory)))
        losses.append(shape.loss.values(outputs, some.query_y))
        error = shape.loss.gradient(outputs, some.query_y)
        error /= n_tasks
        *slow, (d_key_fast, d_memory) = back(error)
        found = _through_generators(state, made, slow, (d_key_fast, d_memory), shape)
        total = [(w + dw, b + db) for (w, b), (dw, db) in zip(total, found, strict=True)] if total else found
    return np.concatenate(losses), tuple(total)


def _responder(rows: Rows, shape: fast.Shape) -> Any:
    def outputs(layers: list[Layer]) -> Traced:
        key_fast, memory = layers[-1]
        return respond(fast.parts_of(layers[:-1], shape.n_keys), key_fast, memory, rows, shape)[0]

    return outputs


def _through_generators(
    state: MetaNetworksState, made: Generated, slow: list[Layer], d_fast: Layer, shape: fast.Shape
) -> list[Layer]:
    """Return the whole gradient: that by the slow weights, and those by G and Z through the fast weights."""
    n_slow = shape.n_keys + len(fast.parts_of(state.params, shape.n_keys).base)
    return [*slow[:n_slow], *made.keys.back(d_fast[0].ravel()), *made.rows.back(d_fast[1].ravel())]


# -- layers and rows ----------------------------------------------------------------------------------------


def _n_fast(config: Config) -> int:
    return min(config.learner.meta_networks_fast, len(config.model.hidden) + 1)


def _shape(state: MetaNetworksState, batch: TaskBatch, config: Config) -> fast.Shape:
    loss = LOSSES[loss_of(batch, state.head.shape[1])]
    return fast.Shape(len(config.model.hidden) + 1, _n_fast(config), loss)


def _parts(state: MetaNetworksState, rows: Rows, shape: fast.Shape) -> Iterator[Rows]:
    """Yield the rows of so many tasks at a time that their generated weights together stay below the bound."""
    n_tasks, n_support, n_query = len(rows.support_x), rows.support_x.shape[1], rows.query_x.shape[1]
    sizes = [weights.size for weights, _ in state.params]
    in_keys = sum(sizes[shape.n_keys - shape.n_fast : shape.n_keys])
    in_base = sum(sizes[shape.n_keys : shape.n_keys + 2])
    steps = min(n_support, fast.MAX_STEPS)
    size = max(1, _CHUNK_NUMBERS // (steps * in_keys + (n_support + n_query) * in_base))
    for first in range(0, n_tasks, size):
        yield Rows(*(array[first : first + size] for array in rows))


def _unbiased(layers: Theta) -> Theta:
    return tuple((weights, bias[:0]) for weights, bias in layers)


def _normal(rng: np.random.Generator, fan_in: int, fan_out: int, dtype: np.dtype[Any]) -> Layer:
    weights = rng.standard_normal((fan_in, fan_out)) / fan_in**0.5
    return weights.astype(dtype), np.zeros(fan_out, dtype)


def _lstm(rng: np.random.Generator, dtype: np.dtype[Any]) -> Layer:
    """Return d's LSTM: inputs and its own output draw their weights apart; the forget gate's bias starts at 1."""
    weights = np.concatenate([_normal(rng, 2, 4 * UNITS, dtype)[0], _normal(rng, UNITS, 4 * UNITS, dtype)[0]])
    bias = np.zeros(4 * UNITS, dtype)
    bias[UNITS : 2 * UNITS] = 1.0
    return weights, bias
