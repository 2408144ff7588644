"""Is memory flat? A million small meta-steps of the lab, and the memory of the process along the way.

    python -m tests.bench.memory [--steps 1000000] [--preset book]

Prints resident and prepared memory ten times. The history of the curves grows with the logarithm of the iteration.
"""

import argparse
import time
from pathlib import Path

from mamlcore import Lab, load_preset
from mamlcore.metagrad.workspace import held_bytes


def resident_mib() -> float:
    """Resident memory of this process, from the kernel's own count (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--preset", default="book")
    wanted = parser.parse_args()
    lab = Lab(load_preset(wanted.preset).with_settings({"learners": ("maml",), "evaluation.live_tasks": 20}))
    began = time.monotonic()
    for part in range(1, 11):
        while lab.iteration < wanted.steps * part // 10 and lab.fault is None:
            lab.advance()
        spent, held = time.monotonic() - began, held_bytes() / 2**20
        print(
            f"{lab.iteration:9} steps {resident_mib():7.1f} MiB resident, {held:.2f} prepared, {spent:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
