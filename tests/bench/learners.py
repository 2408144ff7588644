"""Every learner on Letter Recognition, 5-way, each trained alone for the same time and judged on the same tasks.

    python -m tests.bench.learners [--seconds 10] [--shots 1 5] [--splits 0] [--tasks 600] [--learners maml ...]

Prints a Markdown table: accuracy in per cent on test tasks of classes never trained on, with the 95 % interval over
tasks, mean over the splits; in brackets the meta-steps that fitted into the time (one core, sampling included).
Learners adapt for the preset's 5 steps; each has the settings it ships with.
"""

import argparse
import time

import numpy as np

from mamlcore import Lab, load_preset
from mamlcore.errors import SettingError
from mamlcore.learners import LEARNERS


def main() -> None:
    """Train each learner, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="training time of each learner and run")
    parser.add_argument("--shots", type=int, nargs="+", default=[1, 5])
    parser.add_argument("--splits", type=int, nargs="+", default=[0], help="values of task.split_seed")
    parser.add_argument("--tasks", type=int, default=600, help="test tasks")
    parser.add_argument("--learners", nargs="+", default=list(LEARNERS), choices=list(LEARNERS))
    wanted = parser.parse_args()
    print("| learner | " + " | ".join(f"{k}-shot" for k in wanted.shots) + " |", flush=True)
    print("|---" * (len(wanted.shots) + 1) + "|", flush=True)
    for name in wanted.learners:
        cells = [cell(name, k_shot, wanted) for k_shot in wanted.shots]
        if any(cells):
            print(f"| {LEARNERS[name].label} | " + " | ".join(cells) + " |", flush=True)


def cell(name: str, k_shot: int, wanted: argparse.Namespace) -> str:
    """Return accuracy ± interval (meta-steps); "" when the learner is not offered for these tasks."""
    runs = [run(name, k_shot, split, wanted) for split in wanted.splits]
    found = [one for one in runs if one is not None]
    if not found:
        return ""
    mean, half, steps = (float(np.mean([one[i] for one in found])) for i in range(3))
    return f"{100 * mean:.1f} ± {100 * half / len(found) ** 0.5:.1f} ({steps:.0f})"


def run(name: str, k_shot: int, split: int, wanted: argparse.Namespace) -> tuple[float, float, int] | None:
    """Return mean accuracy, half-width over tasks, and meta-steps of one run."""
    changes = {"learners": (name,), "task.k_shot": k_shot, "task.split_seed": split, "evaluation.tasks": wanted.tasks,
               "evaluation.live_tasks": 10}  # fmt: skip
    try:
        lab = Lab(load_preset("letters").with_settings(changes))
    except SettingError:
        return None
    start = time.perf_counter()
    while LEARNERS[name].trains and time.perf_counter() - start < wanted.seconds:
        lab.step()
    summary = lab.evaluate().learners[name].accuracy_summary(lab.config.inner.steps)
    return summary.mean, summary.ci95, lab.iteration


if __name__ == "__main__":
    main()
