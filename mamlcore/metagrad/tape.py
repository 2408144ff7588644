"""A tape of prepared NumPy calls: an algorithm is written down once and replayed without any Python in between.

Most workloads here are hundreds of calls of a few microseconds each, so making views and allocating results costs
as much as the arithmetic. Recording also tells when each intermediate array is last read. Arrays that are never
needed at the same time share memory, found by their lifetimes alone: two that overlap in time never overlap in
space, so no buffer can be overwritten too early, whatever the shapes.
"""

from bisect import insort
from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from mamlcore.arrays import Array

_ALIGN = 64  # bytes: a cache line


class _Life(NamedTuple):
    array: Array
    first: int  # index of the first call that touches it
    last: int


class Tape:
    """Records calls on arrays of one dtype, then replays them."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.bytes = 0  # memory held once sealed
        self._calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self._scratch: dict[int, Array] = {}
        self._stages: list[tuple[str, int]] = []

    def scratch(self, *shape: int, dtype: Any = None) -> Array:
        """Return an array that means something only between the calls that use it."""
        array = np.empty(shape, self.dtype if dtype is None else dtype)
        self._scratch[id(array)] = array
        return array

    def kept(self, *shape: int, fill: float = 0.0, dtype: Any = None) -> Array:
        """Return an array of its own memory: an input, a result, or one with a constant column."""
        array = np.full(shape, fill, self.dtype if dtype is None else dtype)
        self.bytes += array.nbytes
        return array

    def like(self, array: Array) -> Array:
        """Return a kept array of zeros, shaped and laid out as another."""
        zeros = np.zeros_like(array)
        self.bytes += zeros.nbytes
        return zeros

    def do(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Record ``function(*arguments)``; a ufunc takes its result array as the last argument.

        A scalar becomes an array of no dimension, which saves a conversion at every call.
        """
        self._calls.append((function, tuple(np.asarray(a) if isinstance(a, np.generic) else a for a in arguments)))

    def product(self, left: Array, right: Array, out: Array) -> None:
        """Record out = left right; sums of a single term go to multiply, several times as fast as matmul at those."""
        self.do(np.multiply if left.shape[-1] == 1 else np.matmul, left, right, out)

    def stage(self, name: str) -> None:
        """Name the calls from here on, for timings."""
        self._stages.append((name, len(self._calls)))

    def seal(self) -> None:
        """Give the scratch arrays memory; nothing can be recorded afterwards."""
        lives = self._lives()
        offsets, size = _places(list(lives.values()))
        arena = np.zeros(size + _ALIGN, np.uint8)
        skip = -arena.ctypes.data % _ALIGN
        moved = {root: arena[skip + offset :] for root, offset in zip(lives, offsets, strict=True)}
        self._calls = [
            (function, tuple(_rebased(a, moved) if isinstance(a, np.ndarray) else a for a in arguments))
            for function, arguments in self._calls
        ]
        self._scratch = {}
        self.bytes += arena.nbytes

    def run(self) -> None:
        """Replay every call."""
        for function, arguments in self._calls:
            function(*arguments)

    def timed(self) -> dict[str, float]:
        """Replay every call and return the seconds spent in each stage."""
        ends = [start for _, start in self._stages[1:]] + [len(self._calls)]
        seconds: dict[str, float] = {}
        for (name, start), end in zip(self._stages, ends, strict=True):
            began = perf_counter()
            for function, arguments in self._calls[start:end]:
                function(*arguments)
            seconds[name] = seconds.get(name, 0.0) + perf_counter() - began
        return seconds

    def __len__(self) -> int:
        return len(self._calls)

    def _lives(self) -> dict[int, _Life]:
        lives: dict[int, _Life] = {}
        for index, (_, arguments) in enumerate(self._calls):
            for array in arguments:
                root = _root(array) if isinstance(array, np.ndarray) else 0
                if root in self._scratch:
                    first = lives[root].first if root in lives else index
                    lives[root] = _Life(self._scratch[root], first, index)
        return lives


def _root(array: Array) -> int:
    """Identify the array that owns the memory."""
    return id(array if array.base is None else array.base)


def _places(lives: list[_Life]) -> tuple[list[int], int]:
    """Return an offset for each array, largest first and as low as possible, and the bytes needed in all."""
    placed: list[tuple[int, int, _Life]] = []  # offset, end, life; by offset
    offsets = [0] * len(lives)
    for index in sorted(range(len(lives)), key=lambda i: -lives[i].array.nbytes):
        life, offset = lives[index], 0
        for start, end, other in placed:
            together = life.first <= other.last and other.first <= life.last
            if together and start < offset + life.array.nbytes and offset < end:
                offset = -(-end // _ALIGN) * _ALIGN
        insort(placed, (offset, offset + life.array.nbytes, life), key=lambda place: place[0])
        offsets[index] = offset
    return offsets, max((end for _, end, _ in placed), default=0)


def _rebased(array: Array, moved: dict[int, Array]) -> Array:
    """Return the same view on the memory that was given to its owner."""
    memory = moved.get(_root(array))
    if memory is None:
        return array
    owner = array if array.base is None else array.base
    start = array.ctypes.data - owner.ctypes.data
    return np.ndarray(array.shape, array.dtype, memory, start, array.strides)
