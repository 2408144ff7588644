"""Measuring: contestants take turns in one process, so that a clock that changes changes for all of them."""

import tracemalloc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Theta
from mamlcore.benchmark.contestants import Contestant, Ours
from mamlcore.benchmark.workloads import OUTER_LR, Workload
from mamlcore.metagrad import rows_of
from mamlcore.metagrad.workspace import prepared, release
from mamlcore.tasks.stream import TaskStream

_PEAK_SIZE = 1024
#: Wall time, or the processor time of this process, which others on the machine don't lengthen.
Clock = Callable[[], float]


def turns(
    takers: Mapping[str, Callable[[], Any]], seconds: float, least: int = 3, clock: Clock = perf_counter
) -> dict[str, list[float]]:
    """Let each take its turn, a tenth of a second long, until all had ``seconds``; return seconds of every call."""
    times: dict[str, list[float]] = {name: [] for name in takers}
    for take in takers.values():
        take()  # compiles, prepares, warms up
    ends = clock() + seconds * len(takers)
    while clock() < ends or min(map(len, times.values())) < least:
        for name, take in takers.items():
            turn_ends = clock() + 0.1
            while True:
                began = clock()
                take()
                now = clock()
                times[name].append(now - began)
                if now > turn_ends:
                    break
    return times


def whole_steps(
    work: Workload, contestants: Mapping[str, Contestant], seconds: float, clock: Clock = perf_counter
) -> dict[str, list[float]]:
    """Time whole meta-steps, each contestant drawing its own batches by the same sampler, some of them ahead."""
    source = work.source(work)

    def taker(contestant: Contestant) -> Callable[[], Any]:
        rng = np.random.default_rng(1)
        if contestant.draws_ahead:
            stream = TaskStream(rng)
            return lambda: contestant.step(work.next(source, stream))
        return lambda: contestant.step(work.sample(source, rng))

    return turns({name: taker(contestant) for name, contestant in contestants.items()}, seconds, clock=clock)


def stages(work: Workload, ours: Ours, seconds: float) -> dict[str, float]:
    """Return median seconds of each part of the engine's own meta-step, in one thread."""
    source, rng = work.source(work), np.random.default_rng(2)
    parts: dict[str, list[float]] = {}

    def note(name: str, spent: float) -> None:
        parts.setdefault(name, []).append(spent)

    ends = perf_counter() + seconds
    while perf_counter() < ends or len(parts.get("sampling", [])) < 3:
        began = perf_counter()
        batch = work.sample(source, rng)
        note("sampling", perf_counter() - began)
        rows, program = rows_of(ours.theta, batch), prepared(ours.sizes(ours.theta, batch))
        began = perf_counter()
        program.load(ours.theta, rows, work.inner_lr)
        note("copies", perf_counter() - began)
        for name, spent in program.tape.timed().items():
            note(name, spent)
        found = program.result(ours.theta)
        assert found is not None
        began = perf_counter()
        optimizer.update(ours.memory, found[1], ours.theta, OUTER_LR)
        note("optimizer", perf_counter() - began)
    return {name: median(spent) for name, spent in parts.items()}


def waiting(work: Workload, ours: Ours, seconds: float) -> float:
    """Return the median seconds that a meta-step waits for its tasks where the next ones are drawn ahead."""
    source, stream = work.source(work), TaskStream(np.random.default_rng(2))
    spent: list[float] = []
    ends = perf_counter() + seconds
    while perf_counter() < ends or len(spent) < 3:
        began = perf_counter()
        batch = work.next(source, stream)
        spent.append(perf_counter() - began)
        ours.step(batch)
    return median(spent)


def memory_peak(work: Workload, theta: Theta) -> int:
    """Return the most bytes in use at any moment of two whole meta-steps, from a clean start."""
    source, stream, ours = work.source(work), TaskStream(np.random.default_rng(1)), Ours(work, theta)
    release()
    tracemalloc.start()
    try:
        for _ in range(2):
            ours.step(work.next(source, stream))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def gemm_peak(clock: Clock = perf_counter, seconds: float = 0.5) -> float:
    """Return the best rate of one large float32 product on this machine, one thread, in FLOP/s."""
    a = np.random.default_rng(0).standard_normal((_PEAK_SIZE, _PEAK_SIZE), dtype=np.float32)
    out = np.empty_like(a)
    times = turns({"gemm": lambda: np.matmul(a, a, out)}, seconds, clock=clock)["gemm"]
    return 2.0 * _PEAK_SIZE**3 / min(times)
