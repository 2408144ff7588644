"""The adaptation panel, checked on the data of its items."""

import numpy as np
import pytest
import shots
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.panels.adaptation import TASKS_DRAWN, AdaptationPanel
from app.panels.meta_loss.panel import MetaLossPanel
from app.plots.curves import Line
from app.plots.view import View


@pytest.fixture
def panel(qtbot):
    panel = AdaptationPanel()
    qtbot.addWidget(panel)
    panel.resize(634, 518)
    panel.show()
    QApplication.processEvents()
    return panel


def _mouse(panel, at: QPointF, kind=QEvent.Type.MouseMove, button=Qt.MouseButton.NoButton):
    event = QMouseEvent(kind, at, panel.plot.viewport().mapToGlobal(at), button, button,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(panel.plot.viewport(), event)
    return panel.plot.readout.readout


def test_bold_is_the_mean_over_all_tasks_and_thin_lines_are_tasks(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    loss = shot.live.learners["maml"].loss
    x, y = panel.bold["maml"].getData()
    np.testing.assert_array_equal(x, np.arange(shot.live.steps + 1))
    np.testing.assert_allclose(10**y, loss.mean(axis=1), rtol=1e-6)
    thin = panel.thin["maml"].getData()[1].reshape(-1, shot.live.steps + 2)
    assert np.isnan(thin[:, -1]).all()
    assert 0 < len(thin) <= TASKS_DRAWN
    shown = np.minimum(np.log10(loss[:, : len(thin)].T), panel.plot.top)
    np.testing.assert_allclose(thin[:, :-1], shown, rtol=1e-5)


def test_one_item_holds_all_thin_lines_of_a_learner(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    panel.show_snapshot(shots.sine(20))
    assert set(panel.thin) == set(shot.learners)
    curves = [item for item in panel.plot.plotItem.items if isinstance(item, Line)]
    assert len(curves) == 3 * len(shot.learners) + 2


def test_a_mean_that_says_nothing_becomes_a_median_and_says_so(panel):
    shot = shots.sine()
    loss = shot.live.learners["maml"].loss.copy()
    loss[1:, 0] = np.inf
    panel.show_snapshot(shots.with_losses(shot, "maml", loss))
    np.testing.assert_allclose(10 ** panel.bold["maml"].getData()[1], np.median(loss, axis=1), rtol=1e-6)
    assert panel.header.shown_subtitle().endswith("median")
    readout = _mouse(panel, panel.plot.pixel(3.0, panel.plot.spans[1][1] - 0.01))
    assert any("1 diverged" in row.value and row.name == "MAML" for row in readout.rows)


def test_the_trained_number_of_steps_is_marked_on_every_line(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    x, _ = panel.trained.getData()
    assert list(x) == [3.0, 3.0]
    dots = [note for note in panel.plot.labels.notes if note.mark == "dot"]
    assert sorted(10**dot.y for dot in dots) == pytest.approx(
        sorted(curves.loss[3].mean() for curves in shot.live.learners.values()), rel=1e-5
    )
    assert panel.plot.labels.notes[0].text == "trained for 3"


def test_both_big_plots_show_the_same_range(panel, qtbot):
    other = MetaLossPanel()
    qtbot.addWidget(other)
    for shot in (shots.sine(), shots.classes(), shots.eventful()):
        for view in (View("loss", "log"), View("loss", "linear"), View("accuracy", "log")):
            other.choose_loss_view(view)
            panel.choose_loss_view(view)
            other.show_snapshot(shot)
            panel.show_snapshot(shot)
            assert panel.plot.spans[1] == other.plot.spans[1]


def test_the_full_evaluation_is_shown_while_it_is_the_newest(panel):
    shot = shots.evaluated()
    panel.show_snapshot(shot)
    np.testing.assert_allclose(
        10 ** panel.bold["maml"].getData()[1], shot.test.learners["maml"].loss.mean(axis=1), rtol=1e-6
    )
    assert "60" in panel.header.shown_subtitle()
    panel.show_snapshot(shots.replace(shot, live=shots.replace(shot.live, iteration=shot.iteration + 10)))
    np.testing.assert_allclose(
        10 ** panel.bold["maml"].getData()[1], shot.live.learners["maml"].loss.mean(axis=1), rtol=1e-6
    )


def test_a_click_near_a_thin_line_chooses_its_task(panel, qtbot):
    shot = shots.sine()
    panel.show_snapshot(shot)
    losses = np.log10(shot.live.learners["joint"].loss)
    low, high = panel.plot.spans[1]
    task = next(index for index in range(20) if low < losses[8, index] < high)
    at = panel.plot.pixel(8.0, float(losses[8, task]))
    chosen = panel.task_at(panel.plot.at_pixel(at))
    with qtbot.waitSignal(panel.task_chosen) as caught:
        _mouse(panel, at, QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton)
    assert caught.args == [chosen]
    nearest = min(abs(np.log10(curves.loss[8, chosen]) - losses[8, task]) for curves in shot.live.learners.values())
    assert nearest < 1e-6
    assert f"task {chosen + 1}" in [note.text for note in panel.plot.labels.notes]


def test_a_click_far_from_every_line_chooses_nothing(panel, qtbot):
    shot = shots.sine()
    steps, tasks = shot.live.learners["maml"].loss.shape
    for name in shot.learners:
        shot = shots.with_losses(shot, name, np.full((steps, tasks), 2.0))
    panel.show_snapshot(shot)
    far = panel.plot.pixel(5.0, float(np.log10(2.0)) - 0.2)
    assert panel.task_at(panel.plot.at_pixel(far)) is None
    with qtbot.assertNotEmitted(panel.task_chosen):
        _mouse(panel, far, QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton)


def test_the_chosen_task_is_highlighted_and_out_of_range_ones_are_not(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    assert not panel.chosen["maml"].isVisible()
    panel.choose_task(7)
    assert panel.chosen["maml"].isVisible()
    shown = np.minimum(np.log10(shot.live.learners["maml"].loss[:, 7]), panel.plot.top)
    np.testing.assert_allclose(panel.chosen["maml"].getData()[1], shown, rtol=1e-5)
    panel.choose_task(10_000)
    assert not panel.chosen["maml"].isVisible()


def test_accuracy_is_in_percent(panel):
    shot = shots.classes()
    panel.show_snapshot(shot)
    accuracy = shot.live.learners["maml"].accuracy
    np.testing.assert_allclose(panel.bold["maml"].getData()[1], 100 * accuracy.mean(axis=1), rtol=1e-6)
    assert panel.plot.getAxis("left").labelText == "query accuracy (%)"
    assert len(panel.thin["nearest_centroid"].getData()[0]) == 0  # it does not adapt: nothing to fan out


def test_the_read_out_says_the_step_and_every_interval(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    readout = _mouse(panel, panel.plot.pixel(2.9, panel.plot.spans[1][1] - 0.01))
    assert readout.title == "after step 3"
    summary = shot.live.learners["maml"].loss_summary(3)
    value = next(row.value for row in readout.rows if row.name == "MAML")
    assert value == panel.view.for_shot(shot).text(summary.mean, summary.ci95)
    assert _mouse(panel, panel.plot.pixel(0.2, panel.plot.spans[1][1] - 0.01)).title == "before adapting"


def test_ready_and_stopped_faces(panel):
    panel.show_snapshot(shots.sine(0))
    assert "F5" in panel.plot.labels.message[0]
    shot = shots.stopped(shots.sine())
    panel.show_snapshot(shot)
    assert panel.plot.labels.message == ()
    assert panel.header.shown_subtitle().startswith(f"under θ of iteration {shot.iteration}")


def test_an_unchanged_evaluation_is_not_drawn_again(panel, monkeypatch):
    shot = shots.sine()
    panel.show_snapshot(shot)
    monkeypatch.setattr(panel.plot, "show_words", lambda *_: pytest.fail("drawn again"))
    panel.show_snapshot(shots.replace(shot, iteration=shot.iteration + 1))
