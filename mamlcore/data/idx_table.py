"""Pictures and labels in the IDX format of MNIST and its family, packed by gzip or not."""

import gzip
import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.raw import Raw, part
from mamlcore.data.table import MAX_BYTES
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress
from mamlcore.npz import CHUNK

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
IMAGES, LABELS = ("images", "idx3"), ("labels", "idx1")


def claims(paths: Sequence[Path]) -> bool:
    """Tell by the names: ``train-images-idx3-ubyte``, ``t10k-labels.idx1-ubyte.gz``."""
    return all("idx" in path.name.lower() and "ubyte" in path.name.lower() for path in paths)


def read(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read pictures and their labels; the labels' file is looked for beside, several pairs are put together."""
    pairs = [_pair(path) for path in paths]
    pairs = list(dict.fromkeys(pairs))
    pictures, labels = list[Array](), list[Array]()
    for at, (of_pictures, of_labels) in enumerate(pairs):
        report = part(progress, at / len(pairs), (at + 1) / len(pairs))
        pictures.append(_array(of_pictures, report))
        labels.append(_array(of_labels, lambda share: None))
        if labels[-1].shape != pictures[-1].shape[:1]:
            raise LoadError(
                f"{of_labels.name}: must hold one label for each of {len(pictures[-1])} rows, got shape "
                f"{labels[-1].shape}; do the two files belong together?"
            )
    shapes = {array.shape[1:] for array in pictures}
    if len(shapes) > 1:
        raise LoadError(f"{pairs[1][0].name}: all files must hold rows of one shape, got {sorted(shapes)}")
    x = np.concatenate(pictures) if len(pictures) > 1 else pictures[0]
    return Raw(", ".join(pair[0].name for pair in pairs), x, np.concatenate(labels))


def _pair(path: Path) -> tuple[Path, Path]:
    """Return the files of pictures and labels to which one of the two belongs."""
    name = path.name
    for mine, other, order in ((IMAGES, LABELS, 1), (LABELS, IMAGES, -1)):
        if mine[0] not in name and mine[1] not in name:
            continue
        renamed = name.replace(mine[0], other[0]).replace(mine[1], other[1])
        bare = renamed.removesuffix(".gz")
        for beside in (renamed, bare, f"{bare}.gz"):
            found = path.with_name(beside)
            if found.is_file() and found != path:
                return (path, found) if order == 1 else (found, path)
        raise LoadError(f"{name}: its {'labels' if order == 1 else 'pictures'} must lie beside it as {renamed}")
    raise LoadError(f"{name}: must have images-idx3 or labels-idx1 in its name, so that its other half can be found")


def _array(path: Path, progress: Progress) -> Array:
    try:
        data = _unpacked(path, progress)
        magic, dims = struct.unpack_from(">HB", data)[0], data[3]
        kind = np.dtype(_TYPES[struct.unpack_from(">B", data, 2)[0]])
        if magic != 0 or not 1 <= dims <= 3:
            raise ValueError("wrong magic number")
        shape = struct.unpack_from(f">{dims}I", data, 4)
        return _shaped(data, kind, shape, 4 + 4 * dims, path.name)
    except (LoadError, Cancelled):
        raise
    except Exception as error:  # gzip, zlib and struct have their own
        reason = " ".join(str(error).split())[:120]
        raise LoadError(f"{path.name}: is damaged or no IDX file ({reason}); use an intact copy") from None


def _shaped(data: bytearray, kind: "np.dtype[np.generic]", shape: tuple[int, ...], start: int, name: str) -> Array:
    n_bytes = kind.itemsize * int(np.prod([int(length) for length in shape], dtype=object))
    if len(data) != start + n_bytes:
        raise LoadError(
            f"{name}: must hold {n_bytes} bytes as its header {shape} says, got {len(data) - start}; use an intact copy"
        )
    array = np.frombuffer(data, dtype=kind, offset=start).reshape(shape)
    return array.astype(kind.newbyteorder("="), copy=False)


def _unpacked(path: Path, progress: Progress) -> bytearray:
    """Return the file's bytes, unpacked piece by piece up to the cap."""
    size = path.stat().st_size
    data = bytearray()
    with path.open("rb") as file:
        packed = path.name.lower().endswith(".gz")
        stream: io.BufferedIOBase = gzip.GzipFile(fileobj=file) if packed else file
        while piece := stream.read(CHUNK):
            data += piece
            if len(data) > MAX_BYTES:
                raise LoadError(f"{path.name}: must unpack to at most {MAX_BYTES >> 20} MB; use a part of it")
            progress(min(file.tell() / max(size, 1), 1.0))
    return data
