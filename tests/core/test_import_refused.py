"""Malformed files of every format: one sentence, exit code 2, nothing written; after mutations only LoadError."""

import gzip
import io
import pickle
import shutil
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from data_files import CLASSES, MAKERS, PICTURES, X, Y, files_of, idx, png, text, tree, write_folder, write_zip

from mamlcore.cli import main
from mamlcore.data import FORMATS, Choices, inspect
from mamlcore.errors import LoadError, SettingError


class Canary:
    """Unpickling it makes a folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.mkdir, (self.path,)


NOISE = np.random.default_rng(3).integers(0, 256, 700).astype(np.uint8).tobytes()
DAMAGES = {
    "empty": lambda data: b"",
    "one byte": lambda data: data[:1],
    "half": lambda data: data[: len(data) // 2],
    "a tenth": lambda data: data[: len(data) // 10],
    "wrong start": lambda data: b"XYZ!" + data[4:],
    "noise": lambda data: NOISE,
    "zeros": lambda data: bytes(600),
    "a pickle": lambda data: pickle.dumps(Canary(Path("canary"))),
    "a page": lambda data: b"<html><body>404 not found</body></html>",
    "a zip of nothing": lambda data: b"PK\x05\x06" + bytes(18),
}
NAN = np.full_like(X, np.nan)


def npz(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def lied(shape):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return stream.getvalue() + bytes(64)


OBJECTS = np.array([None] * len(Y), dtype=object)
SPECIAL = {
    "npz": [npz(X=X), npz(y=Y), npz(X=X, data=X, y=Y), npz(X=NAN, y=Y), npz(X=OBJECTS, y=Y), npz(X=X, y=Y[:-1]),
            npz(X=X, y=Y * 0), npz(X=X[:3], y=Y[:3] * 0 + [0, 1, 2]), npz(X=np.zeros((96, 5000)), y=Y),
            npz(train=X, test=X)],
    "npy": [npy(OBJECTS), npy(NAN), npy(X[:-1]), npy(X.astype(complex)), lied((10**12, 4)), lied((-1, 4)), lied((96,)),
            npy(X.astype(str)), npy(np.zeros((96, 5000))), npy(np.array(3.0))],
    "csv": [b"a,b,label\n", b"label\nx\ny\n", b"a,b,label\n1,2,x\n3,4\n", b"a,label,class\n1,2,3\n", text()[:150],
            b"a,label\n" + b"1,\n" * 30, b"a,b\nx,y\nz,w\n", "a,label\n1,grün\n".encode("latin-1"),
            b"a,label\n1,2\n2,2\n", b'a,label\n1,"' + b"x" * 200_000 + b'"\n'],
    "idx": [idx(PICTURES[:-1]), struct.pack(">HBB3I", 0, 8, 3, 2**31, 2**31, 2**31), struct.pack(">HBB", 0, 8, 3),
            struct.pack(">HBB3I", 0, 7, 3, 96, 9, 9), struct.pack(">HBB3I", 0, 8, 9, 96, 9, 9), idx(PICTURES) + b"x",
            struct.pack(">HBB3I", 0, 8, 3, 0, 9, 9), idx(np.zeros((96, 80, 80), dtype=np.uint8)),
            idx(Y.astype(np.uint8))[:9],
            struct.pack(">HBB3I", 1, 8, 3, 96, 9, 9)],
}  # fmt: skip
SPECIAL["idx.gz"] = [gzip.compress(data) for data in SPECIAL["idx"][:9]] + [idx(PICTURES)]


def many(name):
    return [f"{name}, {word}" for word in DAMAGES] + [f"{name}, special {i}" for i in range(len(SPECIAL.get(name, ())))]


def refused(path, capsys, *words):
    """Import and see one sentence, exit code 2, no file made."""
    folder = path.parent
    before = sorted(folder.rglob("*"))
    assert main(["data", "import", str(path), "--out", str(folder / "out.npz"), *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and not (folder / "out.npz").exists()
    assert captured.err.startswith("maml-lab: ")
    assert captured.err.count("\n") == 1 and 20 < len(captured.err) < 600 and "Traceback" not in captured.err
    assert sorted(folder.rglob("*")) == before and not Path("canary").exists()
    return captured.err


@pytest.mark.parametrize("case", [case for name in ("npz", "npy", "csv", "idx", "idx.gz") for case in many(name)])
def test_damaged_and_senseless_files(tmp_path, case, capsys):
    name, _, kind = case.partition(", ")
    path = MAKERS[name](tmp_path)
    data = path.read_bytes()
    bad = SPECIAL[name][int(kind[8:])] if kind.startswith("special") else DAMAGES[kind](data)
    if name == "csv" and kind in {"half", "a tenth", "wrong start"}:
        bad = bad.replace(b"c0", b"").replace(b",0", b",")[:-3] + b"\xff\n"  # half a table of text is a table
    path.write_bytes(bad)
    refused(path, capsys)


@pytest.mark.parametrize("kind", [*DAMAGES, *range(10)])
def test_damaged_parquet(tmp_path, kind, capsys):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = MAKERS["parquet"](tmp_path)
    values, labels = [float(value) for value in X[:, 0]], [f"c{label}" for label in Y]
    if kind in DAMAGES:
        damage = DAMAGES[kind] if kind != "wrong start" else lambda data: data[:-4] + b"XYZ!"  # the end counts there
        path.write_bytes(damage(path.read_bytes()))
    else:
        columns = [
            {"a": values}, {"label": labels}, {"a": labels, "label": labels}, {"a": values, "label": [None] * 96},
            {"a": [None] * 95 + [1.0], "label": labels}, {"a": [], "label": []}, {"a": values, "label": ["x"] * 96},
            {"a": [[1.0], [1.0, 2.0]] * 48, "label": labels}, {"label": labels, "class": labels, "a": values},
            {"a": [float("inf"), *values[1:]], "label": labels},
        ][kind]  # fmt: skip
        parquet.write_table(pyarrow.table(columns), path)
    refused(path, capsys)


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def locked():
    """Return a zip whose directory says that its members are encrypted."""
    data = bytearray(zipped(tree()))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    return bytes(data)


PICTURE = png(PICTURES[0])
SENSELESS = {
    "no pictures": [("notes.txt", b"x")],
    "not in folders": [(f"{i}.png", PICTURE) for i in range(9)],
    "at two depths": [*tree(), ("c00/more/deep/x.png", PICTURE)],
    "one class": [(f"c/{i}.png", PICTURE) for i in range(9)],
    "a class of one": [("a/1.png", PICTURE), ("b/1.png", PICTURE), ("b/2.png", PICTURE)],
    "two classes": [(f"{c}/{i}.png", PICTURE) for c in "ab" for i in range(9)],
    **{f"picture: {word}": [*tree(), ("c00/99.png", damage(PICTURE))] for word, damage in DAMAGES.items()},
    "another kind inside": [*tree(), ("c00/99.png", zipped([("a", b"b")]))],
    "an enormous header": [*tree(), ("c00/99.png", PICTURE[:16] + struct.pack(">II", 2**31 - 1, 2**31) + PICTURE[24:])],
    "a vector picture": [*tree(), ("c00/99.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")],
    "a script": [*tree(), ("c00/99.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n")],
}  # fmt: skip


@pytest.mark.parametrize("kind", SENSELESS)
@pytest.mark.parametrize("place", ["folder", "zip"])
def test_folders_and_zips_of_pictures(tmp_path, kind, place, capsys):
    members = SENSELESS[kind]
    if place == "folder":
        path = tmp_path / "own"
        path.mkdir()
        write_folder(path, members)
    else:
        path = write_zip(tmp_path / "own.zip", members)
    if kind in {"a class of one", "one class"}:
        assert "class" in refused(path, capsys, "--min-rows", "2")
    refused(path, capsys)


@pytest.mark.parametrize("kind", [*DAMAGES, "locked"])
def test_damaged_zips(tmp_path, kind, capsys):
    path = MAKERS["zip"](tmp_path)
    path.write_bytes(locked() if kind == "locked" else DAMAGES[kind](path.read_bytes()))
    refused(path, capsys)


def listed(*lines):
    return "\n".join(("filename,label", *lines, "")).encode()


LISTS = {
    "empty": b"", "no rows": listed(), "one column": b"filename\nx.png\n", "no label": b"filename,kind\nx.png,a\n",
    "no such picture": listed("nowhere.png,a"), "a short line": listed("c00_00.png"), "no name": listed(",a"),
    "climbs out": listed("../secret.png,a"), "absolute": listed("/etc/passwd,a"), "a folder": listed(".,a"),
    "latin": "filename,label\nx.png,grün".encode("latin-1"), "a NUL": listed("x\0.png,a"),
    "a long cell": listed('"' + "x" * 200_000 + '",a'), "one class": listed("c00_00.png,a", "c00_01.png,a"),
    "a class of one": listed("c00_00.png,a", "c00_01.png,b"), "not a picture": listed("train.csv,a"),
    **{f"picture: {word}": None for word in list(DAMAGES)[:6]},
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_pictures(tmp_path, kind, capsys):
    path = MAKERS["lists"](tmp_path / "own")
    (tmp_path / "own" / "secret.png").write_bytes(PICTURE)
    if LISTS[kind] is None:
        picture = tmp_path / "own" / "images" / "c03_02.png"
        picture.write_bytes(DAMAGES[kind.partition(": ")[2]](picture.read_bytes()))
    else:
        for other in ("val.csv", "test.csv"):
            (tmp_path / "own" / other).unlink()
        path.write_bytes(LISTS[kind])
    refused(path, capsys, "--format", "lists")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a folder of each format, made once."""
    folder = tmp_path_factory.mktemp("whole")
    for name in MAKERS:
        (folder / name).mkdir()
        try:
            MAKERS[name](folder / name)
        except ModuleNotFoundError:
            shutil.rmtree(folder / name)
    return folder


@pytest.mark.parametrize("name", MAKERS)
def test_mutations_and_truncations_are_read_or_refused(tmp_path, whole, name):
    if not (whole / name).exists():
        pytest.skip("pyarrow is not installed")
    shutil.copytree(whole / name, tmp_path / "x")
    given = next(path for path in sorted((tmp_path / "x").iterdir()) if path.stem.startswith(("own", "train")))
    given = given.with_name(given.name.replace("labels-idx1", "images-idx3").replace("_labels", ""))
    rng, refused_n = np.random.default_rng(11), 0
    n_trials = {"npz": 150, "npy": 150, "csv": 150, "idx": 150, "idx.gz": 150, "parquet": 120}.get(name, 40)
    targets = files_of(given)[:4] if given.is_file() else sorted(given.rglob("*.png"))[:3]
    for trial in range(n_trials):
        target = targets[trial % len(targets)]
        data = target.read_bytes()
        target.write_bytes(mutated(data, trial, rng))
        try:
            table = inspect(given, Choices(size=4)).table
            assert table is None or (np.isfinite(table.x).all() and len(table.x) == len(table.y))
        except (LoadError, SettingError) as error:
            assert "\n" not in str(error) and 20 < len(str(error)) < 700
            refused_n += 1
        target.write_bytes(data)
    assert refused_n > n_trials // 20


@pytest.mark.parametrize("name", MAKERS)
def test_another_format_than_the_files_is_read_or_refused(whole, name):
    if not (whole / name).exists():
        pytest.skip("pyarrow is not installed")
    for path in [whole / name, *(path for path in (whole / name).iterdir())]:
        for kind in FORMATS:
            try:
                inspect(path, Choices(format=kind))
            except LoadError as error:
                assert "\n" not in str(error) and 20 < len(str(error)) < 700


def mutated(data, trial, rng):
    """Cut short, flip bits, or change, double or drop bytes."""
    if trial % 4 == 0:
        return data[: int(rng.integers(len(data)))]
    raw = bytearray(data)
    for at in rng.integers(0, len(raw), int(rng.integers(1, 8))):
        raw[at] = int(rng.integers(256)) if trial % 4 == 1 else raw[at] ^ (1 << int(rng.integers(8)))
    if trial % 4 == 3:
        start, end = np.sort(rng.integers(0, len(raw), 2))
        raw[start:end] = raw[start:end] * (2 if trial % 8 == 3 else 0)
    return bytes(raw)


def test_there_are_twenty_of_each():
    counts = {name: len(many(name)) for name in ("npz", "npy", "csv", "idx", "idx.gz")}
    counts |= {"folder": len(SENSELESS), "zip": len(SENSELESS) + len(DAMAGES), "lists": len(LISTS), "parquet": 20}
    assert min(counts.values()) >= 20 and set(counts) == set(MAKERS) and CLASSES == 16


@pytest.mark.parametrize("chosen", [name for name in FORMATS if name != "folder"])
def test_a_folder_is_no_file_of_the_format_chosen(tmp_path, capsys, chosen):
    assert main(["data", "show", str(tmp_path), "--format", chosen]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and f"is a folder, which the format '{chosen}' does not take" in said
