"""Labelled rows from a pair of .npy files, or one of shape (classes, per class, ...)."""

from collections.abc import Sequence
from pathlib import Path

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.npz_table import as_rows, by_class_arrays
from mamlcore.data.raw import Raw, part
from mamlcore.data.table import MAX_BYTES
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress
from mamlcore.npz import read_npy

ENDINGS = ("_labels", "_label", "_y", "_targets")


def read(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read features from ``foo.npy`` and labels from ``foo_labels.npy`` beside it, or given with it."""
    features = [path for path in paths if not path.stem.endswith(ENDINGS)]
    if len(features) != 1 or len(paths) > 2:
        names = ", ".join(path.name for path in paths)
        raise LoadError(f"{names}: give one .npy file of features, with its labels beside it as NAME_labels.npy")
    path = features[0]
    beside = [path.with_name(f"{path.stem}{ending}.npy") for ending in ENDINGS]
    labels = next((other for other in (*paths, *beside) if other != path and other.is_file()), None)
    x = _array(path, range(1, 7), part(progress, 0.0, 0.9))
    if labels is None:
        if x.ndim >= 4:
            return by_class_arrays({"": x}, path.name)
        raise LoadError(f"{path.name}: its labels must lie beside it as {beside[0].name}, and there is no such file")
    return Raw(path.name, as_rows(x, path.name), _array(labels, range(1, 3), part(progress, 0.9, 1.0)))


def _array(path: Path, dims: range, progress: Progress) -> Array:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LoadError(f"{path.name}: must be at most {MAX_BYTES >> 20} MB, got {size >> 20} MB; use a part of it")
        with path.open("rb") as stream:
            return read_npy(stream, size, f"{path.name}: the array", dims, progress)
    except (LoadError, Cancelled):
        raise
    except Exception as error:  # numpy raises several kinds for damaged headers
        reason = " ".join(str(error).split())[:200]
        raise LoadError(
            f"{path.name}: must be a whole .npy file, but cannot be read ({reason}); save it anew"
        ) from None
