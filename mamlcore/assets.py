"""Where the files of ``resources/`` are: in a checkout beside the package, in a wheel inside it."""

from pathlib import Path

from mamlcore.errors import LoadError

_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """Return the path of a file or folder of resources/. LoadError when the installation lacks it."""
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise LoadError(f"The installation lacks resources/{'/'.join(parts)}; install MAML Lab again")
