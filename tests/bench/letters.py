"""Letter Recognition, 5-way: what MAML gives over the same network without meta-learning.

    python -m tests.bench.letters [--steps 1500] [--splits 0 1 2]

For each class split and for 1 and 5 shots: trains MAML (exact), then judges it and the same network from random
weights (step size and up to 50 steps tuned on validation classes), joint pre-training and the nearest centroid on
1,000 tasks of the test classes. Prints a line per run, and the means over the splits.
"""

import argparse
import time

import numpy as np

from mamlcore import Lab, load_preset

LEARNERS = ("maml", "joint", "scratch", "nearest_centroid")


def main() -> None:
    """Run the splits and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500, help="meta-steps of training")
    parser.add_argument("--splits", type=int, nargs="+", default=[0, 1, 2], help="values of task.split_seed")
    wanted = parser.parse_args()
    for k_shot in (1, 5):
        rows = [run(k_shot, split, wanted.steps) for split in wanted.splits]
        means = {name: 100 * np.mean([row[name] for row in rows]) for name in LEARNERS}
        gain = means["maml"] - means["scratch"]
        table = "  ".join(f"{name} {mean:.1f}" for name, mean in means.items())
        print(f"{k_shot}-shot, mean over splits {wanted.splits}: {table}  MAML - scratch {gain:+.1f}", flush=True)


def run(k_shot: int, split: int, steps: int) -> dict[str, float]:
    """Train and judge one split; return each learner's accuracy at its best allowed number of steps."""
    changes = {
        "learners": LEARNERS, "task.k_shot": k_shot, "task.split_seed": split, "evaluation.tasks": 1000,
        "evaluation.steps": 50,
    }  # fmt: skip
    lab = Lab(load_preset("letters").with_settings(changes))
    start = time.perf_counter()
    for _ in range(steps):
        lab.step()
    seconds = lab.snapshot().learners["maml"].ledger.seconds
    found = lab.evaluate().learners
    # MAML after 10 steps; baselines, which stop where validation told them to, after as many as 50
    step = {name: 10 if name == "maml" else 50 for name in LEARNERS}
    summaries = {name: found[name].accuracy_summary(step[name]) for name in LEARNERS}
    line = "  ".join(f"{name} {100 * s.mean:.1f} ± {100 * s.ci95:.1f}" for name, s in summaries.items())
    passed = time.perf_counter() - start
    print(f"{k_shot}-shot, split {split}: {line}  (MAML trained {seconds:.0f} s; whole run {passed:.0f} s)", flush=True)
    return {name: summary.mean for name, summary in summaries.items()}


if __name__ == "__main__":
    main()
