import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.controls.scale import scale_of
from mamlcore.config import SETTINGS

NUMERIC = [path for path, spec in SETTINGS.items() if spec.kind in ("int", "float")]


@pytest.mark.parametrize("path", NUMERIC)
def test_stops_span_the_range_and_rise(path):
    spec = SETTINGS[path]
    values = scale_of(spec).values
    assert values[0] == spec.low
    if path not in ("seed", "task.split_seed"):  # names rather than sizes: the field takes the rest
        assert values[-1] == spec.high
    assert all(a < b for a, b in itertools.pairwise(values))
    assert min(8, spec.high - spec.low + 1 if spec.kind == "int" else 8) <= len(values) <= 130
    if spec.kind == "int":
        assert all(value == int(value) for value in values)


@pytest.mark.parametrize("path", NUMERIC)
def test_defaults_stand_on_a_stop(path):
    spec = SETTINGS[path]
    scale = scale_of(spec)
    assert scale.values[scale.nearest(spec.default)] == pytest.approx(spec.default, rel=0.02)


def test_step_sizes_move_by_ratio():
    scale = scale_of(SETTINGS["inner.lr"])
    stops = [value for value in scale.values if 1e-4 <= value <= 1e-1]
    ratios = [b / a for a, b in itertools.pairwise(stops)]
    assert min(ratios) > 1.15 and max(ratios) < 1.4
    assert 0.02 in scale.values


def test_a_limit_narrows_the_stops():
    scale = scale_of(SETTINGS["task.n_way"])
    first, last = scale.between(2, 6)
    assert (scale.values[first], scale.values[last]) == (2, 6)
    assert scale.between(6.2, 6.8) == (scale.nearest(6.2),) * 2


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NUMERIC), st.floats(0, 1))
def test_the_nearest_stop_is_the_nearest(path, share):
    scale = scale_of(SETTINGS[path])
    low, high = scale.values[0], scale.values[-1]
    value = low + share * (high - low)
    found = scale.values[scale.nearest(value)]
    beside = [stop for stop in scale.values if (stop - value) * (found - value) <= 0]
    assert min(abs(found - value), *(abs(stop - value) for stop in scale.values)) <= abs(found - value)
    assert not [stop for stop in beside if found < stop < value or value < stop < found]
