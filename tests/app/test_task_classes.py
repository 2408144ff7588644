"""The task inspector on classes: regions, mistakes, pictures and confusion against the learners' own outputs."""

from dataclasses import replace

import numpy as np
import pytest
import shots
from dragging import mouse_drag
from PySide6.QtCore import QPointF

from app.look.theme import DARK, LIGHT
from app.panels.task.panel import TaskPanel
from mamlcore.config import Config
from mamlcore.lab import Lab
from mamlcore.learners import LEARNERS

TINTS = np.array([[0xCC, 0x66, 0x77], [0xDD, 0xCC, 0x77], [0x44, 0xAA, 0x99], [0x88, 0xCC, 0xEE], [0xAA, 0x44, 0x99]])


@pytest.fixture
def panel(qtbot):
    made = TaskPanel()
    qtbot.addWidget(made)
    made.resize(520, 391)
    made.show()
    return made


@pytest.fixture(scope="module")
def digits():
    lab = Lab(Config().with_settings({
        **shots.SMALL, "task.family": "dataset", "task.dataset": "digits", "task.n_way": 4, "task.k_shot": 1,
        "learners": ["maml", "joint", "nearest_centroid"],
    }))  # fmt: skip
    lab.step()
    lab.look()
    return lab.snapshot()


def test_a_map_marks_exactly_the_rows_that_are_named_wrongly(panel):
    shot = shots.classes()
    panel.show_snapshot(shot)
    panel.choose_view("map")
    panel.choose_task(4)
    view = panel.views["map"]
    names = view.shown(shot)
    assert names[0] == "maml"
    assert LEARNERS[names[1]].role in ("baseline", "untrained")
    task = shot.held_out.tasks(slice(4, 5))
    for one, name in zip(view.maps, names, strict=True):
        outputs = LEARNERS[name].predict(shot.learners[name].state, task, 5, shot.config)[-1, 0]
        wrong = outputs.argmax(axis=-1) != task.query_y[0]
        assert len(one._wrong.getData()[0]) == wrong.sum()
        places = view.plane.project(task.query_x[0][wrong])
        np.testing.assert_allclose(np.stack(one._wrong.getData(), axis=1), places)


def test_regions_are_the_decisions_on_the_plane(panel):
    shot = shots.classes()
    panel.show_snapshot(shot)
    panel.choose_view("map")
    view, task = panel.views["map"], shot.held_out.tasks(slice(0, 1))
    (x0, x1), (y0, y1) = view.maps[0].plot.spans
    picture = view.maps[0]._regions.image
    size = len(picture)
    for column, row in ((24, 32), (130, 18), (72, 100), (16, 140)):
        point = (x0 + (x1 - x0) * (column + 0.5) / size, y0 + (y1 - y0) * (row + 0.5) / size)
        asked = replace(task, query_x=view.plane.lift(np.array([[point]])).astype(np.float32),
                        query_y=np.zeros((1, 1), int))  # fmt: skip
        outputs = LEARNERS["maml"].predict(shot.learners["maml"].state, asked, 5, shot.config)[-1, 0, 0]
        color = np.array([0x1C, 0x1F, 0x24]), picture[row, column].astype(float)
        aims = (TINTS - color[0]) / np.linalg.norm(TINTS - color[0], axis=1, keepdims=True)
        top, second = np.sort(outputs)[::-1][:2]
        if top - second > 0.3:  # away from the borders, which are drawn in another colour
            assert np.argmax(aims @ (color[1] - color[0])) == outputs.argmax()
    assert "regions" in panel.header.accessibleName()


def test_a_dragged_point_of_a_class_moves_in_the_plane_and_nowhere_else(panel):
    shot = shots.classes()
    panel.show_snapshot(shot)
    panel.choose_view("map")
    view = panel.views["map"]
    plane, original = view.plane, shot.held_out.support_x[0, 0].astype(float)
    start = plane.project(original)
    (x0, x1), (y0, y1) = view.maps[0].plot.spans
    nearest = np.linalg.norm(plane.project(shot.held_out.support_x[0]) - start, axis=1)
    assert nearest.argmin() == 0
    mouse_drag(view.maps[0].plot, tuple(start), ((x0 + x1) / 2, (y0 + y1) / 2))
    (row,) = panel.moved_rows()
    shift = view.scene.task.support_x[0, row].astype(float) - shot.held_out.support_x[0, row]
    assert np.linalg.norm(shift) > 0.05
    np.testing.assert_allclose(plane.axes @ (plane.axes.T @ shift), shift, atol=1e-5)
    reached = plane.project(view.scene.task.support_x[0, row])
    assert reached == pytest.approx([(x0 + x1) / 2, (y0 + y1) / 2], abs=0.03 * (x1 - x0 + y1 - y0))


@pytest.mark.parametrize("kind", ["known", "leading", "features"])
def test_a_plane_gives_back_its_own_points(panel, kind):
    panel.show_snapshot(shots.classes())
    panel.choose_view("map")
    view = panel.views["map"]
    panel.controls.plane_chosen.emit(kind, (2, 5))
    points = np.random.default_rng(0).normal(size=(7, 2))
    np.testing.assert_allclose(view.plane.project(view.plane.lift(points)), points, atol=1e-9)
    np.testing.assert_allclose(view.plane.axes.T @ view.plane.axes, np.eye(2), atol=1e-9)
    if kind == "features":
        x = shots.classes().held_out.support_x[0]
        np.testing.assert_allclose(view.plane.project(x), x[:, [2, 5]], rtol=1e-6)
    if kind == "leading":
        rows = np.concatenate([view.scene.task.support_x[0], view.scene.task.query_x[0]]).astype(float)
        variances = np.linalg.eigvalsh(np.cov(rows.T))[::-1][:2]
        np.testing.assert_allclose(view.plane.project(rows).var(axis=0, ddof=1), variances, rtol=1e-6)


def test_confusion_counts_what_is_taken_for_what(panel):
    shot = shots.classes()
    panel.show_snapshot(shot)
    panel.choose_view("confusion")
    panel.choose_learner("nearest_centroid")
    view, task = panel.views["confusion"], shot.held_out.tasks(slice(0, 1))
    outputs = LEARNERS["nearest_centroid"].predict(shot.learners["nearest_centroid"].state, task, 5, shot.config)[-1, 0]
    expected = np.zeros((5, 5), int)
    for true, said in zip(task.query_y[0], outputs.argmax(axis=-1), strict=True):
        expected[true, said] += 1
    np.testing.assert_array_equal(view.confusion.counts, expected)
    np.testing.assert_allclose(view.confusion.per_class(), np.diag(expected) / expected.sum(axis=1))
    panel.grab()
    middle = view._corner + QPointF(0.5, 0.5) * view._cell
    assert view.cell_text(middle).startswith(f"{expected[0, 0]} of {expected[0].sum()} rows")
    assert view.cell_text(QPointF(-5, -5)) == ""


def test_confusion_of_all_tasks_is_by_class_of_the_pool(panel):
    shot = shots.classes()
    panel.show_snapshot(shot)
    panel.choose_view("confusion")
    panel.controls.scope.set_current("all")
    panel.controls.scope_chosen.emit(True)
    counts = panel.views["confusion"].confusion.counts
    batch = shot.held_out
    outputs = LEARNERS["maml"].predict(shot.learners["maml"].state, batch, 5, shot.config)[-1]
    pool = sorted(set(batch.classes.ravel().tolist()))
    expected = np.zeros((len(pool), len(pool)), int)
    for task in range(batch.n_tasks):
        for true, said in zip(batch.query_y[task], outputs[task].argmax(axis=-1), strict=True):
            expected[pool.index(batch.classes[task, true]), pool.index(batch.classes[task, said])] += 1
    np.testing.assert_array_equal(counts, expected)


def test_one_logit_is_two_classes(panel):
    panel.show_snapshot(shots.book())
    panel.choose_view("confusion")
    counts = panel.views["confusion"].confusion.counts
    assert counts.shape == (2, 2)
    assert counts.sum() == shots.book().held_out.query_y.shape[1]
    panel.choose_view("map")
    assert not panel.grab().isNull()


def test_digits_are_pictures_and_the_wrong_ones_are_marked(panel, digits):
    panel.show_snapshot(digits)
    assert panel.view_name == "pictures"
    view = panel.views["pictures"]
    for name in digits.learners:
        panel.choose_learner(name)
        accuracy = digits.live.learners[name].accuracy[panel.step, panel.index]
        n_query = digits.held_out.query_y.shape[1]
        assert view.wrong_count() == round((1 - accuracy) * n_query)
    first = digits.held_out.support_x[0][digits.held_out.support_y[0] == 0][0].reshape(8, 8)
    image = view._images[0][0][0]
    brightest = np.unravel_index(first.argmax(), first.shape)
    darkest = np.unravel_index(first.argmin(), first.shape)
    assert image.pixelColor(int(brightest[1]), int(brightest[0])).value() > image.pixelColor(
        int(darkest[1]), int(darkest[0])
    ).value()  # fmt: skip
    panel.grab()


def test_views_fit_the_tasks(panel, digits):
    def offered():
        return [panel.kind.itemData(place) for place in range(panel.kind.count())]

    panel.show_snapshot(shots.sine())
    assert offered() == ["curves"]
    assert not panel.kind.isVisible()
    panel.show_snapshot(replace(shots.classes(), run=1))
    assert offered() == ["map", "confusion"]
    panel.show_snapshot(replace(digits, run=2))
    assert offered() == ["pictures", "map", "confusion"]
    panel.show_snapshot(replace(shots.sine(), run=3))
    assert panel.view_name == "curves"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", [(488, 391), (455, 265), (320, 220)])
def test_every_view_is_drawn_at_every_size(panel, digits, theme, size):
    panel.apply_theme(theme)
    panel.resize(*size)
    for run, shot in enumerate((shots.sine(), shots.classes(0), digits)):
        panel.show_snapshot(replace(shot, run=run))
        for place in range(panel.kind.count()):
            panel.choose_view(panel.kind.itemData(place))
            assert not panel.grab().isNull()
    assert panel.width() == max(size[0], panel.minimumSizeHint().width())
    assert panel.minimumSizeHint().width() <= 455
