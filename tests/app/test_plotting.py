"""Axes, labels, ranges and the plot of the house, checked on item data and counted pixels."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.look.lettering import longest_fitting, text_width
from app.look.theme import DARK, LIGHT
from app.plots.axes import decimate, grown_end, linear_ticks, log10, log_ticks, loss_span, steady, tick_text
from app.plots.labels import Label, spread
from app.plots.plot import Band, Line, Plot, pen
from app.plots.readout import Dot, Readout, Row


@pytest.mark.parametrize(
    ("low", "high", "most", "texts"),
    [
        (0, 10, 11, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
        (0, 1, 5, ["0", "0.25", "0.5", "0.75", "1"]),
        (-5, 5, 5, ["−5", "−2.5", "0", "2.5", "5"]),
        (0, 1250, 8, ["0", "200", "400", "600", "800", "1\u2009000", "1\u2009200"]),
    ],
)
def test_linear_ticks_are_round_and_few(low, high, most, texts):
    assert [text for _, text in linear_ticks(low, high, most)] == texts


@pytest.mark.parametrize("most", range(2, 14))
def test_whole_ticks_are_whole_numbers_and_never_too_many(most):
    for high in (1, 3, 7, 10, 25, 1250):
        ticks = linear_ticks(0, high, most, whole=True)
        assert len(ticks) <= max(most, 2)
        assert all(place == round(place) for place, _ in ticks)


def test_log_ticks_say_values_and_thin_out_with_the_room():
    assert [text for _, text in log_ticks(-1, 1, 10)] == ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
    assert [text for _, text in log_ticks(-1, 1, 3)] == ["0.1", "1", "10"]
    assert len(log_ticks(-12, 6, 5)) <= 5
    for place, text in log_ticks(-2, 3, 20):
        assert 10**place == pytest.approx(float(text.replace("\u2009", "")))


def test_tick_text_writes_powers_where_zeros_grow_long():
    assert tick_text(1e-5) == "10⁻⁵"
    assert tick_text(2e7) == "2 × 10⁷"
    assert tick_text(-0.5) == "−0.5"


def test_log_of_zero_is_clamped_and_infinity_stays():
    drawn = log10(np.array([0.0, 1.0, np.inf, np.nan]))
    np.testing.assert_array_equal(drawn, [-12.0, 0.0, np.inf, np.nan])


def test_the_growing_end_holds_the_last_point_and_takes_few_steps():
    ends = [grown_end(last) for last in range(1, 20_000)]
    assert all(end >= last for last, end in enumerate(ends, 1))
    assert ends == sorted(ends)
    assert len(set(ends)) <= 26
    assert grown_end(1200) == 1250


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_loss_span_holds_all_finite_values_up_to_the_cap(scale):
    values = [0.232, 2.3, math.nan, 4.17, math.inf, 20_500.0]
    low, high = loss_span(values, scale, cap=50.0)
    drawn = log10(np.array([0.232, 50.0])) if scale == "log" else np.array([0.232, 50.0])
    assert low <= drawn[0]
    assert drawn[1] <= high < drawn[1] + (0.2 if scale == "log" else 20)


@pytest.mark.parametrize("values", [[], [math.nan], [0.0], [1.0, 1.0], [math.inf]])
def test_loss_span_of_odd_values_is_a_proper_range(values):
    for scale in ("log", "linear"):
        low, high = loss_span(values, scale)
        assert math.isfinite(low)
        assert high > low


def test_steady_ranges_only_grow_and_at_most_once_a_second():
    assert steady(None, (0, 10), 0.0) == (0, 10)
    assert steady((0, 10), (0, 20), 0.5) == (0, 10)
    assert steady((0, 10), (0, 20), 1.0) == (0, 20)
    assert steady((0, 10), (2, 5), 9.0) == (0, 10)
    assert steady((0, 10), (-1, 5), 9.0) == (-1, 10)


def test_decimation_keeps_every_spike_and_the_ends():
    rng = np.random.default_rng(0)
    x = np.arange(20_000.0)
    y = rng.standard_normal(20_000)
    y[7_777], y[12_345] = 99.0, -99.0
    thin_x, thin_y = decimate(x, y, 500)
    assert len(thin_x) <= 500
    assert (thin_y.max(), thin_y.min()) == (99.0, -99.0)
    assert (thin_x[0], thin_x[-1]) == (0.0, 19_999.0)
    assert (np.diff(thin_x) > 0).all()
    np.testing.assert_array_equal(y[thin_x.astype(int)], thin_y)


def test_decimation_survives_gaps_and_infinities():
    y = np.full(5_000, np.nan)
    y[1_000:2_000] = np.inf
    _, thin = decimate(np.arange(5_000.0), y, 100)
    assert np.isinf(thin).any()
    assert np.isnan(thin).any()


@pytest.mark.parametrize("seed", range(20))
def test_labels_are_pushed_apart_kept_in_order_and_inside(seed):
    wanted = np.random.default_rng(seed).uniform(0, 300, 8).tolist()
    found = spread(wanted, 4.0, 296.0)
    assert np.diff(sorted(found)).min() >= 17.0 - 1e-9
    assert np.argsort(found).tolist() == np.argsort(wanted).tolist()
    assert min(found) >= 4.0
    assert max(found) <= 296.0


def test_labels_with_room_stay_where_they_belong_and_too_many_share_the_room():
    assert spread([10.0, 200.0, 100.0], 0.0, 300.0) == [10.0, 200.0, 100.0]
    assert np.diff(spread([5.0] * 10, 0.0, 90.0)) == pytest.approx(10.0)
    assert spread([], 0.0, 100.0) == []


def test_the_longest_form_that_fits_is_chosen(qapp):
    forms = ("query loss after adaptation", "query loss", "loss")
    assert longest_fitting(forms, 1000, 12) == forms[0]
    assert longest_fitting(forms, text_width(forms[1], 12), 12) == forms[1]
    assert longest_fitting(forms, 1, 12) == ""


@pytest.fixture
def plot(qtbot):
    plot = Plot()
    qtbot.addWidget(plot)
    plot.resize(720, 440)
    plot.set_scales("whole", "log")
    plot.name_axes(["iteration"], ["query loss after adaptation (MSE)", "loss"])
    plot.follow((0.0, 100.0), (-1.0, 1.0), "run 1")
    plot.show()
    QApplication.processEvents()
    return plot


def _pixels(plot, color):
    image = plot.grab().toImage()
    wanted = QColor(color).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))


def test_pixel_and_at_pixel_are_inverse_and_agree_with_pyqtgraph(plot):
    point = plot.pixel(40.0, 0.3)
    back = plot.at_pixel(point)
    assert (back.x(), back.y()) == (pytest.approx(40.0), pytest.approx(0.3))
    theirs = plot.getViewBox().mapViewToScene(QPointF(40.0, 0.3))
    assert (point.x(), point.y()) == (pytest.approx(theirs.x(), abs=0.6), pytest.approx(theirs.y(), abs=0.6))


def test_ranges_grow_once_a_second_and_catch_up_by_themselves(plot, qtbot):
    now = [100.0]
    plot.clock = lambda: now[0]
    plot.follow((0.0, 100.0), (-1.0, 1.0), "run 2")
    now[0] += 0.2
    plot.follow((0.0, 200.0), (-1.0, 1.0), "run 2")
    assert plot.spans[0] == (0.0, 100.0)
    now[0] += 1.0
    with qtbot.waitSignal(plot.grown, timeout=5000):
        pass
    assert plot.spans[0] == (0.0, 200.0)
    plot.follow((0.0, 50.0), (-2.0, 0.0), "run 3")
    assert plot.spans == ((0.0, 50.0), (-2.0, 0.0))


def test_a_band_paints_pixels_and_infinity_is_drawn_at_the_top(plot):
    band, line = Band(), Line()
    plot.addItem(band)
    plot.addItem(line)
    x = np.array([0.0, 50.0, 100.0])
    band.paint_with("#00FF00", 1.0)
    band.show_between(x, np.array([-0.5, np.nan, -0.5]), np.array([0.5, np.nan, np.inf]), plot.top)
    assert _pixels(plot, "#00FF00") > 1000
    line.setPen(pen("#FF0000", 3))
    line.show_points(x, np.array([0.0, np.inf, np.nan]), plot.top)
    drawn = line.getData()[1]
    assert drawn[1] == plot.top > plot.spans[1][1]
    assert np.isnan(drawn[2])


def test_long_curves_are_thinned(plot):
    line = Line()
    plot.addItem(line)
    line.show_points(np.arange(5_000.0), np.random.default_rng(0).standard_normal(5_000), plot.top)
    assert len(line.getData()[0]) <= 500


def test_the_margin_holds_the_widest_label_and_does_not_shrink_with_a_digit(plot):
    labels = [Label("No adaptation", "2.7911", 0.4, "#888888", False)]
    plot.show_words(labels)
    QApplication.processEvents()
    room = plot.width() - plot.area().right()
    assert room >= labels[0].width("No adaptation") + 13
    plot.show_words([Label("No adaptation", "2", 0.4, "#888888", False)])
    assert plot.width() - plot.area().right() == room


def test_a_low_plot_gives_its_height_to_the_curves(plot):
    plot.name_axes(("iteration",), ("loss",))
    plot.resize(400, 300)
    assert plot.getAxis("bottom").labelText == "iteration"
    plot.resize(400, 90)
    assert plot.getAxis("bottom").labelText == "" and plot.area().height() >= 60
    plot.resize(400, 300)
    assert plot.getAxis("bottom").labelText == "iteration"


def test_labels_never_lie_over_each_other_references_yield_first(plot):
    labels = [Label(f"Learner {place}", "1.00", 0.5, "#000000") for place in range(5)]
    labels.insert(0, Label("Chance", "0.20", 0.5, "#000000", bold=False))
    plot.show_words(labels)
    assert plot.labels.fitting() == tuple(labels)
    plot.resize(400, 90)
    kept = plot.labels.fitting()
    assert 1 < len(kept) < 6 and all(label.bold for label in kept)
    assert np.diff(sorted(plot.labels.positions())).min() >= 13.0


def test_narrow_plots_use_the_short_name(plot):
    label = Label("No adaptation at all", "2.79", 0.4, "#888888", False, None, "No adapt.")
    plot.resize(320, 300)
    plot.show_words([label])
    QApplication.processEvents()
    room = plot.width() - plot.area().right()
    assert label.width("No adapt.") < room < label.width(label.name)


def test_wide_pens_count_device_pixels():
    assert pen("#FFFFFF", 1.5, dpr=2.0).widthF() == 3.0
    assert pen("#FFFFFF", 2.0, dash=(4, 2)).dashPattern() == [2.0, 1.0]


def test_mouse_menus_and_automatic_ranges_are_off(plot):
    box = plot.getViewBox()
    assert box.state["mouseEnabled"] == [False, False]
    assert box.state["autoRange"] == [False, False]
    assert not box.menuEnabled()
    assert plot.plotItem.buttonsHidden


def test_the_pointer_is_told_within_the_axes_and_none_outside(plot, qtbot):
    seen = []
    plot.hovered.connect(seen.append)
    for at in (plot.pixel(50.0, 0.0), QPointF(3.0, 3.0)):
        _move(plot, at)
    assert (seen[0].x(), seen[0].y()) == (pytest.approx(50.0), pytest.approx(0.0))
    assert seen[1] is None


def test_the_read_out_stays_inside_and_is_painted_over_the_plot(plot):
    readout = Readout(
        99.0, "iteration 99", (Row("MAML", "0.232 ± 0.066", "#FF0000"),), (Dot(99.0, 0.0, "#FF0000"),), "note"
    )
    _move(plot, plot.pixel(99.0, -0.99))
    plot.show_readout(readout)
    assert plot.rect().contains(plot.readout.card().toAlignedRect())
    assert _pixels(plot, "#FF0000") > 5
    plot.show_readout(None)
    assert _pixels(plot, "#FF0000") == 0


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_card_colour_fills_the_plot(plot, theme):
    plot.apply_theme(theme)
    QApplication.processEvents()
    assert _pixels(plot, theme.card) > 0.5 * plot.width() * plot.height() / 4


def test_axis_names_shorten_with_the_axis(plot):
    assert plot.getAxis("left").labelText == "query loss after adaptation (MSE)"
    plot.resize(720, 200)
    QApplication.processEvents()
    assert plot.getAxis("left").labelText == "loss"


def _move(plot, at):
    event = QMouseEvent(QEvent.Type.MouseMove, at, plot.viewport().mapToGlobal(at), Qt.MouseButton.NoButton,
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(plot.viewport(), event)
