"""Everything a run can be taken away as: one registry of files, one function that writes them."""

import shlex
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from mamlcore.atomic import write_atomic
from mamlcore.checkpoint import checkpoint_bytes
from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.evaluate import Progress
from mamlcore.figures import Look, render
from mamlcore.parameter_file import parameters_npz, parameters_safetensors, with_parameters
from mamlcore.snapshot import Snapshot
from mamlcore.tables import evaluation_csv, history_csv
from mamlcore.theta_file import theta_json, theta_npz, theta_safetensors

Writer = Callable[[Snapshot, Look], bytes]


def _figure(plot: str, fmt: str) -> Writer:
    return lambda shot, look: render(shot, plot, fmt, look)


#: Every file of an export by name, but for those that each learner has one of: see files_of().
FILES: dict[str, Writer] = {
    "config.json": lambda shot, _: shot.config.to_json().encode(),
    "command.txt": lambda shot, _: repeating(shot).encode(),
    "theta.npz": lambda shot, _: theta_npz(shot),
    "theta.safetensors": lambda shot, _: theta_safetensors(shot),
    "theta.json": lambda shot, _: theta_json(shot),
    "history.csv": lambda shot, _: history_csv(shot).encode(),
    "evaluation.csv": lambda shot, _: evaluation_csv(shot.test or shot.live).encode(),
    "checkpoint.npz": lambda shot, _: checkpoint_bytes(shot),
    **{f"{plot}.{fmt}": _figure(plot, fmt) for plot in ("meta_loss", "adaptation") for fmt in ("png", "svg", "pdf")},
}
#: Files that each learner with parameters has one of, below their folder.
OF_EACH: dict[str, Callable[[Snapshot, str], bytes]] = {".npz": parameters_npz, ".safetensors": parameters_safetensors}


def files_of(shot: Snapshot) -> dict[str, Writer]:
    """Return every file a snapshot can be taken away as: FILES, and ``parameters/<learner>.npz`` and the like."""
    return FILES | {
        f"parameters/{learner}{ending}": partial(_of_one, learner, write)
        for ending, write in OF_EACH.items()
        for learner in with_parameters(shot)
    }


def run_files(shot: Snapshot) -> list[str]:
    """Return the names of what ``maml-lab train --out`` leaves behind; no theta where no learner has one."""
    usual = [name for name in files_of(shot) if not name.endswith((".pdf", "theta.json"))]
    return [name for name in usual if shot.has_theta or not name.startswith("theta.")]


def _of_one(learner: str, write: Callable[[Snapshot, str], bytes], shot: Snapshot, _: Look) -> bytes:
    return write(shot, learner)


def export_files(
    folder: Path, shot: Snapshot, names: Iterable[str], look: Look | None = None, progress: Progress | None = None
) -> list[Path]:
    """Write the named files of a snapshot into a folder, each atomically, and return their paths.

    progress is told the share done and may raise Cancelled: files written until then stay.
    Raises LabError naming the file and the cause.
    """
    wanted, known = list(names), files_of(shot)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise LabError(f"There is no export named {unknown[0]!r}; there are {', '.join(known)}")
    written = []
    for i, name in enumerate(wanted):
        if progress is not None:
            progress(i / len(wanted))
        path = Path(folder) / name
        write_atomic(path, known[name](shot, look or Look()))
        written.append(path)
    return written


def repeating(shot: Snapshot) -> str:
    """Return the command of a run as a file's text; where settings changed while it ran, a comment says so first."""
    line = command(shot.config, shot.iteration) + "\n"
    if not shot.changes:
        return line
    what = ", ".join(f"{change.text} at {change.iteration}" for change in shot.changes)
    return (
        f"# Settings changed while it ran ({what}): this trains with the last ones from the start.\n"
        f"# checkpoint.npz holds the very run.\n{line}"
    )


def command(config: Config, steps: int, out: str = "run") -> str:
    """Return the command that repeats a run from its settings."""
    changed = Config().changes_to(config)
    words = ["maml-lab", "train"]
    for path, (_, value) in changed.items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        words += ["--set", f"{path}={text}"]
    return shlex.join([*words, "--steps", str(steps), "--out", out])
