"""Labelled rows from an .npz file, read with nothing taken on trust: no pickles, no bombs, no lies about size."""

import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.table import MAX_BYTES, Table, checked_table
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress

FEATURES = ("X", "x", "features", "embeddings", "data")
LABELS = ("y", "labels", "label", "targets")
MAX_MEMBERS = 64
MAX_RATIO = 200  # a whole megabyte of one value deflates further, so small files are let off
SMALL = 16 * 2**20


def read_npz(path: Path, name: str, progress: Progress | None = None) -> Table:
    """Read features (``X``, ``features``, ...), labels (``y``, ``labels``, ...) and optional ``class_names``.

    Raises LoadError, and no other error, for whatever is wrong with the file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, name)
            report = progress or (lambda share: None)
            report(0.0)
            x = _array(archive, members[_one_of(members, FEATURES, name)], name)
            report(0.8)  # features are nearly all of the file
            y = _array(archive, members[_one_of(members, LABELS, name)], name)
            given = members.get("class_names")
            names = None if given is None else _names(_array(archive, given, name), name)
        return checked_table(name, x, y, names)
    except (LoadError, Cancelled):
        raise
    except Exception as error:  # zipfile and numpy raise ten kinds for malformed files, MemoryError among them
        reason = " ".join(str(error).split())[:200]
        raise LoadError(f"{name}: must be a whole .npz file, but cannot be read ({reason}); save it anew") from None


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the arrays by key after checking the archive's directory, before anything is unpacked."""
    entries = archive.infolist()
    keys = [entry.filename.removesuffix(".npy") for entry in entries]
    if len(entries) > MAX_MEMBERS:
        raise LoadError(f"{name}: must hold at most {MAX_MEMBERS} arrays, got {len(entries)}")
    if len(set(keys)) < len(keys):
        raise LoadError(f"{name}: must not hold two arrays of one name; save it anew with np.savez")
    size, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if size > MAX_BYTES or (size > SMALL and size > MAX_RATIO * packed):
        raise LoadError(
            f"{name}: must unpack to at most {MAX_BYTES >> 20} MB and {MAX_RATIO} times its size, "
            f"got {size >> 20} MB from {packed >> 10} KB; save a part of it, or with np.savez"
        )
    return dict(zip(keys, entries, strict=True))


def _one_of(members: dict[str, zipfile.ZipInfo], keys: tuple[str, ...], name: str) -> str:
    """Return the only one of the keys that is there."""
    found = [key for key in keys if key in members]
    if len(found) != 1:
        got = ", ".join(found) if found else ", ".join(list(members)[:8]) or "none"
        raise LoadError(f"{name}: exactly one array must be called {', '.join(keys[:-1])} or {keys[-1]}, got {got}")
    return found[0]


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Array:
    """Read one array whose header agrees with the size that the archive's directory gives."""
    with archive.open(entry) as member:
        shape, fortran, dtype = _header(member)
        n_bytes = dtype.itemsize
        for length in shape:
            n_bytes *= length
        if dtype.kind not in "biufU" or not 1 <= len(shape) <= 3:
            raise LoadError(
                f"{name}: {entry.filename} must hold numbers or text in 1 to 3 dimensions, got {dtype} {shape}"
            )
        if member.tell() + n_bytes != entry.file_size:
            raise LoadError(
                f"{name}: {entry.filename} must be as long as its header says, {n_bytes} bytes; save it anew"
            )
        data = member.read(n_bytes)
        member.read(1)  # at its end zipfile checks the sum
    flat = np.frombuffer(data, dtype=dtype)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


def _header(member: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    version = np.lib.format.read_magic(member)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(member)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(member)
    raise ValueError(f"npy version {version}")


def _names(array: Array, name: str) -> tuple[str, ...]:
    if array.ndim != 1 or array.dtype.kind != "U":
        raise LoadError(f"{name}: class_names must be a list of text, got {array.dtype} of shape {array.shape}")
    return tuple(str(text) for text in array)
