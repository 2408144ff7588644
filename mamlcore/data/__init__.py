"""Real data: readers of labelled rows, the bundled sets, class splits."""

from functools import lru_cache
from pathlib import Path

from mamlcore.assets import asset
from mamlcore.data.csv_table import read_csv
from mamlcore.data.npz_table import read_npz
from mamlcore.data.table import Table
from mamlcore.errors import LoadError

#: Data sets that come with the program, by name.
BUNDLED = ("letters", "digits")
READERS = {".npz": read_npz, ".csv": read_csv, ".tsv": read_csv}


def open_table(dataset: str) -> Table:
    """Return a bundled set by name, or the rows of an .npz or .csv file by path; read once while unchanged.

    Raises LoadError in one sentence: file, rule, value, what to do.
    """
    if dataset in BUNDLED:
        return _read(asset("data", f"{dataset}.npz"), dataset, 0, 0)
    path = Path(dataset).expanduser()
    if path.suffix.lower() not in READERS:
        raise LoadError(
            f"A data set must be {', '.join(BUNDLED)} or the path of an .npz or .csv file, got {dataset!r}"
        )  # fmt: skip
    try:
        stat = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LoadError(f"{path.name}: cannot be opened ({reason}); look at the path {str(path)!r}") from None
    if not path.is_file():
        raise LoadError(f"{path.name}: must be a file, got a folder or device; look at the path {str(path)!r}")
    return _read(path, path.name, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, name: str, mtime_ns: int, size: int) -> Table:  # the last two only tell a changed file
    return READERS[path.suffix.lower()](path, name)
