"""The learners' table: its numbers against NumPy, its columns against the width, its model against Qt's tester."""

from dataclasses import replace

import numpy as np
import pytest
import shots
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication

from app.look.lettering import TICK, lettering
from app.look.numbers import MINUS, NOTHING
from app.look.theme import DARK, LIGHT
from app.panels.learners.model import COLUMNS, LearnersModel, tab_separated
from app.panels.learners.panel import LearnersPanel
from app.panels.learners.rows import interval_range, reference_of, table_of
from app.panels.learners.view import PICTURE, scale_ends
from mamlcore.evaluate import TaskCurves
from mamlcore.lab import Lab


@pytest.fixture
def panel(qtbot):
    made = LearnersPanel()
    qtbot.addWidget(made)
    made.resize(724, 260)
    made.show()
    return made


def texts(panel, column):
    place = COLUMNS.index(column)
    return [panel.model.index(row, place).data() for row in range(panel.model.rowCount())]


def test_a_row_says_what_numpy_says_of_the_same_tasks():
    shot = shots.sine()
    table = table_of(shot)
    steps = shot.config.inner.steps
    loss = shot.live.learners["joint"].loss
    gap = loss[steps] - shot.live.learners["maml"].loss[steps]
    row = next(row for row in table.rows if row.name == "joint")
    assert row.before == pytest.approx(loss[0].mean())
    assert row.after.mean == pytest.approx(loss[steps].mean())
    assert row.after.ci95 == pytest.approx(1.96 * loss[steps].std(ddof=1) / np.sqrt(loss.shape[1]))
    assert row.difference.mean == pytest.approx(gap.mean())
    assert row.difference.ci95 == pytest.approx(1.96 * gap.std(ddof=1) / np.sqrt(len(gap)))
    assert row.rows == shot.learners["joint"].ledger.rows > 0
    assert row.step_size == shot.learners["joint"].state.choice.lr
    assert row.steps == shot.learners["joint"].ledger.steps == shot.iteration
    assert row.parameters == sum(w.size + b.size for w, b in shot.learners["joint"].state.theta)
    assert sorted(row.name for row in table.rows) == sorted(shot.learners)
    assert sum(row.share for row in table.rows) == pytest.approx(1.0)


def test_accuracy_is_what_classes_are_judged_by():
    shot = shots.classes()
    table = table_of(shot)
    row = next(row for row in table.rows if row.name == "maml")
    assert table.metric == "accuracy"
    assert row.after.mean == pytest.approx(shot.live.learners["maml"].accuracy[shot.config.inner.steps].mean())
    assert next(row for row in table.rows if row.name == "nearest_centroid").before is None


def test_a_full_evaluation_counts_until_a_live_one_is_newer_as_in_the_plots():
    shot = shots.evaluated()
    assert table_of(shot).is_full
    assert table_of(shot).n_tasks == 60
    going_on = replace(shot, iteration=shot.iteration + 1)
    assert table_of(going_on).is_full
    later = replace(going_on, live=replace(shot.live, iteration=going_on.iteration))
    assert not table_of(later).is_full
    assert table_of(later).n_tasks == shot.live.n_tasks == 40


def test_without_maml_the_first_meta_learner_is_the_reference():
    assert reference_of(["joint", "fomaml", "maml"]) == "maml"
    assert reference_of(["joint", "fomaml"]) == "fomaml"
    assert reference_of(["joint", "scratch"]) == "joint"


def test_a_difference_whose_interval_holds_zero_is_a_tie(panel):
    shot = shots.sine()
    loss = np.ones((11, 40))
    noise = np.tile([0.5, -0.5], 20)
    shot = shots.with_losses(shot, "maml", loss)
    shot = shots.with_losses(shot, "joint", loss + noise + 0.01)
    shot = shots.with_losses(shot, "scratch", loss + 0.1 * noise - 0.5)
    panel.show_snapshot(shot)
    names = [row.name for row in panel.table.rows]
    said = dict(zip(names, texts(panel, "difference"), strict=True))
    assert said["maml"] == "reference"
    assert said["joint"].startswith("tie +0.01")
    assert said["scratch"].startswith(f"{MINUS}0.500 ±")


def test_rows_are_ranked_and_who_cannot_be_told_apart_keeps_its_place(panel):
    """Order of the settings: maml, fomaml, joint, scratch. Losses are the same on all tasks but for a small noise."""
    noise = 0.05 * np.tile([1.0, -1.0], 20)
    shot = shots.sine()
    for name, level in {
        "maml": 2.0 + 0 * noise,
        "fomaml": 1.0 + noise,
        "joint": 1.005 - noise,
        "scratch": 0.5 + noise,
    }.items():
        shot = shots.with_losses(shot, name, np.tile(level, (11, 1)))
    panel.show_snapshot(shot)
    assert texts(panel, "rank") == ["1", "=2", "=2", "4"]
    assert [row.name for row in panel.table.rows] == ["scratch", "fomaml", "joint", "maml"]
    nearly = shots.with_losses(shot, "fomaml", np.tile(1.01 + noise, (11, 1)))  # behind joint, but not surely
    assert [row.name for row in table_of(nearly).rows] == ["scratch", "fomaml", "joint", "maml"]
    better = table_of(shots.with_losses(shot, "joint", np.tile(0.9 - noise, (11, 1))))
    assert [row.name for row in better.rows] == ["scratch", "joint", "fomaml", "maml"]
    assert [(row.rank, row.shares_rank) for row in better.rows] == [(n, False) for n in (1, 2, 3, 4)]


def test_high_accuracies_rank_first():
    table = table_of(shots.classes())
    means = [row.after.mean for row in table.rows]
    assert means[0] == max(means) and means[-1] == min(means)
    assert [row.rank for row in table.rows] == sorted(row.rank for row in table.rows)


def test_a_diverged_task_is_counted_and_its_column_goes_up(panel, qtbot):
    shot = shots.sine()
    panel.resize(560, 260)
    panel.show_snapshot(shot)
    place = COLUMNS.index("diverged")
    assert panel.view.isColumnHidden(place)
    loss = np.ones((11, 40))
    loss[3, 0] = np.inf
    panel.show_snapshot(shots.with_losses(shot, "joint", loss))
    qtbot.waitUntil(lambda: not panel.view.isColumnHidden(place))
    assert "1 of 40" in texts(panel, "diverged")
    assert "∞" in texts(panel, "after")
    said = dict(zip([row.name for row in panel.table.rows], texts(panel, "difference"), strict=True))
    assert panel.table.rows[-1].name == "joint"  # beaten by all whose losses are numbers
    assert said["joint"] == NOTHING and said["scratch"] != NOTHING  # no tie between a number and a run-away


@pytest.mark.parametrize("width", [260, 340, 420, 513, 600, 724, 1100])
def test_columns_fit_the_width_and_no_text_is_cut(panel, width):
    panel.resize(width, 260)
    panel.show_snapshot(shots.classes())
    view = panel.view
    shown = [column for place, column in enumerate(COLUMNS) if not view.isColumnHidden(place)]
    total = sum(view.columnWidth(COLUMNS.index(column)) for column in shown)
    assert total <= view.viewport().width()
    assert shown[0] == "learner"
    for column in shown:
        for row in panel.table.rows:
            assert view.cell_width(row, column) <= view.columnWidth(COLUMNS.index(column))
    if width >= 513:
        assert {"before", "after", "difference"} <= set(shown)
    assert width < 724 or "picture" in shown


def test_before_the_first_step_it_says_what_will_stand_here(panel):
    panel.show_snapshot(shots.sine(0))
    assert panel.table is None
    assert not panel.view.isVisible()
    assert "nothing measured yet" in panel.header.accessibleName()
    panel.show_snapshot(shots.sine())
    assert panel.view.isVisible()
    assert "40 held-out tasks" in panel.header.accessibleName()


def test_the_header_says_which_evaluation_and_how_many_tasks(panel):
    panel.show_snapshot(shots.evaluated())
    assert "full evaluation, same 60 held-out tasks" in panel.header.accessibleName()


def test_qt_finds_no_fault_with_the_model(qtmodeltester):
    model = LearnersModel()
    qtmodeltester.check(model)
    for table in (table_of(shots.sine()), table_of(shots.sine(10)), table_of(shots.classes()), None):
        model.show_table(table)
        qtmodeltester.check(model, force_py=False)


def test_new_numbers_change_cells_and_keep_the_rows(qtbot):
    model = LearnersModel()
    model.show_table(table_of(shots.sine(10)))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged, timeout=1000):
        model.show_table(table_of(shots.sine()))
    with qtbot.waitSignal(model.modelReset, timeout=1000):
        model.show_table(table_of(shots.classes()))


def test_the_copy_reads_back_as_the_numbers_shown(panel):
    shot = shots.sine()
    panel.show_snapshot(shot)
    text = panel.copy_text()
    assert QGuiApplication.clipboard().text() == text == tab_separated(panel.table)
    lines = [line.split("\t") for line in text.strip().split("\n")]
    assert {len(line) for line in lines} == {len(lines[0])}
    joint = next(line for line in lines if line[0] == "joint")
    after = shot.live.learners["joint"].loss[shot.config.inner.steps]
    assert float(joint[lines[0].index("loss after 3 steps")]) == pytest.approx(after.mean(), rel=1e-5)
    assert int(joint[lines[0].index("rows")]) == shot.learners["joint"].ledger.rows


def test_costs_follow_within_moments_and_end_with_the_last(panel, qtbot):
    lab = Lab(shots.settings(evaluation__every=1000))
    lab.step()
    for _ in range(5):
        lab.step()
        panel.show_snapshot(lab.snapshot())
    last = lab.snapshot().learners["joint"].ledger.rows
    qtbot.waitUntil(lambda: next(row for row in panel.table.rows if row.name == "joint").rows == last, timeout=3000)


def test_ctrl_c_in_the_table_copies_it(panel, qtbot):
    panel.show_snapshot(shots.sine())
    QGuiApplication.clipboard().clear()
    panel.view.setFocus()
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("learner\trank\tloss before\tloss after 3 steps")


def test_interval_pictures_keep_their_scale_while_numbers_move():
    shot = shots.sine()
    low, high = interval_range(table_of(shot))
    ends = [value for row in table_of(shot).rows for value in (row.after.mean - row.after.ci95, row.after.mean)]
    assert low <= min(ends) < max(ends) <= high
    nudged = shots.with_losses(shot, "maml", shot.live.learners["maml"].loss * 1.0001)
    assert interval_range(table_of(nudged)) == (low, high)
    flat = shots.with_losses(shot, "maml", np.full((11, 40), np.inf))
    assert np.isfinite(interval_range(table_of(flat))).all()


def test_the_picture_of_an_interval_lies_where_its_value_lies(panel):
    panel.show_snapshot(shots.sine())
    rect = panel.view.visualRect(panel.model.index(0, COLUMNS.index("picture")))
    low, high = interval_range(panel.table)
    places = [panel.view.place(value, rect) for value in (low, np.sqrt(low * high), high)]
    assert places[1] == pytest.approx((places[0] + places[2]) / 2)
    assert panel.view.place(np.inf, rect) == places[2]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_learner_is_drawn_in_its_own_colour(panel, theme):
    panel.apply_theme(theme)
    panel.show_snapshot(shots.sine())
    picture = panel.grab().toImage()
    wanted = {"#3491d3", "#f87e36"} if theme.is_dark else {"#0072b2", "#d55e00"}
    seen = {picture.pixelColor(x, y).name() for x in range(0, picture.width()) for y in range(0, picture.height(), 2)}
    assert wanted <= seen


def test_a_table_of_infinite_losses_is_drawn(panel):
    shot = shots.sine()
    loss = np.full((11, 40), np.nan)
    bad = replace(shot, live=replace(shot.live, learners={name: TaskCurves(loss, None) for name in shot.learners}))
    panel.show_snapshot(bad)
    panel.grab()
    assert texts(panel, "after") == ["–"] * 4


def test_one_step_is_said_in_the_singular(panel):
    shot = shots.sine()
    one = shot.config.with_settings({"inner.steps": 1})
    panel.show_snapshot(replace(shot, config=one, iteration=0, test=None))
    assert "after 1 step," in panel._ready.text()


def test_the_ends_of_a_scale_never_overlap(qapp):
    metrics = QFontMetrics(lettering(TICK))
    assert scale_ends("20", "100", " %", metrics, PICTURE[0]) == ("20", "100 %")
    assert scale_ends("2 × 10⁻¹⁰", "50 × 10¹⁰", "", metrics, PICTURE[0]) == ("", "50 × 10¹⁰")
