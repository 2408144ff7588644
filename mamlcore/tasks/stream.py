"""Training batches one after the other; large ones are drawn in a second thread while the one before is learnt from.

NumPy fills arrays without holding Python's lock, so both cores work. For 32 tasks of 80 rows of 64 normal numbers and
a network 64-64-64-64-5 that saves an eighth of a meta-step; small batches would lose more to the handing over.
"""

import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from mamlcore.batch import TaskBatch
from mamlcore.tasks.base import TaskSource

#: Numbers in a batch from which drawing takes so long that handing it to another thread pays.
_LARGE = 100_000


def draws_ahead(batch: TaskBatch) -> bool:
    """Tell whether a batch like this one is drawn in a second thread: a rule from sizes alone."""
    return batch.support_x.size + batch.query_x.size >= _LARGE


class _Request(NamedTuple):
    source: TaskSource
    n_tasks: int
    k_shot: int
    n_query: int

    def same_as(self, other: "_Request") -> bool:
        """Tell whether both ask for the same; a source is compared by identity, since it may hold arrays."""
        return self.source is other.source and self[1:] == other[1:]

    def draw(self, rng: np.random.Generator) -> TaskBatch:
        return self.source.sample(rng, self.n_tasks, "train", self.k_shot, self.n_query)


class _Ahead(NamedTuple):
    """A batch that nobody asked for yet, and the generator's state before it."""

    request: _Request
    state: Mapping[str, Any]
    batch: Future[TaskBatch]


class TaskStream:
    """Batches from one random stream, the same ones whether any was drawn ahead or not.

    A batch drawn ahead under other settings than those it is asked for is forgotten, and the stream wound back.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._ahead: _Ahead | None = None
        self._lane: ThreadPoolExecutor | None = None
        self._home = os.getpid()  # the process that the lane is in

    @property
    def state(self) -> Mapping[str, Any]:
        """The generator's state before the next batch."""
        return self._rng.bit_generator.state if self._ahead is None else self._ahead.state

    @state.setter
    def state(self, state: Mapping[str, Any]) -> None:
        if self._ahead is not None:
            self._be_alone(self._ahead)
        self._rng.bit_generator.state = state

    def _be_alone(self, ahead: _Ahead) -> None:
        """Forget what was drawn ahead, once nobody else uses the generator."""
        if self._is_here:
            ahead.batch.exception()  # waits
        else:  # forked since then: that thread is in the other process, and here the generator may be locked for good
            self._rng = np.random.Generator(type(self._rng.bit_generator)(0))
        self._ahead = None  # last, since Ctrl-C may end the waiting

    @property
    def _is_here(self) -> bool:
        """Whether the second thread, where there is one, is in this process."""
        return self._home == os.getpid()

    def next(self, source: TaskSource, n_tasks: int, k_shot: int, n_query: int) -> TaskBatch:
        """Return the next batch: ``source.sample`` for training."""
        request = _Request(source, n_tasks, k_shot, n_query)
        batch = self._take(request)
        if draws_ahead(batch):
            self._draw_ahead(request)
        return batch

    def _take(self, request: _Request) -> TaskBatch:
        ahead = self._ahead
        if ahead is not None and ahead.request.same_as(request) and self._is_here:
            self._be_alone(ahead)
            return ahead.batch.result()
        self.state = self.state  # winds back what was drawn ahead
        return request.draw(self._rng)

    def _draw_ahead(self, request: _Request) -> None:
        if self._lane is None or not self._is_here:
            self._lane, self._home = ThreadPoolExecutor(1, "task-stream"), os.getpid()
        state = self._rng.bit_generator.state
        self._ahead = _Ahead(request, state, self._lane.submit(request.draw, self._rng))
