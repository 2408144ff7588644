"""The embedding f that metric learners train: the network every learner shares, without its head.

A row is embedded as the activations of the last hidden layer, so that hidden layers, initial weights and seed are
MAML's own. learner.embedding puts a linear layer of that width on top. A model without hidden layers is embedded
linearly: as many directions as features, or learner.embedding of them.
"""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import Problem
from mamlcore.config import Config
from mamlcore.network import Activation, Forward, backward, forward, init_theta


class Embedded(NamedTuple):
    """Rows in the space where they are compared, and what a backward pass needs."""

    rows: Array  # (T, n, E)
    passed: Forward


def embedding_start(problem: Problem, config: Config, rng: np.random.Generator) -> Theta:
    """Draw the initial layers: MAML's own hidden layers, given generators in the same state."""
    top = config.learner.embedding or (0 if config.model.hidden else problem.n_inputs)
    widths = (problem.n_inputs, *config.model.hidden, *((top,) if top else ()))
    return init_theta(widths, config.model, rng)


def embed(theta: Theta, x: Array, config: Config) -> Embedded:
    """Embed rows x (T, n, D), in the precision of theta."""
    passed = forward(theta, np.ascontiguousarray(x, dtype=theta[0][0].dtype), config.model.activation)
    rows = passed.outputs if is_linear(config) else _activated(passed.outputs, config.model.activation)
    return Embedded(rows, passed)


def pull_back(theta: Theta, embedded: Embedded, error: Array, config: Config) -> Theta:
    """Return the gradient by theta, summed over tasks, of what has the derivative ``error`` (T, n, E) by the rows."""
    activation = config.model.activation
    if not is_linear(config):
        error = error * _slope(embedded.rows, activation)
    return backward(theta, embedded.passed, error, activation, pooled=True).gradient


def is_linear(config: Config) -> bool:
    """Whether the last layer of the embedding has no activation."""
    return bool(config.learner.embedding) or not config.model.hidden


def _activated(z: Array, activation: Activation) -> Array:
    return np.tanh(z) if activation == "tanh" else z * (z.real > 0)


def _slope(rows: Array, activation: Activation) -> Array:
    return 1.0 - rows * rows if activation == "tanh" else (rows.real > 0).astype(rows.dtype)
