"""The exact, first-order and Reptile meta-gradients at a learner's theta, for every number of inner steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.learners import maml_pp, meta_sgd
from mamlcore.learners.anil import head_rates
from mamlcore.learners.stepping import loss_for
from mamlcore.metagrad import rows_of
from mamlcore.metagrad.rates import Rated, Rates, adapt_rated, rated, uniform

#: How much one look may compute: parameters x tasks x steps squared. More tasks than that are left out.
_BUDGET = 2_500_000


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """How three meta-gradients lie to each other; order: exact, first-order, Reptile."""

    cosines: Array  # (S, 3, 3), after 1..S inner steps; NaN where a gradient is zero or not finite
    norms: Array  # (S, 3)
    n_tasks: int  # whose mean gradient it is


def directions(name: str, state: Any, batch: TaskBatch, config: Config) -> Directions:
    """Compare the gradients by theta of the mean query loss after s = 1..inner.steps steps, all tasks together.

    Exact: through all steps (Finn et al. 2017). First-order: without the Hessians. Reptile: (theta - phi_s) / alpha,
    the sum of the support gradients along the way (Nichol et al. 2018, section 5), of support rows only. The inner
    steps are the learner's own, with its learned rates where it has any.
    """
    theta: Theta = state.theta
    tasks = batch.tasks(slice(0, _affordable(theta, batch.n_tasks, config.inner.steps)))
    rows, loss = rows_of(theta, tasks), loss_for(theta, tasks)
    found = []
    for steps in range(1, config.inner.steps + 1):
        how = Rated(_rates(name, state, config, steps), loss, config.model.activation)
        with np.errstate(all="ignore"):
            last = adapt_rated(theta, rows.support_x, rows.support_y, how, steps)[-1]
            exact, first = (rated(theta, rows, how, first_order).gradient for first_order in (False, True))
            found.append(np.stack([_mean(exact, theta), _mean(first, theta), _moved(theta, last, config.inner.lr)]))
    return _compared(np.stack(found), tasks.n_tasks)


def _compared(gradients: Array, n_tasks: int) -> Directions:
    """Return cosines and norms of gradients (S, 3, P)."""
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(gradients, axis=-1)
        unit = gradients / norms[..., None]
        cosines = unit @ np.swapaxes(unit, -1, -2)
    return Directions(np.clip(cosines, -1.0, 1.0), norms, n_tasks)


def _affordable(theta: Theta, n_tasks: int, steps: int) -> int:
    size = sum(part.size for layer in theta for part in layer)
    return max(1, min(n_tasks, _BUDGET // (size * steps * steps)))


def _rates(name: str, state: Any, config: Config, steps: int) -> tuple[Rates, ...]:
    """Return the step sizes of so many inner steps."""
    if name == "meta_sgd":
        return (meta_sgd.current_rates(state, config),) * steps
    if name == "maml_pp":
        return maml_pp.current_rates(state, config)[:steps]
    if name == "anil":
        return head_rates(state.theta, config, steps)
    return uniform(state.theta, config.inner.lr, steps)


def _mean(gradient: Theta, theta: Theta) -> Array:
    """Return the mean over tasks, in float64, as one row (P,)."""
    parts = []
    for found, start in zip(gradient, theta, strict=True):
        parts += [np.asarray(g, np.float64).reshape(-1, s.size).mean(axis=0) for g, s in zip(found, start, strict=True)]
    return np.concatenate(parts)


def _moved(theta: Theta, phi: Theta, lr: float) -> Array:
    """Return the mean over tasks of (theta - phi) / alpha; a layer that stayed has not moved."""
    parts = []
    for start, end in zip(theta, phi, strict=True):
        for s, e in zip(start, end, strict=True):
            way = np.asarray(s, np.float64).reshape(1, -1) - np.asarray(e, np.float64).reshape(-1, s.size)
            parts.append(way.mean(axis=0))
    return np.concatenate(parts) / lr
