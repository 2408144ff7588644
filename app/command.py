"""The command ``maml-lab``: a word runs the engine without a window, anything else opens it."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``maml-lab ARGUMENTS`` and return its exit code. Qt is imported only for the window."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and not words[0].startswith("-"):
        from mamlcore import cli  # noqa: PLC0415 - the window starts faster without it

        return cli.main(words)
    from app import __main__ as window  # noqa: PLC0415 - and the engine without the window

    try:
        code = window.main(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read --help or --version has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would complain when it ends
        return 0
