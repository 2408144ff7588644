"""Is the form that the rule chooses near the best? Times every mixture of forms on the bench's workloads and between.

    python -m tests.bench.forms [--seconds 1.0] [--workloads W1,W2] [--between]

Prints for each shape the forms the rule takes, the fastest mixture found, and how much longer the rule's takes.
Mixtures take turns, so that a clock that changes changes for all; times are best ones of prepared calls alone.
"""

import argparse
from collections.abc import Iterator
from itertools import product
from time import perf_counter

import numpy as np

from mamlcore.arrays import Theta
from mamlcore.batch import LossName
from mamlcore.benchmark.workloads import WORKLOADS
from mamlcore.blas import pin_to_one_thread
from mamlcore.metagrad import Rows
from mamlcore.metagrad.chooser import choose
from mamlcore.metagrad.program import FIRST, HIDDEN, Program
from mamlcore.metagrad.sizes import Sizes


def of_workloads(names: list[str]) -> Iterator[tuple[str, Sizes]]:
    """The bench's own shapes."""
    for name in names:
        work = WORKLOADS[name]
        yield (
            name,
            Sizes(work.widths, work.n_tasks, work.support, work.query, work.steps, work.loss, "relu", False, "float32"),
        )


def between() -> Iterator[tuple[str, Sizes]]:
    """Shapes between them: 2 or 3 layers, widths, shots, queries and steps that the window offers."""
    shapes: list[tuple[tuple[int, ...], int, int, int, int, LossName]] = [
        ((16, 64, 5), 16, 5, 75, 5, "cross_entropy"),  # letters, one shot
        ((16, 64, 5), 16, 25, 75, 5, "cross_entropy"),
        ((20, 40, 40, 5), 16, 25, 50, 5, "cross_entropy"),  # the Gaussian default
        ((1, 40, 40, 1), 25, 10, 10, 3, "mse"),  # the sine default
        ((1, 40, 40, 1), 25, 5, 10, 1, "mse"),
        ((1, 100, 100, 1), 25, 10, 10, 1, "mse"),
        ((1, 100, 100, 1), 25, 10, 10, 5, "mse"),
        ((64, 64, 64, 5), 32, 25, 75, 1, "cross_entropy"),
        ((64, 64, 64, 5), 32, 25, 75, 5, "cross_entropy"),
        ((64, 128, 128, 5), 32, 5, 25, 1, "cross_entropy"),
        ((64, 128, 128, 5), 32, 5, 25, 2, "cross_entropy"),
        ((64, 256, 256, 5), 16, 5, 75, 1, "cross_entropy"),
        ((64, 256, 256, 5), 16, 5, 75, 5, "cross_entropy"),
        ((64, 32, 32, 5), 32, 5, 25, 3, "cross_entropy"),
        ((784, 64, 5), 16, 5, 75, 1, "cross_entropy"),
        ((784, 64, 64, 5), 16, 5, 25, 5, "cross_entropy"),
        ((784, 128, 64, 20), 8, 20, 100, 2, "cross_entropy"),
        ((50, 1), 10, 10, 10, 5, "bce"),
        ((20, 1), 16, 20, 40, 5, "bce"),
        ((512, 5), 16, 25, 75, 1, "cross_entropy"),
        ((512, 5), 16, 25, 75, 10, "cross_entropy"),
    ]
    for widths, t, n, m, steps, loss in shapes:
        name = f"{'-'.join(map(str, widths))} T{t} n{n} m{m} S{steps}"
        yield name, Sizes(widths, t, n, m, steps, loss, "relu", False, "float32")


def numbers(sizes: Sizes) -> tuple[Theta, Rows]:
    """Draw a theta and a batch; what they are does not matter for the time, as long as nothing overflows."""
    rng = np.random.default_rng(0)

    def targets(rows: int) -> np.ndarray:
        if sizes.loss == "mse":
            return rng.standard_normal((sizes.n_tasks, rows, sizes.widths[-1]), dtype=np.float32)
        return rng.integers(0, 2 if sizes.loss == "bce" else sizes.widths[-1], (sizes.n_tasks, rows))

    def x(rows: int) -> np.ndarray:
        return rng.standard_normal((sizes.n_tasks, rows, sizes.widths[0]), dtype=np.float32)

    theta = tuple(
        (rng.standard_normal((a, b), dtype=np.float32) / np.float32(a) ** 0.5, np.full(b, 0.1, np.float32))
        for a, b in zip(sizes.widths, sizes.widths[1:], strict=False)
    )
    return theta, Rows(x(sizes.support), targets(sizes.support), x(sizes.query), targets(sizes.query))


def best_times(sizes: Sizes, seconds: float) -> dict[tuple[str, ...], float]:
    """Return the best time of each mixture; those three times as slow as the best so far wait."""
    theta, rows = numbers(sizes)
    hidden = [form for form in HIDDEN if sizes.steps > 1 or form != "hybrid"]
    times: dict[tuple[str, ...], float] = {}
    programs = {}
    for forms in product(FIRST, *[hidden] * (len(sizes.widths) - 2)):
        program = programs[forms] = Program(sizes, forms)
        assert program(theta, rows, 1e-3) is not None
        times[forms] = _timed(program, 2)
    ends = perf_counter() + seconds
    while perf_counter() < ends:
        least = min(times.values())
        for forms, program in programs.items():
            if times[forms] < 3.0 * least:
                times[forms] = min(times[forms], _timed(program, max(2, int(1e-3 / least))))
    return times


def _timed(program: Program, calls: int) -> float:
    best = float("inf")
    for _ in range(calls):
        began = perf_counter()
        program.tape.run()
        best = min(best, perf_counter() - began)
    return best


def main() -> None:
    """Print a line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--workloads", default=",".join(WORKLOADS))
    parser.add_argument("--between", action="store_true")
    wanted = parser.parse_args()
    pin_to_one_thread()
    shapes = between() if wanted.between else of_workloads(wanted.workloads.split(","))
    for name, sizes in shapes:
        times = best_times(sizes, wanted.seconds)
        ours = choose(sizes)
        best = min(times, key=lambda forms: times[forms])
        excess = times[ours] / times[best] - 1.0
        print(f"{name:32} {1e3 * times[ours]:8.3f} ms +{excess:4.0%}  {' '.join(ours)}", end="")
        print("" if best == ours else f"  <  {' '.join(best)}", flush=True)


if __name__ == "__main__":
    main()
