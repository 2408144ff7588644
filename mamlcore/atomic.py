"""The one writer of files: whole or not at all."""

import contextlib
import os
from pathlib import Path

from mamlcore.errors import LabError


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that a reader, a crash or a full disk sees the old one or the new one, never a part.

    Writes beside the target, flushes to the disk, then replaces. Raises LabError naming path and cause;
    the old file stays as it was and nothing is left behind.
    """
    path = Path(path)
    part = path.with_name(f".{path.name[:200]}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise LabError(f"{path} could not be written: {error.strerror or error}; choose another place") from error


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
