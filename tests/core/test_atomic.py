"""The one writer: whole or not at all, whatever fails and whenever."""

import os
from pathlib import Path
from typing import Any

import pytest

from mamlcore import atomic
from mamlcore.atomic import write_atomic
from mamlcore.errors import LabError


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "θ 元学习.npz"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("fails", ["open", "write", "flush", "fsync", "replace"])
def test_whatever_call_fails_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    path = tmp_path / "theta.npz"
    write_atomic(path, b"old")

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    real_open = Path.open

    def open_with_fault(self: Path, *arguments: Any, **named: Any) -> Any:
        if fails == "open":
            refuse()
        stream = real_open(self, *arguments, **named)
        return _Faulty(stream, fails) if fails in ("write", "flush") else stream

    monkeypatch.setattr(Path, "open", open_with_fault)
    if fails in ("fsync", "replace"):
        monkeypatch.setattr(atomic.os, fails, refuse)
    with pytest.raises(LabError, match=r"theta\.npz could not be written: No space left on device"):
        write_atomic(path, b"new" * 1000)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["theta.npz"]


class _Faulty:
    """A file that runs out of disk at one of its calls."""

    def __init__(self, stream: Any, fails: str) -> None:
        self._stream, self._fails = stream, fails

    def __enter__(self) -> "_Faulty":
        return self

    def __exit__(self, *_: Any) -> None:
        self._stream.close()

    def write(self, data: bytes) -> int:
        if self._fails == "write":
            self._stream.write(data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return int(self._stream.write(data))

    def flush(self) -> None:
        if self._fails == "flush":
            raise OSError(28, "No space left on device")
        self._stream.flush()

    def fileno(self) -> int:
        return int(self._stream.fileno())


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "theta.npz").mkdir()
    with pytest.raises(LabError, match=r"theta\.npz could not be written"):
        write_atomic(tmp_path / "theta.npz", b"x")
    assert os.listdir(tmp_path) == ["theta.npz"]


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(b"a file")
    with pytest.raises(LabError, match="could not be written"):
        write_atomic(tmp_path / "run" / "theta.npz", b"x")
