"""Learners that compare, in a lab: they train on gaussian and letters, resume exactly, and take every live change."""

import numpy as np
import pytest
from learner_cases import leaves

from mamlcore import Lab, load_preset
from mamlcore.checkpoint import load_checkpoint, restore, save_checkpoint

NAMES = ("matching", "matching_fce", "prototypical", "nearest_neighbor", "whitened_centroid", "oracle")
SMALL = {
    "learners": NAMES,
    "evaluation.tasks": 60,
    "evaluation.live_tasks": 20,
    "outer.tasks": 4,
    "model.hidden": (16,),
}


@pytest.mark.parametrize("preset", ["gaussian", "letters"])
def test_a_resumed_run_goes_on_bit_for_bit(preset, tmp_path):
    lab = Lab(load_preset(preset).with_settings(SMALL))
    for _ in range(4):
        lab.advance()
    save_checkpoint(tmp_path / "run.npz", lab.snapshot())
    again = restore(load_checkpoint(tmp_path / "run.npz"))
    for each in (lab, again):
        for _ in range(4):
            each.advance()
    one, two = (each.snapshot().learners for each in (lab, again))
    assert tuple(one) == tuple(name for name in NAMES if preset == "gaussian" or name != "oracle")
    for name in one:
        np.testing.assert_array_equal(leaves(one[name].state), leaves(two[name].state))
        assert one[name].ledger.steps == (0 if name == "nearest_neighbor" else 8)


@pytest.mark.parametrize("preset", ["gaussian", "letters"])
def test_training_in_a_lab_beats_raw_features(preset):
    names = ("prototypical", "matching", "whitened_centroid", "nearest_centroid")
    lab = Lab(load_preset(preset).with_settings({"learners": names, "evaluation.tasks": 200}))
    for _ in range(120):
        lab.step()
    found = {name: curves.accuracy_summary(0).mean for name, curves in lab.evaluate().learners.items()}
    for name in names[:-1]:
        assert found[name] > found["nearest_centroid"] + 0.05


def test_live_changes_of_shots_ways_and_reads_continue_the_run():
    lab = Lab(load_preset("gaussian").with_settings(SMALL))
    lab.step()
    for path, value in (("task.k_shot", 2), ("learner.train_way", 12), ("learner.read_steps", 1)):
        assert lab.apply(lab.config.with_settings({path: value})) == "continued"
        lab.step()
        assert lab.fault is None
    assert lab.apply(lab.config.with_settings({"learner.matching_metric": "cosine"})) == "restarted"
