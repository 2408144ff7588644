"""Training episodes of more ways than the tasks, put together from several tasks of one meta-batch.

Snell et al. 2017, section 3.3: Prototypical Networks do better when trained with more ways than they are tested
with. All learners of the lab share one batch of N-way tasks, so wider episodes are made of the very same rows:
the classes of g = ceil(W / N) tasks in a row, told apart all at once. A class that several of these tasks hold
takes part once, with its support and query rows of the first of them; the others' rows are left out, as they
might repeat each other. So an episode has *up to* W ways: all of them when classes are many or endless.
"""

from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch

#: The label, and the class, of what only fills the last group up.
NOBODY = -1


class Episodes(NamedTuple):
    """G episodes of g tasks each; labels count through the g N classes of an episode."""

    group: int  # g
    support_y: Array  # (G, g S); NOBODY where the last group has no task
    query_y: Array  # (G, g Q); likewise
    kept: Array  # (G, g N) booleans: which classes take part

    @property
    def rows(self) -> int:
        """How many support and query rows take part."""
        return int(_taking_part(self.support_y, self.kept).sum() + _taking_part(self.query_y, self.kept).sum())


def widened(batch: TaskBatch, n_way: int, train_way: int) -> Episodes:
    """Return how the tasks of a batch of classes come together in episodes of up to train_way ways.

    The last episode is smaller when T is no multiple of g. Without batch.classes every class is its own, as in
    an endless pool.
    """
    n_tasks, group = batch.n_tasks, min(-(-train_way // n_way), batch.n_tasks)
    known = np.arange(n_tasks * n_way).reshape(n_tasks, n_way) if batch.classes is None else batch.classes
    classes = in_groups(known, group, NOBODY)  # (G, g N)
    same = classes[:, :, None] == classes[:, None, :]
    met_before = (same & np.tri(same.shape[-1], k=-1, dtype=bool)).any(axis=-1)
    kept = ~met_before & (classes != NOBODY)
    kept &= kept.cumsum(axis=1) <= train_way
    return Episodes(group, _labels(batch.support_y, group, n_way), _labels(batch.query_y, group, n_way), kept)


def in_groups(parts: Array, group: int, fill: float = 0) -> Array:
    """Return (T, n, ...) as (G, g n, ...), the last group filled up."""
    missing = -len(parts) % group
    filled = np.concatenate([parts, np.full((missing, *parts.shape[1:]), fill, parts.dtype)]) if missing else parts
    return filled.reshape(-1, group * parts.shape[1], *parts.shape[2:])


def apart(grouped: Array, n_tasks: int, group: int) -> Array:
    """Return (G, g n, ...) as (T, n, ...): the way back from :func:`in_groups`."""
    return grouped.reshape(-1, grouped.shape[1] // group, *grouped.shape[2:])[:n_tasks]


def _labels(labels: Array, group: int, n_way: int) -> Array:
    shift = n_way * (np.arange(len(labels)) % group)
    return in_groups(labels + shift[:, None], group, NOBODY)


def masked_cross_entropy(scores: Array, labels: Array, kept: Array) -> tuple[Array, Array]:
    """Return each episode's mean loss (G,) over query rows of kept classes, and the derivative by the scores.

    scores (G, Q, N), labels (G, Q), kept (G, N). A class left out has no probability; a row of NOBODY is not judged.
    """
    rows = _taking_part(labels, kept)
    weights = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1)
    shifted = np.where(kept[:, None, :], scores - _largest(scores, kept), -np.inf)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    taken = np.take_along_axis(log_p, labels[..., None], axis=-1)[..., 0]
    losses = -(np.where(rows, taken, 0.0) * weights).sum(axis=1)
    slope = np.exp(log_p)
    slope -= labels[..., None] == np.arange(scores.shape[-1])
    slope *= weights[..., None]
    return losses, slope.astype(scores.dtype, copy=False)


def _taking_part(labels: Array, kept: Array) -> Array:
    """Return (G, rows) booleans: which rows are of a class that takes part."""
    return np.take_along_axis(kept, labels, axis=1) & (labels != NOBODY)


def _largest(scores: Array, kept: Array) -> Array:
    return np.where(kept[:, None, :], scores.real, -np.inf).max(axis=-1, keepdims=True)
