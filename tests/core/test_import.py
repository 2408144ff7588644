"""Looking at a file and taking it: what is detected, which problems are found, what is written and read again."""

import numpy as np
import pytest

from mamlcore import tasks
from mamlcore.config import Config
from mamlcore.data import CHOICES, FOR_ALL, FORMATS, Choices, import_data, inspect, open_table, write_dataset
from mamlcore.data.split import class_split
from mamlcore.errors import Cancelled, LabError, LoadError, SettingError

RNG = np.random.default_rng(0)


def saved(path, n_classes=8, per_class=20, **more):
    x = RNG.normal(size=(n_classes * per_class, 3))
    arrays = {"X": x, "y": np.repeat(np.arange(n_classes), per_class), **more}
    np.savez(path, **{key: array for key, array in arrays.items() if array is not None})
    return path


def kinds(preview):
    return {problem.kind for problem in preview.problems}


def text(path, content):
    path.write_text(content, encoding="utf-8")
    return path


def table_text(separator=",", decimal=".", n_classes=5, per_class=20):
    rows = []
    for i in range(n_classes * per_class):
        values = [f"{value:.6f}".replace(".", decimal) for value in RNG.normal(size=2)]
        rows.append(separator.join([*values, f"kind {i % n_classes}"]))
    return separator.join(["width", "height", "species"]) + "\n" + "\n".join(rows) + "\n"


def test_every_choice_of_a_format_exists_and_has_help():
    for kind in FORMATS.values():
        assert set(kind.choices) <= set(CHOICES)
    assert set(FOR_ALL) <= set(CHOICES) and all(spec.help and spec.label for spec in CHOICES.values())
    assert set(CHOICES["format"].choices) == {"auto", *FORMATS}


def test_choices_are_checked_and_say_owner_rule_and_value():
    assert Choices().changed({"separator": ";", "drop": "a, b"}) == Choices(separator="semicolon", drop=("a", "b"))
    for changes, sentence in (
        ({"size": 99}, "Choices.size must be <= 64, got 99"),
        ({"min_rows": "x"}, "Choices.min_rows must be a whole number, got 'x'"),
        ({"split_by": "luck"}, "Choices.split_by must be 'auto', 'given', 'group' or 'class', got 'luck'"),
        ({"colour": 1}, "Choices has no setting 'colour'"),
    ):
        with pytest.raises(SettingError) as caught:
            Choices().changed(changes)
        assert str(caught.value) == sentence


def test_a_preview_says_what_is_there(tmp_path):
    preview = inspect(saved(tmp_path / "own.npz"))
    table = preview.table
    assert (preview.format, table.n_classes, table.x.shape, table.image_shape) == ("npz", 8, (160, 3), None)
    assert table.counts().tolist() == [20] * 8
    assert (table.y[preview.samples] == np.arange(8)[:, None]).all() and preview.samples.shape == (8, 6)
    split = class_split(table, 5, 0)
    assert preview.split.classes["test"] == tuple(table.class_names[i] for i in split.test.ids)
    assert preview.split.by == "class" and preview.split.shares_classes


def test_what_is_detected_in_a_table_of_text(tmp_path):
    preview = inspect(text(tmp_path / "own.csv", table_text(";", ",")))
    found = {one.choice: one for one in preview.detected}
    assert (found["separator"].value, found["decimal"].value, found["header"].value) == ("semicolon", "comma", "yes")
    assert found["label"].value == "species" and not found["decimal"].certain
    assert preview.choices.separator == "semicolon" and preview.choices.label == "species"
    assert [(column.name, column.kind, column.may_be_label) for column in preview.columns] == [
        ("width", "number", False), ("height", "number", False), ("species", "text", True)]  # fmt: skip
    assert preview.table.feature_names == ("width", "height")
    again = inspect(tmp_path / "own.csv", preview.choices)  # what was detected, chosen: the same, and certain
    np.testing.assert_array_equal(again.table.x, preview.table.x)
    assert all(one.certain for one in again.detected)


def test_the_label_column_can_be_chosen(tmp_path):
    path = text(tmp_path / "own.csv", "kind,a,b\n" + "".join(f"k{i % 4},{i * i},{i % 3}.5\n" for i in range(40)))
    assert inspect(path, Choices(label="kind")).table.class_names == ("k0", "k1", "k2", "k3")
    assert inspect(path, Choices(label="1")).table.feature_names == ("a", "b")
    with pytest.raises(LoadError, match="there is no column 'knd'; there are kind, a, b"):
        inspect(path, Choices(label="knd"))


def test_columns_of_text_and_gaps_are_said_and_settled_by_the_fix(tmp_path):
    lines = [f"{i},{'' if i == 7 else i * i % 17},town {i},c{i % 4}" for i in range(80)]
    path = text(tmp_path / "own.csv", "id,a,town,label\n" + "\n".join(lines) + "\n")
    preview = inspect(path)
    assert preview.table is None and preview.errors[0].kind == "missing" and kinds(preview) == {"missing", "text"}
    with pytest.raises(LoadError, match=r"own\.csv: 1 of 80 rows lack a number"):
        import_data(path)
    settled = preview.choices.changed(preview.errors[0].fix)
    assert len(inspect(path, settled).table.x) == 79
    assert inspect(path, Choices(missing="drop-features")).table.feature_names == ("id",)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("index", np.arange(160)),
        ("index", np.random.default_rng(1).permutation(160) + 1),
        ("leak", np.repeat(np.arange(8)[::-1], 20) + np.random.default_rng(2).uniform(0, 0.9, 160)),
        ("leak", np.repeat([3, 1, 4, 0, 5, 9, 2, 6], 20)),
        ("constant", np.full(160, 7.0)),
    ],
)
def test_bad_columns_are_found_and_left_out_by_the_fix(tmp_path, kind, column):
    path = saved(tmp_path / "own.npz", X=np.column_stack([RNG.normal(size=(160, 2)), column]))
    preview = inspect(path)
    problem = next(problem for problem in preview.problems if problem.kind == kind)
    assert problem.severity == "warning" and problem.fix == {"drop": ("3",)}
    mended = inspect(path, preview.choices.changed(problem.fix))
    assert kind not in kinds(mended) and mended.table.x.shape == (160, 2)


def test_honest_columns_are_not_accused(tmp_path):
    assert kinds(inspect(saved(tmp_path / "own.npz"))) == {"few_classes", "few_shared_rows"}


def test_copies_and_classes_with_few_rows(tmp_path):
    x = RNG.normal(size=(160, 3))
    x[3], x[100] = x[2], x[2]
    preview = inspect(saved(tmp_path / "own.npz", X=x))
    problem = next(problem for problem in preview.problems if problem.kind == "duplicates")
    assert "2 of 160 rows are exact copies of another, 1 of them in another class" in problem.text
    assert len(inspect(tmp_path / "own.npz", preview.choices.changed(problem.fix)).table.x) == 158
    y = np.repeat(np.arange(8), 20)
    y[:15] = 1
    rare = inspect(saved(tmp_path / "rare.npz", y=y))
    problem = next(problem for problem in rare.problems if problem.kind == "few_rows")
    assert "1 of 8 classes have fewer rows than K + Q = 16, the smallest 5: '0'" in problem.text
    mended = inspect(tmp_path / "rare.npz", rare.choices.changed(problem.fix))
    assert mended.table.class_names == tuple("1234567") and "few_rows" not in kinds(mended)


def test_written_and_read_again(tmp_path):
    group = np.array(list("aabbccdd"))
    split = np.array(["train"] * 4 + ["validation"] * 2 + ["test"] * 2)
    pictures = RNG.integers(0, 255, (160, 4, 5)).astype(np.uint8)
    table = import_data(saved(tmp_path / "own.npz", X=pictures, group=group, split=split))
    write_dataset(tmp_path / "out.npz", table)
    back = open_table(str(tmp_path / "out.npz"))
    np.testing.assert_array_equal(back.x, pictures.reshape(160, 20))
    assert (back.image_shape, back.groups, back.splits) == ((4, 5), tuple(group), tuple(split))
    assert (back.class_names, back.x.dtype) == (table.class_names, np.uint8)
    with pytest.raises(LabError, match=r"must be written to a file that ends in \.npz, got 'out\.csv'"):
        write_dataset(tmp_path / "out.csv", table)
    flat = import_data(saved(tmp_path / "named.npz", feature_names=np.array(["u", "v", "w"])))
    write_dataset(tmp_path / "out.npz", flat)
    assert open_table(str(tmp_path / "out.npz")).feature_names == ("u", "v", "w")


def test_what_deflates_like_a_bomb_can_be_read_again(tmp_path):
    table = import_data(saved(tmp_path / "own.npz", 20, 50, X=np.zeros((1000, 4000))))
    write_dataset(tmp_path / "out.npz", table)
    assert open_table(str(tmp_path / "out.npz")).x.shape == (1000, 4000)


def test_a_written_set_trains(tmp_path):
    write_dataset(tmp_path / "out.npz", import_data(saved(tmp_path / "own.npz")))
    config = Config().with_settings({"task.family": "dataset", "task.dataset": str(tmp_path / "out.npz"),
                                     "task.n_way": 3, "task.k_shot": 1, "task.n_query": 4})  # fmt: skip
    batch = tasks.open_source(config, RNG).sample(RNG, 2, "test", 1, 4)
    assert batch.support_x.shape == (2, 3, 3)


@pytest.mark.parametrize("prefix", ["X_{}", "x_{}", "features_{}"])
def test_a_pair_of_arrays_for_each_split(tmp_path, prefix):
    arrays, label = {}, {"X": "y", "x": "y", "features": "labels"}[prefix.partition("_")[0]]
    for at, word in enumerate(("train", "val", "test")):
        arrays[prefix.format(word)] = RNG.normal(size=(40, 3))
        arrays[f"{label}_{word}"] = np.repeat(np.arange(4) + 4 * at, 10)
    np.savez(tmp_path / "own.npz", **arrays)
    preview = inspect(tmp_path / "own.npz")
    assert preview.table.splits == ("train",) * 4 + ("validation",) * 4 + ("test",) * 4
    assert preview.split.by == "given" and preview.split.classes["validation"] == ("4", "5", "6", "7")
    np.testing.assert_array_equal(preview.table.x[40:80], arrays[prefix.format("val")])


def test_rows_of_one_class_in_two_splits_are_no_class_split(tmp_path):
    x, y = RNG.normal(size=(60, 3)), np.repeat(np.arange(6), 10)
    np.savez(tmp_path / "own.npz", X_train=x, y_train=y, X_test=x + 1, y_test=y)
    preview = inspect(tmp_path / "own.npz")
    assert preview.split.by == "class" and preview.table.n_classes == 6 and preview.table.splits == ()
    assert "Some class has rows in more than one split" in next(p.text for p in preview.problems if p.kind == "split")


def test_arrays_by_class_for_each_split(tmp_path):
    np.savez(tmp_path / "own.npz", train=RNG.random((20, 7, 4, 4)), val=RNG.random((5, 7, 4, 4)),
             test=RNG.random((6, 7, 4, 4)))  # fmt: skip
    preview = inspect(tmp_path / "own.npz")
    assert (preview.table.n_classes, preview.table.image_shape) == (31, (4, 4))
    assert preview.split.by == "given" and preview.split.classes["test"][0] == "test/1"
    assert preview.table.counts().tolist() == [7] * 31


def test_groups_are_never_divided_and_the_seed_moves_them(tmp_path):
    group = np.repeat(list("abcdefgh"), [3, 5, 2, 4, 6, 3, 4, 3])
    table = import_data(saved(tmp_path / "own.npz", 30, 6, group=group))
    tests = set()
    for seed in range(8):
        split = class_split(table, 3, seed)
        of_parts = [set(group[part.ids]) for part in (split.train, split.validation, split.test)]
        assert not (of_parts[0] & of_parts[1] or of_parts[0] & of_parts[2] or of_parts[1] & of_parts[2])
        assert sum(len(part.ids) for part in (split.train, split.validation, split.test)) == 30
        assert min(len(part.ids) for part in (split.train, split.validation, split.test)) >= 3
        tests.add(frozenset(of_parts[2]))
    assert len(tests) > 3
    by_class = import_data(tmp_path / "own.npz", Choices(split_by="class"))
    assert by_class.groups == () and inspect(tmp_path / "own.npz", Choices(split_by="class")).split.by == "class"


def test_seed_zero_is_the_given_split_and_other_seeds_draw(tmp_path):
    split = np.array((["train"] * 3 + ["test"]) * 5)
    table = import_data(saved(tmp_path / "own.npz", 20, 6, split=split))
    assert class_split(table, 3, 0).test.ids.tolist() == [3, 7, 11, 15, 19]
    held = class_split(table, 3, 0)
    assert not held.shares_classes and len(held.validation.ids) == 3  # taken from training, by the seed
    assert class_split(table, 3, 1).test.ids.tolist() != [3, 7, 11, 15, 19]


def test_a_split_that_cannot_be_is_refused(tmp_path):
    with pytest.raises(LoadError, match="holds no groups of its own, so it cannot be split by group"):
        import_data(saved(tmp_path / "own.npz"), Choices(split_by="group"))
    assert "at least 4 classes" in inspect(saved(tmp_path / "few.npz", 3)).errors[0].text


def test_pictures_turned_are_classes_of_their_own_in_the_group_of_the_first(tmp_path):
    x = RNG.integers(0, 9, (100, 4, 4))
    table = import_data(saved(tmp_path / "own.npz", 5, 20, X=x), Choices(rotations=True))
    assert table.n_classes == 20 and len(table.x) == 400 and table.class_names[:2] == ("0", "0 +90")
    assert table.groups[:4] == ("0",) * 4
    upright, turned = (table.x[table.y == table.class_names.index(name)] for name in ("3", "3 +90"))
    np.testing.assert_array_equal(turned.reshape(-1, 4, 4), np.rot90(upright.reshape(-1, 4, 4), axes=(1, 2)))
    with pytest.raises(LoadError, match="only square pictures can be turned"):
        import_data(saved(tmp_path / "own.npz"), Choices(rotations=True))


def test_progress_grows_and_cancelling_leaves(tmp_path):
    shares = []
    inspect(saved(tmp_path / "own.npz"), None, shares.append)
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] == 1.0

    def leave(share):
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        inspect(tmp_path / "own.npz", None, leave)


@pytest.mark.parametrize("name", ["mini.pkl", "mini.pickle", "model.pt", "hidden.npz"])
def test_pickles_are_refused_with_the_way_out(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(LoadError, match=r"never read; where you trust it, convert it in Python: .*numpy\.savez"):
        inspect(tmp_path / name)


def test_unknown_files_are_refused(tmp_path):
    text(tmp_path / "own.docx", "x")
    with pytest.raises(LoadError, match=r"own\.docx: must be a folder or of one kind that can be read: \.npz"):
        inspect(tmp_path / "own.docx")
    with pytest.raises(LoadError, match=r"none.npz: cannot be opened \(No such file"):
        inspect(tmp_path / "none.npz")
    with pytest.raises(SettingError, match="at least one file"):
        inspect([])


def test_what_a_preview_calls_possible_is_possible(tmp_path):
    """The fix for too few rows of a small set is what the tasks themselves allow."""
    preview = inspect(saved(tmp_path / "own.npz", 8, 20))
    problem = next(problem for problem in preview.problems if "quarter of the rows" in problem.text)
    assert "as few as 5, so K + Q can be at most 5, not 16" in problem.text
    settings = {"task.family": "dataset", "task.dataset": str(tmp_path / "own.npz"), "task.n_way": 3, "task.k_shot": 1}
    config = Config().with_settings(settings)
    tasks.check(config.with_settings({"task.n_query": problem.fix["n_query"]}))
    with pytest.raises(SettingError, match="n_query must be <= 4"):
        tasks.check(config.with_settings({"task.n_query": problem.fix["n_query"] + 1}))
