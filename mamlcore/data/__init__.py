"""Real data: what can be imported and how, the bundled sets, class splits.

``inspect(paths, choices, progress)`` tells what is in a file, ``import_data`` takes it, ``write_dataset`` leaves an
.npz file that ``open_table`` reads again: ``task.dataset=DATASET.npz``.
"""

from pathlib import Path

from mamlcore.assets import asset
from mamlcore.data.choices import CHOICES, Choices
from mamlcore.data.csv_table import read_csv
from mamlcore.data.dataset_file import write_dataset
from mamlcore.data.importing import fitting, import_data, inspect, taken
from mamlcore.data.npz_table import read_npz
from mamlcore.data.preview import Column, Detected, Preview, Problem, SplitPlan
from mamlcore.data.sources import FOR_ALL, FORMATS, Format
from mamlcore.data.table import Table
from mamlcore.errors import LoadError
from mamlcore.evaluate import Progress

__all__ = [
    "BUNDLED", "CHOICES", "FORMATS", "FOR_ALL", "Choices", "Column", "Detected", "Format", "Preview", "Problem",
    "SplitPlan", "Table", "fitting", "import_data", "inspect", "open_table", "taken", "write_dataset",
]  # fmt: skip

#: Data sets that come with the program, by name.
BUNDLED = ("letters", "digits")
READERS = {".npz": read_npz, ".csv": read_csv, ".tsv": read_csv}


#: Tables read already, by path, change time and size: the newest few.
_OPENED: dict[tuple[Path, int, int], Table] = {}
_KEPT = 4


def open_table(dataset: str, progress: Progress | None = None) -> Table:
    """Return a bundled set by name, or the rows of an .npz or .csv file by path; read once while unchanged.

    ``progress`` is told the share read and may raise Cancelled.
    Raises LoadError in one sentence: file, rule, value, what to do.
    """
    if dataset in BUNDLED:
        return _read(asset("data", f"{dataset}.npz"), dataset, (0, 0), progress)
    path = Path(dataset).expanduser()
    if path.suffix.lower() not in READERS:
        raise LoadError(
            f"A data set must be {', '.join(BUNDLED)} or the path of an .npz or .csv file, got {dataset!r}; "
            "other kinds can be imported: maml-lab data import"
        )  # fmt: skip
    try:
        stat = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LoadError(f"{path.name}: cannot be opened ({reason}); look at the path {str(path)!r}") from None
    if not path.is_file():
        raise LoadError(f"{path.name}: must be a file, got a folder or device; look at the path {str(path)!r}")
    return _read(path, path.name, (stat.st_mtime_ns, stat.st_size), progress)


def _read(path: Path, name: str, version: tuple[int, int], progress: Progress | None) -> Table:
    key = (path, *version)
    table = _OPENED.get(key)
    if table is None:
        table = READERS[path.suffix.lower()](path, name, progress)
        for old in list(_OPENED)[: len(_OPENED) - _KEPT + 1]:
            _OPENED.pop(old, None)
        _OPENED[key] = table
    return table
