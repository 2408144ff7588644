"""The runs that an experiment is made of: each an ordinary run in a folder of its own, which a kill does not cost."""

from pathlib import Path
from typing import NamedTuple

from mamlcore.atomic import is_there
from mamlcore.checkpoint import load_checkpoint
from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.export import run_files
from mamlcore.lab import Lab
from mamlcore.training import open_run, train
from mamlcore.wording import difference_text


class Budget(NamedTuple):
    """How long to train: to a total of meta-steps, or, when given, for so many seconds from now."""

    steps: int
    seconds: float | None = None


def trained(config: Config, folder: Path, budget: Budget, title: str, quiet: bool) -> Lab:
    """Train a run as long as asked, or go on with the one that lies in the folder; return it.

    The folder holds what ``maml-lab train --out`` leaves. Raises LabError when it holds another run, or a longer
    one; RunError when training diverged.
    """
    path = folder / "checkpoint.npz"
    if is_there(path):
        _check_same(path, config, budget)
    lab = open_run(folder, config, resume=True)
    if budget.seconds is None and lab.iteration == budget.steps and _has_all_files(lab, folder):
        return lab
    train(lab, folder, None if budget.seconds is not None else budget.steps, budget.seconds, quiet, title)
    return lab


def _has_all_files(lab: Lab, folder: Path) -> bool:
    """Whether the run was not only trained but also ended: nothing is left to do."""
    return all((folder / name).exists() for name in run_files(lab.snapshot()))


def _check_same(path: Path, config: Config, budget: Budget) -> None:
    found = load_checkpoint(path)
    changed = config.changes_to(found.config)
    if changed:
        raise LabError(
            f"{path.parent} holds a run with other settings ({difference_text(changed)}); choose another --out"
        )
    if budget.seconds is None and found.iteration > budget.steps:
        raise LabError(
            f"{path.parent} holds a run of {found.iteration} meta-steps, asked for were {budget.steps}; "
            "choose another --out"
        )
