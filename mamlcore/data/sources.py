"""The literal registry of formats that can be imported: one line each, in the order in which they are tried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mamlcore.data import csv_table, npz_table
from mamlcore.data.choices import Choices
from mamlcore.data.raw import Raw
from mamlcore.errors import LoadError, SettingError
from mamlcore.evaluate import Progress

_TABULAR = ("label", "group", "drop", "missing")


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: how it is called, told from others, and read."""

    label: str
    summary: str  # one sentence for a tooltip or --help
    endings: tuple[str, ...]  # of file names, for a file dialog; () for folders
    choices: tuple[str, ...]  # the choices that matter to it, besides those that matter to all
    claims: Callable[[Sequence[Path]], bool]
    read: Callable[[Sequence[Path], Choices, Progress], Raw]


def _ends(*endings: str) -> Callable[[Sequence[Path]], bool]:
    """Claim one or several files by the ends of their names."""
    return lambda paths: all(path.name.lower().endswith(endings) for path in paths)


FORMATS: dict[str, Format] = {
    "npz": Format(
        "NumPy arrays", "Arrays X and y, or one pair, or one array by class, for each split.",
        (".npz",), ("drop", "missing", "size", "invert", "rotations"), _ends(".npz"), npz_table.read,
    ),
    "csv": Format(
        "Table of text", "One row a line: numbers and a label.", (".csv", ".tsv", ".txt"),
        ("separator", "decimal", "header", *_TABULAR), _ends(".csv", ".tsv", ".txt"), csv_table.read,
    ),
}  # fmt: skip

#: Choices that matter to every format.
FOR_ALL = ("format", "duplicates", "min_rows", "split_by", "n_way", "k_shot", "n_query")


def format_of(paths: Sequence[Path], choices: Choices) -> str:
    """Return the key of the format: the one chosen, or the first that claims the files.

    Raises LoadError for files of no known format, and for pickles, with the way out.
    """
    if not paths:
        raise SettingError("There must be at least one file to import, got none")
    for path in paths:
        _look_at(path)
    if choices.format != "auto":
        return choices.format
    found = next((name for name, kind in FORMATS.items() if kind.claims(paths)), None)
    if found is None:
        known = ", ".join(dict.fromkeys(ending for kind in FORMATS.values() for ending in kind.endings))
        names = ", ".join(path.name for path in paths[:4])
        raise LoadError(f"{names}: must be of one kind that can be read: {known}; or say which with --format")
    return found


def _look_at(path: Path) -> None:
    """Refuse what cannot be opened, and pickles."""
    try:
        path.stat()
        if path.is_file():
            with path.open("rb") as file:
                start = file.read(2)
        else:
            start = b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LoadError(f"{path.name}: cannot be opened ({reason}); look at the path {str(path)!r}") from None
    if path.suffix.lower() in _PICKLES or (len(start) == 2 and start[0] == 0x80 and 2 <= start[1] <= 5):
        raise LoadError(
            f"{path.name}: is a pickle, which can run any code when it is opened, so it is never read; where you trust "
            f"it, convert it in Python: import pickle, numpy; d = pickle.load(open({path.name!r}, 'rb')); "
            "numpy.savez('data.npz', X=..., y=...), and import data.npz"
        )


_PICKLES = {".pkl", ".pickle", ".p", ".joblib", ".pt", ".pth"}
