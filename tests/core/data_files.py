"""Small valid files of each format that can be imported, made for the tests; all hold the same 16 classes."""

import gzip
import io
import struct
import zipfile
from importlib import import_module
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES, ROWS, FEATURES = 16, 6, 4
Y = np.repeat(np.arange(CLASSES), ROWS)
X = np.random.default_rng(7).normal(size=(len(Y), FEATURES)).astype(np.float32).round(3)
PICTURES = np.random.default_rng(8).integers(0, 200, (len(Y), 9, 9)).astype(np.uint8)


def png(picture, kind="PNG", mode="L"):
    stream = io.BytesIO()
    Image.fromarray(picture).convert(mode).save(stream, kind)
    return stream.getvalue()


def text(separator=",", decimal="."):
    lines = [separator.join(["a", "b", "c", "d", "label"])]
    for row, label in zip(X, Y, strict=True):
        values = [f"{value:.3f}".replace(".", decimal) for value in row]
        lines.append(separator.join([*values, f"c{label:02}"]))
    return ("\n".join(lines) + "\n").encode()


def tree(group=False):
    """Yield the place and the bytes of each picture: 6 of each class."""
    for at, (picture, label) in enumerate(zip(PICTURES, Y, strict=True)):
        folder = f"g{label // 4}/c{label:02}" if group else f"c{label:02}"
        yield f"{folder}/{at % ROWS:02}.png", png(picture)


def write_zip(path, members, root="root"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(f"{root}/{name}", data)
    return path


def write_folder(root, members):
    for name, data in members:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def idx(array):
    code = {"uint8": 8, "int32": 12, "float32": 13}[array.dtype.name]
    head = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def make_npz(folder):
    np.savez_compressed(folder / "own.npz", X=X, y=Y, class_names=np.array([f"c{i:02}" for i in range(CLASSES)]))
    return folder / "own.npz"


def make_npy(folder):
    np.save(folder / "own_labels.npy", Y)
    np.save(folder / "own.npy", X)
    return folder / "own.npy"


def make_csv(folder):
    (folder / "own.csv").write_bytes(text())
    return folder / "own.csv"


def make_parquet(folder):
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = {name: X[:, at].astype(float) for at, name in enumerate("abcd")}
    table = pyarrow.table({**columns, "label": [f"c{label:02}" for label in Y]})
    parquet.write_table(table, folder / "own.parquet")
    return folder / "own.parquet"


def make_idx(folder):
    (folder / "own-labels-idx1-ubyte").write_bytes(idx(Y.astype(np.uint8)))
    (folder / "own-images-idx3-ubyte").write_bytes(idx(PICTURES))
    return folder / "own-images-idx3-ubyte"


def make_idx_gz(folder):
    (folder / "own-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(Y.astype(np.uint8))))
    (folder / "own-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(PICTURES)))
    return folder / "own-images-idx3-ubyte.gz"


def make_zip(folder):
    return write_zip(folder / "own.zip", tree())


def make_folder(folder):
    return write_folder(folder / "own", tree())


def make_lists(folder):
    write_folder(folder, ((f"images/{place.replace('/', '_')}", data) for place, data in tree()))
    for split, labels in (("train", range(8)), ("val", range(8, 12)), ("test", range(12, 16))):
        lines = [f"c{Y[at]:02}_{at % ROWS:02}.png,c{Y[at]:02}" for at in np.flatnonzero(np.isin(Y, labels))]
        (folder / f"{split}.csv").write_text("filename,label\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return folder / "train.csv"


MAKERS = {"npz": make_npz, "npy": make_npy, "csv": make_csv, "parquet": make_parquet, "idx": make_idx,
          "idx.gz": make_idx_gz, "zip": make_zip, "folder": make_folder, "lists": make_lists}  # fmt: skip
PICTURE_FORMATS = {"idx", "idx.gz", "zip", "folder", "lists"}


def files_of(path) -> list[Path]:
    """Return the files that make a data set up, the one that is given first."""
    beside = sorted(other for other in path.parent.rglob("*") if other.is_file() and other != path)
    return [path, *beside] if path.is_file() else beside
