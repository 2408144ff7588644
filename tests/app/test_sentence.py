"""The sentence: every form said, true of the numbers, and never wider than its place."""

import re

import numpy as np
import pytest
import shots
from PySide6.QtWidgets import QApplication

from app.look.theme import DARK, LIGHT
from app.sentence.bar import SentenceBar, fitted, pieces_width
from app.sentence.facts import in_sentence
from app.sentence.words import Item, Line, Piece, plain, sentence
from mamlcore import Lab
from mamlcore.evaluate import Evaluation, TaskCurves

STEPS, TASKS = 11, 40


def _first(shot, state="running"):
    return plain(sentence(shot, state).first.forms()[0])


def _second(shot):
    return plain(sentence(shot).second.forms()[0])


def _with_losses(**means):
    """Return a sine snapshot whose learners have these mean losses, a small spread that they share, at every step."""
    shot = shots.sine()
    wave = np.linspace(-0.5, 0.5, TASKS)
    curves = {name: TaskCurves(np.tile(means.get(name, 5.0) + wave, (STEPS, 1)), None) for name in shot.learners}
    return shots.replace(shot, live=shots.replace_learners(shot.live, curves))


def _classes(**means):
    """Return a 5-way snapshot whose learners have these mean accuracies, each task off by one percent point."""
    shot = shots.classes()
    wave = np.where(np.arange(TASKS) % 2, 0.01, -0.01)
    curves = {}
    for place, name in enumerate(shot.learners):
        accuracy = np.tile(means.get(name, 0.3) + np.roll(wave, place % 2), (STEPS, 1))
        curves[name] = TaskCurves(np.ones((STEPS, TASKS)), accuracy)
    return shots.replace(shot, live=shots.replace_learners(shot.live, curves))


def test_a_regression_says_steps_points_values_and_levels():
    shot = _with_losses(maml=0.232, joint=2.30)
    floor = next(line for line in shot.references if line.name == "no_adaptation").loss
    assert re.match(r"After 3 steps on 10 points: MAML 0\.232 ± 0\.09\d*, joint 2\.30 ± 0\.09, ", _first(shot))
    assert f"no adaptation {floor:.2f}, noise floor 0." in _first(shot)


def test_classes_say_ways_shots_percent_and_chance():
    text = _first(_classes(maml=0.813, nearest_centroid=0.409))
    assert text.startswith("5-way 5-shot: after 5 steps MAML 81.3 ± 0.3 %, nearest centroid 40.9 ± 0.3 %, chance 20 %")


def test_the_values_are_those_of_the_evaluation():
    shot = shots.sine()
    summary = shot.live.learners["maml"].loss_summary(3)
    said = re.search(r"MAML ([\d.]+) ± ([\d.]+)", _first(shot))
    assert float(said[1]) == pytest.approx(summary.mean, rel=0.01)
    assert float(said[2]) == pytest.approx(summary.ci95, rel=0.03)


def test_who_leads_is_said_with_the_paired_difference():
    # The learners share their spread over tasks: unpaired intervals overlap, the paired one is exactly zero wide.
    assert "MAML leads joint by 0.1" in _second(_with_losses(maml=2.2, joint=2.3))
    assert "Joint leads MAML by 0.1" in _second(_with_losses(maml=2.3, joint=2.2))


def test_the_paired_difference_of_accuracies_is_in_points():
    text = _second(_classes(maml=0.813, joint=0.409))
    assert "MAML leads joint by 40.4 ± 0.0 points (paired)." in text


def test_a_tie_is_said_as_a_tie():
    shot = _classes(maml=0.5, joint=0.4995)
    step = shot.live.learners["maml"].accuracy[5] - shot.live.learners["joint"].accuracy[5]
    rng = np.random.default_rng(0)
    noisy = shot.live.learners["maml"].accuracy + rng.normal(0, 0.05, (1, TASKS))
    shot = shots.with_losses(shot, "maml", np.ones((STEPS, TASKS)), noisy - (noisy - 0.5).mean())
    assert abs(step.mean()) < 0.01
    assert "MAML and joint tie: " in _second(shot)
    assert "leads" not in _second(shot)


def test_a_learner_that_is_better_than_both_is_named_too():
    text = _first(_with_losses(maml=1.0, joint=2.0, fomaml=0.5))
    assert text.index("MAML 1") < text.index("joint 2") < text.index("First-order 0.5")


def test_diverged_tasks_are_counted_and_the_median_is_said():
    shot = _with_losses(maml=0.5, joint=2.0)
    loss = shot.live.learners["maml"].loss.copy()
    loss[1:, :3] = np.inf
    shot = shots.with_losses(shot, "maml", loss)
    assert re.search(r"MAML median 0\.5\d\d", _first(shot))
    assert "Tasks that diverged: 3 of 40 for MAML." in _second(shot)
    assert "leads" not in _second(shot)


def test_nobody_above_chance_is_said():
    assert "No learner is measurably better than chance." in _second(
        _classes(maml=0.199, joint=0.2, fomaml=0.2, scratch=0.2, nearest_centroid=0.2)
    )
    assert "measurably" not in _second(_classes(maml=0.5))
    assert "leads" not in _second(_classes(maml=0.199, joint=0.1, fomaml=0.2, scratch=0.2, nearest_centroid=0.2))


def test_nobody_below_no_adaptation_is_said():
    assert "No learner is measurably better than no adaptation." in _second(_with_losses())
    assert "measurably" not in _second(_with_losses(joint=1.0))


def test_the_useless_seldom_pass_for_better_than_chance():
    """Of runs in which nobody knows anything, at most some 5 % may be said to hold a learner better than chance."""
    rng, fooled = np.random.default_rng(1), 0
    shot = shots.classes()
    for _ in range(200):
        curves = {name: TaskCurves(np.ones((STEPS, TASKS)), np.tile(rng.binomial(75, 0.2, TASKS) / 75, (STEPS, 1)))
                  for name in shot.learners}  # fmt: skip
        fooled += "measurably" not in _second(shots.replace(shot, live=shots.replace_learners(shot.live, curves)))
    assert fooled <= 16  # 5 learners, each with 2.5 % / 5 on its side: 5 expected; uncorrected it would be 24


def test_what_was_seen_and_how_it_was_judged_is_said():
    text = _second(shots.sine())
    assert "All trained learners saw the same 320 tasks." in text
    assert "40 held-out tasks, 95 % intervals." in text


def test_unequal_ledgers_are_not_called_the_same():
    shot = shots.sine()
    view = shot.learners["joint"]
    other = shots.replace(view, ledger=shots.replace(view.ledger, steps=1))
    assert "saw the same" not in _second(shots.replace(shot, learners={**shot.learners, "joint": other}))


def test_a_fresh_full_evaluation_is_what_is_spoken_of():
    shot = shots.evaluated()
    assert "60 held-out tasks" in _second(shot)
    newer: Evaluation = shots.replace(shot.live, iteration=shot.iteration + 10)
    assert "40 held-out tasks" in _second(shots.replace(shot, live=newer))


def test_one_learner_is_spoken_of_as_one():
    shot = shots.sine(0)
    alone = shots.replace(shot, learners={"maml": shot.learners["maml"]})
    assert _first(alone).startswith("Sine waves: one learner will meet these tasks. Press Run")
    assert "will judge it after 3 steps on 10 points." in _second(alone)


def test_the_ready_form_counts_learners_and_names_the_key():
    text = _first(shots.sine(0))
    assert text == "Sine waves: four learners will meet the same tasks. Press Run (F5) and watch the two plots."
    assert "±" not in text + _second(shots.sine(0))


def test_stopped_and_paused_forms_name_the_iteration():
    shot = shots.sine()
    assert _first(shots.stopped(shot)).startswith("At iteration 40, after 3 steps on 10 points: MAML")
    assert _second(shots.stopped(shot)).startswith("Training stopped by itself")
    assert _first(shot, "paused").startswith("At iteration 40, after 3 steps on 10 points: MAML")
    assert all(plain(form).startswith("At iteration 40") for form in sentence(shot, "paused").first.forms()[:-1])


def test_a_theta_judged_with_what_broke_the_run_is_said_to_be():
    lab = Lab(shots.settings())
    for _ in range(3):
        lab.advance()
    lab.apply(lab.config.with_settings({"inner.lr": 5.0}))
    while lab.fault is None:
        lab.step()
    assert "judged with what broke it, α 0.02 → 5." in _second(lab.snapshot())
    assert "judged with" not in _second(shots.stopped(shots.sine()))


def test_a_learner_that_is_not_offered_is_named_with_the_reason():
    shot = shots.replace(shots.sine(), unsupported={"nearest_centroid": "it needs classes."})
    assert "Nearest centroid is not offered: it needs classes." in _second(shot)


def test_names_within_a_sentence():
    assert [in_sentence(name) for name in ("maml", "joint", "scratch")] == ["MAML", "joint", "scratch"]


def test_the_least_important_is_dropped_first():
    items = tuple(Item((Piece(text),), rank) for text, rank in (("A", 100), ("B", 99), ("C", 70), ("D", 80)))
    said = [plain(form) for form in Line(("long: ", "l: "), items, ", ", ".").forms()]
    assert said[0] == "long: A, B, C, D."
    assert said[1] == "long: A, B, D."
    assert said[2] == "l: A, B, D."
    assert said[-1] == "A."


@pytest.mark.parametrize(
    "make", [shots.sine, shots.classes, shots.book, lambda: shots.sine(0), lambda: shots.stopped(shots.sine())]
)
@pytest.mark.parametrize("width", [150, 320, 640, 970, 1600])
def test_both_lines_fit_at_every_width(qtbot, make, width):
    bar = SentenceBar()
    qtbot.addWidget(bar)
    bar.resize(width, 56)
    bar.show_snapshot(make())
    (first, size), (second, small) = bar.shown()
    assert pieces_width(first, size) <= width
    assert pieces_width(second, small) <= width
    assert first


def test_nothing_but_the_least_is_dropped_at_1280(qtbot):
    bar = SentenceBar()
    qtbot.addWidget(bar)
    bar.resize(970, 56)
    bar.show_snapshot(_with_losses(maml=0.232, joint=2.30))
    (first, size), _ = bar.shown()
    assert size == 16
    assert plain(first) == _first(_with_losses(maml=0.232, joint=2.30))


def test_learners_are_written_in_their_colours(qtbot):
    bar = SentenceBar()
    qtbot.addWidget(bar)
    bar.resize(1600, 56)
    bar.show_snapshot(shots.sine())
    bar.show()
    for theme, color in ((DARK, "#3491D3"), (LIGHT, "#0072B2")):
        bar.apply_theme(theme)
        QApplication.processEvents()
        image = bar.grab().toImage()
        blue = sum(image.pixelColor(x, y).name().upper() == color for x in range(400) for y in range(8, 28))
        assert blue > 20
    assert bar.accessibleName() == bar.text()


def test_a_pause_changes_the_words_at_once(qtbot):
    bar = SentenceBar()
    qtbot.addWidget(bar)
    bar.show_snapshot(shots.sine())
    bar.show_state("paused")
    assert bar.text().startswith("At iteration 40")
    bar.show_state("running")
    assert bar.text().startswith("After 3 steps")


def test_letters_shrink_only_when_the_shortest_form_is_too_long(qapp):
    line = Line(("",), (Item((Piece("a rather long single thing to say"),), 1),), "")
    full = pieces_width(line.forms()[0], 16)
    assert fitted(line, full, 16)[1] == 16
    assert fitted(line, full * 0.8, 16)[1] < 16
    assert fitted(line, 1.0, 16)[0] == ()
