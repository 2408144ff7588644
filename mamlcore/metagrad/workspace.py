"""Prepared programs and their memory: made when first needed, kept for each thread, bounded.

Two threads never share a program, so calls are independent of each other. Tasks are taken in blocks small enough
for their arrays to stay below a bound, however many tasks there are; large steps go to two threads, by halves. Which
blocks there are depends on the sizes alone, and they are summed in order: equal settings give equal bits.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import LossName
from mamlcore.blas import pin_to_one_thread
from mamlcore.losses import LOSSES, Loss
from mamlcore.metagrad.chooser import choose
from mamlcore.metagrad.inner import Inner
from mamlcore.metagrad.plain import Rows
from mamlcore.metagrad.program import Program
from mamlcore.metagrad.sizes import Sizes
from mamlcore.network import widths_of

#: Numbers that the arrays of one block of tasks may hold, roughly.
_BLOCK_NUMBERS = 24_000_000
#: Programs kept in each thread, and the memory they may hold together.
_MAX_PROGRAMS, _MAX_BYTES = 16, 512 * 2**20
#: How long a call and a whole meta-gradient must last for a second thread to pay, halves being less efficient.
_LONG_CALL_NS, _LONG_STEP_NS = 50e3, 40e6
#: What the fast forms serve.
_NAMES: dict[Loss, LossName] = {loss: name for name, loss in LOSSES.items()}
_DTYPES = {np.dtype(name): name for name in ("float32", "float64")}


class _Kept(threading.local):
    """One thread's programs, the most recently used last."""

    def __init__(self) -> None:
        self.programs: OrderedDict[tuple[Sizes, int], Program] = OrderedDict()


_KEPT = _Kept()


def held_bytes() -> int:
    """Return the memory that prepared programs hold in this thread."""
    return sum(program.tape.bytes for program in _KEPT.programs.values())


def release() -> None:
    """Forget this thread's programs."""
    _KEPT.programs.clear()


def prepared(sizes: Sizes, lane: int = 0) -> Program:
    """Return this thread's program for these sizes, and for one of the two lanes it may run.

    A new one pins BLAS to one thread: its products are small, and their rounding must not depend on the machine's load.
    """
    programs, key = _KEPT.programs, (sizes, lane)
    if key in programs:
        programs.move_to_end(key)
        return programs[key]
    pin_to_one_thread()
    program = programs[key] = Program(sizes, choose(sizes))
    while len(programs) > 2 and (len(programs) > _MAX_PROGRAMS or held_bytes() > _MAX_BYTES):
        programs.popitem(last=False)
    return program


def sizes_of(theta: Theta, rows: Rows, inner: Inner, first_order: bool) -> Sizes | None:
    """Return what the fast forms are prepared for, or None when only the plain formula will do."""
    lr, steps, loss, activation, bias = inner
    name, dtype = _NAMES.get(loss), _DTYPES.get(theta[0][0].dtype)
    if name is None or dtype is None or not isinstance(lr, float) or steps < 1:
        return None
    n_tasks, support, _ = rows.support_x.shape
    query, widths = rows.query_x.shape[1], widths_of(theta)
    return Sizes(widths, n_tasks, support, query, steps, name, activation, first_order, dtype, bias)


def fast(theta: Theta, rows: Rows, lr: float, sizes: Sizes) -> tuple[Array, Theta] | None:
    """Return query losses (T,) and meta-gradient, or None where numbers overflow."""
    blocks, both = shared_out(sizes)
    if len(blocks) == 1:
        return prepared(sizes)(theta, rows, lr)
    parts = [Rows(*(array[block] for array in rows)) for block in blocks]
    programs = [
        prepared(sizes._replace(n_tasks=len(part.support_x)), i % 2 if both else 0) for i, part in enumerate(parts)
    ]

    def work(which: slice) -> list[tuple[Array, Theta] | None]:
        return [program(theta, part, lr) for program, part in zip(programs[which], parts[which], strict=True)]

    found = _in_two_threads(work) if both else work(slice(None))
    return _joined(found, [len(part.support_x) / sizes.n_tasks for part in parts])


def _in_two_threads(work: Callable[[slice], list[Any]]) -> list[Any]:
    """Do the odd blocks in a thread of their own; it ends with the call."""
    with ThreadPoolExecutor(1, "meta-gradient") as lane:
        odd = lane.submit(work, slice(1, None, 2))
        even = work(slice(0, None, 2))
        beside = odd.result()
    return [(even, beside)[i % 2][i // 2] for i in range(len(even) + len(beside))]


def two_lanes(sizes: Sizes) -> bool:
    """Tell whether two threads share the work: where a NumPy call lasts so long that handing over costs little.

    Times are estimated from the sizes, at 35 multiply-adds in a nanosecond: the same on every machine.
    """
    weights, depth = sum(a * b for a, b in sizes.width_pairs), len(sizes.width_pairs)
    step_ns = sizes.n_tasks * (9 * sizes.support * sizes.steps + 3 * sizes.query) * weights / 35.0
    calls = depth * (25 * sizes.steps - 5)
    return sizes.n_tasks >= 4 and step_ns >= _LONG_STEP_NS and step_ns / calls >= _LONG_CALL_NS


@lru_cache(maxsize=64)
def shared_out(sizes: Sizes) -> tuple[list[slice], bool]:
    """Return the tasks of each block, as many as fit the bound, in pairs where two threads work; and if they do."""
    size, both = block_size(sizes), two_lanes(sizes)
    count = -(-sizes.n_tasks // size)
    if both:
        count += count % 2
        size = -(-sizes.n_tasks // count)
    return [slice(first, min(first + size, sizes.n_tasks)) for first in range(0, sizes.n_tasks, size)], both


def _joined(found: list[tuple[Array, Theta] | None], shares: list[float]) -> tuple[Array, Theta] | None:
    """Return all losses, and the mean of the blocks' gradients by their shares of the tasks."""
    good = [part for part in found if part is not None]
    if len(good) < len(found):
        return None
    scaled = [[(dw * share, db * share) for dw, db in part[1]] for part, share in zip(good, shares, strict=True)]
    gradient = tuple(
        (sum(dw for dw, _ in layers[1:]) + layers[0][0], sum(db for _, db in layers[1:]) + layers[0][1])
        for layers in zip(*scaled, strict=True)
    )
    return np.concatenate([losses for losses, _ in good]), gradient


def block_size(sizes: Sizes) -> int:
    """Return how many tasks are taken at once: as equal blocks as possible below the bound."""
    rows = sizes.query + 4 * sizes.support * sizes.steps
    weights = sum(a * b for a, b in sizes.width_pairs)
    numbers = 2 * rows * sum(sizes.widths) + (sizes.steps + 2) * weights
    blocks = -(-sizes.n_tasks * numbers // _BLOCK_NUMBERS)
    return -(-sizes.n_tasks // min(blocks, sizes.n_tasks))
