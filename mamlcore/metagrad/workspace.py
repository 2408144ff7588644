"""Prepared programs and their memory: made when first needed, kept for each thread, bounded.

Two threads never share a program, so calls are independent of each other. Tasks are taken in blocks small enough
for their arrays to stay below a bound, however many tasks there are.
"""

import threading
from collections import OrderedDict

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.batch import LossName
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
_MAX_PROGRAMS = 16
_MAX_BYTES = 512 * 2**20


class _Kept(threading.local):
    """One thread's programs, the most recently used last."""

    def __init__(self) -> None:
        self.programs: OrderedDict[Sizes, Program] = OrderedDict()


_KEPT = _Kept()


def held_bytes() -> int:
    """Return the memory that prepared programs hold in this thread."""
    return sum(program.tape.bytes for program in _KEPT.programs.values())


def prepared(sizes: Sizes) -> Program:
    """Return this thread's program for these sizes."""
    programs = _KEPT.programs
    if sizes in programs:
        programs.move_to_end(sizes)
        return programs[sizes]
    program = programs[sizes] = Program(sizes, choose(sizes))
    while len(programs) > 1 and (len(programs) > _MAX_PROGRAMS or held_bytes() > _MAX_BYTES):
        programs.popitem(last=False)
    return program


def sizes_of(theta: Theta, rows: Rows, inner: Inner, first_order: bool) -> Sizes | None:
    """Return what the fast forms are prepared for, or None when only the plain formula will do."""
    loss, dtype = _name(inner.loss), theta[0][0].dtype
    if loss is None or not isinstance(inner.lr, float) or inner.steps < 1 or dtype.name not in ("float32", "float64"):
        return None
    n_tasks, support = rows.support_x.shape[:2]
    query = rows.query_x.shape[1]
    return Sizes(
        widths_of(theta), n_tasks, support, query, inner.steps, loss, inner.activation, first_order, dtype.name
    )


def fast(theta: Theta, rows: Rows, lr: float, sizes: Sizes) -> tuple[Array, Theta] | None:
    """Return query losses (T,) and meta-gradient, or None where numbers overflow."""
    size = block_size(sizes)
    if size >= sizes.n_tasks:
        return prepared(sizes)(theta, rows, lr)
    losses, gradient = [], None
    for first in range(0, sizes.n_tasks, size):
        block = Rows(*(part[first : first + size] for part in rows))
        count = len(block.support_x)
        found = prepared(sizes._replace(n_tasks=count))(theta, block, lr)
        if found is None:
            return None
        losses.append(found[0])
        share = count / sizes.n_tasks
        part = tuple((dw * share, db * share) for dw, db in found[1])
        gradient = part if gradient is None else _sum(gradient, part)
    return None if gradient is None else (np.concatenate(losses), gradient)


def block_size(sizes: Sizes) -> int:
    """Return how many tasks are taken at once: as equal blocks as possible below the bound."""
    rows = sizes.query + 4 * sizes.support * sizes.steps
    weights = sum(a * b for a, b in sizes.width_pairs)
    numbers = 2 * rows * sum(sizes.widths) + (sizes.steps + 2) * weights
    blocks = -(-sizes.n_tasks * numbers // _BLOCK_NUMBERS)
    return -(-sizes.n_tasks // min(blocks, sizes.n_tasks))


def _name(loss: Loss) -> LossName | None:
    return next((name for name, known in LOSSES.items() if known is loss), None)


def _sum(one: Theta, other: Theta) -> Theta:
    return tuple((w + dw, b + db) for (w, b), (dw, db) in zip(one, other, strict=True))
