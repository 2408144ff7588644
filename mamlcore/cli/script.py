"""``maml-lab script``: a trained run as a script that trains the same theta."""

from pathlib import Path
from typing import Annotated

import typer

from mamlcore import __version__
from mamlcore.atomic import write_atomic
from mamlcore.checkpoint import load_checkpoint, restore
from mamlcore.cli.output import console
from mamlcore.errors import LabError
from mamlcore.script import script as text_of
from mamlcore.theta_file import chosen_theta


def script(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, as written by train.")],
    out: Annotated[Path | None, typer.Option(help="File to write; printed when left out.")] = None,
) -> None:
    """Print a short Python script that trains the run's theta again, bit for bit."""
    path = folder / "checkpoint.npz"
    if not path.exists():
        raise LabError(f"{folder} holds no run (no checkpoint.npz); make one with maml-lab train --out {folder}")
    shot = restore(load_checkpoint(path)).snapshot()
    text = text_of(shot.config, shot.iteration, chosen_theta(shot)[0], __version__, bool(shot.changes))
    if out is None:
        print(text, end="")
        return
    write_atomic(out, text.encode())
    console().print(f"Wrote {out}", highlight=False)
