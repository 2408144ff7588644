"""Reading .npz files from anywhere without trusting them: sizes and types are checked before memory is used."""

import io
import math
import zipfile
from pathlib import Path

import numpy as np

from mamlcore.arrays import Array
from mamlcore.errors import LoadError

MAX_BYTES = 512 * 2**20
MAX_MEMBERS = 4096
MAX_RATIO = 500
_KINDS = frozenset("fiubU")


def read_npz(path: Path, max_bytes: int = MAX_BYTES) -> dict[str, Array]:
    """Return every array of an .npz file.

    Raises LoadError with one sentence for anything else than plain arrays of numbers or text within the
    limits. Nothing in the file is ever executed: objects (pickles) are refused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_directory(path, members, max_bytes)
            return {member.filename.removesuffix(".npy"): _read_member(path, archive, member) for member in members}
    except LoadError:
        raise
    except FileNotFoundError:
        raise LoadError(f"{path} does not exist") from None
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror or error}") from None
    except Exception as error:  # zipfile, zlib and the npy header parser raise a dozen kinds on damaged files
        raise LoadError(f"{path} is damaged or not an .npz file ({type(error).__name__}); use an intact copy") from None


def _check_directory(path: Path, members: list[zipfile.ZipInfo], max_bytes: int) -> None:
    names = [member.filename for member in members]
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MAX_MEMBERS or len(set(names)) != len(names):
        raise LoadError(f"{path} must hold at most {MAX_MEMBERS} arrays with names of their own, got {len(members)}")
    if total > max_bytes or total > MAX_RATIO * max(packed, 4096):
        raise LoadError(f"{path} must unpack to at most {max_bytes >> 20} MB, got {total >> 20} MB; use a smaller file")


def _read_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    raw = archive.read(member)
    stream = io.BytesIO(raw)
    version = np.lib.format.read_magic(stream)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(stream)
    if dtype.kind not in _KINDS or dtype.hasobject:
        raise LoadError(f"{path}: array {member.filename!r} must hold numbers or text, got {dtype}; save it as floats")
    if math.prod(shape) * dtype.itemsize != len(raw) - stream.tell():
        raise LoadError(f"{path}: array {member.filename!r} does not hold what its header says; use an intact copy")
    return np.lib.format.read_array(io.BytesIO(raw), allow_pickle=False)


def npz_bytes(arrays: dict[str, Array]) -> bytes:
    """Return the bytes of a compressed .npz file of plain arrays."""
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()
