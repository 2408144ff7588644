"""The learners with inner recurrences in a lab: on every kind of task, and on from a checkpoint bit for bit."""

import numpy as np
import pytest
from learner_cases import leaves

from mamlcore import Lab, load_preset
from mamlcore.checkpoint import load_checkpoint, restore, save_checkpoint

NAMES = ("meta_lstm", "meta_networks", "snail")
QUICK = {
    "learners": NAMES, "outer.tasks": 2, "task.n_query": 2, "evaluation.live_tasks": 10, "evaluation.tasks": 10,
    "learner.snail_divisor": 16, "learner.meta_networks_keys": 4,
}  # fmt: skip


@pytest.mark.parametrize("preset", ["sine", "gaussian", "letters", "book"])
def test_they_train_and_are_judged_on_every_kind_of_task(preset):
    lab = Lab(load_preset(preset).with_settings(QUICK))
    before = lab.snapshot()
    for _ in range(2):
        lab.step()
    lab.look()
    shot = lab.snapshot()
    assert list(shot.learners) == list(NAMES)
    assert shot.fault is None
    for name in NAMES:
        assert (leaves(shot.learners[name].state) != leaves(before.learners[name].state)).any()
        curves = shot.live.learners[name].loss
        assert curves.shape == (11, 10)
        assert np.isfinite(curves).all()
        assert (curves[0] == curves[10]).all() is np.bool_(name != "meta_lstm")


@pytest.mark.parametrize("preset", ["sine", "letters"])
def test_a_checkpoint_goes_on_bit_for_bit(preset, tmp_path):
    lab = Lab(load_preset(preset).with_settings(QUICK))
    lab.step()
    save_checkpoint(tmp_path / "run.npz", lab.snapshot())
    again = restore(load_checkpoint(tmp_path / "run.npz"))
    for one in (lab, again):
        one.step()
        one.step()
    for name in NAMES:
        states = [one.snapshot().learners[name].state for one in (lab, again)]
        np.testing.assert_array_equal(*(leaves(state) for state in states))


def test_more_shots_than_at_the_start_are_taken_in_the_same_run():
    lab = Lab(load_preset("letters").with_settings(QUICK))
    lab.step()
    assert lab.apply(lab.config.with_settings({"task.k_shot": 5})) == "continued"
    lab.step()
    assert lab.snapshot().fault is None
