"""The one writer: whole or not at all, whatever fails and whenever."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from mamlcore import atomic
from mamlcore.atomic import write_atomic
from mamlcore.errors import LabError, RunError


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
    with pytest.raises(RunError, match=r"theta\.npz could not be written: No space left on device"):
        write_atomic(path, b"new" * 1000)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["theta.npz"]


class _Faulty:
    """A file that runs out of disk at one of its calls."""

    def __init__(self, stream: Any, fails: str) -> None:
        self._stream, self._fails, self.name = stream, fails, stream.name

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


@pytest.mark.parametrize("name", ["", "a\0b", "a" * 256])
def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(LabError, match="could not be written") as refusal:
        write_atomic(Path(name) if not name else tmp_path / name, b"x")
    assert not isinstance(refusal.value, RunError)  # the input is bad, not the disk
    assert os.listdir(tmp_path) == []


def test_the_longest_names_are_written(tmp_path: Path) -> None:
    names = ["n" * 255, "元" * 85]
    for name in names:
        write_atomic(tmp_path / name, b"x")
    assert sorted(os.listdir(tmp_path)) == sorted(names)


def test_ctrl_c_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomic(tmp_path / "theta.npz", b"old")

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic.os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "theta.npz", b"new")
    assert os.listdir(tmp_path) == ["theta.npz"] and (tmp_path / "theta.npz").read_bytes() == b"old"


KILLED = """
import os, pathlib, sys
from mamlcore import atomic
atomic.os.replace = lambda *_: (print("here", flush=True), sys.stdin.read())
atomic.write_atomic(pathlib.Path(sys.argv[1]), b"half")
"""


def test_what_a_killed_writer_left_is_swept_away_and_a_live_one_is_let_be(tmp_path: Path) -> None:
    path = tmp_path / "theta.npz"
    (tmp_path / ".other.npz.1.1.tmp").write_bytes(b"not of this file")
    writer = subprocess.Popen([sys.executable, "-c", KILLED, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None and writer.stdout.readline() == b"here\n"
        write_atomic(path, b"one")
        assert len(os.listdir(tmp_path)) == 3  # the part of a writer that lives is not touched
    finally:
        writer.kill()
        writer.communicate()
    assert len(os.listdir(tmp_path)) == 3
    write_atomic(path, b"two")
    assert sorted(os.listdir(tmp_path)) == [".other.npz.1.1.tmp", "theta.npz"]
    assert path.read_bytes() == b"two"


def test_threads_that_write_the_same_file_write_it_whole(tmp_path: Path) -> None:
    path, faults = tmp_path / "theta.npz", list[BaseException]()

    def write(letter: bytes) -> None:
        try:
            for _ in range(10):
                write_atomic(path, letter * 50_000)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c", b"d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    found = path.read_bytes()
    assert len(found) == 50_000 and found == found[:1] * 50_000
    assert os.listdir(tmp_path) == ["theta.npz"]
