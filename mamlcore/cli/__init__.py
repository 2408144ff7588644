"""The same engine without a window: ``maml-lab train``, ``evaluate``, ``check-gradient`` ... as ``--help`` lists them.

Exit code 0: done; 2: bad input, one clear line; 1: anything else. A command is a function with typer's annotations
in a file of this folder, and one line in the registry below.
"""

import io
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from mamlcore.cli import checks, data, lists, reproduce, runs, script, shift, study
from mamlcore.errors import LabError, RunError

COMMANDS: Mapping[str, Callable[..., None]] = {
    "train": runs.train,
    "evaluate": runs.evaluate,
    "study": study.study,
    "script": script.script,
    "shift": shift.shift,
    "check-gradient": checks.check,
    "bench": checks.bench,
    "presets": lists.presets,
    "families": lists.families,
    "learners": lists.learners,
}
#: Commands with commands of their own.
GROUPS: Mapping[str, typer.Typer] = {"data": data.group, "reproduce": reproduce.group}

#: What typer raises for a wrong command line (click's, under whatever name this version keeps it).
_UsageFault: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

_CTRL_C = 130  # what typer makes of Ctrl-C

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
for _name, _group in GROUPS.items():
    app.add_typer(_group, name=_name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one headless command and return its exit code."""
    _settle_streams()
    try:
        words = None if arguments is None else list(arguments)
        code = app(args=words, prog_name="maml-lab", standalone_mode=False) or 0
        if code == _CTRL_C:
            raise KeyboardInterrupt
        sys.stdout.flush()  # a full disk is said here, not by Python when it ends
        return code
    except (KeyboardInterrupt, typer.Abort):
        return _refuse("stopped", 1)
    except Exception as error:
        return _refuse(*_said(error))


def _said(error: Exception) -> tuple[str, int]:
    """Return the sentence and the exit code for whatever ended a command."""
    match error:
        case _UsageFault():
            return _usage(error), 2
        case RunError():
            return str(error), 1
        case LabError():
            return str(error), 2
        case OSError():
            return f"{error.filename or 'the output'}: {error.strerror or error}", 1
        case MemoryError():
            return "there is not enough memory for these settings; take fewer tasks, or a smaller network", 1
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename}, line {last.lineno}"
    return f"a fault of the program, {type(error).__name__}: {error} ({where}); please report it", 1


def _usage(error: Any) -> str:
    """Return what is wrong with a command line, and where to look."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "maml-lab"
    return f"{error.format_message().rstrip('.')}; {command} --help lists what there is"


def summaries() -> dict[str, str]:
    """Return one sentence on each command, by name, for the help of the window's own arguments."""
    said = {name: command.__doc__ or "" for name, command in COMMANDS.items()}
    said |= {name: str(group.info.help) for name, group in GROUPS.items()}
    return {name: text.strip().partition("\n")[0] for name, text in said.items()}


def _settle_streams() -> None:
    """Let no letter that the terminal's encoding lacks, and no stream that the caller closed, end the work."""
    if sys.stdout is None:
        sys.stdout = io.StringIO()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _refuse(sentence: str, code: int) -> int:
    """Print one line, whatever a name in it holds, and return the exit code."""
    print(f"maml-lab: {' '.join(sentence.split())}", file=sys.stderr)
    return code
