"""The same engine without a window: ``maml-lab train``, ``evaluate``, ``check-gradient`` ... as ``--help`` lists them.

Exit code 0: done; 2: bad input, one clear line; 1: anything else. A command is a function with typer's annotations
in a file of this folder, and one line in the registry below.
"""

import io
import sys
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

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
for _name, _group in GROUPS.items():
    app.add_typer(_group, name=_name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one headless command and return its exit code."""
    if sys.stdout is None:  # closed by the caller: the work is done all the same
        sys.stdout = io.StringIO()
    try:
        words = None if arguments is None else list(arguments)
        code = app(args=words, prog_name="maml-lab", standalone_mode=False) or 0
        if code == _CTRL_C:
            raise KeyboardInterrupt
        return code
    except _UsageFault as error:
        return _refuse(error.format_message())
    except RunError as error:
        print(f"maml-lab: {error}", file=sys.stderr)
        return 1
    except LabError as error:
        return _refuse(str(error))
    except (KeyboardInterrupt, typer.Abort):
        print("Stopped; what was trained is in the checkpoint, go on with --resume.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"maml-lab: {error}", file=sys.stderr)
        return 1


def _refuse(sentence: str) -> int:
    print(f"maml-lab: {sentence}", file=sys.stderr)
    return 2
