import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.controls.change import after, bounds, default_of, with_family
from mamlcore.config import SETTINGS, Config
from mamlcore.errors import LabError
from mamlcore.tasks import FAMILIES, check


@pytest.mark.parametrize("start", FAMILIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_chosen_from_every_other(start, family):
    config = with_family(with_family(Config(seed=7), start).config, family).config
    assert config.task.family == family
    assert config.seed == 7
    for path in FAMILIES[family].defaults:
        assert config.value(path) == default_of(path, family), path
    check(config)


def test_more_ways_than_the_data_has_are_refused_with_the_reason():
    config = with_family(Config(), "dataset").config
    with pytest.raises(LabError, match=r"Ways can be from 2 to \d+ here: .*letters"):
        after(config, {"task.n_way": 12})


def test_what_loses_its_room_follows_and_says_why():
    letters = after(with_family(Config(), "dataset").config, {"task.n_way": 5}).config
    change = after(letters, {"task.dataset": "digits"})
    ways = {item.path: item for item in change.followed}.get("task.n_way")
    assert ways is not None and (ways.before, ways.after) == (5, 4)
    assert "digits" in ways.reason
    assert change.config.task.dataset == "digits"


def test_fewer_features_take_the_informative_ones_along():
    config = with_family(Config(), "gaussian").config
    change = after(config, {"task.n_features": 3})
    assert (change.config.task.n_features, change.config.task.rank) == (3, 3)
    assert [(item.path, item.before, item.after) for item in change.followed] == [("task.rank", 4, 3)]
    assert bounds(change.config)["task.rank"].high == 3
    with pytest.raises(LabError):
        after(change.config, {"task.rank": 4})


def test_ends_of_a_range_stop_at_each_other():
    limits = bounds(Config())
    assert limits["task.amplitude_low"].high == 5.0
    assert limits["task.amplitude_high"].low == 0.1
    with pytest.raises(LabError, match="Amplitude to"):
        after(Config(), {"task.amplitude_low": 6.0})


def test_a_missing_file_is_refused(tmp_path):
    config = with_family(Config(), "dataset").config
    with pytest.raises(LabError, match=r"nothing\.npz"):
        after(config, {"task.dataset": str(tmp_path / "nothing.npz")})


def test_a_file_of_ones_own_is_taken(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "own.npz", X=rng.standard_normal((400, 3)), y=np.repeat(np.arange(20), 20))
    config = with_family(Config(), "dataset").config
    change = after(config, {"task.dataset": str(tmp_path / "own.npz")})
    check(change.config)
    assert all(item.reason for item in change.followed)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(FAMILIES)),
    st.lists(st.tuples(st.sampled_from(sorted(SETTINGS)), st.floats(0, 1)), min_size=1, max_size=6),
)
def test_no_sequence_of_changes_ends_in_settings_that_do_not_hold(family, moves):
    config = with_family(Config(), family).config
    for path, share in moves:
        spec = SETTINGS[path]
        if spec.low is None or spec.high is None:
            continue
        value = spec.low + share * (spec.high - spec.low)
        try:
            config = after(config, {path: int(value) if spec.kind == "int" else value}).config
        except LabError as refused:
            assert len(str(refused)) > 10
        check(config)
