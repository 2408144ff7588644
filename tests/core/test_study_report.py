"""What a study's report says: numbers against hand-made outcomes, ties called ties, warnings only with evidence."""

import math
import shlex
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from mamlcore.cli import main
from mamlcore.errors import LabError
from mamlcore.figures import GROUNDS, spread
from mamlcore.presets import load_preset
from mamlcore.study.answer import answer
from mamlcore.study.cautions import cautions
from mamlcore.study.compare import between, pairs, pairs_csv, standings
from mamlcore.study.conduct import Workforce, conduct
from mamlcore.study.document import Paragraph, Picture, Table, to_html, to_markdown
from mamlcore.study.outcome import Facts, Outcome, failed
from mamlcore.study.plan import Study, cells, command, planned
from mamlcore.study.report import report_blocks, write_report
from mamlcore.study.results import Result, Results, curves_csv, study_csv

LEARNERS = ("maml", "joint", "nearest_centroid")
MEANS = {"maml": 0.7, "joint": 0.6, "nearest_centroid": 0.5}


def made(preset: str = "letters", means: dict[str, float] | None = None, **wanted: Any) -> Results:
    """Return results whose scores are known: each learner's level, each run's shift, noise of tasks."""
    study = planned(load_preset(preset), **{"learners": ",".join(LEARNERS), "splits": "0,1,2", "tasks": 50, **wanted})
    return Results(study, tuple(Result(cell, _outcome(cell.place, means or MEANS)) for cell in cells(study)))


def _outcome(place: tuple[str, int, int, int, int], means: dict[str, float]) -> Outcome:
    learner, _, _, split, seed = place
    shared = np.random.default_rng([split, seed]).normal(0, 0.05, 50)  # tasks are hard or easy for everyone
    own = np.random.default_rng([split, seed, sum(learner.encode())]).normal(0, 0.02, 50)
    scores = means[learner] + 0.03 * split + shared + own
    facts = Facts("ok", metric="accuracy", meta_steps=100, best_iteration=40, parameters=3)
    return Outcome(facts, scores, 1 - scores, np.full(11, scores.mean()), np.full(11, 0.01), np.array([0.0, 40.0]),
                   np.array([0.2, 0.6]), np.array([0.6, 0.5, 0.4, 0.3]))  # fmt: skip


def test_standings_have_both_spreads() -> None:
    results = made(shots="1,5")
    found = standings(results, 5, 1)
    assert [one.learner for one in found] == list(LEARNERS)
    runs = [outcome.scores for outcome in results.of("maml", 5, 1).values()]
    assert found[0].mean == pytest.approx(np.mean(runs))
    assert found[0].ci95 == pytest.approx(1.96 * math.sqrt(sum(np.var(run, ddof=1) / 50 for run in runs)) / 3)
    assert found[0].spread == pytest.approx(np.std([run.mean() for run in runs], ddof=1))
    assert (found[0].n_cells, found[0].n_tasks) == (3, 150)


def test_a_pair_is_scipys_on_one_run() -> None:
    results = made(splits="0")
    pair = between(pairs(results), 5, 1, "maml", "joint")
    mine, theirs = (next(iter(results.of(name, 5, 1).values())).scores for name in ("maml", "joint"))
    assert pair is not None
    assert pair.p_t == pytest.approx(stats.ttest_rel(mine, theirs).pvalue, abs=1e-12)
    assert pair.p_sign == pytest.approx(stats.binomtest(int((mine > theirs).sum()), 50).pvalue)
    assert pair.difference == pytest.approx((mine - theirs).mean()) and math.isinf(pair.cells_ci95)


def test_a_pair_over_runs_and_turned_round() -> None:
    found = pairs(results := made())
    pair, back = between(found, 5, 1, "maml", "joint"), between(found, 5, 1, "joint", "maml")
    assert pair is not None and back is not None
    assert (back.difference, back.wins, back.losses) == (-pair.difference, pair.losses, pair.wins)
    assert pair.cells_won == 3 and back.cells_won == 0
    mine, theirs = (list(results.of(name, 5, 1).values()) for name in ("maml", "joint"))
    means = [one.scores.mean() - other.scores.mean() for one, other in zip(mine, theirs, strict=True)]
    low, high = stats.t.interval(0.95, 2, np.mean(means), stats.sem(means))
    assert pair.cells_ci95 == pytest.approx((high - low) / 2)
    assert not pair.is_tie and pairs_csv(found).count("\n") == 1 + 3


def test_the_answer_names_the_best_and_calls_a_tie_a_tie() -> None:
    results = made(shots="1,5")
    best, gain = answer(results, pairs(results))
    assert best.startswith("Best at 5-way 1-shot: MAML with 7") and "tied" not in best
    assert "at 5-way 5-shot MAML gives +9.7 points ± 0.5" in gain and "over Joint (better in 3 of 3 runs)" in gain
    tied = made(means={"maml": 0.6, "joint": 0.6, "nearest_centroid": 0.5})
    best, gain = answer(tied, pairs(tied))
    assert "tied with" in best and "a tie between MAML and Joint" in gain
    assert any("are a tie" in warning for warning in cautions(tied, pairs(tied)))
    worse = made(means={"maml": 0.4, "joint": 0.6, "nearest_centroid": 0.5})
    assert "meta-learning does not help" in answer(worse, pairs(worse))[1]


def test_nothing_judged_is_said() -> None:
    results = Results(made().study, tuple(Result(cell, None) for cell in cells(made().study)))
    assert answer(results, []) == ["No cell has given a number yet."]
    assert cautions(results, [])[0].startswith("9 of 9 cells are not finished")
    assert to_html("Study", list(report_blocks(results, [], []))).startswith("<!DOCTYPE html>")


def test_warnings_come_with_their_evidence_only() -> None:
    letters = made(seeds="0,1,2")
    assert not any("Too few classes" in text or "hardly known" in text for text in cautions(letters, pairs(letters)))
    digits = made("digits", ways="4", splits="0", own_steps=(("maml", 7),))
    said = " ".join(cautions(digits, pairs(digits)))
    for part in ("Too few classes: 6 training classes make only 15 sets of 4", "too few classes for validation classes",
                 "1 run (class splits times seeds)", "MAML 7, the others 2000"):  # fmt: skip
        assert part in said, part


def test_k_outside_the_training_range(tmp_path: Path) -> None:
    base = load_preset("letters").with_settings({"model.hidden": (8,), "outer.tasks": 4, "task.n_query": 5})
    study = planned(base, learners="maml,scratch", steps=4, trials=1, tasks=20, shots="1,5", test_shots="1,5,10")
    conduct(study, tmp_path, Workforce(0), lambda _: None)
    write_report(study, tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "K outside the training range: tested at K = 10, trained at K = 1, 5" in text
    table = text.partition("## At another K")[2].partition("## ")[0]
    assert [line.count("±") for line in table.splitlines() if line.startswith("| MAML, K = ")] == [3, 3]
    assert (tmp_path / "curves.csv").read_text().count(",test_shots,accuracy,10,") == 4


def test_failures_and_divergence_are_told() -> None:
    results = made(splits="0")
    first, second, third = results.found
    facts = Facts("diverged", "MAML diverged: its loss is 5.", metric="accuracy", n_diverged=4)
    assert first.outcome is not None
    hurt = Outcome(facts, first.outcome.scores, first.outcome.losses, first.outcome.step_means,
                   first.outcome.step_ci95, first.outcome.iterations, first.outcome.validation,
                   first.outcome.trial_scores)  # fmt: skip
    broken = Results(results.study, (Result(first.cell, hurt), Result(second.cell, failed("no memory")), third))
    said = " ".join(cautions(broken, pairs(broken)))
    assert "MAML diverged in training in 1 of 1 runs" in said and "on 4 of 50 test tasks" in said
    assert "Joint failed in 1 cell: no memory" in said
    assert "failed,no memory" in study_csv(broken) and "diverged,MAML diverged" in study_csv(broken)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset")]
        if tag not in ("meta", "img", "br", "source"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_report_stands_alone() -> None:
    results = made(shots="1,5", own_steps=(("maml", 7),))
    blocks = list(report_blocks(results, pairs(results), ["<b>&"]))
    page = _Page()
    text = to_html("A <study>", blocks)
    page.feed(text)
    assert page.open == [] and "script" not in page.tags and page.tags.count("img") == 4 == page.tags.count("source")
    assert all(link.startswith("data:image/svg+xml;base64,") for link in page.links)
    assert "http://" not in text.replace("http-equiv", "") and "https://" not in text and "&lt;b&gt;&amp;" in text
    markdown = to_markdown("A study", blocks)
    for picture in (block for block in blocks if isinstance(block, Picture)):
        for svg, ground in zip((picture.svg, picture.dark), GROUNDS, strict=True):
            ET.fromstring(svg)
            assert f"fill: {ground.lower()}".encode() in svg and f"--ground: {ground}" in text
        assert f"]({picture.name})" in markdown
    for table in (block for block in blocks if isinstance(block, Table)):
        assert all(len(row) == len(table.header) for row in table.rows), table.caption
    assert to_markdown("x", [Paragraph("a*b_c <d")]) == "# x\n\na\\*b\\_c \\<d\n"


def test_the_same_results_give_the_same_report() -> None:
    texts = [to_html("x", list(report_blocks(made(), pairs(made()), []))) for _ in range(2)]
    assert texts[0] == texts[1] and curves_csv(made()) == curves_csv(made())


@pytest.mark.parametrize("preset", ["letters", "sine", "gaussian", "sine-paper"])
def test_the_command_in_the_report_is_the_study(preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = planned(load_preset(preset).with_settings({"model.hidden": (7, 5), "inner.lr": 0.11}),
                    learners="maml,scratch", seeds="4,5", steps=9, own_steps=(("maml", 8),), trials=2,
                    tasks=33)  # fmt: skip
    again: list[Study] = []
    monkeypatch.setattr("mamlcore.cli.study._conduct", lambda plan, *_: again.append(plan))
    words = shlex.split(command(study, str(tmp_path)))
    assert words[0] == "maml-lab" and main(words[1:]) == 0
    assert [cell.key for cell in cells(again[0])] == [cell.key for cell in cells(study)]


def test_a_report_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="could not be written"):
        write_report(made().study, tmp_path / "file")


def test_names_at_the_ends_of_curves_are_apart() -> None:
    places = spread([0.5, 0.51, 0.52, 0.9, 0.99, 1.0], 0.05)
    assert all(b - a >= 0.05 - 1e-9 for a, b in pairwise(places))
    assert places[0] == pytest.approx(0.46) and places[-1] <= 1.0 + 1e-9
    assert spread([0.1, 0.5], 0.05) == [0.1, 0.5] and spread([], 0.05) == []
    crowd = spread([0.9] * 21, 1 / 20)
    assert crowd[0] == pytest.approx(0.0) and crowd[-1] == pytest.approx(1.0)
