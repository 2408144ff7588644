"""The task inspector, driven as a person would: arrow keys, slider, dragging points, views of classes."""

from dataclasses import replace

import numpy as np
import pytest
import shots
from dragging import mouse_drag
from PySide6.QtCore import QPoint, Qt

from app.panels.task.panel import TaskPanel
from app.panels.task.scene import Scene
from app.panels.task.sine import output_span
from mamlcore.lab import Lab
from mamlcore.learners import LEARNERS


@pytest.fixture
def panel(qtbot):
    made = TaskPanel()
    qtbot.addWidget(made)
    made.resize(520, 391)
    made.show()
    return made


def support_of(panel):
    task = panel.views[panel.view_name].scene.task
    return np.stack([task.support_x[0, :, 0], task.support_y[0, :, 0]], axis=1)


def test_a_label_says_the_loss_that_the_evaluation_found_on_this_task():
    shot = shots.sine()
    for index in (0, 7):
        scene = Scene(shot, index, 3, {}, False)
        for name in shot.learners:
            expected = shot.live.learners[name].loss[:, index]
            np.testing.assert_allclose(scene.outcome(name).loss, expected, rtol=1e-4)


def test_curves_are_the_learners_outputs_at_the_step_on_show(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    panel.choose_task(3)
    panel.choose_step(7)
    view = panel.views["curves"]
    task = shot.held_out.tasks(slice(3, 4))
    x, y = view._after["maml"].getData()
    asked = replace(task, query_x=x[None, :, None].astype(np.float32), query_y=np.zeros((1, len(x), 1), np.float32))
    expected = LEARNERS["maml"].predict(shot.learners["maml"].state, asked, 10, shot.config)
    np.testing.assert_allclose(y, expected[7, 0, :, 0], atol=1e-5)
    np.testing.assert_allclose(view._before["maml"].getData()[1], expected[0, 0, :, 0], atol=1e-5)
    truth = task.parameters["amplitude"][0] * np.sin(x - task.parameters["phase"][0])
    np.testing.assert_allclose(view._truth.getData()[1], truth, atol=1e-5)


def test_arrow_keys_go_through_tasks_and_steps_and_tell(panel, qtbot):
    panel.show_snapshot(shots.sine())
    tasks, steps = [], []
    panel.task_chosen.connect(tasks.append)
    panel.step_chosen.connect(steps.append)
    panel.setFocus()
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    qtbot.keyClick(panel, Qt.Key.Key_Left)
    qtbot.keyClick(panel, Qt.Key.Key_Left)
    qtbot.keyClick(panel, Qt.Key.Key_Left)
    qtbot.keyClick(panel, Qt.Key.Key_Up)
    assert tasks == [1, 2, 1, 0, 39]
    assert steps == [4]
    assert panel.controls.slider.value() == 4


def test_following_another_panel_emits_nothing(panel, qtbot):
    panel.show_snapshot(shots.sine())
    with qtbot.assertNotEmitted(panel.task_chosen), qtbot.assertNotEmitted(panel.step_chosen):
        panel.choose_task(5)
        panel.choose_step(9)
    assert (panel.index, panel.step) == (5, 9)
    panel.choose_task(4000)
    panel.choose_step(-1)
    assert (panel.index, panel.step) == (5, 9)


def test_the_buttons_and_the_slider_choose(panel, qtbot):
    panel.show_snapshot(shots.sine())
    with qtbot.waitSignal(panel.task_chosen):
        qtbot.mouseClick(panel.chooser._on, Qt.MouseButton.LeftButton)
    slider = panel.controls.slider
    with qtbot.waitSignal(panel.step_chosen) as told:
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.place(8)), 9))
    assert told.args == [8] == [panel.step]
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert panel.step == 7


def test_a_dragged_point_follows_the_mouse_and_every_learner_adapts_again(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    view = panel.views["curves"]
    before = {name: view._after[name].getData()[1].copy() for name in shot.learners}
    labels = [label.value for label in view.plot.labels.labels]
    low, high = output_span(view.scene)
    start = support_of(panel)[0]
    end = (float(start[0]), float(low + 0.1 * (high - low) if start[1] > 0 else high - 0.1 * (high - low)))
    mouse_drag(view.plot, tuple(map(float, start)), end)
    pixel = 2 * (high - low) / view.plot.area().height()
    assert panel.moved_rows() == (0,)
    assert support_of(panel)[0] == pytest.approx(np.array(end), abs=pixel)
    for name in shot.learners:
        assert np.abs(view._after[name].getData()[1] - before[name]).max() > 0.01
    assert [label.value for label in view.plot.labels.labels] != labels
    assert "drag a point" not in [note.text for note in view.plot.labels.notes]
    assert len(view._rings.getData()[0]) == 1
    np.testing.assert_array_equal(shot.held_out.support_y[0, 0], shots.sine().held_out.support_y[0, 0])


def test_points_stay_where_they_were_put_while_training_goes_on(panel, qtbot):
    lab = Lab(shots.settings())
    lab.step()
    panel.show_snapshot(lab.snapshot())
    start = support_of(panel)[2]
    mouse_drag(panel.views["curves"].plot, tuple(map(float, start)), (float(start[0]), 0.0))
    put = support_of(panel)[2]
    curve = panel.views["curves"]._after["maml"].getData()[1].copy()
    for _ in range(3):
        lab.step()
    last = lab.snapshot()
    panel.show_snapshot(last)
    qtbot.waitUntil(lambda: panel.views["curves"].scene.shot is last)
    np.testing.assert_array_equal(support_of(panel)[2], put)
    assert np.abs(panel.views["curves"]._after["maml"].getData()[1] - curve).max() > 0


def test_reset_puts_the_points_of_this_task_back(panel, qtbot):
    shot = shots.sine()
    panel.show_snapshot(shot)
    original = support_of(panel)
    assert not panel.controls.reset.isVisible()
    mouse_drag(panel.views["curves"].plot, tuple(map(float, original[1])), (0.0, 0.0))
    assert panel.controls.reset.isVisible()
    qtbot.mouseClick(panel.controls.reset, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(support_of(panel), original)
    assert panel.moved_rows() == ()
    assert not panel.controls.reset.isVisible()


def test_new_tasks_forget_dragged_points(panel):
    panel.show_snapshot(shots.sine())
    start = support_of(panel)[1]
    mouse_drag(panel.views["curves"].plot, tuple(map(float, start)), (0.0, 0.0))
    lab = Lab(shots.settings(seed=7))
    lab.step()
    panel.show_snapshot(replace(lab.snapshot(), run=5))
    assert panel.moved_rows() == ()


@pytest.mark.parametrize("size", [(360, 240), (470, 300), (620, 420)])
def test_the_hint_covers_no_point_and_stays_inside(panel, size):
    panel.resize(*size)
    for index in range(12):
        panel.choose_task(index)
        panel.show_snapshot(shots.sine(0))
        plot, scene = panel.views["curves"].plot, panel.views["curves"].scene
        box = plot.labels.placed()[0][2]
        rows = zip(scene.task.support_x[0, :, 0], scene.task.support_y[0, :, 0], strict=True)
        assert plot.area().contains(box)
        assert not any(box.adjusted(2, 2, -2, -2).contains(plot.pixel(float(x), float(y))) for x, y in rows), index


def test_before_the_first_step_only_the_task_is_drawn_until_someone_asks(panel, qtbot):
    panel.show_snapshot(shots.sine(0))
    view = panel.views["curves"]
    assert view._after == {}
    assert view.plot.labels.labels == ()
    assert [note.text for note in view.plot.labels.notes] == ["drag a point"]
    panel.setFocus()
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    assert set(view._after) == set(shots.sine(0).learners)


def test_the_same_snapshot_again_costs_no_drawing(panel, monkeypatch):
    shot = shots.sine()
    panel.show_snapshot(shot)
    monkeypatch.setattr(panel.views["curves"], "show_scene", lambda scene: pytest.fail("drawn again"))
    panel.pace.now()


def test_a_burst_of_snapshots_draws_a_few_and_ends_with_the_last(panel, qtbot, monkeypatch):
    shown = []
    monkeypatch.setattr(panel.views["curves"], "show_scene", lambda scene: shown.append(scene.shot.iteration))
    first = shots.sine()
    for iteration in range(100, 150):
        panel.show_snapshot(replace(first, iteration=iteration))
    qtbot.waitUntil(lambda: shown[-1] == 149)
    assert len(shown) < 25


def test_overflowing_learners_are_drawn_as_gaps(panel):
    shot = shots.sine()
    wild = replace(shot, config=shot.config.with_settings({"inner.lr": 5.0}))
    panel.show_snapshot(wild)
    panel.choose_step(10)
    panel.grab()
    values = panel.views["curves"]._after["maml"].getData()[1]
    assert not np.isinf(values).any()
