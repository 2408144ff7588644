"""Presets: every one loads, is allowed by its family, and says what it is."""

import numpy as np
import pytest

from mamlcore import presets, tasks
from mamlcore.assets import asset
from mamlcore.config import Config
from mamlcore.errors import SettingError


def test_the_first_preset_is_sine_and_equals_the_defaults():
    assert presets.preset_names()[0] == "sine"
    assert presets.load_preset("sine") == Config()


def test_every_file_is_a_preset_and_every_preset_a_file():
    assert {path.stem for path in asset("presets").glob("*.json")} == set(presets.preset_names())


@pytest.mark.parametrize("name", presets.PRESETS)
def test_every_preset_opens_and_draws_tasks(name):
    config = presets.load_preset(name)
    source = tasks.open_source(config, np.random.default_rng(0))
    batch = source.sample(np.random.default_rng(1), 3, "test", config.task.k_shot, config.task.n_query)
    assert batch.n_tasks == 3
    assert batch.support_x.shape[2] == source.problem.n_inputs
    assert presets.preset_label(name) and presets.preset_summary(name).endswith(".")


def test_the_published_sine_experiment_has_its_published_length():
    assert {name: presets.preset_steps(name) for name in ("sine", "sine-paper")} == {"sine": None, "sine-paper": 70_000}


def test_an_unknown_preset_names_the_nearest():
    with pytest.raises(SettingError, match="no preset 'sines'; did you mean sine"):
        presets.load_preset("sines")
    with pytest.raises(SettingError, match="there are sine"):
        presets.preset_label("zzzz")
