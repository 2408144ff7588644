"""The meta-loss panel, checked on the data of its items."""

import numpy as np
import pytest
import shots
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.look.lettering import SUBTITLE, TITLE, text_width
from app.look.numbers import count
from app.look.theme import DARK, LIGHT, learner_color
from app.panels.meta_loss.panel import MetaLossPanel
from app.plots.view import View, y_span
from mamlcore import Lab
from mamlcore.checkpoint import load_checkpoint, restore, save_checkpoint


@pytest.fixture
def panel(qtbot):
    panel = MetaLossPanel()
    qtbot.addWidget(panel)
    panel.resize(951, 518)
    panel.show()
    QApplication.processEvents()
    return panel


def _hover(panel, at: QPointF):
    event = QMouseEvent(QEvent.Type.MouseMove, at, panel.plot.viewport().mapToGlobal(at), Qt.MouseButton.NoButton,
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(panel.plot.viewport(), event)
    return panel.plot.readout.readout


def _labels(panel):
    return {label.name: label for label in panel.plot.labels.labels}


def test_every_learner_is_drawn_as_log10_of_its_history(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    assert list(panel.lines) == list(shot.learners)
    for name, line in panel.lines.items():
        x, y = line.getData()
        np.testing.assert_array_equal(x, shot.curves[name].iteration)
        np.testing.assert_allclose(10**y, shot.curves[name].loss, rtol=1e-12)
        _, train = panel.train[name].getData()
        if name == "maml":
            np.testing.assert_allclose(10**train, shot.curves[name].train_loss[1:], rtol=1e-12)


def test_bands_are_the_95_percent_intervals(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    curve = shot.curves["maml"]
    y = panel.bands["maml"].getData()[1]
    points = len(curve.loss)
    np.testing.assert_allclose(10 ** y[:points], curve.loss + curve.loss_ci95, rtol=1e-12)
    np.testing.assert_allclose(10 ** y[points:][::-1], curve.loss - curve.loss_ci95, rtol=1e-12)


def test_labels_name_learners_and_references_with_their_values(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    labels = _labels(panel)
    assert labels["MAML"].value == f"{shot.curves['maml'].loss[-1]:.2f}"
    level = next(line.loss for line in shot.references if line.name == "no_adaptation")
    assert 10 ** labels["No adaptation"].y == pytest.approx(level)
    assert "Noise floor" not in labels  # zero has no place on a log axis
    x, y = panel.references.getData()
    assert list(10**y) == pytest.approx([level, level])
    assert (x[0], x[1]) == panel.plot.spans[0]


def test_after_a_resume_a_label_says_what_was_judged_then(panel, tmp_path):
    lab = Lab(shots.settings())
    for _ in range(17):  # between two points
        lab.advance()
    save_checkpoint(tmp_path / "run.npz", lab.snapshot())
    shot = restore(load_checkpoint(tmp_path / "run.npz")).snapshot()
    panel.show_snapshot(shot)
    judged = shot.live.learners["maml"].loss_summary(shot.config.inner.steps).mean
    assert judged != shot.curves["maml"].loss[-1]
    assert _labels(panel)["MAML"].value == f"{judged:.2f}"
    assert panel.lines["maml"].getData()[0][-1] == 17


def test_a_linear_axis_shows_the_floor_and_the_values_themselves(panel):
    panel.show_snapshot(shots.sine())
    panel.scale_switch.set_current("linear")
    panel.scale_switch.chosen.emit("linear")
    assert "Noise floor" in _labels(panel)
    np.testing.assert_array_equal(panel.lines["maml"].getData()[1], shots.sine().curves["maml"].loss)
    assert panel.plot.spans[1][0] == 0.0


def test_classes_show_accuracy_in_percent_and_loss_on_demand(panel, qtbot):
    shot = shots.classes()
    panel.show_snapshot(shot)
    assert panel.plot.spans[1] == (0.0, 100.0)
    np.testing.assert_allclose(panel.lines["maml"].getData()[1], 100 * shot.curves["maml"].accuracy)
    assert _labels(panel)["Chance"].value == "20 %"
    assert panel.metric_switch.isVisible()
    assert not panel.scale_switch.isVisible()
    with qtbot.waitSignal(panel.loss_view_chosen) as caught:
        panel.metric_switch._buttons["loss"].click()
    assert caught.args == [View("loss", "log")]
    np.testing.assert_allclose(10 ** panel.lines["maml"].getData()[1], shot.curves["maml"].loss)
    assert panel.scale_switch.isVisible()


def test_a_regression_has_no_accuracy_switch(panel):
    panel.show_snapshot(shots.sine())
    assert not panel.metric_switch.isVisible()
    assert panel.scale_switch.isVisible()


def test_the_ready_face_says_what_will_appear_and_which_key_starts_it(panel):
    panel.show_snapshot(shots.sine())
    panel.show_snapshot(shots.sine(0))
    assert "F5" in panel.plot.labels.message[0]
    assert panel.plot.labels.labels == ()
    assert not any(line.isVisible() for line in panel.lines.values())
    assert _hover(panel, panel.plot.area().center()) is None
    panel.show_snapshot(shots.sine())
    assert panel.plot.labels.message == ()
    assert all(line.isVisible() for line in panel.lines.values())


def test_changes_and_earlier_runs_are_marked_and_named(panel):
    shot = shots.eventful()
    panel.show_snapshot(shot)
    x, _ = panel.changes.getData()
    assert set(x) == {change.iteration for change in shot.changes}
    assert [note.text for note in panel.plot.labels.notes if note.mark == "tick"] == [shot.changes[0].text]
    ghost = panel.ghosts[0]
    np.testing.assert_allclose(10 ** ghost.getData()[1], shot.ghosts[0].curves["maml"].loss)
    assert ghost.opts["pen"].color().alphaF() == pytest.approx(0.35, abs=0.01)
    name = f"Earlier: {shot.ghosts[0].label}"
    assert name in _labels(panel) or "Earlier run" in _labels(panel)


def test_texts_of_changes_never_lie_over_each_other(panel):
    shot = shots.eventful()
    many = tuple(shots.Change(iteration, f"α 0.0{iteration} → 0.02") for iteration in range(1, 40))
    panel.show_snapshot(shots.replace(shot, changes=many))
    placed = panel.plot.labels.placed()
    assert next(note.text for note, _, box in placed if not box.isEmpty()) == many[-1].text
    boxes = [box for _, _, box in placed if not box.isEmpty()]
    assert len(placed) == 39
    assert len(boxes) >= 2
    for place, box in enumerate(boxes):
        assert panel.plot.area().contains(box)
        assert not any(box.intersects(other) for other in boxes[place + 1 :])


def test_a_curve_that_leaves_the_plot_is_said_so(panel):
    shot = shots.sine()
    loss = shot.curves["maml"].loss.copy()
    loss[-2:] = np.inf
    panel.show_snapshot(shots.with_curve(shot, "maml", loss=loss))
    note = next(note for note in panel.plot.labels.notes if note.mark == "up")
    assert note.text == "MAML leaves the plot: ∞"
    assert panel.lines["maml"].getData()[1][-1] == panel.plot.top
    assert panel.plot.spans[1][1] < 2.5
    assert _labels(panel)["MAML"].value == "∞"


def test_a_curve_that_has_come_back_leaves_only_a_mark(panel):
    shot = shots.sine()
    loss = shot.curves["maml"].loss.copy()
    loss[1] = np.inf
    panel.show_snapshot(shots.with_curve(shot, "maml", loss=loss))
    assert [note.text for note in panel.plot.labels.notes if note.mark == "up"] == [""]


def test_stopped_before_the_first_step_nobody_is_told_to_press_a_key(panel):
    panel.show_snapshot(shots.stopped(shots.sine(0)))
    assert panel.plot.labels.message == ("Stopped at the first step.",)


def test_the_kept_theta_is_ringed_on_its_curve(panel):
    shot = shots.stopped(shots.sine())
    panel.show_snapshot(shot)
    ring = next(note for note in panel.plot.labels.notes if note.mark == "ring")
    assert ring.text == f"kept, {shot.iteration}"
    assert (ring.x, 10**ring.y) == (shot.iteration, pytest.approx(shot.curves["maml"].loss[-1]))


def test_the_read_out_lists_values_and_intervals_of_the_nearest_iteration(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    readout = _hover(panel, panel.plot.pixel(21.0, panel.plot.spans[1][0] + 0.05))
    assert readout.title == "iteration 20"
    assert {row.name for row in readout.rows} == {label for label in _labels(panel) if label != "No adaptation"}
    curve = shot.curves["maml"]
    value = next(row.value for row in readout.rows if row.name == "MAML")
    assert value == panel.view.for_shot(shot).text(float(curve.loss[2]), float(curve.loss_ci95[2]))
    assert " ± " in value
    assert panel.plot.readout.card().isValid()


def test_the_read_out_gives_a_references_expectation(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    level = _labels(panel)["No adaptation"].y
    assert shot.references[0].note in _hover(panel, panel.plot.pixel(5.0, level)).foot


def test_the_read_out_counts_diverged_tasks(panel):
    shot = shots.sine()
    panel.show_snapshot(shots.with_curve(shot, "maml", diverged=np.full(len(shot.curves["maml"].loss), 3.0)))
    rows = _hover(panel, panel.plot.area().center()).rows
    text = next(row.value for row in rows if row.name == "MAML")
    assert text.startswith("median ")
    assert text.endswith("3 diverged")


def test_nothing_is_drawn_again_when_nothing_new_came(panel, monkeypatch):
    panel.show_snapshot(shots.sine())
    monkeypatch.setattr(panel.plot, "show_words", lambda *_: pytest.fail("drawn again"))
    panel.show_snapshot(shots.replace(shots.sine(), tasks_seen=1))


def test_a_learner_that_is_gone_leaves_no_line(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    some = {name: view for name, view in shot.learners.items() if name != "joint"}
    panel.show_snapshot(shots.replace(shot, learners=some))
    assert "joint" not in panel.lines
    assert "Joint" not in _labels(panel)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_themes_restyle_what_is_drawn(panel, theme):
    panel.show_snapshot(shots.sine())
    panel.apply_theme(theme)
    assert panel.lines["joint"].opts["pen"].color().name().upper() == learner_color("joint", theme)
    assert panel.lines["joint"].opts["pen"].dashPattern()
    assert not panel.lines["maml"].opts["pen"].dashPattern()


@pytest.mark.parametrize("width", [420, 542, 700, 951])
def test_header_and_labels_fit_at_every_width(panel, width):
    panel.resize(width, 297)
    panel.show_snapshot(shots.classes())
    QApplication.processEvents()
    assert width < 500 or panel.header.shown_subtitle()
    title = text_width(panel.header._title, TITLE, bold=True) + text_width(panel.header.shown_subtitle(), SUBTITLE)
    assert title < panel.metric_switch.x()
    room = panel.plot.width() - panel.plot.area().right() - 13
    names = [min(label.width(label.name), label.width(label.short or label.name)) for label in panel.plot.labels.labels]
    assert max(names) <= room


def test_the_range_is_a_function_of_the_snapshot(panel):
    shot = shots.sine()
    assert y_span(shot, View("loss", "log")) == y_span(shot, View("loss", "log"))
    panel.show_snapshot(shot)
    assert panel.plot.spans[1] == y_span(shot, panel.view.for_shot(shot))
    every = np.concatenate([curve.loss for curve in shot.curves.values()])
    low, high = panel.plot.spans[1]
    assert low < np.log10(every.min())
    assert np.log10(every.max()) < high


def _against(panel, quantity):
    panel.x_choice.setCurrentIndex(panel.x_choice.findData(quantity))
    panel.x_choice.activated.emit(panel.x_choice.currentIndex())


@pytest.mark.parametrize("quantity", ["rows", "gradients", "seconds"])
def test_curves_can_be_drawn_against_what_they_have_cost(panel, quantity):
    shot = shots.sine()
    panel.show_snapshot(shot)
    _against(panel, quantity)
    ends = {}
    for name in ("maml", "fomaml", "joint"):
        x, y = panel.lines[name].getData()
        curve = shot.curves[name]
        np.testing.assert_array_equal(x, getattr(curve, quantity))
        np.testing.assert_allclose(10**y, curve.loss, rtol=1e-12)
        ends[name] = x[-1]
        assert _labels(panel)[{"maml": "MAML", "fomaml": "First-order", "joint": "Joint"}[name]].x == x[-1]
    assert panel.plot.spans[0][1] >= max(ends.values()) > 0
    if quantity == "gradients":
        assert ends["maml"] > ends["fomaml"] > ends["joint"]
    _against(panel, "iteration")
    np.testing.assert_array_equal(panel.lines["maml"].getData()[0], shot.curves["maml"].iteration)


def test_a_learner_that_never_trains_is_drawn_across_and_the_read_out_says_why(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    _against(panel, "gradients")
    x, y = panel.lines["scratch"].getData()
    np.testing.assert_array_equal(x, panel.plot.spans[0])
    np.testing.assert_allclose(10**y, shot.curves["scratch"].loss[-1])
    assert "Scratch" in _hover(panel, panel.plot.area().center()).foot
    _against(panel, "iteration")
    assert "across" not in _hover(panel, panel.plot.area().center()).foot


def test_the_read_out_snaps_to_the_lead_and_says_who_has_not_come_so_far(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    _against(panel, "gradients")
    spent = shot.curves["maml"].gradients
    readout = _hover(panel, panel.plot.pixel(float(spent[3]) + 1.0, panel.plot.spans[1][0] + 0.05))
    assert (readout.x, readout.title) == (spent[3], f"{count(int(spent[3]))} gradient evaluations")
    last = count(int(shot.curves["joint"].gradients[-1]))
    assert next(row.value for row in readout.rows if row.name == "Joint").endswith(f" at its {last}")
    assert " at its " not in next(row.value for row in readout.rows if row.name == "MAML")


def test_changes_are_marked_only_where_they_lie_at_one_place_for_all(panel):
    shot = shots.eventful()
    panel.show_snapshot(shot)
    _against(panel, "gradients")
    assert len(panel.changes.getData()[0]) == 0
    assert [note.mark for note in panel.plot.labels.notes] == [""]
    assert "axis of iterations" in panel.plot.labels.notes[0].text
    _against(panel, "rows")
    curve, change = shot.curves["maml"], shot.changes[0]
    rows = np.interp(change.iteration, curve.iteration, curve.rows)
    np.testing.assert_allclose(panel.changes.getData()[0], rows)
    assert [note.text for note in panel.plot.labels.notes] == [change.text]
    np.testing.assert_array_equal(panel.ghosts[0].getData()[0], shot.ghosts[0].curves["maml"].rows)


def test_the_ring_follows_the_axis(panel):
    shot = shots.stopped(shots.sine())
    panel.show_snapshot(shot)
    _against(panel, "seconds")
    ring = next(note for note in panel.plot.labels.notes if note.mark == "ring")
    assert ring.x == shot.curves["maml"].seconds[-1]
