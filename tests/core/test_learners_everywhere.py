"""Every learner of the registry where it counts: it learns on sines, Gaussian classes, letters; on noise none does."""

import numpy as np
import pytest

from mamlcore import Lab, load_preset
from mamlcore.evaluate import paired_difference
from mamlcore.learners import LEARNERS
from mamlcore.losses import LOSSES
from mamlcore.tree import flatten

SMALL = {
    "model.hidden": (16,), "outer.tasks": 4, "task.n_query": 5, "evaluation.live_tasks": 80, "evaluation.tasks": 80,
    "learner.snail_divisor": 16, "learner.meta_networks_keys": 8, "learner.snail_lr": 5e-3,
    "learner.meta_lstm_lr": 1e-2,
    "learner.meta_networks_lr": 5e-3, "outer.lr": 1e-2, "evaluation.every": 1000,
}  # fmt: skip
#: Learners that regress.
ON_SINES = {
    "maml", "fomaml", "joint", "scratch", "reptile", "anil", "meta_sgd", "maml_pp", "imaml", "meta_lstm",
    "meta_networks", "snail", "oracle",
}  # fmt: skip
EVERYWHERE = {"sine": ON_SINES, "gaussian": set(LEARNERS) - {"zero"}, "letters": set(LEARNERS) - {"zero", "oracle"}}


def bits(state):
    return [leaf.tobytes() for leaf in flatten(state).values()]


@pytest.mark.parametrize("preset", list(EVERYWHERE))
def test_every_learner_that_can_trains_and_does_better_for_it(preset):
    tasks = {"outer.tasks": 10} if preset == "sine" else {}
    names = [name for name in LEARNERS if name != "zero"]
    config = load_preset(preset).with_settings({**SMALL, **tasks, "learners": names})
    lab = Lab(config)
    start = lab.snapshot()
    assert set(start.learners) == EVERYWHERE[preset]
    assert all(reason.endswith(".") for reason in start.unsupported.values())
    for _ in range(80):
        lab.step()
    lab.look()
    shot, steps = lab.snapshot(), config.inner.steps
    assert shot.fault is None
    for name, view in shot.learners.items():
        before, after = (s.live.learners[name].loss[steps] for s in (start, shot))
        assert np.isfinite(after).all()
        assert (bits(view.state) != bits(start.learners[name].state)) == LEARNERS[name].trains
        mean, half = paired_difference(after, before)
        if LEARNERS[name].trains and not (name == "oracle" and preset == "gaussian"):
            assert mean + half < 0, f"{name} on {preset}: {mean:.3f} ± {half:.3f}"


@pytest.mark.parametrize("hidden", [(), (8,)])
def test_on_labels_that_are_coin_flips_nobody_beats_chance(hidden):
    """Whatever is predicted, the hits among n query rows are binomial with p = 1/2; and no loss lies below ln 2."""
    config = load_preset("book").with_settings(
        {**SMALL, "model.hidden": hidden, "task.n_query": 10, "learners": list(LEARNERS)}
    )
    lab = Lab(config)
    for _ in range(25):
        lab.step()
    assert lab.fault is None
    states = {name: view.state for name, view in lab.snapshot().learners.items()}
    assert set(states) == set(LEARNERS) - {"oracle", "zero" if hidden else "proto_maml"}
    test = lab._source.sample(np.random.default_rng(77), 400, "test", config.task.k_shot, 10)
    n = test.query_y.size
    for name, state in states.items():
        for outputs in LEARNERS[name].predict(state, test, 3, config)[[0, 1, 3]]:
            hits = int(((outputs[..., 0] > 0) == test.query_y).sum())
            assert hits <= n / 2 + 4 * np.sqrt(n) / 2, f"{name}: {hits} of {n}"
            losses = LOSSES["bce"].values(outputs.astype(np.float64), test.query_y)
            assert losses.mean() > np.log(2) - 1e-9 - 4 * losses.std() / np.sqrt(len(losses)), name
