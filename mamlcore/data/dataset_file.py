"""The file that an import leaves: plain arrays that open_table reads again, and anyone with NumPy."""

import io
from pathlib import Path

import numpy as np

from mamlcore.atomic import write_atomic
from mamlcore.data.table import Table
from mamlcore.errors import LabError
from mamlcore.npz import FOREIGN, npz_bytes


def write_dataset(path: Path, table: Table) -> None:
    """Write ``X`` (n, D) or (n, h, w), ``y``, ``class_names`` and, where known, ``group`` and ``split`` of each class
    and ``feature_names``; whole or not at all.

    Raises LabError when the name does not end in .npz or the file cannot be written.
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise LabError(f"A data set must be written to a file that ends in .npz, got {path.name!r}")
    x = table.x if table.image_shape is None else table.x.reshape(-1, *table.image_shape)
    arrays = {"X": x, "y": table.y, "class_names": np.array(table.class_names)}
    for key, words in (("group", table.groups), ("split", table.splits), ("feature_names", table.feature_names)):
        if words:
            arrays[key] = np.array(words)
    data = npz_bytes(arrays)
    if sum(array.nbytes for array in arrays.values()) > FOREIGN.ratio // 2 * len(data):
        stream = io.BytesIO()  # deflated so well that a reader would take it for a bomb
        np.savez(stream, allow_pickle=False, **arrays)
        data = stream.getvalue()
    write_atomic(path, data)
