"""The optimisation-based learners in a whole lab: they train on every kind of task, and resume to the bit."""

import numpy as np
import pytest

from mamlcore import Config, Lab
from mamlcore.checkpoint import load_checkpoint, restore, save_checkpoint
from mamlcore.tree import flatten

NAMES = ("reptile", "anil", "meta_sgd", "maml_pp", "proto_maml", "imaml")
SMALL = Config().with_settings(
    {"evaluation.live_tasks": 10, "evaluation.tasks": 10, "outer.tasks": 3, "model.hidden": (6, 5), "learners": NAMES}
)
SETTINGS = {
    "sine": {"task.family": "sine", "task.k_shot": 5},
    "gaussian": {"task.family": "gaussian", "task.n_way": 3, "task.k_shot": 2, "inner.lr": 0.2},
    "letters": {"task.family": "dataset", "task.n_way": 3, "task.k_shot": 1, "inner.lr": 0.2},
}


def leaves(lab):
    return {name: [leaf.tobytes() for leaf in flatten(view.state).values()]
            for name, view in lab.snapshot().learners.items()}  # fmt: skip


@pytest.mark.parametrize("where", list(SETTINGS))
def test_resume_is_bit_identical(tmp_path, where):
    config = SMALL.with_settings(SETTINGS[where])
    whole, first = Lab(config), Lab(config)
    for lab, steps in ((whole, 14), (first, 9)):
        for _ in range(steps):
            lab.advance()
    assert whole.fault is None
    save_checkpoint(tmp_path / "run.npz", first.snapshot())
    second = restore(load_checkpoint(tmp_path / "run.npz"))
    while second.iteration < 14:
        second.advance()
    assert set(leaves(whole)) == set(NAMES) - ({"proto_maml"} if where == "sine" else set())
    assert leaves(second) == leaves(whole)
    assert all(view.ledger.gradient_evaluations > 0 for view in whole.snapshot().learners.values())


def test_live_settings_change_a_run_without_restarting_it():
    lab = Lab(SMALL.with_settings(SETTINGS["gaussian"]))
    lab.advance()
    changes = {"inner.lr": 0.1, "inner.steps": 5, "learner.anil_layers": 2, "learner.reptile_inner": "adam",
               "learner.maml_pp_rates": "off", "learner.imaml_solver": "gradient", "task.k_shot": 1}  # fmt: skip
    assert lab.apply(lab.config.with_settings(changes)) == "continued"
    lab.advance()
    assert lab.iteration == 2
    assert all(np.isfinite(curves.loss).all() for curves in lab.evaluate().learners.values())
