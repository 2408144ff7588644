"""One experiment: determinism, what continues and what restarts, divergence, and the frozen picture."""

from typing import Any

import numpy as np
import pytest

from mamlcore import Config, Lab, LabError, SettingError, TaskBatch
from mamlcore.batch import LossName
from mamlcore.evaluate import summarise
from mamlcore.held_out import held_out_blocks, task_curves
from mamlcore.history import COLUMNS, Curve, next_point
from mamlcore.snapshot import MAX_GHOSTS, Ghost, with_ghost
from mamlcore.tree import flatten

SMALL = {"evaluation.live_tasks": 12, "evaluation.tasks": 30, "outer.tasks": 4, "model.hidden": (8,), "task.k_shot": 5}


def small(**changes: Any) -> Config:
    return Config().with_settings({**SMALL, **{name.replace("__", "."): value for name, value in changes.items()}})


def bits(lab: Lab) -> dict[str, bytes]:
    states = {name: view.state for name, view in lab.snapshot().learners.items()}
    return {f"{n}/{path}": leaf.tobytes() for n, state in states.items() for path, leaf in flatten(state).items()}


def trained(config: Config, steps: int) -> Lab:
    lab = Lab(config)
    for _ in range(steps):
        lab.advance()
    return lab


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    assert bits(trained(small(), 25)) == bits(trained(small(), 25))
    assert bits(trained(small(), 25)) != bits(trained(small(seed=7), 25))


def test_looking_changes_no_number() -> None:
    """Evaluations and pictures, however many, leave training bit for bit as it was."""
    plain, watched = Lab(small(learners="maml,fomaml")), Lab(small(learners="maml,fomaml"))
    for _ in range(12):
        plain.step()
        watched.advance()
        watched.evaluate()
        watched.snapshot()
    assert bits(plain) == bits(watched)


def test_every_learner_sees_the_same_tasks_whoever_else_runs() -> None:
    alone, together = trained(small(learners="maml"), 10), trained(small(), 10)
    mine = {path: leaf for path, leaf in bits(together).items() if path.startswith("maml/")}
    assert mine == bits(alone)


def test_step_takes_one_meta_step_of_every_learner_and_nothing_else() -> None:
    lab = Lab(small())
    before = lab.snapshot()
    lab.step()
    after = lab.snapshot()
    assert (after.iteration, after.tasks_seen) == (1, 4)
    assert after.live is before.live and after.curves is not None
    assert {name: view.ledger.steps for name, view in after.learners.items()} == {
        "maml": 1, "fomaml": 1, "joint": 1, "scratch": 0,
    }  # fmt: skip
    rows = {name: view.ledger.rows for name, view in after.learners.items()}
    assert rows["maml"] == rows["joint"] == 4 * (5 + 10)  # equal data: support and query


def test_live_tasks_are_the_first_of_the_test_tasks() -> None:
    lab = Lab(small())
    full = lab.evaluate()
    live = lab.snapshot().live
    np.testing.assert_array_equal(full.learners["maml"].loss[:, :12], live.learners["maml"].loss)


def test_held_out_tasks_do_not_depend_on_how_many_are_asked_for() -> None:
    lab = Lab(small())
    few = next(held_out_blocks(lab.snapshot().source, lab.config, "test", 30))
    many = list(held_out_blocks(lab.snapshot().source, lab.config, "test", 130))
    assert [block.n_tasks for block in many] == [100, 30]
    np.testing.assert_array_equal(few.query_x, many[0].query_x[:30])
    assert not np.array_equal(many[0].query_x[:30], many[1].query_x)


def test_a_loss_that_is_no_number_counts_as_infinite_and_leaves_the_median() -> None:
    lab = Lab(small())
    batch = next(held_out_blocks(lab._source, lab.config, "test", 5))
    outputs = np.zeros((2, 5, *batch.query_y.shape[1:]))
    outputs[1, 0] = np.nan
    curves = task_curves(outputs, batch, "mse")
    assert np.isinf(curves.loss[1, 0]) and curves.loss_summary(1).n_diverged == 1
    assert curves.loss_summary(1).mean == np.inf and np.isfinite(curves.loss_summary(1).median)


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_outputs_that_are_the_same_after_every_step_are_judged_as_any_others(loss: LossName) -> None:
    rng = np.random.default_rng(0)
    targets = rng.standard_normal((4, 6, 3)) if loss == "mse" else rng.integers(0, 3, (4, 6))
    batch = TaskBatch(np.zeros((4, 2, 1)), targets[:, :2], np.zeros((4, 6, 1)), targets)
    outputs = np.broadcast_to(rng.standard_normal((4, 6, 3)), (5, 4, 6, 3))
    once, each = task_curves(outputs, batch, loss), task_curves(outputs.copy(), batch, loss)
    assert once.loss.shape == (5, 4) and once.loss.std(axis=1).all()
    np.testing.assert_allclose(once.loss, each.loss, rtol=1e-14)
    assert (once.accuracy is None) == (each.accuracy is None) == (loss == "mse")
    if once.accuracy is not None:
        np.testing.assert_array_equal(once.accuracy, each.accuracy)


def test_a_live_setting_continues_and_leaves_a_tick() -> None:
    lab = trained(small(), 5)
    assert lab.apply(small(inner__lr=0.01)) == "continued"
    shot = lab.snapshot()
    assert (shot.iteration, shot.run) == (5, 0)
    assert [(change.iteration, change.text) for change in shot.changes] == [(5, "α 0.02 → 0.01")]
    assert lab.apply(small(inner__lr=0.01)) == "unchanged"


def test_numbers_trained_are_counted_anew_when_a_setting_changes_them() -> None:
    lab = Lab(small(learners=["maml", "maml_pp"], inner__steps=2))
    lab.step()

    def counts() -> tuple[int, ...]:
        return tuple(view.ledger.parameters for view in lab.snapshot().learners.values())

    maml, with_rates = counts()
    layers = len(lab.config.model.hidden) + 1
    assert with_rates == maml + 2 * layers * 2  # a step size for each layer's W and b at each inner step
    lab.apply(lab.config.with_settings({"inner.steps": 5}))
    assert counts() == (maml, maml + 2 * layers * 5)
    lab.apply(lab.config.with_settings({"learner.maml_pp_rates": "off"}))
    assert counts() == (maml, maml)
    assert all(view.ledger.steps == 1 for view in lab.snapshot().learners.values())


def test_a_changed_number_of_shots_is_judged_on_new_held_out_tasks_at_once() -> None:
    lab = trained(small(), 5)
    lab.apply(small(task__k_shot=7))
    shot = lab.snapshot()
    assert shot.held_out.support_x.shape[1] == 7
    assert shot.live.iteration == 5
    lab.advance()


def test_a_restart_setting_begins_anew_and_leaves_a_ghost() -> None:
    lab = trained(small(), 20)
    assert lab.apply(small(model__hidden=(6,))) == "restarted"
    shot = lab.snapshot()
    assert (shot.iteration, shot.run) == (0, 1)
    assert [ghost.label for ghost in shot.ghosts] == ["hidden 8"]
    assert shot.ghosts[0].curves["maml"].iteration[-1] == 20
    for width in range(7, 13):
        lab.advance()
        lab.apply(small(model__hidden=(width,)))
    assert len(lab.snapshot().ghosts) == MAX_GHOSTS


def test_a_dragged_slider_does_not_push_a_long_run_out_of_the_ghosts() -> None:
    long, *brief = (_ghost(name, length) for name, length in (("long", 400), ("a", 10), ("b", 20), ("c", 30), ("d", 9)))
    ghosts: tuple[Ghost, ...] = (long,)
    for ghost in brief:
        ghosts = with_ghost(ghosts, ghost)
    assert [ghost.label for ghost in ghosts] == ["long", "c", "d"]
    for name in "xyz":
        ghosts = with_ghost(ghosts, _ghost(name, 500))
    assert [ghost.label for ghost in ghosts] == ["x", "y", "z"]


def _ghost(label: str, length: int) -> Ghost:
    column = np.array([0.0, length])
    return Ghost(label, {"maml": Curve(*[column] * len(COLUMNS))}, "loss")


def test_a_run_with_fewer_learners_is_named_so() -> None:
    lab = trained(small(learners="maml"), 2)
    lab.apply(small())
    assert [ghost.label for ghost in lab.snapshot().ghosts] == ["fewer learners"]


def test_dropping_a_learner_does_not_disturb_the_others() -> None:
    lab = trained(small(), 5)
    assert lab.apply(small(learners="maml,joint")) == "continued"
    for _ in range(5):
        lab.advance()
    assert list(lab.snapshot().learners) == ["maml", "joint"]
    mine = {path: leaf for path, leaf in bits(lab).items() if path.startswith("maml/")}
    assert mine == bits(trained(small(learners="maml"), 10))
    assert lab.apply(small()) == "restarted"


def test_the_impossible_is_refused_and_changes_nothing() -> None:
    lab = trained(small(), 5)
    before = bits(lab)
    with pytest.raises(SettingError, match=r"TaskConfig\.spread must be <= 1, got 2"):
        lab.apply(small(task__spread=2.0))
    with pytest.raises(SettingError, match=r"Config\.learners must be among maml, .* got 'mmal'"):
        lab.apply(small(learners="mmal"))
    with pytest.raises(SettingError, match=r"Config\.learners must name at least one learner, got none"):
        lab.apply(small(learners=""))
    with pytest.raises(SettingError, match=r"Config\.learners must hold one these tasks allow"):
        lab.apply(small(learners="nearest_centroid"))
    assert lab.config == small() and bits(lab) == before
    lab.advance()


def test_a_learner_named_twice_counts_once() -> None:
    assert small(learners="maml,joint,maml").learners == ("maml", "joint")


def test_a_section_that_is_no_object_is_named() -> None:
    with pytest.raises(SettingError, match=r"^TaskConfig must be an object of settings, got 3$"):
        Config.from_tree({"task": 3})


def test_a_divergence_right_after_a_change_names_the_change() -> None:
    lab = trained(small(learners="maml"), 12)
    lab.apply(small(learners="maml", inner__lr=5.0, inner__steps=10))
    while lab.fault is None and lab.iteration < 40:
        lab.advance()
    assert lab.fault is not None and lab.fault.iteration <= 12
    assert "change" in lab.fault.remedy and "S 3 → 10" in lab.fault.remedy
    assert "e+" not in lab.fault.reason


def test_a_learner_that_cannot_be_offered_says_why() -> None:
    shot = Lab(small(learners="maml,zero,nearest_centroid")).snapshot()
    assert list(shot.learners) == ["maml"]
    assert shot.unsupported is not None and set(shot.unsupported) == {"zero", "nearest_centroid"}
    assert all(reason[0].isupper() or reason for reason in shot.unsupported.values())


@pytest.mark.parametrize("changes", [
    {"inner__lr": 5.0, "inner__steps": 10},
    {"outer__lr": 0.3, "outer__optimizer": "sgd", "inner__lr": 0.2},
])  # fmt: skip
def test_divergence_stops_the_run_and_keeps_the_last_good_theta(changes: dict[str, Any]) -> None:
    lab = Lab(small(learners="maml", model__activation="relu", **changes))
    for _ in range(2000):
        if lab.fault is not None:
            break
        lab.advance()
    shot = lab.snapshot()
    assert shot.fault is not None and shot.fault.kind == "diverged"
    assert shot.fault.iteration == shot.iteration
    assert "MAML diverged" in shot.fault.reason and "below" in shot.fault.remedy
    theta = shot.theta("maml")
    assert theta is not None and all(np.isfinite(part).all() for layer in theta for part in layer)
    with pytest.raises(LabError, match="The run has stopped"):
        lab.step()


def test_a_diverged_run_goes_on_from_the_kept_theta_with_a_smaller_step() -> None:
    lab = Lab(small(learners="maml", inner__lr=5.0, inner__steps=10, model__activation="relu"))
    while lab.fault is None:
        lab.advance()
    assert lab.apply(small(learners="maml", model__activation="relu")) == "continued"
    lab.advance()
    assert lab.fault is None


def test_the_remedy_names_what_differs_from_the_settings_that_went_well() -> None:
    lab = Lab(small(learners="maml"))
    for _ in range(5):
        lab.advance()
    for lr in (5.0, 2.5):  # the second try fails too: the way back is not to the first
        lab.apply(small(learners="maml", inner__lr=lr))
        while lab.fault is None:
            lab.advance()
        assert f"α 0.02 → {lr:g}" in lab.fault.remedy
    never = Lab(small(learners="maml", inner__lr=5.0))
    for lr in (5.0, 2.5):
        never.apply(small(learners="maml", inner__lr=lr))
        while never.fault is None:
            never.advance()
        assert "below" in never.fault.remedy and "change" not in never.fault.remedy


def test_a_snapshot_is_frozen() -> None:
    lab = trained(small(), 3)
    shot = lab.snapshot()
    copies = {name: curve.loss.copy() for name, curve in shot.curves.items()}
    theta = bits(lab)
    for _ in range(20):
        lab.advance()
    for name, curve in shot.curves.items():
        np.testing.assert_array_equal(curve.loss, copies[name])
        with pytest.raises(ValueError, match="read-only"):
            curve.loss[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        shot.held_out.query_x[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):  # the run goes on from the very same arrays
        shot.theta("maml")[0][0][0] = 0.0  # type: ignore[index]
    again = {f"{n}/{p}": leaf.tobytes() for n, v in shot.learners.items() for p, leaf in flatten(v.state).items()}
    assert again == theta


def test_a_negative_seed_of_other_test_tasks_is_refused() -> None:
    with pytest.raises(SettingError, match="seed must be a whole number >= 0, got -1"):
        Lab(small(learners="maml")).evaluate(seed=-1)


def test_equal_values_have_no_spread() -> None:
    """0.2 has no exact binary form, so the mean of many is a little off; that is no interval."""
    found = summarise(np.full(20, 0.2), np.zeros(20, dtype=bool))
    assert (found.std, found.ci95) == (0.0, 0.0)
    assert np.isnan(summarise(np.full(3, np.inf), np.ones(3, dtype=bool)).std)


def test_history_is_bounded() -> None:
    points, at = 0, 0
    while at < 1_000_000:
        points, at = points + 1, next_point(at, 10)
    assert points < 700


def test_maml_beats_no_meta_learning_on_sine() -> None:
    """The main claim, small: after 600 meta-steps MAML's adapted loss is well under the joint baseline's."""
    config = Config().with_settings({"learners": "maml,joint,scratch", "evaluation.tasks": 200})
    lab = Lab(config)
    for _ in range(600):
        lab.step()
    after = {name: curves.loss_summary(3) for name, curves in lab.evaluate().learners.items()}
    assert after["maml"].mean + after["maml"].ci95 < 0.6 * (after["joint"].mean - after["joint"].ci95)
    assert after["maml"].mean < 0.5 * after["scratch"].mean
