"""The literal registry of formats that can be imported: one line each, in the order in which they are tried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from mamlcore.data import csv_table, idx_table, npy_table, npz_table, parquet_table, picture_list, picture_tree
from mamlcore.data.choices import Choices
from mamlcore.data.raw import Raw
from mamlcore.errors import LoadError, SettingError
from mamlcore.evaluate import Progress

_TABLE = ("drop", "missing")
_TABULAR = ("label", "group", *_TABLE)
_PICTURES = ("size", "invert", "rotations")


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: how it is called, told from others, and read."""

    label: str
    summary: str  # one sentence for a tooltip or --help
    endings: tuple[str, ...]  # of file names, for a file dialog; () for folders
    choices: tuple[str, ...]  # the choices that matter to it, besides those that matter to all
    claims: Callable[[Sequence[Path]], bool]
    read: Callable[[Sequence[Path], Choices, Progress], Raw]
    several: bool = False  # whether several files make one data set


def _ends(*endings: str) -> Callable[[Sequence[Path]], bool]:
    """Claim files by the ends of their names."""
    return lambda paths: all(path.name.lower().endswith(endings) for path in paths)


def _is_folder(paths: Sequence[Path]) -> bool:
    return all(path.is_dir() for path in paths)


FORMATS: dict[str, Format] = {
    "npz": Format(
        "NumPy arrays", "Arrays X and y, or one pair, or one array by class, for each split.",
        (".npz",), (*_TABLE, *_PICTURES), _ends(".npz"), npz_table.read,
    ),
    "npy": Format(
        "NumPy array and labels", "Features in NAME.npy and labels in NAME_labels.npy.",
        (".npy",), (*_TABLE, *_PICTURES), _ends(".npy"), npy_table.read, several=True,
    ),
    "lists": Format(
        "Lists of pictures", "train.csv, val.csv and test.csv with file names and labels, beside a folder images.",
        (), _PICTURES, picture_list.claims, picture_list.read, several=True,
    ),
    "csv": Format(
        "Table of text", "One row a line: numbers and a label.", (".csv", ".tsv", ".txt"),
        ("separator", "decimal", "header", *_TABULAR), _ends(".csv", ".tsv", ".txt"), csv_table.read,
    ),
    "parquet": Format(
        "Parquet table", "Columns of numbers, or lists of numbers, and a label column.", (".parquet", ".pq"),
        _TABULAR, _ends(".parquet", ".pq"), parquet_table.read,
    ),
    "idx": Format(
        "IDX (MNIST)", "Pictures and labels as MNIST's files, packed or not.", ("-ubyte", "-ubyte.gz"),
        _PICTURES, idx_table.claims, idx_table.read, several=True,
    ),
    "zip": Format(
        "Zipped pictures", "A folder for each class, or group/class: the Omniglot archives as published.",
        (".zip",), _PICTURES, _ends(".zip"), picture_tree.read_zips, several=True,
    ),
    "folder": Format(
        "Folder of pictures", "A folder for each class, or group/class; train, val and test above them are the split.",
        (), _PICTURES, _is_folder, picture_tree.read_folder,
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
    found: str = choices.format
    if found == "auto":
        found = next((name for name, kind in FORMATS.items() if kind.claims(paths)), "")
    names = ", ".join(path.name for path in paths[:4])
    if not found:
        known = ", ".join(dict.fromkeys(ending for kind in FORMATS.values() for ending in kind.endings))
        raise LoadError(f"{names}: must be a folder or of one kind that can be read: {known}; or choose the format")
    if len(paths) > 1 and not FORMATS[found].several:
        raise LoadError(f"{names}: only zips, IDX files and lists of pictures can be given together; give one file")
    if any(path.is_dir() for path in paths) and not FORMATS[found].claims(paths):
        raise LoadError(
            f"{names}: is a folder, which the format {found!r} does not take; give a file, or choose 'folder'"
        )
    return found


def _look_at(path: Path) -> None:
    """Refuse what cannot be opened, and pickles."""
    try:
        mode = path.stat().st_mode
        if not (S_ISREG(mode) or S_ISDIR(mode)):  # it might never come to its end
            raise LoadError(f"{path.name}: must be a file or a folder, got a device or pipe")
        start = b""
        if S_ISREG(mode):
            with path.open("rb") as file:
                start = file.read(2)
    except LoadError:
        raise
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
