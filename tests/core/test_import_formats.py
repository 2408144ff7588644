"""Each format that can be imported: what comes out is what went in, against files made by other hands."""

import gzip
import io
import os
import subprocess
import sys
import zipfile

import data_files
import numpy as np
import pytest
from data_files import MAKERS, PICTURE_FORMATS, PICTURES, X, Y, idx, png, tree, write_folder, write_zip
from PIL import Image

from mamlcore.data import FORMATS, Choices, import_data, inspect
from mamlcore.data.pictures import MAX_PIXELS
from mamlcore.errors import Cancelled, LoadError


def small(picture, size=14):
    """Average over areas by hand: repeat to a common multiple, then take means."""
    side = picture.shape[0]
    fine = np.kron(picture.astype(float), np.ones((size, size)))
    return fine.reshape(size, side, size, side).mean(axis=(1, 3))


@pytest.mark.parametrize("name", MAKERS)
def test_what_went_in_comes_out(tmp_path, name):
    if name == "parquet":
        pytest.importorskip("pyarrow")
    preview = inspect(MAKERS[name](tmp_path))
    table = preview.table
    assert preview.format == name.partition(".")[0]
    assert table.n_classes == 16 and table.counts().tolist() == [6] * 16
    np.testing.assert_array_equal(table.y, Y)
    if name in {"npz", "npy", "csv", "parquet"}:
        np.testing.assert_array_equal(table.x.astype(np.float32), X)
    elif name in {"idx", "idx.gz"}:
        np.testing.assert_array_equal(table.x.reshape(-1, 9, 9), PICTURES)
    else:
        assert table.image_shape == (14, 14)
        np.testing.assert_allclose(table.x[40].reshape(14, 14), small(PICTURES[40]), atol=1)
    assert preview.split.by == ("given" if name == "lists" else "class")


def test_every_format_is_tried_here():
    assert {name.partition(".")[0] for name in MAKERS} == set(FORMATS)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_separators_and_marks(tmp_path, separator, start):
    decimal = "." if separator == "," else ","
    (tmp_path / "own.csv").write_bytes(start.encode() + data_files.text(separator, decimal))
    table = import_data(tmp_path / "own.csv")
    np.testing.assert_array_equal(table.x.astype(np.float32), X)
    assert table.feature_names == ("a", "b", "c", "d")


def test_two_marks_in_one_file_are_not_guessed(tmp_path):
    (tmp_path / "own.csv").write_text("a;b;label\n" + "1,5;2.5;x\n2,5;1.5;y\n" * 8)
    preview = inspect(tmp_path / "own.csv")
    assert not preview.detected[1].certain and preview.detected[1].value == "point"
    assert any("Column 'a' holds text, such as '1,5', and is left out" in problem.text for problem in preview.problems)
    (tmp_path / "own.csv").write_text("a;b;label\n" + "1.5;2.5;x\n2.5;1.5;y\n" * 8 + "3,5;1;x\n")
    preview = inspect(tmp_path / "own.csv")
    assert preview.table is None and "Column 'a' holds '3,5' on line 18" in preview.problems[1].text


def test_a_table_of_text_with_groups_and_a_split(tmp_path):
    lines = [f"{at},{at * at % 7},c{at % 16:02},g{at % 16 // 4},{('train', 'train', 'val', 'test')[at % 16 // 4]}"
             for at in range(96)]  # fmt: skip
    (tmp_path / "own.csv").write_text("a,b,label,kind,split\n" + "\n".join(lines))
    preview = inspect(tmp_path / "own.csv", Choices(group="kind"))
    assert preview.table.groups[:5] == ("g0", "g0", "g0", "g0", "g1")
    assert preview.split.by == "given" and preview.split.groups["test"] == ("g3",)
    assert preview.table.feature_names == ("a", "b")


def test_parquet_lists_become_features_and_gaps_are_missing(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"embedding": [row.tolist() for row in X], "species": [f"c{y:02}" for y in Y], "note": ["n"] * 96}
    table = pyarrow.table(columns)
    parquet.write_table(table, tmp_path / "own.parquet")
    preview = inspect(tmp_path / "own.parquet")
    np.testing.assert_array_equal(preview.table.x.astype(np.float32), X)
    assert "Column 'note' holds no numbers (string)" in preview.problems[0].text
    gaps = [None, *X[1:, 0].tolist()]
    parquet.write_table(pyarrow.table({"a": gaps, "b": X[:, 1], "y": Y}), tmp_path / "gaps.parquet")
    assert inspect(tmp_path / "gaps.parquet").errors[0].kind == "missing"
    assert len(import_data(tmp_path / "gaps.parquet", Choices(missing="drop-rows")).x) == 95


def test_parquet_without_its_library_says_what_to_install(tmp_path):
    path = tmp_path / "own.parquet"
    path.write_bytes(b"PAR1")
    code = ("import sys; sys.modules['pyarrow'] = None; from mamlcore.data import inspect\n"
            f"try: inspect({str(path)!r})\nexcept ValueError as error: print(error)")  # fmt: skip
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "need pyarrow; install it with pip install 'maml-lab[parquet]'" in run.stdout


def test_either_file_of_an_idx_pair_will_do_and_pairs_go_together(tmp_path):
    path = MAKERS["idx"](tmp_path)
    labels = tmp_path / "own-labels-idx1-ubyte"
    assert len(import_data(labels).x) == len(import_data([path, labels]).x) == 96
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(PICTURES[:48])))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(Y[:48].astype(np.uint8)))
    assert len(import_data([path, tmp_path / "t10k-images-idx3-ubyte.gz"]).x) == 144


def test_npy_labels_given_or_beside_or_by_class(tmp_path):
    path = MAKERS["npy"](tmp_path)
    np.testing.assert_array_equal(import_data([path, tmp_path / "own_labels.npy"]).x, X)
    by_class = PICTURES.reshape(16, 6, 9, 9)
    np.save(tmp_path / "omniglot.npy", by_class)
    preview = inspect(tmp_path / "omniglot.npy")
    assert preview.table.n_classes == 16 and preview.table.image_shape == (9, 9)
    assert any("first axis was taken for classes" in problem.text for problem in preview.problems)


@pytest.mark.parametrize("wrap", ["", "all/", "one/two/"])
def test_groups_are_the_folders_above_and_wrapping_folders_are_nothing(tmp_path, wrap):
    members = [(wrap + place, data) for place, data in tree(group=True)]
    for path in (write_zip(tmp_path / "own.zip", members), write_folder(tmp_path / "own", members)):
        table = import_data(path)
        assert table.groups == tuple(f"g{i // 4}" for i in range(16))
        assert table.class_names[5] == "g1/c05" and table.name == path.name


def test_train_val_test_above_the_classes_are_the_split(tmp_path):
    word = ["train"] * 8 + ["val"] * 4 + ["test"] * 4
    members = [(f"{word[int(place[1:3])]}/{place}", data) for place, data in tree()]
    preview = inspect(write_folder(tmp_path / "own", members))
    assert preview.table.splits == ("train",) * 8 + ("validation",) * 4 + ("test",) * 4
    assert preview.table.groups == () and preview.split.by == "given"


def test_what_is_no_picture_or_not_meant_is_passed_over(tmp_path):
    noise = ["__MACOSX/c00/._00.png", ".hidden/c/00.png", "c00/.DS_Store", "c00/notes.txt"]
    members = [*tree(), *((name, b"x") for name in noise)]
    for path in (write_zip(tmp_path / "own.zip", members), write_folder(tmp_path / "own", members)):
        assert len(import_data(path).x) == 96
    secret = write_folder(tmp_path / "secret", [("s.png", png(PICTURES[0]))])
    os.symlink(secret / "s.png", tmp_path / "own" / "c00" / "s.png")
    os.symlink(secret, tmp_path / "own" / "linked")
    assert len(import_data(tmp_path / "own").x) == 96


def test_names_that_climb_out_of_a_zip_are_only_names(tmp_path):
    path = write_zip(tmp_path / "own.zip", [*tree(), ("../../c99/x.png", png(PICTURES[0]))])
    assert len(import_data(path).x) == 96
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["own.zip"]


KINDS = [("PNG", "1"), ("PNG", "L"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("BMP", "L"), ("GIF", "L"),
         ("PPM", "RGB"), ("TIFF", "L"), ("WEBP", "RGB")]  # fmt: skip


@pytest.mark.parametrize(("kind", "mode"), KINDS)
def test_kinds_of_pictures(tmp_path, kind, mode):
    picture = np.kron(np.array([[0, 255], [0, 0]], dtype=np.uint8), np.ones((7, 7), dtype=np.uint8))
    ending = kind.lower() if kind != "TIFF" else "tif"
    members = [(f"c{i}/{j}.{ending}", png(picture, kind, mode)) for i in range(4) for j in range(8)]
    table = import_data(write_folder(tmp_path / "own", members), Choices(invert="no", size=2))
    np.testing.assert_allclose(table.x, [[0, 255, 0, 0]] * 32, atol=3)


def test_sixteen_bits_and_transparency(tmp_path):
    deep = io.BytesIO()
    Image.fromarray(np.array([[0, 65535], [32768, 0]], dtype=np.uint16)).save(deep, "PNG")
    clear = io.BytesIO()
    Image.fromarray(np.array([[[0, 0, 0, 0], [0, 0, 0, 255]]] * 2, dtype=np.uint8)).save(clear, "PNG")
    members = [(f"c{i}/{j}.png", (deep if i < 2 else clear).getvalue()) for i in range(4) for j in range(8)]
    table = import_data(write_folder(tmp_path / "own", members), Choices(invert="no", size=2))
    assert table.x[0].tolist() == [0, 255, 128, 0] and table.x[31].tolist() == [255, 0, 255, 0]


def test_dark_on_bright_is_inverted_and_can_be_left(tmp_path):
    members = [(place, png(255 - PICTURES[at])) for at, (place, _) in enumerate(tree())]
    path = write_folder(tmp_path / "own", members)
    preview = inspect(path)
    found = next(one for one in preview.detected if one.choice == "invert")
    assert found.value == "yes" and preview.table.x.mean() < 127.5
    np.testing.assert_array_equal(import_data(path, Choices(invert="no")).x, 255 - preview.table.x)


def test_arrays_of_pictures_are_sized_when_asked(tmp_path):
    path = MAKERS["idx"](tmp_path)
    table = import_data(path, Choices(size=3))
    np.testing.assert_allclose(table.x.reshape(-1, 3, 3), PICTURES.reshape(-1, 3, 3, 3, 3).mean(axis=(2, 4)), atol=1)
    np.savez(tmp_path / "big.npz", X=np.zeros((40, 80, 80)), y=np.arange(40) % 4)
    with pytest.raises(LoadError, match=r"at most 4096 pixels, got 80 x 80; choose a size, such as 28 \(--size 28\)"):
        import_data(tmp_path / "big.npz")
    assert import_data(tmp_path / "big.npz", Choices(size=28)).image_shape == (28, 28)


def test_colour_arrays_become_grey(tmp_path):
    colour = np.stack([PICTURES, PICTURES, PICTURES], axis=3)
    np.savez(tmp_path / "last.npz", X=colour, y=Y)
    np.savez(tmp_path / "first.npz", X=colour.transpose(0, 3, 1, 2), y=Y)
    np.savez(tmp_path / "one.npz", X=PICTURES[:, None], y=Y)
    for name in ("last", "first", "one"):
        np.testing.assert_array_equal(import_data(tmp_path / f"{name}.npz").x.reshape(-1, 9, 9), PICTURES)


def test_a_picture_too_large_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    stream = io.BytesIO()
    Image.new("1", (8192, 4096)).save(stream, "PNG")
    path = write_zip(tmp_path / "own.zip", [("c00/big.png", stream.getvalue())])
    assert MAX_PIXELS < 8192 * 4096
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("decoded"))
    with pytest.raises(LoadError, match=r"own\.zip: .*big\.png must have at most 16 million pixels, got 8192 x 4096"):
        import_data(path)


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "own.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(3):
            archive.writestr(f"c{at}/a.png", b"\0" * 20_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(LoadError, match="must unpack to at most 512 MB and 200 times its size, got 57 MB"):
        import_data(tmp_path / "own.zip")


@pytest.mark.parametrize("name", sorted(PICTURE_FORMATS | {"csv", "npz", "npy"}))
def test_leaving_in_the_middle(tmp_path, name):
    path, shares = MAKERS[name](tmp_path), []
    inspect(path, None, shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) >= 4

    def leave(share):
        raise Cancelled

    with pytest.raises(Cancelled):
        inspect(path, None, leave)


# -- Omniglot as published --------------------------------------------------------------------------------


def omniglot(path, root, alphabets, drawers=3):
    members = [(f"{alphabet}/character{c:02}/{at:04}_{d:02}.png", png(PICTURES[(7 * at + d) % 96], mode="1"))
               for at, (alphabet, c) in enumerate((a, c) for a, n in alphabets.items() for c in range(1, n + 1))
               for d in range(1, drawers + 1)]  # fmt: skip
    return write_zip(path, members, root)


def test_background_trains_evaluation_tests_and_alphabets_are_held_out(tmp_path):
    background = omniglot(tmp_path / "images_background.zip", "images_background", {f"A{i}": 5 for i in range(12)})
    evaluation = omniglot(tmp_path / "images_evaluation.zip", "images_evaluation", {f"E{i}": 4 for i in range(4)})
    preview = inspect([background, evaluation])
    assert preview.split.by == "given" and preview.split.groups["test"] == ("E0", "E1", "E2", "E3")
    held = preview.split.groups["validation"]
    assert len(held) == 2 and all(name.startswith("A") for name in held) and len(preview.split.classes["train"]) == 50
    renamed = evaluation.rename(tmp_path / "download (1).zip")  # the folder inside says it, too
    assert inspect([background, renamed]).split.groups["test"] == ("E0", "E1", "E2", "E3")
    alone = inspect(background)
    assert alone.split.by == "group" and alone.table.splits == ()


def test_characters_in_both_archives_are_taken_once(tmp_path):
    first = omniglot(tmp_path / "a.zip", "images_background_small1", {"Greek": 4, "Latin": 6})
    second = omniglot(tmp_path / "b.zip", "images_background_small2", {"Greek": 4, "Tagalog": 6})
    preview = inspect([first, second])
    assert preview.table.n_classes == 16 and preview.table.counts().tolist() == [3] * 16
    assert any("12 pictures are in more than one archive" in problem.text for problem in preview.problems)


@pytest.fixture
def published(request):
    folder = request.config.rootpath.parent / "shared" / "data" / "omniglot"
    paths = [folder / f"images_background_small{i}.zip" for i in (1, 2)]
    if not all(path.is_file() for path in paths):
        pytest.skip("Omniglot's small background sets are not at hand")
    return paths


def test_the_small_sets_as_published(published):
    preview = inspect(published)
    table = preview.table
    assert table.n_classes == 242 and table.counts().tolist() == [20] * 242 and len(set(table.groups)) == 8
    assert {word: len(names) for word, names in preview.split.classes.items()} == {
        "train": 136, "validation": 17, "test": 89}  # fmt: skip
    assert preview.split.groups["validation"] == ("Tagalog",)
    assert preview.split.groups["test"] == ("Japanese_(katakana)", "Sanskrit")
    assert (preview.problems[0].kind, len(preview.problems)) == ("twice", 1)
    with zipfile.ZipFile(published[0]) as archive:
        data = archive.read("images_background_small1/Greek/character07/0400_13.png")
    ink = 255.0 * (1 - np.asarray(Image.open(io.BytesIO(data)).convert("1"), dtype=float))
    rows = table.x[table.y == table.class_names.index("Greek/character07")]
    assert np.abs(rows[12] - small(ink).ravel()).max() <= 1


def test_the_small_sets_turned_are_four_times_as_many_classes(published):
    preview = inspect(published, Choices(rotations=True, size=7))
    assert preview.table.n_classes == 968 and len(preview.split.classes["train"]) == 544
    assert preview.split.groups["validation"] == ("Tagalog",)
