"""The runs that an experiment is made of: each an ordinary run in a folder of its own, which a kill does not cost."""

from pathlib import Path

from mamlcore.checkpoint import load_checkpoint
from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.lab import Lab
from mamlcore.training import open_run, train
from mamlcore.wording import difference_text


def trained(config: Config, folder: Path, steps: int, title: str, quiet: bool) -> Lab:
    """Train a run to a total of meta-steps, or go on with the one that lies in the folder; return it.

    The folder holds what ``maml-lab train --out`` leaves. Raises LabError when it holds another run, or a longer
    one; RunError when training diverged.
    """
    path = folder / "checkpoint.npz"
    if path.exists():
        _check_same(path, config, steps)
    lab = open_run(folder, config, resume=True)
    train(lab, folder, steps, None, quiet, title)
    return lab


def _check_same(path: Path, config: Config, steps: int) -> None:
    found = load_checkpoint(path)
    changed = config.changes_to(found.config)
    if changed:
        raise LabError(
            f"{path.parent} holds a run with other settings ({difference_text(changed)}); choose another --out"
        )
    if found.iteration > steps:
        raise LabError(
            f"{path.parent} holds a run of {found.iteration} meta-steps, asked for were {steps}; choose another --out"
        )
