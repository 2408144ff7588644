"""SNAIL, the simple neural attentive learner: reads a task as a sequence (Mishra, Rohaninejad, Chen and Abbeel 2018).

The sequence is the support rows, each with its label, then one query row without: T = S + 1 steps, logits at the
last. Attention and temporal convolutions take turns, Att(64, 32) TC(128) Att(256, 128) TC(128) Att(512, 256), each
block's outputs joined to its inputs (section 3 and figure 1 of the paper; widths of the Omniglot network):

    DenseBlock(d, F):  concat(x, tanh(c1) * sigmoid(c2)), c a causal convolution with kernel 2 and dilation d
    TCBlock(T, F):     ceil(log2 T) dense blocks with dilations 1, 2, 4, ...: the last step sees all T
    Att(K, V):         concat(x, softmax(q kᵀ / sqrt(K)) v), softmax over the keys, a step sees itself and the past

Where sources differ: dilations start at 1 (with 2, as one public version has it, a block reaches even lags only).
All widths, that of the embedding (64) too, are divided by learner.snail_divisor, 4 unless changed: five hundred
channels for a handful of rows would not train live. The paper's embedding of pictures is here model.hidden, then a
linear layer. Rows are put into a new random order for each training episode; at a test all tasks use one fixed
random order. One sequence holds one query, so query rows never meet: support steps are causal, hence the same for
all queries of a task, and are computed once.

A regression feeds the values where labels stood (zeros at the query) and reads values at the end: the sequence
model of the paper allows it, its few-shot experiments do not do it. The depth is that for task.k_shot at the start
of the run; more shots later are beyond the convolutions' reach but not beyond attention's.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Array, Theta, flat, split
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config
from mamlcore.learners.base import Role, StepInfo, named
from mamlcore.learners.cost import passes_us, work_of
from mamlcore.learners.model import dead_start, loss_of
from mamlcore.learners.sequence import Reading, Rows, blocks_of, n_dense
from mamlcore.losses import LOSSES
from mamlcore.metagrad import targets_of
from mamlcore.network import init_theta

#: Keys and values of the three attention blocks, filters of a convolution, width of the embedding: the paper's.
ATTENTION = ((64, 32), (256, 128), (512, 256))
FILTERS, EMBEDDING = 128, 64
#: Activations of the tasks that are run together stay below so many numbers.
_CHUNK_NUMBERS = 6_000_000


class SnailState(NamedTuple):
    """What is trained, Adam's memory, and what the random orders of rows come from."""

    params: Theta  # layers in the order of sequence.Blocks
    optimizer: optimizer.OptimizerState
    seed: int  # with the number of updates it gives each episode's order
    n_outputs: int


class Snail:
    """A sequence model that learns to learn: nothing adapts but what it remembers of the rows it has read."""

    name: ClassVar[str] = "snail"
    label: ClassVar[str] = "SNAIL"
    summary: ClassVar[str] = "Reads the labelled rows as a sequence, by attention and convolutions, then the query row."
    role: ClassVar[Role] = "meta-learner"
    adapts: ClassVar[bool] = False
    trains: ClassVar[bool] = True

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for an embedding whose hidden layers start at zero."""
        reason = dead_start(config)
        return reason and f"{self.label} can't train. {reason}."

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> SnailState:
        """Return fresh layers: the embedding as model.init says, all others Glorot uniform."""
        params = _fresh(problem, config, rng)
        memory = optimizer.init(params, "adam")
        return SnailState(params, memory, int(rng.integers(2**31)), problem.n_outputs)

    def step(self, state: SnailState, batch: TaskBatch, config: Config) -> tuple[SnailState, StepInfo]:
        """Take one step of Adam (learner.snail_lr) on the query rows, support rows in an order drawn anew."""
        loss, dtype = LOSSES[loss_of(batch, state.n_outputs)], _dtype(state)
        rng = np.random.default_rng([state.seed, state.optimizer.updates])
        order = rng.permuted(np.tile(np.arange(batch.support_x.shape[1]), (batch.n_tasks, 1)), axis=1)
        rows, targets = _rows(state, batch, order), targets_of(batch.query_y, dtype)
        losses, total = [], None
        for part in _parts(state, rows):
            reading = _read(state, _some(rows, part), config)
            losses.append(loss.values(reading.query, targets[part]))
            error = loss.gradient(reading.query, targets[part])
            error /= batch.n_tasks
            found = flat(reading.back(error))
            total = found if total is None else total + found
        gradient = split(np.asarray(total, dtype), state.params)
        params, memory = optimizer.update(state.optimizer, gradient, state.params, config.learner.snail_lr)
        n_rows = batch.n_tasks * (batch.support_x.shape[1] + batch.query_x.shape[1])
        # One sweep goes back through support and query rows: a gradient each, as for all who embed and compare.
        info = StepInfo(np.concatenate(losses), n_rows, 2 * batch.n_tasks)
        return state._replace(params=params, optimizer=memory), info

    def tune(self, state: SnailState, batch: TaskBatch, config: Config) -> SnailState:
        """Return the state unchanged: there is nothing to choose."""
        return state

    def predict(self, state: SnailState, batch: TaskBatch, steps: int, config: Config) -> Array:
        """Return outputs (steps + 1, T, Q, O), the same at every step."""
        rows = _rows(state, batch, _test_order(state, batch))
        outputs = np.concatenate([_read(state, _some(rows, part), config).query for part in _parts(state, rows)])
        return np.broadcast_to(outputs, (steps + 1, *outputs.shape))

    def theta(self, state: SnailState) -> Theta | None:
        """Return None: there is no network that a task would adapt."""
        return None

    def adapted(self, state: SnailState, batch: TaskBatch, steps: int, config: Config) -> list[Theta] | None:
        """Return None: nothing adapts."""
        return None

    def cost(self, state: SnailState, problem: Problem, config: Config) -> float:
        """Return the estimate: each row goes through all layers."""
        work = work_of(problem, config)
        return passes_us(state.params, work, 0.7, 0.6, 50)

    def parameters(self, state: SnailState, config: Config) -> dict[str, Array]:
        """Return the layers by their block: ``embed_W0``, ``attention1_query_W``, ``convolution1_W0``, ``head_W``, ...

        A convolution's rows are the past step's channels, then the present one's; its columns tanh, then sigmoid.
        """
        blocks = blocks_of(list(state.params), len(config.model.hidden) + 1)
        found = named(tuple(blocks.embed), "embed_")
        for k, layers in enumerate(blocks.attention):
            for name, (weights, bias) in zip(("query", "key", "value"), layers, strict=True):
                found |= {f"attention{k + 1}_{name}_W": weights, f"attention{k + 1}_{name}_b": bias}
        for k, layers in enumerate(blocks.convolutions):
            found |= named(tuple(layers), f"convolution{k + 1}_")
        return found | {"head_W": blocks.head[0], "head_b": blocks.head[1]}

    def attention(self, state: SnailState, batch: TaskBatch, config: Config) -> list[Array]:
        """Return for each attention block what query rows look at, (T, Q, S + 1): the support rows, then themselves."""
        order = _test_order(state, batch)
        looks = _read(state, _rows(state, batch, order), config).looks
        back = np.argsort(order, axis=1)[:, None, :]
        return [np.concatenate([np.take_along_axis(a, back, axis=2), a[..., -1:]], axis=2) for a in looks]


def _fresh(problem: Problem, config: Config, rng: np.random.Generator) -> Theta:
    glorot = config.model.model_copy(update={"init": "glorot"})
    filters, embedding = _narrow(FILTERS, config), _narrow(EMBEDDING, config)
    layers = list(init_theta((problem.n_inputs, *config.model.hidden, embedding), config.model, rng))
    channels = embedding + _label_width(problem.loss == "mse", problem.n_outputs)
    n_rows = config.task.k_shot * (problem.n_outputs if problem.loss == "cross_entropy" else 1)

    def add(fan_in: int, fan_out: int) -> None:
        layers.extend(init_theta((fan_in, fan_out), glorot, rng))

    for k, (keys, values) in enumerate(ATTENTION):
        for width in (keys, keys, values):
            add(channels, _narrow(width, config))
        channels += _narrow(values, config)
        for _ in range(n_dense(n_rows + 1) if k < len(ATTENTION) - 1 else 0):
            add(2 * channels, 2 * filters)
            channels += filters
    add(channels, problem.n_outputs)
    return tuple(layers)


def _narrow(width: int, config: Config) -> int:
    return max(1, width // config.learner.snail_divisor)


def _label_width(regression: bool, n_outputs: int) -> int:
    return n_outputs if regression else max(n_outputs, 2)


def _dtype(state: SnailState) -> np.dtype[Any]:
    return state.params[0][0].dtype


def _rows(state: SnailState, batch: TaskBatch, order: Array) -> Rows:
    """Return the batch's rows in the model's dtype, support rows in the order (T, S) given."""
    dtype = _dtype(state)
    support = np.take_along_axis(batch.support_x.astype(dtype, copy=False), order[..., None], axis=1)
    if batch.support_y.ndim == 3:
        labels = np.take_along_axis(batch.support_y.astype(dtype, copy=False), order[..., None], axis=1)
    else:
        width = _label_width(False, state.n_outputs)
        labels = np.eye(width, dtype=dtype)[np.take_along_axis(batch.support_y, order, axis=1)]
    return Rows(support, labels, np.ascontiguousarray(batch.query_x, dtype=dtype))


def _test_order(state: SnailState, batch: TaskBatch) -> Array:
    """Return one order of rows (T, S), the same for every task and at every time."""
    n_rows = batch.support_x.shape[1]
    order = np.random.default_rng([state.seed, 0, n_rows]).permutation(n_rows)
    return np.broadcast_to(order, (batch.n_tasks, n_rows))


def _read(state: SnailState, rows: Rows, config: Config) -> Reading:
    return Reading(blocks_of(state.params, len(config.model.hidden) + 1), rows, config.model.activation)


def _parts(state: SnailState, rows: Rows) -> Iterator[slice]:
    """Yield slices of tasks whose activations together stay below the bound."""
    n_steps, n_queries = rows.support.shape[1], rows.query.shape[1]
    channels = sum(weights.shape[-1] + weights.shape[0] for weights, _ in state.params)
    attention = len(ATTENTION) * n_steps * (n_steps + n_queries)
    size = max(1, _CHUNK_NUMBERS // ((n_steps + n_queries) * channels + attention))
    for first in range(0, len(rows.support), size):
        yield slice(first, first + size)


def _some(rows: Rows, part: slice) -> Rows:
    return Rows(*(array[part] for array in rows))
