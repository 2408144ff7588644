"""How the cost of a whole meta-step grows with the number of tasks, shots, the width and the inner steps."""

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import numpy as np

from mamlcore.benchmark.contestants import Ours
from mamlcore.benchmark.measure import whole_steps
from mamlcore.benchmark.workloads import WORKLOADS, Workload

_BASE = replace(WORKLOADS["W2"], widths=(64, 64, 64, 5), inner_lr=0.05)


def variants() -> Iterator[tuple[str, int, Workload]]:
    """Yield what is varied, its value, and the workload: 64-64-64-5, 5-way 1-shot, 15 queries, 32 tasks, 1 step."""
    for n_tasks in (8, 16, 32, 64):
        yield "tasks T", n_tasks, replace(_BASE, n_tasks=n_tasks)
    for k_shot in (1, 5, 10, 20):
        yield "shots K", k_shot, replace(_BASE, k_shot=k_shot)
    for width in (32, 64, 128, 256):
        yield "width", width, replace(_BASE, widths=(64, width, width, 5))
    for steps in (1, 2, 5, 10):
        yield "inner steps S", steps, replace(_BASE, steps=steps)


def growth(seconds: float) -> list[dict[str, str]]:
    """Time each variant for about ``seconds``; a line each."""
    rows = []
    for what, value, work in variants():
        ours = Ours(work, work.start(np.random.default_rng(0)))
        times = whole_steps(work, {"maml-lab": ours}, seconds)["maml-lab"]
        best, middle = 1e3 * min(times), 1e3 * median(times)
        rows.append({"varied": what, "value": str(value), "best ms": f"{best:.3g}", "median ms": f"{middle:.3g}"})
    return rows
