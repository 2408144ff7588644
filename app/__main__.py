"""Open the window: ``maml-lab`` or ``python -m app``. Nothing of Qt is imported before the arguments are read.

``python -m app`` takes commands as ``maml-lab`` does.
"""

import argparse
import shutil
import sys
import textwrap
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

    def format_help(self) -> str:
        """Return the help of the window's arguments, and the commands that need none."""
        from mamlcore.cli import summaries  # noqa: PLC0415 - the window starts faster without it

        width = shutil.get_terminal_size().columns - 2
        commands = "\n".join(
            textwrap.fill(text, width, initial_indent=f"  {name:<16}", subsequent_indent=" " * 18)
            for name, text in summaries().items()
        )
        about = "maml-lab COMMAND --help tells more; what they print is for people, with --json for programs."
        return f"{super().format_help()}\ncommands, without a window:\n{commands}\n\n{about}\n"


def parser() -> argparse.ArgumentParser:
    """Return the arguments of the window."""
    made = _OneLine(
        prog="maml-lab",
        usage="maml-lab [OPTIONS]  or  maml-lab COMMAND ...",
        description="Watch meta-learners train on the same tasks: opens the window, or runs one command without it.",
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
    if wanted.preset is None and wanted.session is None and wanted.lang is None:
        return None, ""
    from mamlcore.checkpoint import load_checkpoint  # noqa: PLC0415
    from mamlcore.errors import LabError  # noqa: PLC0415
    from mamlcore.presets import load_preset  # noqa: PLC0415

    try:
        if wanted.lang is not None:
            _check_language(wanted.lang)
        if wanted.preset is not None:
            load_preset(wanted.preset)
        return (None if wanted.session is None else load_checkpoint(wanted.session)), ""
    except LabError as error:
        return None, str(error)


def _check_language(code: str) -> None:
    """Raise LabError for a language that the window does not speak; a country without words of its own is fine."""
    from mamlcore.assets import asset  # noqa: PLC0415
    from mamlcore.errors import LabError  # noqa: PLC0415

    known = ["en", *sorted(path.stem.removeprefix("maml_lab_") for path in asset("translations").glob("*.qm"))]
    if code.replace("-", "_").partition("_")[0].lower() not in {name.partition("_")[0] for name in known}:
        raise LabError(f"There is no language {code!r}; there are {', '.join(known)}")


def _leave(sentence: str, code: int) -> int:
    print(f"maml-lab: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    from app.command import main as command

    sys.exit(command())
