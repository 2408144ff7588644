"""``maml-lab script``: a trained run as a script that trains the same theta."""

from pathlib import Path
from typing import Annotated

import typer

from mamlcore import __version__
from mamlcore.atomic import write_atomic
from mamlcore.cli.options import RunFolder
from mamlcore.cli.output import say
from mamlcore.script import script as text_of
from mamlcore.training import run_in


def script(
    folder: RunFolder,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; printed when left out.")] = None,
) -> None:
    """Print a short Python script that trains the run's theta again, bit for bit."""
    shot = run_in(folder).snapshot()
    text = text_of(shot, __version__)
    if out is None:
        print(text, end="")
        return
    write_atomic(out, text.encode())
    say(f"Wrote {out}")
