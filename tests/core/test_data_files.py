"""Readers: what they accept, and that everything else is one LoadError which names file, rule and value."""

import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mamlcore.data import open_table
from mamlcore.errors import Cancelled, LoadError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3)).astype(np.float32)
Y = np.repeat(np.arange(4), 3)


def npz(path, **arrays):
    np.savez(path, **arrays)
    return str(path)


def text(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return str(path)


# -- what is accepted ------------------------------------------------------------------------------------


@pytest.mark.parametrize("features", ["X", "x", "features", "embeddings", "data"])
@pytest.mark.parametrize("labels", ["y", "labels", "label", "targets"])
def test_npz_keys(tmp_path, features, labels):
    table = open_table(npz(tmp_path / "own.npz", **{features: X, labels: Y, "remark": np.arange(3)}))
    np.testing.assert_array_equal(table.x, X)
    np.testing.assert_array_equal(table.y, Y)
    assert table.class_names == ("0", "1", "2", "3")
    assert table.name == "own.npz"


def test_npz_class_names_text_labels_pictures_and_orders(tmp_path):
    named = open_table(npz(tmp_path / "a.npz", X=X, y=Y, class_names=np.array(["ant", "bee", "cat", "dog"])))
    assert named.class_names == ("ant", "bee", "cat", "dog")
    words = np.array(["pear", "apple", "fig", "kiwi"])[Y]
    worded = open_table(npz(tmp_path / "b.npz", X=X, y=words))
    assert worded.class_names == ("apple", "fig", "kiwi", "pear")
    assert [worded.class_names[i] for i in worded.y] == words.tolist()
    pictures = open_table(npz(tmp_path / "c.npz", X=np.arange(12 * 6).reshape(12, 2, 3), y=Y.astype(float)[:, None]))
    assert pictures.image_shape == (2, 3)
    assert pictures.x.shape == (12, 6)
    fortran = open_table(npz(tmp_path / "d.npz", X=np.asfortranarray(X), y=Y))
    np.testing.assert_array_equal(fortran.x, X)
    np.savez_compressed(tmp_path / "e.npz", X=X, y=Y)
    np.testing.assert_array_equal(open_table(str(tmp_path / "e.npz")).x, X)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("a,b,label\n1,2.5,cat\n2,3,dog\n3,1e2,cat\n4,-5,dog\n", ("cat", "dog")),
        ("1,2.5,cat\n2,3,dog\n3,1e2,cat\n4,-5,dog\n", ("cat", "dog")),
        ("1;2,5;0\n2;3;7\n3;100,0;0\n4;-5;7\n", ("0", "7")),
        ("Class;a;b\ncat;1;2,5\ndog;2;3\ncat;3;1e2\ndog;4;-5\n", ("cat", "dog")),
        ("a\tb\ttarget\n1\t2.5\tcat\n2\t3\tdog\n\n3\t100\tcat\n4\t-5\tdog", ("cat", "dog")),
        ('y,a,b\r\n"cat",1,2.5\r\n"dog",2,3\r\n"cat",3,100\r\n"dog",4,-5\r\n', ("cat", "dog")),
    ],
)
def test_csv_dialects(tmp_path, content, names):
    table = open_table(text(tmp_path / "own.csv", content, "utf-8-sig"))
    np.testing.assert_array_equal(table.x, [[1, 2.5], [2, 3], [3, 100], [4, -5]])
    np.testing.assert_array_equal(table.y, [0, 1, 0, 1])
    assert table.class_names == names


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path):
    path = tmp_path / "own.npz"
    first = open_table(npz(path, X=X, y=Y))
    assert open_table(str(path)) is first
    npz(path, X=X + 1, y=Y)
    os.utime(path, ns=(1, 1))
    np.testing.assert_array_equal(open_table(str(path)).x, X + 1)


def test_tables_are_read_only(tmp_path):
    table = open_table(npz(tmp_path / "own.npz", X=X, y=Y))
    with pytest.raises(ValueError, match="read-only"):
        table.x[0, 0] = 1


# -- what is refused -------------------------------------------------------------------------------------

BAD = X.copy()
BAD[4, 1] = np.nan
REFUSED_NPZ = [
    ({"X": X}, "exactly one array must be called y, labels, label or targets, got X"),
    ({"y": Y}, "exactly one array must be called X, x, features"),
    ({"X": X, "features": X, "y": Y}, "got X, features"),
    ({"X": BAD, "y": Y}, "must be finite and below 1e\\+30, row 5, column 2 holds nan"),
    ({"X": X.astype(np.float64) * 1e150, "y": Y}, "must be finite and below"),
    ({"X": X.astype(complex), "y": Y}, "must hold numbers or text in 1 to 6 dimensions, got complex128"),
    ({"X": np.zeros((12, 5, 2, 2)), "y": Y}, "rows x columns or pictures x height x width, got shape"),
    ({"X": X.astype(str), "y": Y}, "features must be numbers"),
    ({"X": X[None, :, 0], "y": Y}, "one label for each of 1 rows"),
    ({"X": X[:0], "y": Y[:0]}, "rows x columns"),
    ({"X": np.zeros((12, 4097)), "y": Y}, "at most 1000000 rows, 4096 features and 512 MB, got 12 rows of 4097"),
    ({"X": X, "y": Y[:-1]}, "one label for each of 12 rows, got shape \\(11,\\)"),
    ({"X": X, "y": np.eye(4)[Y]}, "one label for each of 12 rows, got shape \\(12, 4\\)"),
    ({"X": X, "y": Y + 0.5}, "labels must be whole numbers or text, got type float64, such as 0.5"),
    ({"X": X, "y": Y * 0}, "at least 2 classes, got 1"),
    ({"X": X, "y": np.arange(12)}, "every class needs at least 2 rows, '0' has 1"),
    ({"X": X, "y": Y, "class_names": np.arange(4)}, "class_names must be a list of text"),
    ({"X": X, "y": np.array([None] * 12)}, "y.npy holds Python objects, and those are pickles"),
    ({**{f"a{i}": Y for i in range(63)}, "X": X, "y": Y}, "at most 64 arrays or files, got 65"),
]


@pytest.mark.parametrize(("arrays", "sentence"), REFUSED_NPZ, ids=[sentence[:40] for _, sentence in REFUSED_NPZ])
def test_npz_refused(tmp_path, arrays, sentence):
    with pytest.raises(LoadError, match=sentence) as caught:
        open_table(npz(tmp_path / "own.npz", **arrays))
    assert str(caught.value).startswith("own.npz: ")


REFUSED_CSV = [
    ("", "at least one feature column"),
    ("label\na\nb\n", "at least one feature column"),
    ("a,b,label\n", "rows below its header"),
    ("1,2,a\n3,4\n", "every line must have 3 columns as the first has, line 2 has 2"),
    ("a,b,label\n1,two,x\n", "features must be numbers, line 2 holds 'two'"),
    ("a,b,label\n1,,x\n", "features must be numbers, line 2 holds ''"),
    ("a,b,label\n1,1_000,x\n", "holds '1_000'"),
    ("a;b;label\n1;1.234,5;x\n", "holds '1.234,5'"),
    ("a,b,label\n1,nan,x\n2,2,x\n1,1,z\n1,1,z\n", "must be finite"),
    ("a,label,class\n1,2,3\n", "only one column may be called label, class, target, y, species, got label, class"),
    ("a,label\n1,x\n2,\n", "every row must have a label, line 3 has none"),
    ("a,label\n1,0.5\n2,0.25\n", "labels must be whole numbers or text"),
    ("1,x\n2,x\n", "at least 2 classes"),
    ("1,\0x\n2,x\n", "own.csv: "),
    ('1,"' + "x" * 200_000 + '"\n2,x\n', "must be a readable CSV file"),
]


@pytest.mark.parametrize(("content", "sentence"), REFUSED_CSV, ids=[sentence[:40] for _, sentence in REFUSED_CSV])
def test_csv_refused(tmp_path, content, sentence):
    with pytest.raises(LoadError, match=sentence) as caught:
        open_table(text(tmp_path / "own.csv", content))
    assert str(caught.value).startswith("own.csv: ")


def test_csv_must_be_utf8(tmp_path):
    with pytest.raises(LoadError, match="must be UTF-8 text"):
        open_table(text(tmp_path / "own.csv", "a,label\n1,grün\n", "latin-1"))


@pytest.mark.parametrize(
    ("dataset", "sentence"),
    [
        ("leters", "must be letters, digits or the path of an .npz or .csv file, got 'leters'"),
        ("data.pkl", "must be letters, digits or the path"),
        ("no/where.npz", "where.npz: cannot be opened \\(No such file"),
        ("bad\0name.csv", "cannot be opened"),
    ],
)
def test_paths_refused(dataset, sentence):
    with pytest.raises(LoadError, match=sentence):
        open_table(dataset)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(LoadError, match="must be a file"):
        open_table(str(tmp_path / "folder.npz"))


# -- malice ----------------------------------------------------------------------------------------------


def write_zip(path: Path, members: list[tuple[str, bytes]]) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return str(path)


def as_npy(array) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array)
    return buffer.getvalue()


class Canary:
    """Unpickling it makes a folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_pickles_are_never_run(tmp_path):
    canary = tmp_path / "ran"
    objects = np.array([Canary(str(canary))] * 12, dtype=object)
    np.savez(tmp_path / "objects.npz", X=X, y=objects)
    (tmp_path / "raw.npz").write_bytes(pickle.dumps(Canary(str(canary))))
    inside = pickle.dumps(Canary(str(canary)))
    write_zip(tmp_path / "inside.npz", [("X.npy", inside), ("y.npy", inside)])
    for name in ("objects", "raw", "inside"):
        with pytest.raises(LoadError):
            open_table(str(tmp_path / f"{name}.npz"))
    assert not canary.exists()


def test_a_bomb_is_refused_by_the_directory_alone(tmp_path, monkeypatch):
    zeros = as_npy(np.zeros((20_000, 150)))
    path = write_zip(tmp_path / "bomb.npz", [("X.npy", zeros), ("y.npy", as_npy(np.arange(20_000) // 10))])
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing may be unpacked
    with pytest.raises(LoadError, match="must unpack to at most 512 MB and 200 times its size, got 23 MB"):
        open_table(path)


def test_lies_about_the_shape_are_refused_before_memory_is_taken(tmp_path):
    honest = as_npy(X)
    for shape in ("(10**12, 3)", "(120, 3)", "(12, 2)", "(-12, 3)", "(True, 3)"):
        lie = honest.replace(b"(12, 3), }" + b" " * (len(shape) - 7), f"{shape}, }}".encode())
        assert lie != honest
        path = write_zip(tmp_path / "lie.npz", [("X.npy", lie), ("y.npy", as_npy(Y))])
        os.utime(path, ns=(len(shape), hash(shape) % 10**9))
        with pytest.raises(LoadError, match=r"lie\.npz: "):
            open_table(path)


def test_duplicate_names_are_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = write_zip(tmp_path / "two.npz", [("X.npy", as_npy(X)), ("X.npy", as_npy(X)), ("y.npy", as_npy(Y))])
    with pytest.raises(LoadError, match="two members of one name"):
        open_table(path)


def test_names_that_climb_out_are_no_danger(tmp_path):
    path = write_zip(tmp_path / "up.npz", [("../../X.npy", as_npy(X)), ("/y.npy", as_npy(Y))])
    with pytest.raises(LoadError, match="exactly one array must be called"):
        open_table(path)
    assert list(tmp_path.iterdir()) == [tmp_path / "up.npz"]


def reads_or_refuses(path: Path) -> bool:
    """Open a file: True when it was read, False for a LoadError; anything else fails the test."""
    try:
        table = open_table(str(path))
    except LoadError as error:
        assert str(error).startswith(f"{path.name}: ")
        assert "\n" not in str(error) and len(str(error)) < 500
        return False
    assert np.isfinite(table.x).all() and len(table.x) == len(table.y)
    return True


@pytest.mark.parametrize("suffix", [".npz", ".csv"])
def test_mutations_and_truncations_are_read_or_refused(tmp_path, suffix):
    path = tmp_path / f"own{suffix}"
    if suffix == ".npz":
        np.savez_compressed(path, X=X, y=Y, class_names=np.array(["a", "b", "c", "d"]))
    else:
        rows = "\n".join(f"{a:.3f},{b:.3f},{c}" for (a, b, _), c in zip(X, Y, strict=True))
        path.write_text("one,two,label\n" + rows + "\n", encoding="utf-8")
    whole, rng, refused = path.read_bytes(), np.random.default_rng(7), 0
    for trial in range(600):
        data = bytearray(whole)
        if trial < 200:
            data = data[: trial * len(whole) // 200]
        else:
            for at in rng.integers(0, len(whole), rng.integers(1, 6)):
                data[at] = rng.integers(0, 256) if trial % 2 else data[at] ^ (1 << int(rng.integers(8)))
        path.write_bytes(data)
        os.utime(path, ns=(trial, trial))
        refused += not reads_or_refuses(path)
    assert 100 < refused < 600


def test_a_long_file_tells_how_far_it_is_and_can_be_left(tmp_path):
    path = text(tmp_path / "long.csv", "a,b,label\n" + "".join(f"{i},{i / 7},{i % 4}\n" for i in range(20_000)))
    shares: list[float] = []
    table = open_table(str(path), shares.append)
    assert len(table.x) == 20_000
    assert shares == sorted(shares) and len(shares) == 21 and 0.9 < shares[-1] <= 1.0

    def leave(share: float) -> None:
        if share > 0.5:
            raise Cancelled

    other = tmp_path / "other.csv"
    other.write_bytes(Path(path).read_bytes())
    with pytest.raises(Cancelled):
        open_table(str(other), leave)
    assert len(open_table(str(other)).x) == 20_000  # nothing half-read is kept
