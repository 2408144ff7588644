"""A fair pace: who takes which meta-steps follows from sizes, changes nobody else's numbers, and survives a resume."""

import json

import numpy as np
import pytest
from learner_cases import CASES, PROBLEMS, case, fresh, trained

from mamlcore import Config, Lab, load_preset
from mamlcore.checkpoint import load_checkpoint, restore, save_checkpoint
from mamlcore.divergence import PATIENCE, Watch
from mamlcore.learners import LEARNERS
from mamlcore.npz import npz_bytes, read_npz
from mamlcore.pace import LEAST_US, MOST, paces, shared_out
from mamlcore.tree import flatten

NAMES = ("maml", "imaml", "meta_lstm", "prototypical", "nearest_centroid")
TOGETHER = Config().with_settings(
    {"task.family": "gaussian", "task.n_way": 3, "task.k_shot": 1, "model.hidden": (16,), "outer.tasks": 3,
     "inner.steps": 3, "evaluation.live_tasks": 10, "learners": NAMES}
)  # fmt: skip
FAIR = TOGETHER.with_settings({"outer.pace": "fair"})


def bits(lab):
    return {name: [leaf.tobytes() for leaf in flatten(view.state).values()]
            for name, view in lab.snapshot().learners.items()}  # fmt: skip


def advanced(config, steps):
    lab = Lab(config)
    for _ in range(steps):
        lab.advance()
    return lab


def steps_of(lab):
    return {name: view.ledger.steps for name, view in lab.snapshot().learners.items()}


def test_costs_are_shared_out_as_multiples_of_the_quickest():
    assert shared_out({"a": 1000.0, "b": 1400.0, "c": 1600.0, "d": 10_400.0}) == {"a": 1, "b": 1, "c": 2, "d": 10}
    assert shared_out({"a": 1.0, "b": 2.0, "c": 3 * LEAST_US}) == {"a": 1, "b": 1, "c": 3}
    assert shared_out({"a": LEAST_US, "b": 1e9}) == {"a": 1, "b": MOST}
    assert shared_out({}) == {}


@case
def test_a_cost_comes_from_sizes_alone_and_grows_with_them(name, kind, config):
    learner, problem, state = LEARNERS[name], PROBLEMS[kind], fresh(name, kind, config)
    cost = learner.cost(state, problem, config)
    assert cost == learner.cost(trained(name, kind, config), problem, config)
    if not learner.trains:
        assert cost == 0.0
        return
    assert 0.0 < cost < 1e6
    more = config.with_settings({"outer.tasks": 60, "task.n_query": 50})
    if not (name == "oracle" and kind == "cross_entropy"):  # which has nothing to train
        assert learner.cost(state, problem, more) > cost


def test_every_learner_says_what_it_costs():
    assert {name for name, _, _ in CASES} == set(LEARNERS)


def test_together_is_the_default_and_one_step_of_everyone():
    lab = advanced(TOGETHER, 7)
    assert Config().outer.pace == "together"
    assert steps_of(lab) == {"maml": 7, "imaml": 7, "meta_lstm": 7, "prototypical": 7, "nearest_centroid": 0}


def test_slow_learners_take_every_mth_step_and_nobody_elses_numbers_change():
    fair, together = Lab(FAIR), Lab(TOGETHER)
    every = paces({name: view.state for name, view in fair.snapshot().learners.items()}, fair._source.problem, FAIR)
    assert every["prototypical"] == 1 < every["meta_lstm"] < every["imaml"] < 40
    for _ in range(41):
        fair.advance()
        together.advance()
    wanted = {name: -(-41 // m) for name, m in every.items()}
    assert steps_of(fair) == {**wanted, "nearest_centroid": 0}
    assert bits(fair)["prototypical"] == bits(together)["prototypical"]
    assert bits(fair)["meta_lstm"] != bits(together)["meta_lstm"]
    assert fair.snapshot().learners["imaml"].ledger.rows == wanted["imaml"] * 3 * 3 * 11
    curve = fair.snapshot().curves["meta_lstm"]
    assert list(curve.iteration) == list(fair.snapshot().curves["prototypical"].iteration)  # the run's own meta-steps


def test_its_steps_are_those_on_the_batches_that_are_drawn_then():
    lab, m = Lab(FAIR), None
    rng, states = np.random.default_rng(), {}
    rng.bit_generator.state = lab.snapshot().resume.generator
    state, m = lab._states["imaml"], lab._every["imaml"]
    for iteration in range(2 * m + 1):
        batch = lab._source.sample(rng, FAIR.outer.tasks, "train", FAIR.task.k_shot, FAIR.task.n_query)
        if iteration in (0, m, 2 * m):
            state, _ = LEARNERS["imaml"].step(state, batch, FAIR)
        lab.step()
        states[iteration] = state
    assert [leaf.tobytes() for leaf in flatten(state).values()] == bits(lab)["imaml"]


def test_the_same_seed_and_a_resume_between_two_steps_give_the_same_bits(tmp_path):
    whole, again, first = advanced(FAIR, 30), advanced(FAIR, 30), advanced(FAIR, 17)
    save_checkpoint(tmp_path / "run.npz", first.snapshot())
    second = restore(load_checkpoint(tmp_path / "run.npz"))
    while second.iteration < 30:
        second.advance()
    assert bits(whole) == bits(again) == bits(second)
    assert steps_of(second) == steps_of(whole)
    np.testing.assert_array_equal(
        second.snapshot().curves["meta_lstm"].train_loss, whole.snapshot().curves["meta_lstm"].train_loss
    )


def test_the_pace_may_change_during_a_run():
    lab = advanced(TOGETHER, 5)
    assert lab.apply(lab.config.with_settings({"outer.pace": "fair"})) == "continued"
    for _ in range(4):
        lab.advance()
    taken = steps_of(lab)
    assert taken["prototypical"] == 9 > taken["meta_lstm"] >= 5
    assert lab.apply(lab.config.with_settings({"outer.pace": "together"})) == "continued"
    lab.advance()
    assert steps_of(lab)["meta_lstm"] == taken["meta_lstm"] + 1


def test_on_letters_a_fair_pace_holds_the_slowest_back_by_tens_of_steps():
    config = load_preset("letters").with_settings({"outer.pace": "fair", "learners": "maml,snail,meta_networks"})
    lab = Lab(config)
    assert lab._every["maml"] == 1
    assert 5 < lab._every["snail"] < 200 and 5 < lab._every["meta_networks"] < 200


# -- divergence of somebody who does not take every step -------------------------------------------------------


def test_the_state_kept_of_who_took_no_part_is_the_last_judged_one():
    calm, lost = np.ones(3), np.full(3, np.nan)
    watch = Watch({"maml": 1.0, "imaml": 1.0}, {"maml": "m0", "imaml": "i0"})
    assert watch.judge(0, {"maml": "m0", "imaml": "i0"}, {"maml": calm, "imaml": calm}) is None
    assert watch.judge(1, {"maml": "m1", "imaml": "i1"}, {"maml": calm}) is None  # i1 is not known to be sane
    assert (watch.kept, watch.states) == (1, {"maml": "m1", "imaml": "i0"})
    assert watch.judge(2, {"maml": "m2", "imaml": "i1"}, {"maml": calm, "imaml": lost}) == "imaml"
    assert (watch.kept, watch.states) == (1, {"maml": "m1", "imaml": "i0"})


def test_patience_counts_a_learners_own_steps():
    calm, far = np.ones(3), np.full(3, 50.0)
    watch = Watch({"maml": 1.0, "imaml": 1.0}, {"maml": 0, "imaml": 0})
    for step in range(PATIENCE - 1):
        assert watch.judge(2 * step, {"maml": 0, "imaml": 0}, {"maml": calm, "imaml": far}) is None
        assert watch.judge(2 * step + 1, {"maml": 0, "imaml": 0}, {"maml": calm}) is None
    assert watch.judge(99, {"maml": 0, "imaml": 0}, {"maml": calm, "imaml": far}) == "imaml"
    assert watch.judge(100, {"maml": 0, "imaml": 0}, {"maml": calm, "imaml": calm}) is None


def test_checkpoints_with_one_count_for_all_are_still_read(tmp_path):
    path = tmp_path / "run.npz"
    save_checkpoint(path, advanced(TOGETHER, 3).snapshot())
    arrays = read_npz(path)
    meta = json.loads(str(arrays["meta"]))
    assert meta["resume"]["above"] == {"maml": 0, "imaml": 0, "meta_lstm": 0, "prototypical": 0}
    meta["resume"]["above"] = 2
    path.write_bytes(npz_bytes({**arrays, "meta": np.asarray(json.dumps(meta))}))
    assert restore(load_checkpoint(path)).snapshot().resume.above["imaml"] == 2


@pytest.mark.parametrize("value", ["never", ""])
def test_another_pace_is_refused_in_a_sentence(value):
    with pytest.raises(ValueError, match=r"OuterConfig\.pace"):
        Config().with_settings({"outer.pace": value})
