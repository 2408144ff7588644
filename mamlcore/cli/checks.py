"""``maml-lab check-gradient`` and ``maml-lab bench``: is it right, and how fast is it."""

import time
from typing import Annotated

import typer

from mamlcore import bench as benchmarks
from mamlcore.check_gradient import check_gradient
from mamlcore.cli.options import Json, Preset, Sets, settings
from mamlcore.cli.output import print_json, print_list
from mamlcore.config import Config
from mamlcore.presets import load_preset


def check(preset: Preset = None, changes: Sets = None, as_json: Json = False) -> None:
    """Check MAML's exact meta-gradient against central differences, in float64."""
    wanted = settings(preset, None, changes, None, None)
    config = wanted if isinstance(wanted, Config) else load_preset("sine").with_settings(wanted or {})
    report = check_gradient(config)
    if as_json:
        print_json(report.tree())
    else:
        for line in report.lines():
            print(line)
    if not report.passed:
        raise typer.Exit(1)


def bench(
    against: Annotated[str | None, typer.Option(help="Others to measure as well: jax, torch.")] = None,
    workloads: Annotated[str | None, typer.Option(help="Workloads, separated by commas.")] = None,
    seconds: Annotated[float, typer.Option(min=0.01, max=1e9, help="Time for each contestant of each workload.")] = 2.0,
    cpu_time: Annotated[
        bool, typer.Option("--cpu-time", help="Processor time of the process, not wall time: for a busy machine.")
    ] = False,
    growth: Annotated[bool, typer.Option("--growth", help="Vary tasks, shots, width and steps instead.")] = False,
    as_json: Json = False,
) -> None:
    """Time whole meta-steps on this machine; medians say most where it is shared."""
    if growth:
        print_list("Growth of a whole meta-step", benchmarks.growth(seconds), as_json)
        return
    others = [name.strip() for name in (against or "").split(",") if name.strip()]
    clock = time.process_time if cpu_time else time.perf_counter
    results = [benchmarks.bench(work, others, seconds, clock) for work in benchmarks.chosen(workloads)]
    if as_json:
        print_json(benchmarks.as_tree(results))
    else:
        print_list("Whole meta-steps", benchmarks.as_rows(results), False)
