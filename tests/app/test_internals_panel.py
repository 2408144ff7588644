"""The internals panel: its numbers against definitions, its pictures against its numbers."""

from functools import cache

import numpy as np
import pytest
import shots
from PySide6.QtCore import QPointF

from app.look.theme import DARK, LIGHT
from app.panels.internals.asked import Asked
from app.panels.internals.comparison_looks import leading
from app.panels.internals.directions import directions
from app.panels.internals.kinds import KINDS, kind_text, offered
from app.panels.internals.looks import look
from app.panels.internals.panel import InternalsPanel
from app.panels.internals.pictures import Lines, Matrices, Points
from mamlcore import tree
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.lab import Lab
from mamlcore.learners import LEARNERS
from mamlcore.metagrad import meta_gradient
from mamlcore.snapshot import Snapshot

TINY = {**shots.SMALL, "model.hidden": [8], "model.precision": "float64", "inner.steps": 3, "evaluation.live_tasks": 10,
        "evaluation.tasks": 10, "evaluation.steps": 10, "outer.tasks": 4}  # fmt: skip


def _run(steps: int, **changes: object) -> Snapshot:
    lab = Lab(Config().with_settings({**TINY, **{name.replace("__", "."): value for name, value in changes.items()}}))
    for _ in range(steps):
        lab.advance()
    return lab.snapshot()


@cache
def classes() -> Snapshot:
    """Return a run of all learners with internals on 3-way 2-shot Gaussian classes."""
    return _run(
        3,
        task__family="gaussian",
        task__noise=0.5,
        task__n_way=3,
        task__k_shot=2,
        task__n_query=2,
        learners=list(KINDS),
    )


@cache
def linear() -> Snapshot:
    """Return a run of the linear model, which zero start is for."""
    return _run(3, task__family="gaussian", task__n_way=3, task__k_shot=2, model__hidden=[], learners=["zero", "maml"])


@cache
def logit() -> Snapshot:
    """Return a run on two classes told apart by one logit."""
    return _run(3, task__family="shared_direction", learners=["proto_maml", "imaml", "whitened_centroid", "joint"])


@cache
def sine() -> Snapshot:
    """Return a run on sines."""
    return _run(3, learners=["maml", "snail", "joint"])


@pytest.fixture
def panel(qtbot):
    made = InternalsPanel()
    qtbot.addWidget(made)
    made.resize(726, 391)
    made.show()
    return made


def _flat(layers) -> np.ndarray:
    return np.concatenate([np.ravel(part) for layer in layers for part in layer])


def _asked(shot: Snapshot, name: str, kind: str, task: int = 1, over_all: bool = False) -> Asked:
    return Asked(shot, name, kind, task, over_all)


@pytest.mark.parametrize("shot", [sine, classes])
def test_directions_are_those_of_the_public_meta_gradient(shot):
    shot = shot()
    state, config, loss = shot.learners["maml"].state, shot.config, shot.source.problem.loss
    found = directions("maml", state, shot.held_out, config)
    assert (found.norms.shape, found.n_tasks) == ((3, 3), 10)
    for steps in (1, 2, 3):
        exact, first = (
            _flat(meta_gradient(state.theta, shot.held_out, config.inner.lr, steps, loss, config.model.activation,
                                first_order).gradient)
            for first_order in (False, True)
        )  # fmt: skip
        np.testing.assert_allclose(found.norms[steps - 1, :2], [np.linalg.norm(exact), np.linalg.norm(first)])
        cosine = exact @ first / np.linalg.norm(exact) / np.linalg.norm(first)
        np.testing.assert_allclose(found.cosines[steps - 1, 0, 1], cosine, rtol=1e-9)
        np.testing.assert_allclose(np.diagonal(found.cosines[steps - 1]), 1.0)
        np.testing.assert_allclose(found.cosines[steps - 1], found.cosines[steps - 1].T)


def test_reptile_s_direction_is_the_sum_of_the_support_gradients_along_the_way():
    shot = sine()
    state, config = shot.learners["maml"].state, shot.config
    task = shot.held_out.tasks(slice(2, 3))
    swapped = TaskBatch(task.query_x, task.query_y, task.support_x, task.support_y)  # gradient on the support rows
    start = _flat(
        meta_gradient(state.theta, swapped, inner_lr=0.1, inner_steps=0, activation=config.model.activation).gradient
    )
    found = directions("maml", state, task, config)
    np.testing.assert_allclose(found.norms[0, 2], np.linalg.norm(start), rtol=1e-9)
    phi = LEARNERS["maml"].adapted(state, task, 3, config)[3]
    moved = (_flat(state.theta) - _flat(phi)) / config.inner.lr
    np.testing.assert_allclose(found.norms[2, 2], np.linalg.norm(moved), rtol=1e-7)


def test_more_than_can_be_afforded_is_not_computed(monkeypatch):
    monkeypatch.setattr("app.panels.internals.directions._BUDGET", 1)
    shot = sine()
    assert directions("maml", shot.learners["maml"].state, shot.held_out, shot.config).n_tasks == 1
    assert "1 held-out" in look(_asked(shot, "maml", "norms", over_all=True)).subtitles[0]


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in KINDS.items() for kind in kinds])
def test_every_look_is_finite_named_and_of_the_size_it_says(name, kind):
    found = look(_asked(linear() if name == "zero" else classes(), name, kind))
    assert found.subtitles[0]
    assert kind_text(kind)
    if isinstance(found, Lines):
        assert found.values.shape == (len(found.names), len(found.x))
        first = 1 if kind == "rest" else 0  # at the start there is no pull, and its logarithm is none
        assert np.isfinite(found.values[:, first:]).all()
        return
    if isinstance(found, Points):
        assert np.isfinite(np.concatenate([found.support, found.query, found.prototypes])).all()
        assert (len(found.support_classes), len(found.query_classes)) == (len(found.support), len(found.query))
        return
    for block in found.blocks:
        assert np.isfinite(block).all()
        assert len(found.row_classes or found.row_names) == block.shape[0]
        assert not found.column_classes or len(found.column_classes) == block.shape[1]


def test_every_learner_that_runs_has_something_to_show():
    assert set(KINDS) == set(LEARNERS)
    assert set(offered(classes())) == set(LEARNERS) - {"zero"}
    assert "oracle" not in offered(_run(1, learners=["oracle", "imaml"]))  # on waves it has only its outputs


def test_imaml_rests_where_the_pull_balances_the_slope():
    """Against the definition: lambda (phi - theta) and the public gradient of the support loss at phi."""
    shot = classes()
    asked = _asked(shot, "imaml", "rest")
    found, pull = look(asked).values, shot.config.learner.imaml_lambda
    theta, task = asked.state.theta, asked.task
    onto_support = TaskBatch(task.support_x, task.support_y, task.support_x, task.support_y)
    path = LEARNERS["imaml"].adapted(asked.state, task, 10, shot.config)
    for step in (1, 4):
        phi = tuple((w[0], b[0]) for w, b in path[step])
        slope = _flat(
            meta_gradient(phi, onto_support, 0.1, 0, shot.source.problem.loss, shot.config.model.activation).gradient
        )
        away = pull * (_flat(phi) - _flat(theta))
        wanted = [np.linalg.norm(v) for v in (slope, away, slope + away)]
        np.testing.assert_allclose(found[:, step], wanted, rtol=1e-6, atol=1e-12)
    assert np.isnan(found[1, 0]) and found[0, 0] == found[2, 0]  # no pull at the start
    assert found[2, 10] < 1e-6 * found[2, 0]


def test_conjugate_gradients_leave_ever_less_of_the_system():
    found = look(_asked(classes(), "imaml", "system"))
    assert found.values[0, 0] == pytest.approx(1.0)
    assert found.values[0, -1] < 0.2 * found.values[0, 1] < 0.2
    assert found.mark[0] == classes().config.learner.imaml_cg_steps


def test_proto_maml_s_head_is_made_of_its_prototypes():
    asked = _asked(classes(), "proto_maml", "head")
    first, last = look(asked).blocks
    prototypes = LEARNERS["proto_maml"].prototypes(asked.state, asked.task, asked.shot.config)[0]
    np.testing.assert_allclose(first[:, :-1], 2 * prototypes, rtol=1e-12)
    np.testing.assert_allclose(first[:, -1], -(prototypes**2).sum(axis=1), rtol=1e-12)
    rows = LEARNERS["proto_maml"].embedded(asked.state, asked.task.support_x, asked.shot.config)[0]
    labels = asked.task.support_y[0]
    np.testing.assert_allclose(prototypes, [rows[labels == n].mean(axis=0) for n in range(3)], rtol=1e-12)
    end = LEARNERS["proto_maml"].adapted(asked.state, asked.task, 3, asked.shot.config)[3][-1]
    np.testing.assert_allclose(last[:, :-1], end[0][0].T)
    assert not np.allclose(first, last)
    assert look(_asked(classes(), "proto_maml", "plane")).prototypes.shape == (3, 2)


def test_the_spectrum_is_that_of_rows_about_their_class_means_and_whitening_evens_it():
    shot = classes()
    state = shot.learners["whitened_centroid"].state
    measured, shrunk, whitened = look(_asked(shot, "whitened_centroid", "spectrum")).values
    covariance = state.scatter / state.freedom
    np.testing.assert_allclose(measured.sum(), np.trace(covariance), rtol=1e-9)
    np.testing.assert_allclose(shrunk, 0.8 * measured + 0.2 * measured.mean(), rtol=1e-9)
    np.testing.assert_allclose(whitened, measured / shrunk, rtol=1e-9)
    assert whitened.max() / whitened.min() < measured.max() / measured.min()


def test_distances_after_whitening_are_those_of_mahalanobis():
    asked = _asked(classes(), "whitened_centroid", "distances")
    state, task = asked.state, asked.task
    covariance = state.scatter / state.freedom
    shrunk = 0.8 * covariance + 0.2 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    found = LEARNERS["whitened_centroid"].distances(state, task, asked.shot.config)[0]
    centre = task.support_x[0][task.support_y[0] == 1].mean(axis=0)
    away = task.query_x[0, 2] - centre
    assert found[2, 1] == pytest.approx(away @ np.linalg.solve(shrunk, away))


def test_a_baseline_s_fine_tuning_ends_in_the_losses_it_is_judged_by():
    shot = classes()
    found = look(_asked(shot, "scratch", "tuning"))
    np.testing.assert_allclose(found.values[1], shot.live.learners["scratch"].loss[:, 1], rtol=1e-9)
    choice = shot.learners["scratch"].state.choice
    assert found.mark[0] == min(choice.steps, 10)
    assert found.values[0, -1] < found.values[0, 0]  # the support rows are fitted


def test_the_oracle_s_probabilities_are_those_it_is_judged_by():
    asked = _asked(classes(), "oracle", "posterior")
    found = look(asked)
    own = np.array([found.blocks[0][row, label] for row, label in enumerate(found.row_classes)])
    assert -np.log(own).mean() == pytest.approx(asked.shot.live.learners["oracle"].loss[0, 1])


@pytest.mark.parametrize(("name", "kind"), [("proto_maml", "head"), ("proto_maml", "plane"), ("imaml", "system"),
                                            ("whitened_centroid", "distances"), ("joint", "tuning")])  # fmt: skip
def test_one_logit_is_looked_at_too(name, kind):
    found = look(_asked(logit(), name, kind))
    if isinstance(found, Matrices):
        assert all(np.isfinite(block).all() for block in found.blocks)
        assert len(found.row_names or found.row_classes) == len(found.blocks[0])


def test_before_anything_is_known_there_is_no_spectrum_to_draw(panel):
    panel.show_snapshot(_run(0, task__family="gaussian", learners=["whitened_centroid"]))
    assert np.isnan(panel.picture.values[0]).all()
    panel.grab()


@pytest.mark.parametrize("name", ["matching", "matching_fce", "snail", "meta_networks"])
def test_attention_is_the_learners_own_sorted_by_class_and_its_rows_sum_to_one(name):
    shot = classes()
    asked = _asked(shot, name, KINDS[name][0])
    found = look(asked)
    own = LEARNERS[name].attention(asked.state, asked.task, shot.config)
    own = np.asarray(own[0] if name == "snail" else own)[0]
    np.testing.assert_allclose(found.blocks[0].sum(axis=1), 1.0, rtol=1e-6)
    labels = asked.task.query_y[0]
    assert found.row_classes == tuple(sorted(labels))
    query = int(np.flatnonzero(labels == 2)[0])
    row = found.row_classes.index(2)
    for label in range(3):
        columns = np.array(found.column_classes) == label
        wanted = own[query][: len(asked.task.support_y[0])][asked.task.support_y[0] == label]
        np.testing.assert_allclose(found.blocks[0][row, columns], wanted)
    assert (found.column_classes[-1] == -1) == (name == "snail")


def test_a_regression_orders_rows_by_the_input():
    shot = sine()
    asked = _asked(shot, "snail", "attention_2")
    found = look(asked)
    own = LEARNERS["snail"].attention(asked.state, asked.task, shot.config)[1][0]
    lowest_query, lowest = asked.task.query_x[0, :, 0].argmin(), asked.task.support_x[0, :, 0].argmin()
    assert found.blocks[0][0, 0] == own[lowest_query, lowest]
    assert found.row_classes == found.column_classes == ()


def test_rates_and_gates_are_what_the_learners_hold():
    shot = classes()
    rates = look(_asked(shot, "maml_pp", "step_rates"))
    state = shot.learners["maml_pp"].state
    np.testing.assert_allclose(rates.values[0], state.rates[0][0][:3])
    np.testing.assert_allclose(rates.values[-1], state.rates[-1][1][:3])
    spread = look(_asked(shot, "meta_sgd", "rates"))
    np.testing.assert_allclose(spread.values.sum(axis=1), 1.0)
    asked = _asked(shot, "meta_lstm", "forget")
    gates = LEARNERS["meta_lstm"].gates(asked.state, asked.task, 10, shot.config)[1]
    first_layer = sum(part.size for part in asked.state.theta[0])
    np.testing.assert_allclose(look(asked).values[0], gates[:, 0, :first_layer].mean(axis=1))


def test_the_nearest_prototype_is_the_brightest():
    asked = _asked(classes(), "prototypical", "distances")
    found = look(asked)
    assert found.high < found.low
    predicted = LEARNERS["prototypical"].predict(asked.state, asked.task, 0, classes().config)[0, 0].argmax(axis=-1)
    order = np.argsort(asked.task.query_y[0], kind="stable")
    np.testing.assert_array_equal(found.blocks[0].argmin(axis=1), predicted[order])


def test_prototypes_are_the_means_of_their_class_in_the_plane_and_the_plane_keeps_their_spread(panel):
    found = look(_asked(classes(), "prototypical", "plane"))
    for label in range(3):
        own = np.array(found.support_classes) == label
        np.testing.assert_allclose(found.support[own].mean(axis=0), found.prototypes[label])
    state, task = classes().learners["prototypical"].state, _asked(classes(), "prototypical", "plane").task
    full = LEARNERS["prototypical"].prototypes(state, task, classes().config)[0]  # three points lie in a plane
    apart = np.linalg.norm(full[:, None] - full, axis=-1)
    np.testing.assert_allclose(np.linalg.norm(found.prototypes[:, None] - found.prototypes, axis=-1), apart)
    axes, share = leading(np.array([[0.0, 0.0, 0.0], [0.0, -4.0, 0.0], [1.0, -2.0, 0.0]]))
    np.testing.assert_allclose(axes, [[0, 1], [1, 0], [0, 0]], atol=1e-12)
    np.testing.assert_allclose(share, [12 / 13, 1 / 13], rtol=0.1)
    assert leading(np.ones((3, 1)))[0].shape == (1, 2)
    panel.show_snapshot(classes())
    panel.choose_learner("prototypical")
    panel.choose_kind("plane")
    np.testing.assert_array_equal(panel.points.prototypes.getData()[0], panel.picture.prototypes[:, 0])


def test_only_what_is_there_is_offered(panel):
    panel.show_snapshot(sine())
    assert [panel.learner.itemData(place) for place in range(panel.learner.count())] == ["maml", "snail", "joint"]
    assert panel.where.isVisible()
    panel.choose_learner("snail")
    assert [panel.kind.itemData(place) for place in range(panel.kind.count())] == list(KINDS["snail"])
    assert not panel.where.isVisible()
    assert isinstance(panel.picture, Matrices)
    panel.show_snapshot(
        shots.replace(sine(), run=7, learners={"oracle": _run(1, learners=["oracle", "maml"]).learners["oracle"]})
    )
    assert panel.picture is None
    assert panel._nothing.isVisible()
    assert not panel.learner.isVisible()


def test_it_follows_the_task_and_the_choice_of_all_tasks(panel):
    shot = sine()
    panel.show_snapshot(shot)
    panel.choose_task(4)
    expected = directions("maml", shot.learners["maml"].state, shot.held_out.tasks(slice(4, 5)), shot.config)
    np.testing.assert_array_equal(panel.picture.blocks[0], expected.cosines[0])
    panel.choose_kind("norms")
    panel.where._buttons["all"].click()
    everywhere = directions("maml", shot.learners["maml"].state, shot.held_out, shot.config)
    np.testing.assert_array_equal(panel.picture.values, everywhere.norms.T)
    assert "10 held-out tasks" in panel.header.shown_subtitle()
    panel.choose_task(10**6)
    panel.where._buttons["task"].click()
    assert "task 10" in panel.picture.subtitles[0]


def test_nothing_is_computed_twice_for_one_snapshot(panel, monkeypatch):
    panel.show_snapshot(sine())
    monkeypatch.setattr("app.panels.internals.panel.look", lambda _asked: pytest.fail("computed again"))
    panel.pace.now()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", [(726, 391), (520, 262)])
def test_every_look_is_drawn_inside_its_panel(panel, qtbot, theme, size):
    panel.apply_theme(theme)
    panel.resize(*size)
    shot = classes()
    panel.show_snapshot(shot)
    for name, kinds in KINDS.items():
        for kind in kinds:
            panel.choose_learner(name)
            panel.choose_kind(kind)
            panel.grab()
            assert panel.header.shown_subtitle()
            if isinstance(panel.picture, Matrices):
                last = panel.matrices.places()[-1]
                assert last.left + last.width <= panel.matrices.width()
                assert last.top + last.height < panel.matrices.height()
                inside = QPointF(last.left + last.width - 1, last.top + 1)
                assert panel.matrices.value_at(inside).startswith("row 1, column ")
                assert panel.matrices.value_at(QPointF(0, 0)) == ""
            elif isinstance(panel.picture, Lines):
                room = panel.lines.plot.width() - panel.lines.plot.area().right() - 13
                assert max(label.width(label.name) for label in panel.lines.plot.labels.labels) <= room


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_lost_are_drawn_all_the_same(panel, value):
    shot = classes()
    broken = {}
    for name, view in shot.learners.items():
        leaves = {key: np.full_like(leaf, value) if leaf.ndim and leaf.dtype.kind == "f" else leaf
                  for key, leaf in tree.flatten(view.state).items()}  # fmt: skip
        broken[name] = shots.replace(view, state=tree.unflatten(view.state, leaves))
    panel.show_snapshot(shots.replace(shot, run=shot.run + 1, learners=broken))
    for name, kinds in KINDS.items():
        for kind in kinds:
            panel.choose_learner(name)
            panel.choose_kind(kind)
            panel.grab()
            assert panel.picture is not None
