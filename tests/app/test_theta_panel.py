"""The theta panel: its numbers against NumPy, its pictures against its numbers."""

from dataclasses import replace

import numpy as np
import pytest
import shots
from PySide6.QtCore import QPointF

from app.look.theme import DARK, LIGHT
from app.panels.task.model import one_task
from app.panels.theta.numbers import N_BINS, histogram, level, movement, pictures, with_theta
from app.panels.theta.panel import ThetaPanel
from app.panels.theta.views import colored
from app.plots.axes import step_above
from mamlcore.learners import LEARNERS


@pytest.fixture
def panel(qtbot):
    made = ThetaPanel()
    qtbot.addWidget(made)
    made.resize(370, 391)
    made.show()
    return made


def test_a_layer_is_its_weights_with_the_bias_below():
    shot = shots.sine()
    theta = shot.theta("maml")
    for layer, (weights, bias) in zip(pictures(theta), theta, strict=True):
        np.testing.assert_array_equal(layer.values[:-1], weights)
        np.testing.assert_array_equal(layer.values[-1], bias)
        assert layer.norm == pytest.approx(
            np.sqrt((weights.astype(float) ** 2).sum() + (bias.astype(float) ** 2).sum())
        )
        assert (layer.fan_in, layer.fan_out) == weights.shape


def test_movement_is_the_norm_of_phi_minus_theta_by_layer_and_step():
    shot = shots.sine()
    task = one_task(shot.held_out, 5)
    moved = movement(shot, "maml", task)
    phi = LEARNERS["maml"].adapted(shot.learners["maml"].state, task, 10, shot.config)
    start = shot.theta("maml")
    assert moved.shape == (11, len(start))
    np.testing.assert_array_equal(moved[0], 0)
    for step in (1, 3, 10):
        for layer, (weights, bias) in enumerate(start):
            gap = np.concatenate([(phi[step][layer][0][0] - weights).ravel(), phi[step][layer][1][0] - bias])
            assert moved[step, layer] == pytest.approx(np.linalg.norm(gap), rel=1e-4)
    assert (moved[1:] > 0).all()


def test_histogram_shares_add_up_and_outliers_count_at_the_ends():
    (layer,) = pictures(((np.array([[0.5, -7.0], [0.0, 9.0]]), np.zeros(2)),))
    shares = histogram(layer, 1.0)
    assert shares.shape == (N_BINS,)
    assert shares.sum() == pytest.approx(1)
    assert shares[0] == shares[-1] == pytest.approx(1 / 6)
    assert shares[N_BINS // 2] == pytest.approx(3 / 6)


@pytest.mark.parametrize(("value", "expected"), [(0.3, 0.5), (0.5, 0.5), (1.01, 2), (7, 10), (0, 1), (np.inf, 1)])
def test_colours_end_at_a_round_number(value, expected):
    assert step_above(value) == pytest.approx(expected)


def test_levels_are_symmetric_and_hold_nearly_all_weights():
    layers = pictures(shots.sine().theta("maml"))
    values = np.abs(np.concatenate([layer.values.ravel() for layer in layers]))
    assert np.mean(values <= level(layers)) >= 0.995


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_opposite_weights_get_opposite_colours_and_nan_stands_out(theme):
    picture = colored(np.array([[-1.0, 0.0, 1.0, np.nan, -9.0]]), 1.0, theme).astype(int)
    negative, zero, positive, broken, beyond = picture[0]
    assert negative[0] > negative[2]  # red over blue
    assert positive[2] > positive[0]
    assert np.abs(zero - zero.mean()).max() < 12  # grey
    assert (beyond == negative).all()
    assert abs(broken.mean() - zero.mean()) > 100


def test_the_heat_map_shows_every_layer_and_reads_its_weights(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    assert panel.view_name == "heat"
    theta = shot.theta("maml")
    for picture, (weights, bias) in zip(panel.heat._pictures, theta, strict=True):
        assert picture.image.shape == (weights.shape[0] + 1, weights.shape[1], 3)
        expected = colored(np.concatenate([weights, bias[None]])[::-1], panel.heat.limit, panel.theme)
        np.testing.assert_array_equal(picture.image, expected)
    said = panel.heat.value_at(QPointF(0.001, 0.999))
    assert said.startswith("layer 1, weight from 1 to 1")
    assert panel.heat.value_at(QPointF(0.001, 0.001)).startswith("layer 1, bias of unit 1")
    assert panel.heat.value_at(QPointF(1.1, 0.5)) == ""


def test_a_person_chooses_learner_and_view(panel):
    panel.show_snapshot(shots.sine())
    assert [panel.learner.itemData(place) for place in range(panel.learner.count())] == with_theta(shots.sine())
    panel.choose_learner("joint")
    norm = np.sqrt(sum(layer.norm**2 for layer in pictures(shots.sine().theta("joint"))))
    assert f"norm {norm:.3g}"[:8] in panel.header.accessibleName()
    panel.choose_view("histogram")
    assert panel.histogram.isVisible()
    panel.choose_view("movement")
    assert panel.movement.isVisible()


def test_movement_follows_the_task_chosen_elsewhere(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    panel.choose_view("movement")
    drawn = {}
    for index in (0, 9):
        panel.choose_task(index)
        drawn[index] = panel.movement._lines[0].getData()[1].copy()
        np.testing.assert_allclose(drawn[index], movement(shot, "maml", one_task(shot.held_out, index))[:, 0])
    assert not np.array_equal(drawn[0], drawn[9])
    assert "task 10" in panel.header.accessibleName()


def test_learners_without_theta_say_so(panel):
    shot = shots.classes()
    only = replace(shot, learners={"nearest_centroid": shot.learners["nearest_centroid"]})
    panel.show_snapshot(only)
    assert panel._nothing.isVisible()
    panel.grab()


def test_a_linear_model_has_one_layer(panel):
    panel.show_snapshot(shots.book())
    for view in ("heat", "histogram", "movement"):
        panel.choose_view(view)
        assert not panel.grab().isNull()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_theme_changes_the_pictures_and_not_the_numbers(panel, theme):
    panel.show_snapshot(shots.sine())
    panel.apply_theme(theme)
    for view in ("heat", "histogram", "movement"):
        panel.choose_view(view)
        ground = panel.grab().toImage().pixelColor(30, 380)
        assert ground.name() == theme.card.lower()


def test_the_list_of_learners_shows_every_name_whole(panel, qtbot):
    panel.show_snapshot(shots.sine())
    panel.learner.showPopup()
    words = panel.learner.view()
    qtbot.waitUntil(words.isVisible)
    assert panel.learner.count() > 1
    assert words.viewport().width() >= words.sizeHintForColumn(0)
    panel.learner.hidePopup()


@pytest.mark.parametrize("height", [150, 191, 391])
def test_the_names_of_layers_stand_above_their_pictures_at_every_height(panel, qtbot, height):
    panel.show_snapshot(shots.sine())
    panel.resize(520, height)
    plot = panel.heat.plot
    qtbot.waitUntil(lambda: panel.height() == height)
    panel.grab()
    area, (low, high) = plot.area(), plot.getViewBox().viewRange()[1]
    head = area.height() * (high - 1.0) / (high - low)  # px above the pictures
    assert 15 <= head <= 26
