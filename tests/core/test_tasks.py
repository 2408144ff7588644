"""What every task family owes: shapes, disjoint rows and classes, the same bits for the same seed, limits."""

import numpy as np
import pytest
from drawing import drawn, opened

from mamlcore import tasks
from mamlcore.config import SETTINGS, Config
from mamlcore.errors import LoadError, SettingError


def arrays(batch):
    yield from (batch.support_x, batch.support_y, batch.query_x, batch.query_y, *batch.parameters.values())


def test_the_registry_has_the_families_of_the_contract_under_their_names():
    assert set(tasks.FAMILIES) == {"sine", "gaussian", "shared_direction", "book", "dataset"}
    assert tuple(tasks.FAMILIES) == SETTINGS["task.family"].choices
    assert all(family.name == name for name, family in tasks.FAMILIES.items())


@pytest.mark.parametrize("family", tasks.FAMILIES)
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_shapes_and_types(family, precision):
    config, source, batch = drawn(family, model__precision=precision)
    per_class = config.task.n_way if source.problem.loss == "cross_entropy" else 1
    assert batch.support_x.shape == (6, per_class * config.task.k_shot, source.problem.n_inputs)
    assert batch.query_x.shape == (6, per_class * config.task.n_query, source.problem.n_inputs)
    assert batch.support_x.dtype == batch.query_x.dtype == precision
    if source.problem.is_classification:
        assert batch.support_y.dtype == np.int64
        assert batch.support_y.shape == batch.support_x.shape[:2]
        assert set(np.unique(batch.query_y)) <= set(range(max(2, source.problem.n_outputs)))
    else:
        assert batch.support_y.shape == (*batch.support_x.shape[:2], 1)
        assert batch.support_y.dtype == precision


@pytest.mark.parametrize("family", tasks.FAMILIES)
def test_same_seed_same_bits_other_seed_others(family):
    first, second, other = drawn(family)[2], drawn(family)[2], drawn(family, seed=2)[2]
    for one, two in zip(arrays(first), arrays(second), strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first.support_x, other.support_x)


@pytest.mark.parametrize("family", tasks.FAMILIES)
def test_no_query_row_equals_a_support_row(family):
    batch = drawn(family, n_tasks=20)[2]
    if family == "dataset":  # equal rows may lie in a file: rows count by their number
        assert not np.any(batch.parameters["support_rows"][:, :, None] == batch.parameters["query_rows"][:, None, :])
    else:
        assert not np.any((batch.support_x[:, :, None] == batch.query_x[:, None]).all(axis=-1))


@pytest.mark.parametrize("family", ["gaussian", "dataset"])
def test_labels_are_ordered_by_class_and_classes_of_a_task_differ(family):
    _, source, batch = drawn(family, n_tasks=50)
    np.testing.assert_array_equal(np.diff(batch.support_y) >= 0, True)
    assert all(len(set(row)) == 5 for row in batch.classes.tolist())
    assert batch.classes.max() < source.problem.n_train_classes


@pytest.mark.parametrize("family", tasks.FAMILIES)
def test_every_family_says_what_it_is_and_its_defaults_are_allowed(family):
    entry = tasks.FAMILIES[family]
    assert entry.label and entry.summary.endswith(".")
    assert all(hasattr(Config().task, name) for name in entry.settings)
    config = Config().with_settings({"task.family": family, **entry.defaults})
    tasks.check(config)


@pytest.mark.parametrize("family", ["shared_direction", "book", "sine"])
def test_a_setting_that_does_not_matter_is_never_refused(family):
    tasks.check(Config().with_settings({"task.family": family, "task.n_way": 20}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"task.spread": 1.5}, r"TaskConfig.spread must be <= 1, got 1.5: at 1 amplitudes"),
        (
            {"task.family": "gaussian", "task.n_way": 17},
            r"TaskConfig.n_way must be <= 16, got 17: the validation pool has 16",
        ),
        (
            {"task.family": "gaussian", "task.n_features": 513},
            r"TaskConfig.n_features must be <= 512, got 513: tasks that are made up",
        ),
        (
            {"task.family": "dataset", "task.n_way": 8},
            r"TaskConfig.n_way must be <= 5, got 8: the validation split of letters has 5 of its 26 classes",
        ),
        (
            {"task.family": "dataset", "task.dataset": "digits", "task.n_way": 5},
            r"TaskConfig.n_way must be <= 4, got 5: the test split of digits has 4 of its 10 classes",
        ),
        (
            {"task.family": "dataset", "task.dataset": "digits", "task.n_way": 4, "task.n_query": 40},
            r"TaskConfig.k_shot must be <= [34], got 10: class '\d' of digits has 4[34] validation rows",
        ),
    ],
)
def test_limits_are_enforced_and_explain_themselves(changes, sentence):
    config = Config().with_settings(changes)
    with pytest.raises(SettingError, match=sentence):
        tasks.check(config)
    with pytest.raises(SettingError, match=sentence):
        tasks.open_source(config, np.random.default_rng(0))


def test_an_endless_pool_takes_more_ways_and_has_no_training_classes_to_learn():
    _, source = opened("gaussian", task__n_way=20, task__pool="endless")
    assert source.problem.n_train_classes is None
    assert opened("gaussian")[1].problem.n_train_classes == 64


def test_limits_never_raise_and_check_says_why_data_cannot_be_read():
    config = Config().with_settings({"task.family": "dataset", "task.dataset": "nowhere.npz"})
    assert tasks.limits(config) == {}
    with pytest.raises(LoadError, match=r"nowhere.npz: cannot be opened \(No such file"):
        tasks.check(config)


def test_limits_are_reachable():
    """The widest settings that limits() offers really draw tasks."""
    config = Config().with_settings({"task.family": "dataset", "task.n_way": 5, "task.dataset": "digits", **{
        "task.n_way": 4, "task.k_shot": 20}})  # fmt: skip
    widest = tasks.limits(config)["task.n_query"].high
    config = config.with_settings({"task.n_query": int(widest)})
    source = tasks.open_source(config, np.random.default_rng(0))
    for split in ("train", "validation", "test"):
        batch = source.sample(np.random.default_rng(1), 4, split, 20, int(widest))
        assert batch.query_x.shape == (4, 4 * widest, 64)
