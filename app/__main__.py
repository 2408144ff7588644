"""Open the window: ``maml-lab`` or ``python -m app``. Nothing of Qt is imported before the arguments are read."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from mamlcore.checkpoint import Checkpoint

BAD_INPUT, NO_WINDOW = 2, 1


class _OneLine(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with exit code 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}; maml-lab --help lists what there is\n")


def parser() -> argparse.ArgumentParser:
    """Return the arguments of the window."""
    made = _OneLine(
        prog="maml-lab",
        description="Watch meta-learners train on the same tasks. Without a window: maml-lab train --help",
    )
    made.add_argument("--preset", metavar="NAME", help="start with a preset; maml-lab presets lists them")
    made.add_argument("--session", metavar="FILE", type=Path, help="continue from a saved session")
    made.add_argument("--lang", metavar="CODE", help="language of the window, for example en or zh_CN")
    made.add_argument("--theme", choices=("system", "light", "dark"), help="look of the window, this time")
    made.add_argument("--reset-settings", action="store_true", help="forget layout and settings of the window")
    made.add_argument("--version", action="store_true", help="print the version and leave")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code: 0 closed, 1 no window possible, 2 bad input."""
    try:
        wanted = parser().parse_args(arguments)
    except SystemExit as leave:  # argparse has printed its line
        return leave.code if isinstance(leave.code, int) else BAD_INPUT
    if wanted.version:
        from mamlcore import __version__  # noqa: PLC0415 - imports NumPy

        print(f"MAML Lab {__version__}")
        return 0
    from app.display import trouble  # noqa: PLC0415

    checkpoint, refusal = _check(wanted)
    if refusal:
        return _leave(refusal, BAD_INPUT)
    sentence = trouble()
    if sentence is not None:
        return _leave(sentence, NO_WINDOW)
    from app.start import open_window  # noqa: PLC0415 - Qt only after the checks: it aborts where there is no display

    return open_window(wanted, checkpoint)


def _check(wanted: argparse.Namespace) -> tuple["Checkpoint | None", str]:
    """Return the session asked for, and what is wrong with the arguments ("" when nothing is)."""
    if wanted.preset is None and wanted.session is None:
        return None, ""
    from mamlcore.checkpoint import load_checkpoint  # noqa: PLC0415
    from mamlcore.errors import LabError  # noqa: PLC0415
    from mamlcore.presets import load_preset  # noqa: PLC0415

    try:
        if wanted.preset is not None:
            load_preset(wanted.preset)
        return (None if wanted.session is None else load_checkpoint(wanted.session)), ""
    except LabError as error:
        return None, str(error)


def _leave(sentence: str, code: int) -> int:
    print(f"maml-lab: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
