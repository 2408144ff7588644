"""Bundled sets, class splits, scaling, and that no test class is ever seen in training."""

import numpy as np
import pytest
from drawing import opened

from mamlcore import tasks
from mamlcore.config import Config
from mamlcore.data import open_table
from mamlcore.data.split import class_split, scale_of, split_sizes
from mamlcore.data.table import checked_table
from mamlcore.errors import LoadError, SettingError

SPLITS = ("train", "validation", "test")


def made(n_classes, per_class=12, name="own.npz", n_features=3):
    x = np.random.default_rng(0).normal(size=(n_classes * per_class, n_features))
    return checked_table(name, x, np.repeat(np.arange(n_classes), per_class))


def test_letters_are_the_whole_set():
    table = open_table("letters")
    assert table.x.shape == (20_000, 16)
    assert "".join(table.class_names) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert (table.x.min(), table.x.max()) == (0, 15)
    assert (table.counts().min(), table.counts().max()) == (734, 813)
    # the first row of UCI's file, a T
    first = [2, 8, 3, 5, 1, 8, 13, 0, 6, 6, 10, 8, 0, 8, 0, 8]
    assert np.any((table.x[table.y == 19] == first).all(axis=1))


def test_digits_are_scikit_learns():
    datasets = pytest.importorskip("sklearn.datasets")
    table, theirs = open_table("digits"), datasets.load_digits()
    order = np.argsort(theirs.target, kind="stable")
    np.testing.assert_array_equal(table.x, theirs.data[order])
    np.testing.assert_array_equal(table.y, theirs.target[order])
    assert table.image_shape == (8, 8)


@pytest.mark.parametrize(
    ("n_classes", "n_way", "sizes"),
    [
        (4, 2, (2, 0, 2)),
        (10, 2, (6, 0, 4)),
        (10, 5, (5, 0, 5)),
        (15, 2, (9, 3, 3)),
        (15, 5, (5, 5, 5)),
        (15, 9, (5, 5, 5)),
        (26, 5, (15, 5, 6)),
        (100, 5, (58, 19, 23)),
    ],
)
def test_sizes_of_a_users_split(n_classes, n_way, sizes):
    assert split_sizes(made(n_classes), n_way) == sizes


def test_sizes_of_the_bundled_splits():
    assert split_sizes(open_table("letters"), 5) == (15, 5, 6)
    assert split_sizes(open_table("digits"), 4) == (6, 0, 4)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_classes", [6, 20])
def test_splits_share_no_row_and_test_shares_no_class(seed, n_classes):
    table = made(n_classes)
    split = class_split(table, 3, seed)
    rows = [set(part.order.tolist()) for part in (split.train, split.validation, split.test)]
    assert not (rows[0] & rows[1] or rows[0] & rows[2] or rows[1] & rows[2])
    assert not set(split.test.ids) & (set(split.train.ids) | set(split.validation.ids))
    assert split.shares_classes == (n_classes == 6)
    if split.shares_classes:
        np.testing.assert_array_equal(split.train.ids, split.validation.ids)
        np.testing.assert_array_equal(split.validation.counts, 3)  # a quarter of 12
    for part in (split.train, split.validation, split.test):
        for class_id, start, count in zip(part.ids, part.starts, part.counts, strict=True):
            assert (table.y[part.order[start : start + count]] == class_id).all()


def test_the_seed_moves_classes_and_nothing_else_does():
    table = made(20)
    same = class_split(table, 3, 1).test.ids
    np.testing.assert_array_equal(same, class_split(table, 2, 1).test.ids)
    assert any(class_split(table, 3, seed).test.ids.tolist() != same.tolist() for seed in range(2, 6))


def scaled(table, train):
    return scale_of(table, train).applied(table.x)


def test_scaling_learns_from_training_classes_only():
    table = made(20)
    split = class_split(table, 3, 0)
    x = scaled(table, split.train)
    np.testing.assert_allclose(x[split.train.order].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(x[split.train.order].std(axis=0), 1, atol=1e-12)
    moved = table.x.copy()
    moved[split.test.order] *= 100
    other = scaled(checked_table("own.npz", moved, table.y), split.train)
    np.testing.assert_array_equal(other[split.train.order], x[split.train.order])
    assert np.abs(other).max() == 8.0


def test_a_constant_feature_becomes_zero_and_pictures_span_zero_to_one():
    x = np.random.default_rng(0).normal(size=(60, 3))
    x[:, 1] = 7
    table = checked_table("own.npz", x, np.repeat(np.arange(20), 3))
    assert (scaled(table, class_split(table, 2, 0).train)[:, 1] == 0).all()
    digits = open_table("digits")
    pictures = scaled(digits, class_split(digits, 4, 0).train).astype(np.float32)
    assert (pictures.min(), pictures.max()) == (0, 1)
    np.testing.assert_array_equal(pictures, digits.x / np.float32(16))


@pytest.mark.parametrize("dataset", ["letters", "digits"])
def test_no_leak_in_a_thousand_episodes(dataset):
    _, source = opened("dataset", task__dataset=dataset, task__n_way=4)
    classes, rows = {}, {}
    for split in SPLITS:
        batch = source.sample(np.random.default_rng(5), 1000, split, 2, 3)
        found = batch.parameters
        taken = np.concatenate([found["support_rows"].reshape(1000, 4, 2), found["query_rows"].reshape(1000, 4, 3)], 2)
        assert (np.diff(np.sort(taken, axis=2), axis=2) > 0).all()  # no row twice in a task
        np.testing.assert_array_equal(source.table.y[taken], np.repeat(found["class_id"][:, :, None], 5, axis=2))
        np.testing.assert_array_equal(batch.support_x, source.x[found["support_rows"]])
        classes[split], rows[split] = set(found["class_id"].ravel()), set(taken.ravel())
    assert not classes["test"] & (classes["train"] | classes["validation"])
    assert not (rows["train"] & rows["validation"] or rows["train"] & rows["test"])


def test_rows_of_a_class_are_drawn_evenly_also_as_support():
    _, source = opened("dataset", task__dataset="digits", task__n_way=4)
    batch = source.sample(np.random.default_rng(0), 4000, "test", 2, 40)
    part = source.splits["test"]
    for key, per_task in (("support_rows", 2), ("query_rows", 40)):
        hits = np.bincount(batch.parameters[key].ravel(), minlength=len(source.x))[part.order]
        expected = np.repeat(4000 * per_task / part.counts, part.counts)
        chi2 = np.sum((hits - expected) ** 2 / expected)
        assert chi2 < len(hits) + 5 * np.sqrt(2 * len(hits)), key


def test_names_pictures_and_problem_of_bundled_sets():
    _, source = opened("dataset")
    batch = source.sample(np.random.default_rng(0), 3, "test", 1, 1)
    names = source.class_names(batch)
    assert len(names) == 3 and all(len(row) == 5 for row in names)
    assert [source.table.class_names[i] for i in batch.parameters["class_id"][1]] == names[1]
    assert (source.problem.n_inputs, source.problem.n_outputs, source.problem.n_train_classes) == (16, 5, 15)
    assert source.image_shape() is None
    _, source = opened("dataset", task__dataset="digits", task__n_way=4)
    assert source.image_shape() == (8, 8)
    assert source.problem.n_train_classes == 6


def test_class_names_survive_taking_a_part_of_the_batch():
    _, source = opened("dataset")
    batch = source.sample(np.random.default_rng(0), 5, "test", 1, 1)
    assert source.class_names(batch.tasks(slice(2, 3))) == source.class_names(batch)[2:3]


def test_nearest_centroid_on_letters_is_what_the_readme_says():
    """51.0 % on split 0, 5-way 1-shot (resources/data/README.md)."""
    _, source = opened("dataset")
    batch = source.sample(np.random.default_rng(1), 1000, "test", 1, 15)
    distance = ((batch.query_x[:, :, None] - batch.support_x[:, None]) ** 2).sum(axis=-1)
    assert np.mean(distance.argmin(axis=-1) == batch.query_y) == pytest.approx(0.510, abs=0.012)


def test_a_users_file_becomes_tasks(tmp_path):
    path = tmp_path / "mine.npz"
    rng = np.random.default_rng(0)
    np.savez(path, X=rng.normal(size=(90, 4)), y=np.repeat(np.arange(6), 15))
    settings = {"task.family": "dataset", "task.dataset": str(path), "task.n_way": 2, "task.k_shot": 1}
    config = Config().with_settings({**settings, "task.n_query": 2})
    source = tasks.open_source(config, rng)
    batch = source.sample(rng, 5, "test", 1, 2)
    assert batch.support_x.shape == (5, 2, 4)
    with pytest.raises(SettingError, match=r"n_way must be <= 3, got 4: the training split of mine.npz has 3 of its 6"):
        tasks.check(config.with_settings({"task.n_way": 4}))
    with pytest.raises(SettingError, match="has 3 validation rows, a quarter of a training class"):
        tasks.check(config.with_settings({"task.n_query": 10}))


def test_a_file_with_too_few_classes_or_rows_says_so(tmp_path):
    for n, rows, sentence in ((3, 9, "at least 4 classes"), (6, 4, "a class needs 8 rows")):
        path = tmp_path / f"few{n}.npz"
        np.savez(path, X=np.random.default_rng(0).normal(size=(n * rows, 2)), y=np.repeat(np.arange(n), rows))
        config = Config().with_settings({"task.family": "dataset", "task.dataset": str(path), "task.n_way": 2})
        with pytest.raises(LoadError, match=sentence):
            tasks.check(config)
