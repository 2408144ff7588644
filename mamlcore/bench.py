"""``maml-lab bench``: whole meta-steps of this engine, and of others, on this machine."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from mamlcore.arrays import is_finite
from mamlcore.benchmark.contestants import Contestant, OneLane, Ours, agreement, peers
from mamlcore.benchmark.growth import growth
from mamlcore.benchmark.measure import Clock, gemm_peak, memory_peak, stages, waiting, whole_steps
from mamlcore.benchmark.workloads import WORKLOADS, Workload
from mamlcore.blas import pin_to_one_thread
from mamlcore.errors import LabError, SettingError
from mamlcore.metagrad.chooser import choose
from mamlcore.metagrad.workspace import held_bytes, prepared, release, two_lanes
from mamlcore.tasks.stream import draws_ahead

__all__ = ["Result", "Timing", "as_rows", "as_tree", "bench", "chosen", "growth", "machine"]

#: Meta-gradients in single precision must agree to this share of the largest entry before anything is timed.
TOLERANCE = 1e-3
ONE_THREAD = "maml-lab, one thread"


@dataclass(frozen=True, slots=True)
class Timing:
    """Whole meta-steps of one contestant: task sampling, meta-gradient and Adam."""

    best_ms: float
    median_ms: float
    n: int
    difference: float  # of its meta-gradient from the engine's, against the largest entry


@dataclass(frozen=True, slots=True)
class Result:
    """One workload: the engine first, then who else took part."""

    workload: str
    what: str
    forms: tuple[str, ...]  # of each layer
    calls: int  # NumPy calls in one meta-gradient
    memory_mib: float  # held for it by the engine
    peak_mib: float  # at most in use in NumPy arrays during whole meta-steps, batch and optimiser included
    timings: dict[str, Timing]
    stages_ms: dict[str, float]  # in one thread; "waiting": for the tasks, where the lab draws them in a second one
    gflops: float  # the estimated arithmetic over the best whole step in one thread
    peak_share: float  # of this machine's best rate in one large product, one thread

    def ratios(self) -> dict[str, float]:
        """How many times longer the others take, by medians."""
        ours = self.timings["maml-lab"].median_ms
        return {name: timing.median_ms / ours for name, timing in self.timings.items() if name != "maml-lab"}


def chosen(names: str | None) -> list[Workload]:
    """Return the workloads named, separated by commas; all but the slowest when none is. SettingError else."""
    if names is None:
        return [work for name, work in WORKLOADS.items() if name != "W3b"]
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted or [names]:
        if name not in WORKLOADS:
            raise SettingError(f"--workloads takes {', '.join(WORKLOADS)}, got {name!r}")
    return [WORKLOADS[name] for name in wanted]


def bench(work: Workload, against: Sequence[str] = (), seconds: float = 2.0, clock: Clock = perf_counter) -> Result:
    """Time one workload for about ``seconds`` a contestant by a clock: wall time, or ``time.process_time``.

    LabError when another's meta-gradient differs from the engine's: then they don't do the same thing.
    """
    pin_to_one_thread()
    release()
    rng = np.random.default_rng(0)
    theta = work.start(rng)
    ours = Ours(work, theta)
    batch = work.sample(work.source(work), rng)
    sizes = ours.sizes(theta, batch)
    reference = ours.gradient(theta, batch)
    memory, peak_memory = held_bytes(), memory_peak(work, theta)
    contestants: dict[str, Contestant] = {"maml-lab": ours}
    if two_lanes(sizes) or draws_ahead(batch):
        contestants[ONE_THREAD] = OneLane(work, theta)
    contestants |= peers(list(against), work, theta)
    differences = {name: agreement(reference, other.gradient(theta, batch)) for name, other in contestants.items()}
    for name, difference in differences.items():
        if not difference <= TOLERANCE:
            raise LabError(f"{work.name}: the meta-gradient of {name} differs from the engine's by {difference:.1e}")
    peak = gemm_peak(clock)
    times = whole_steps(work, contestants, seconds, clock)
    if not is_finite(ours.theta):
        raise LabError(f"{work.name}: the engine's theta is not finite after {len(times['maml-lab'])} meta-steps")
    parts = stages(work, ours, seconds / 2)
    if draws_ahead(batch):
        parts["waiting"] = waiting(work, ours, seconds / 2)
    best = min(times.get(ONE_THREAD, times["maml-lab"]))
    return Result(
        work.name,
        work.what,
        choose(sizes),
        len(prepared(sizes).tape),
        memory / 2**20,
        peak_memory / 2**20,
        {name: Timing(1e3 * min(t), 1e3 * median(t), len(t), differences[name]) for name, t in times.items()},
        {name: 1e3 * spent for name, spent in parts.items()},
        work.flop() / best / 1e9,
        work.flop() / best / max(peak, gemm_peak(clock)),
    )


def machine() -> dict[str, Any]:
    """Return what the figures depend on: NumPy's version and the BLAS it runs on."""
    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    blas = [f"{lib['internal_api']} {lib['version']} ({lib.get('architecture', 'unknown')})" for lib in libraries]
    return {"numpy": np.__version__, "blas": blas}


def as_tree(results: Sequence[Result]) -> dict[str, Any]:
    """Everything as plain values, for JSON."""
    return {"machine": machine(), "workloads": [{**asdict(result), "ratios": result.ratios()} for result in results]}


def as_rows(results: Sequence[Result]) -> list[dict[str, str]]:
    """A line for each contestant of each workload."""
    rows = []
    for result in results:
        for name, timing in result.timings.items():
            ours = name == "maml-lab"
            rows.append(
                {
                    "workload": result.workload if ours else "",
                    "who": name,
                    "best ms": f"{timing.best_ms:.3g}",
                    "median ms": f"{timing.median_ms:.3g}",
                    "times ours": "" if ours else f"{result.ratios()[name]:.2f}",
                    "GFLOP/s": f"{result.gflops:.1f}" if ours else "",
                    "of peak": f"{result.peak_share:.0%}" if ours else "",
                    "MiB": f"{result.peak_mib:.1f}" if ours else "",
                    "stages (ms)": _said(result.stages_ms) if ours else "",
                }
            )
    return rows


def _said(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {spent:.3g}" for name, spent in parts.items())
