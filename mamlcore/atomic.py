"""The one writer of files: whole or not at all."""

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import IO

from mamlcore.errors import LabError, LoadError, RunError

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows: what a killed process left there stays
    flock = None  # type: ignore[assignment]

_NUMBERS = count()
_MAX_TEXT = 2**24
#: The place is good, but the disk behind it is full or broken: no bad input.
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that a reader, a crash or a full disk sees the old one or the new one, never a part.

    Writes beside the target, flushes to the disk, then replaces; the last of several writers at once wins whole.
    What a killed writer of the same file left is swept away. Raises LabError naming path and cause, RunError where
    the disk is full or broken; the old file stays as it was and nothing is left behind.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        with _part(path) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            if flock is None:
                stream.close()  # Windows replaces no open file; elsewhere the lock is kept until the name is gone
            os.replace(stream.name, path)
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        kind = RunError if getattr(error, "errno", None) in _DISK else LabError
        reason = getattr(error, "strerror", None) or error
        raise kind(f"{path} could not be written: {reason}; choose another place") from error


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder to oneself while the block runs. Raises LabError when another run is being written there."""
    handle = _locked(folder)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    """Return an open handle that holds the folder's lock, None where there are no locks to be had."""
    if flock is None:
        return None
    handle = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        if handle is not None:
            os.close(handle)
        raise LabError(f"{folder} is being written by another run; wait for its end, or choose another --out") from None
    except (OSError, ValueError):  # no such folder, which is said when it is written; or no locks there
        pass
    return handle


def is_there(path: Path) -> bool:
    """Tell whether there is anything at a path. Raises LoadError where that cannot be told."""
    try:
        return path.exists()
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror or error}") from None


def read_text(path: Path) -> str:
    """Read a text file, a pipe too. Raises LoadError naming path and cause: also for one of more than 16 MB."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_TEXT + 1)
        if len(data) > _MAX_TEXT:
            raise LoadError(f"{path} must hold at most {_MAX_TEXT >> 20} MB of text; is it the right file?")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadError(f"{path} must be text in UTF-8 ({error.reason} at byte {error.start})") from None
    except (OSError, ValueError) as error:
        if isinstance(error, LoadError):
            raise
        raise LoadError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


@contextlib.contextmanager
def _part(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file beside the target, locked as long as it is written; whatever ends the block, it is gone."""
    stream = _opened(path)
    try:
        with stream:
            yield stream
    finally:
        with contextlib.suppress(OSError):
            os.unlink(stream.name)


def _opened(path: Path) -> IO[bytes]:
    while True:
        part = path.with_name(f"{_stem(path)}{os.getpid()}.{next(_NUMBERS)}.tmp")
        try:
            stream = part.open("xb")
        except FileExistsError:  # of another machine, or of an earlier process of this number
            continue
        if flock is None:
            return stream
        with contextlib.suppress(OSError):  # a file system that knows no locks
            flock(stream.fileno(), LOCK_EX)
        if os.fstat(stream.fileno()).st_nlink:
            return stream
        stream.close()  # swept away between the two lines above


def _sweep(path: Path) -> None:
    """Delete what a killed writer of this file left: parts that nobody holds the lock of."""
    if flock is None:
        return
    name = re.compile(re.escape(_stem(path)) + r"\d+\.\d+\.tmp")
    for left in [entry.path for entry in os.scandir(path.parent) if name.fullmatch(entry.name)]:
        with contextlib.suppress(OSError), open(left, "rb") as stream:
            flock(stream.fileno(), LOCK_EX | LOCK_NB)
            os.unlink(left)


def _stem(path: Path) -> str:
    """Return what the names of a target's parts begin with, short enough for any file system."""
    if not path.name:
        raise ValueError("it is a folder")
    return f".{path.name.encode(errors='ignore')[:200].decode(errors='ignore')}."


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
