"""A study: its plan, its cells as pure functions, its folder, what it goes on from, and its command."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from mamlcore.arrays import Array
from mamlcore.cli import main
from mamlcore.config import Config
from mamlcore.errors import Cancelled, LabError, SettingError
from mamlcore.learners import LEARNERS
from mamlcore.presets import load_preset
from mamlcore.seeds import generator
from mamlcore.study import conduct as conducting
from mamlcore.study.cell import run_cell
from mamlcore.study.conduct import StudyProgress, Workforce, conduct
from mamlcore.study.outcome import outcome_bytes, read_outcome
from mamlcore.study.plan import BASELINES, Cell, Study, cells, planned
from mamlcore.study.report import write_report
from mamlcore.study.results import collect, study_csv
from mamlcore.study.search import points, tuned_settings
from mamlcore.study.store import Store
from mamlcore.tasks import open_source

SMALL = {"model.hidden": (8,), "outer.tasks": 4, "task.n_query": 5}
HERE = Workforce(0)


@pytest.fixture
def base() -> Config:
    return load_preset("letters").with_settings(SMALL)


def small(base: Config, **wanted: object) -> Study:
    usual = {"learners": "maml,scratch,nearest_centroid", "shots": "1", "splits": "0", "seeds": "0", "steps": 24,
             "trials": 2, "tasks": 20, "validation_tasks": 10}  # fmt: skip
    return planned(base, **{**usual, **wanted})


def test_a_study_unfolds_into_all_its_cells(base: Config) -> None:
    study = small(base, shots="1,5", splits="0,1,2", seeds="3,4", ways="4,5", own_steps=(("maml", 7),))
    found = list(cells(study))
    assert len(found) == 3 * 2 * 3 * 2 * 2 == len({cell.key for cell in found})
    assert {cell.place for cell in found} >= {("scratch", 4, 5, 2, 4), ("maml", 5, 1, 0, 3)}
    assert {cell.steps for cell in found if cell.learner == "maml"} == {7}
    assert {cell.steps for cell in found if cell.learner == "scratch"} == {24}
    assert Cell.model_validate_json(found[0].model_dump_json()) == found[0]


def test_what_a_study_refuses(base: Config) -> None:
    with pytest.raises(SettingError, match=r"Study\.learners must be among .* got 'mamml'"):
        small(base, learners="maml,mamml")
    with pytest.raises(SettingError, match=r"Study\.shots must hold numbers from 1 to 20, got 0"):
        small(base, shots="0")
    with pytest.raises(SettingError, match=r"Study\.trials must be <= 9, got 99"):
        small(base, trials=99)
    with pytest.raises(SettingError, match=r"TaskConfig\.n_way must be <= 5, got 7"):
        small(base, ways="7")
    with pytest.raises(SettingError, match=r"Study\.splits must be one number, got 0, 1: Sine"):
        planned(load_preset("sine"), splits="0,1")


def test_a_cell_is_a_pure_function(base: Config) -> None:
    for cell in cells(small(base, learners="maml,joint")):
        assert outcome_bytes(run_cell(cell)) == outcome_bytes(run_cell(cell))


def test_a_cell_keeps_what_was_best_on_validation_tasks(base: Config) -> None:
    (cell,) = cells(small(base, learners="maml", steps=60))
    outcome = run_cell(cell)
    facts = outcome.facts
    assert facts.status == "ok" and facts.metric == "accuracy" and facts.meta_steps == 60
    assert facts.searched_steps == 60 + 15  # the chosen trial goes on, the other one stays at a quarter
    assert outcome.validation.max() == outcome.validation[list(outcome.iterations).index(facts.best_iteration)]
    assert outcome.step_means[facts.test_step] == pytest.approx(outcome.scores.mean())
    assert outcome.step_means.shape == (11,) and outcome.scores.shape == (20,)


def test_learners_meet_the_same_test_tasks(base: Config) -> None:
    """Two learners with one start, hardly trained, are equally wrong before adapting on the same tasks only."""
    study = small(base.with_settings({"outer.lr": 1e-5}), learners="maml,fomaml", steps=1, trials=1, seeds="0,1")
    found = {cell.place: run_cell(cell).step_means[0] for cell in cells(study)}
    assert found["maml", 5, 1, 0, 0] == pytest.approx(found["fomaml", 5, 1, 0, 0], abs=0.005)
    assert found["maml", 5, 1, 0, 1] != pytest.approx(found["maml", 5, 1, 0, 0], abs=0.005)


@pytest.mark.parametrize("name", LEARNERS)
def test_what_is_tuned_matters_and_what_matters_is_tuned(name: str) -> None:
    """Two meta-steps with a step size changed give other outputs exactly when the study tunes it."""
    base = load_preset("gaussian" if name == "oracle" else "letters").with_settings({**SMALL, "learners": (name,)})
    before = _outputs(name, base)
    for path in {"outer.lr", "inner.lr", *tuned_settings(name)}:
        if path == "inner.lr" and LEARNERS[name].role in BASELINES:
            continue  # those choose it themselves
        if name == "oracle":
            continue  # of Gaussian classes it knows all; with waves it is trained
        changed = _outputs(name, base.with_settings({path: base.value(path) / 3}))
        assert np.array_equal(before, changed) == (path not in tuned_settings(name)), path


def _outputs(name: str, config: Config) -> Array:
    source, rng = open_source(config, generator(0, "world")), generator(0, "train")
    state = LEARNERS[name].init(source.problem, config, generator(0, "init"))
    for _ in range(2):
        state, _ = LEARNERS[name].step(state, source.sample(rng, 4, "train", 1, 5), config)
    return LEARNERS[name].predict(state, source.sample(rng, 4, "test", 1, 5), 3, config)


def test_points_begin_with_the_settings_and_stay_in_range(base: Config) -> None:
    high = base.with_settings({"outer.lr": 0.25})  # three times of it is out of range
    for name in LEARNERS:
        found = points(name, high, 9)
        assert found[0] == {path: high.value(path) for path in tuned_settings(name)}
        assert len(found) == len({tuple(point.items()) for point in found})
        assert all(high.with_settings(point) for point in found)  # a value out of range would raise
        assert len(found) == 1 or len(found) >= 6
        assert points(name, high, 3) == found[:3]


@pytest.mark.parametrize("name", [name for name in LEARNERS if name not in ("oracle", "zero")])
def test_every_learner_is_tested_at_another_k(base: Config, name: str) -> None:
    kept = {"learners": name, "steps": 2, "trials": 1}
    (alone,), (cell,) = cells(small(base, **kept)), cells(small(base, **kept, test_shots="1,5"))
    assert cell.test_shots == (5,) and cell.key != alone.key
    outcome = run_cell(cell)
    assert list(outcome.other_shots) == [5.0] and 0.0 < outcome.other_means[0] < 1.0 and outcome.other_ci95[0] > 0
    assert np.array_equal(outcome.scores, run_cell(alone).scores)


def test_an_untrained_learner_does_the_same_at_a_k_whatever_it_was_trained_at(base: Config) -> None:
    """Nearest centroid: tested at 5 shots after 1 it meets the very tasks of a 5-shot cell."""
    kept = {"learners": "nearest_centroid", "trials": 1}
    (one,), (five,) = cells(small(base, **kept, test_shots="5")), cells(small(base, **kept, shots="5"))
    found, expected = run_cell(one), run_cell(five)
    assert found.other_means[0] == pytest.approx(expected.scores.mean(), abs=1e-12)
    assert found.other_ci95[0] == pytest.approx(expected.step_ci95[0], abs=1e-12)


def test_going_on_repeats_nothing(base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, seen = small(base), []
    conduct(study, tmp_path / "whole", HERE, seen.append)
    assert [progress.done for progress in seen] == [0, 1, 2, 3] and seen[-1].total == 3

    def stop_after(n: int) -> None:
        told: list[StudyProgress] = []
        with pytest.raises(Cancelled):
            conduct(study, tmp_path / "parts", HERE, told.append, lambda: len(told) > n)

    stop_after(1)
    stop_after(1)
    computed: list[str] = []
    real = conducting.here
    monkeypatch.setattr(
        conducting, "here", lambda left, stop: (computed.extend(c.learner for c in left), real(left, stop))[1]
    )
    conduct(study, tmp_path / "parts", HERE, lambda _: None)
    assert computed == ["nearest_centroid"]
    texts = [study_csv(collect(Store(tmp_path / name), study)) for name in ("whole", "parts")]
    assert texts[0] == texts[1] and "not finished" not in texts[0]


def test_a_study_of_another_version_is_told_but_not_mixed(base: Config, tmp_path: Path) -> None:
    old = small(base, learners="nearest_centroid").model_copy(update={"version": "0.0.1"})
    store = Store(tmp_path)
    (cell,) = cells(old)
    store.save_plan(old)
    store.save(cell, run_cell(next(cells(small(base, learners="nearest_centroid")))))
    assert "ok" in study_csv(collect(store, store.plan()))  # a report can always be made
    with pytest.raises(LabError, match=r"was begun with MAML Lab 0\.0\.1 .* choose another"):
        conduct(store.plan(), tmp_path, HERE, lambda _: None)
    assert run_cell(cell).facts.reason.startswith("the worker has MAML Lab")


def test_a_users_own_data(tmp_path: Path) -> None:
    """The report needs the data no more; going on with other data is refused."""
    rng, path = np.random.default_rng(0), tmp_path / "mine.npz"
    np.savez(path, x=rng.normal(size=(400, 6)), y=np.repeat(np.arange(20), 20))
    base = load_preset("letters").with_settings({**SMALL, "task.dataset": str(path), "task.n_features": 6})
    study = small(base, learners="nearest_centroid", ways="3,4")
    conduct(study, tmp_path / "study", HERE, lambda _: None)
    assert (
        np.load(Store(tmp_path / "study").path(next(cells(study))), allow_pickle=False)["cell"].item().startswith("{")
    )
    write_report(study, tmp_path / "study")
    assert "Classes at 3 ways" in (tmp_path / "study" / "report.md").read_text(encoding="utf-8")
    np.savez(path, x=rng.normal(size=(400, 6)), y=np.repeat(np.arange(20), 20))
    with pytest.raises(LabError, match=r"mine\.npz has changed since"):
        conduct(Store(tmp_path / "study").plan(), tmp_path / "study", HERE, lambda _: None)
    path.unlink()
    again = Store(tmp_path / "study").plan()
    write_report(again, tmp_path / "study")
    assert "could not be read again" in (tmp_path / "study" / "report.md").read_text(encoding="utf-8")
    assert "not finished" not in study_csv(collect(Store(tmp_path / "study"), again))


def test_a_damaged_file_is_computed_again(base: Config, tmp_path: Path) -> None:
    study = small(base, learners="nearest_centroid")
    conduct(study, tmp_path, HERE, lambda _: None)
    (cell,) = cells(study)
    path = Store(tmp_path).path(cell)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    conduct(study, tmp_path, HERE, lambda _: None)
    assert path.read_bytes() == whole


def test_a_learner_not_offered_and_one_that_diverges_are_rows_that_say_so(base: Config, tmp_path: Path) -> None:
    study = small(base.with_settings({"inner.lr": 5.0, "outer.lr": 0.3, "model.activation": "relu", "inner.steps": 10}),
                  learners="oracle,maml", steps=400, trials=1)  # fmt: skip
    conduct(study, tmp_path, HERE, lambda _: None)
    rows = list(csv.DictReader(io.StringIO(study_csv(collect(Store(tmp_path), study)))))
    assert [row["status"] for row in rows] == ["not offered", "diverged"]
    assert rows[0]["reason"].startswith("Oracle needs tasks whose making is known") and rows[0]["mean"] == ""
    assert "diverged" in rows[1]["reason"] and float(rows[1]["mean"]) > 0


def test_a_cell_whose_code_raises_costs_only_itself(
    base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by design of this test")

    monkeypatch.setattr(LEARNERS["scratch"].__class__, "predict", broken)
    study = small(base)
    conduct(study, tmp_path, HERE, lambda _: None)
    rows = list(csv.DictReader(io.StringIO(study_csv(collect(Store(tmp_path), study)))))
    assert [row["status"] for row in rows] == ["ok", "failed", "ok"]
    assert rows[1]["reason"] == "ZeroDivisionError: by design of this test"
    monkeypatch.undo()
    conduct(study, tmp_path, HERE, lambda _: None)  # what failed is tried again
    assert "failed" not in study_csv(collect(Store(tmp_path), study))


def test_an_outcome_comes_back_from_its_file(base: Config, tmp_path: Path) -> None:
    (cell,) = cells(small(base, learners="joint"))
    outcome = run_cell(cell)
    (tmp_path / "cell.npz").write_bytes(outcome_bytes(outcome))
    back = read_outcome(tmp_path / "cell.npz")
    assert back.facts == outcome.facts and back.facts.chosen.startswith("step size")
    assert np.array_equal(back.scores, outcome.scores) and np.array_equal(back.step_means, outcome.step_means)


COMMAND = ["--learners", "maml,scratch", "--steps", "8,maml=12", "--trials", "1", "--tasks", "20", "--workers", "0",
           "--set", "model.hidden=8", "--set", "outer.tasks=4", "--set", "task.n_query=5"]  # fmt: skip


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["study", "--out", str(tmp_path)]
    assert main([*out, "--preset", "letters", *COMMAND]) == 0
    said = capsys.readouterr().out
    assert "2/2" in said and "Best at 5-way 1-shot: " in said and "\x1b" not in said
    first = (tmp_path / "study.csv").read_bytes()
    assert main(out) == 0  # nothing left to do: the folder's own plan
    assert main([*out, "--report-only"]) == 0
    capsys.readouterr()
    assert main([*out, "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert {one["learner"] for one in tree["standings"]} == {"maml", "scratch"} and len(tree["pairs"]) == 1
    assert tree["answer"][0].startswith("Best at 5-way 1-shot") and tree["warnings"]
    assert (tmp_path / "study.csv").read_bytes() == first
    rows = list(csv.DictReader(io.StringIO(first.decode())))
    assert [row["meta_steps"] for row in rows] == ["12", "0"]
    assert json.loads((tmp_path / "study.json").read_text())["own_steps"] == [["maml", 12]]


def test_the_command_refuses_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["study", "--out", str(tmp_path / "none")]
    assert main([*out, "--report-only"]) == 2
    assert "holds no study" in capsys.readouterr().err
    assert main([*out, "--steps", "many"]) == 2
    assert "--steps takes a number" in capsys.readouterr().err
    assert main([*out, "--learners", "maml", "--shots", "x"]) == 2
    assert "Study.shots" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_regression_is_studied_by_its_loss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["study", "--out", str(tmp_path), "--preset", "sine", *COMMAND, "--shots", "5"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "Best at 5-shot: " in said and "%" not in said.partition("Best")[2] and " in loss" in said
    assert "maml, 5-shot, seed 42: ok" in said and (tmp_path / "training_5shot.svg").exists()
    assert {row["metric"] for row in csv.DictReader(io.StringIO((tmp_path / "study.csv").read_text()))} == {"loss"}
