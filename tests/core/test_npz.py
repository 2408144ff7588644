"""Reading .npz without trusting it: damaged or hostile files give one sentence, never a crash or a pickle."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mamlcore.errors import LoadError
from mamlcore.npz import npz_bytes, read_npz


def test_round_trip(tmp_path: Path) -> None:
    arrays = {"a/b": np.arange(6.0).reshape(2, 3), "text": np.asarray("θ"), "n": np.int64(3)}
    (tmp_path / "x.npz").write_bytes(npz_bytes(arrays))
    back = read_npz(tmp_path / "x.npz")
    assert set(back) == set(arrays)
    for name, value in arrays.items():
        np.testing.assert_array_equal(back[name], value)


def test_every_truncation_and_many_bit_flips_are_refused_or_harmless(tmp_path: Path) -> None:
    good = npz_bytes({"W0": np.arange(12.0), "meta": np.asarray("{}")})
    path = tmp_path / "x.npz"
    refused = 0
    for length in range(0, len(good), 3):
        path.write_bytes(good[:length])
        with pytest.raises(LoadError):
            read_npz(path)
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x40]) + good[at + 1 :])
        try:
            read_npz(path)
        except LoadError:
            refused += 1
    assert refused > len(good) // 3


def test_pickles_are_never_opened(tmp_path: Path) -> None:
    canary = tmp_path / "canary"

    class Bomb:
        def __reduce__(self) -> object:
            return (Path.touch, (canary,))

    stream = io.BytesIO()
    np.save(stream, np.array([Bomb()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("W0.npy", stream.getvalue())
        archive.writestr("raw.npy", pickle.dumps(Bomb()))
    with pytest.raises(LoadError):
        read_npz(tmp_path / "x.npz")
    assert not canary.exists()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W0.npy", b"\0" * 50_000_000)
    with pytest.raises(LoadError, match="unpack to at most"):
        read_npz(tmp_path / "x.npz")


def test_a_header_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
    np.lib.format.write_array_header_1_0(stream, header)
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("W0.npy", stream.getvalue() + b"\0" * 64)
    with pytest.raises(LoadError, match="does not hold what its header says"):
        read_npz(tmp_path / "x.npz")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_twins_and_missing_files_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("W0.npy", b"")
        archive.writestr("W0.npy", b"")
    with pytest.raises(LoadError, match="two members of one name"):
        read_npz(tmp_path / "x.npz")
    with pytest.raises(LoadError, match="does not exist"):
        read_npz(tmp_path / "none.npz")
