"""Reading zipped arrays from anywhere without trusting them: sizes and types are checked before memory is used."""

import contextlib
import io
import math
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from mamlcore.arrays import Array
from mamlcore.errors import Cancelled, LoadError

MAX_BYTES = 512 * 2**20
CHUNK = 2**20
_KINDS = frozenset("fiubU")


class Caps(NamedTuple):
    """What an archive may claim before anything of it is unpacked."""

    members: int
    total: int  # bytes of all members, unpacked
    ratio: int  # of the unpacked to the packed size
    small: int  # bytes that are let off the ratio: a whole megabyte of one value deflates a thousandfold


OWN = Caps(4096, MAX_BYTES, 500, 2**21)  # checkpoints and theta
FOREIGN = Caps(64, MAX_BYTES, 200, 2**24)  # data from anywhere


def read_npz(path: Path, max_bytes: int = MAX_BYTES) -> dict[str, Array]:
    """Return every array of an .npz file.

    Raises LoadError with one sentence for anything else than plain arrays of numbers or text within the
    limits. Nothing in the file is ever executed: objects (pickles) are refused.
    """
    with opened(path, str(path), "an .npz file") as archive:
        members = checked_members(archive, str(path), OWN._replace(total=max_bytes))
        return {
            entry.filename.removesuffix(".npy"): read_array(archive, entry, str(path)) for entry in members.values()
        }


@contextlib.contextmanager
def opened(path: Path, name: str, kind: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive; whatever goes wrong in the block becomes one LoadError that says name and reason."""
    try:
        if path.exists() and not path.is_file():  # a device might never come to its end
            raise LoadError(f"{name} must be a file, got a folder or device")
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (LoadError, Cancelled):
        raise
    except FileNotFoundError:
        raise LoadError(f"{name} does not exist") from None
    except OSError as error:
        raise LoadError(f"{name}: cannot be read: {error.strerror or error}") from None
    except Exception as error:  # zipfile, zlib and numpy raise a dozen kinds on damaged files, MemoryError among them
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise LoadError(f"{name}: is damaged or not {kind} ({reason}); use an intact copy, or save it anew") from None


def checked_members(archive: zipfile.ZipFile, name: str, caps: Caps) -> dict[str, zipfile.ZipInfo]:
    """Return the members by file name after checking the archive's directory; nothing is unpacked."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > caps.members:
        raise LoadError(f"{name}: must hold at most {caps.members} arrays or files, got {len(entries)}")
    if len(set(names)) < len(names):
        raise LoadError(f"{name}: must not hold two members of one name; save it anew")
    size, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if size > caps.total or (size > caps.small and size > caps.ratio * packed):
        raise LoadError(
            f"{name}: must unpack to at most {caps.total >> 20} MB and {caps.ratio} times its size, "
            f"got {size >> 20} MB from {packed >> 10} KB; use a part of it"
        )
    return dict(zip(names, entries, strict=True))


def read_array(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str,
    dims: range = range(33),
    progress: Callable[[float], None] | None = None,
) -> Array:
    """Read one array (writable) whose header agrees with the size that the archive's directory gives."""
    with archive.open(entry) as member:
        return read_npy(member, entry.file_size, f"{name}: {entry.filename}", dims, progress)


def read_npy(
    stream: IO[bytes],
    size: int,
    said: str,
    dims: range = range(33),
    progress: Callable[[float], None] | None = None,
) -> Array:
    """Read one array (writable) from an .npy stream of so many bytes; ``said`` opens each message.

    ``progress`` is told the share read and may raise Cancelled. Raises LoadError for objects, other types and
    a header that lies; numpy's own errors for a header that is none.
    """
    shape, fortran, dtype = _header(stream)
    if dtype.hasobject:
        raise LoadError(
            f"{said} holds Python objects, and those are pickles, which run code when opened; where you trust it, "
            "save numbers instead: np.savez(..., X=np.stack(list(X)).astype(float))"
        )
    if dtype.kind not in _KINDS or len(shape) not in dims:
        raise LoadError(f"{said} must hold numbers or text in {dims[0]} to {dims[-1]} dimensions, got {dtype} {shape}")
    n_bytes = dtype.itemsize * math.prod(shape)
    if stream.tell() + n_bytes != size or min(shape, default=1) < 0:
        raise LoadError(f"{said} does not hold what its header says, {n_bytes} bytes; use an intact copy")
    return np.ndarray(shape, dtype, _bytes(stream, n_bytes, progress), order="F" if fortran else "C")


def _bytes(stream: IO[bytes], n_bytes: int, progress: Callable[[float], None] | None) -> bytearray:
    """Read exactly so many bytes, piece by piece: memory grows with what is really there."""
    data = bytearray()
    while len(data) < n_bytes:
        piece = stream.read(min(CHUNK, n_bytes - len(data)))
        if not piece:
            raise EOFError("it ends too early")
        data += piece
        if progress is not None:
            progress(len(data) / n_bytes)
    stream.read(1)  # at its end zipfile checks the sum
    return data


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(stream)
    raise ValueError(f"npy version {version}")


def npz_bytes(arrays: dict[str, Array]) -> bytes:
    """Return the bytes of a compressed .npz file of plain arrays."""
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()
