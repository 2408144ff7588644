"""Shift: at the trained value it says what the evaluation says; nothing learned changes; all see the same tasks."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from mamlcore import Lab, LabError, SettingError, load_preset
from mamlcore.cli import main
from mamlcore.evaluate import paired_difference
from mamlcore.shift import shift, shift_csv, shiftable

SMALL = {"evaluation.live_tasks": 10, "evaluation.tasks": 40}


def trained(preset: str, *learners: str, steps: int = 5, **changes: object) -> Lab:
    lab = Lab(load_preset(preset).with_settings({**SMALL, "learners": list(learners), **changes}))
    for _ in range(steps):
        lab.step()
    return lab


@pytest.mark.parametrize(("preset", "path"), [("sine", "task.noise"), ("letters", "task.n_way")])
def test_at_the_trained_value_it_is_the_evaluation(preset: str, path: str) -> None:
    lab = trained(preset, "maml", "joint", "scratch")
    value = lab.config.value(path)
    found, said, step = shift(lab.snapshot(), path, [value], 40), lab.evaluate(), lab.config.inner.steps
    assert found.trained == value and {point.learner for point in found.points} == set(said.learners)
    for point in found.points:
        curves = said.learners[point.learner]
        assert (point.mean, point.ci95) == (
            curves.summary(found.metric, step).mean,
            curves.summary(found.metric, step).ci95,
        )
        if point.learner != "maml":
            pair = paired_difference(
                curves.values(found.metric)[step], said.learners["maml"].values(found.metric)[step]
            )
            assert (point.difference, point.difference_ci95) == pair


def test_other_numbers_of_steps_are_the_evaluations_columns() -> None:
    lab = trained("sine", "maml", "joint")
    found, said = shift(lab.snapshot(), "inner.steps", ["0", "7", 10], 40), lab.evaluate()
    for point in found.points:
        assert point.mean == pytest.approx(said.learners[point.learner].loss[int(point.value)].mean(), rel=1e-12)
    assert len(found.of("maml")) == 3 and found.of("maml")[0].value == 0


def test_more_rows_help_and_noise_hurts_the_nearest_centroid_as_it_must() -> None:
    lab = trained("gaussian", "nearest_centroid", "maml", steps=1)
    rising = [point.mean for point in shift(lab.snapshot(), "task.k_shot", [1, 5, 20], 100).of("nearest_centroid")]
    falling = [point.mean for point in shift(lab.snapshot(), "task.noise", [0.1, 0.5, 2.0], 100).of("nearest_centroid")]
    assert rising == sorted(rising) and rising[-1] > rising[0] + 0.1
    assert falling == sorted(falling, reverse=True)


def test_who_has_outputs_for_each_class_is_left_out_at_another_n_and_says_so() -> None:
    free = ("prototypical", "nearest_centroid", "matching", "whitened_centroid", "joint", "proto_maml")
    lab = trained("letters", "maml", *free)
    found = shift(lab.snapshot(), "task.n_way", [2, 5], 60)
    assert {point.learner for point in found.points if point.value == 2} == set(free)
    assert set(found.left_out) == {"maml"} and "made for the N" in found.left_out["maml"]
    assert len(found.of("maml")) == 1
    for name in free:  # two classes are easier than five, and told apart at all
        two, five = found.of(name)
        assert two.mean > five.mean + 0.05 and two.mean > 0.6, name
    with pytest.raises(LabError, match="None of the learners"):
        shift(trained("letters", "maml").snapshot(), "task.n_way", [3], 20)


def test_the_nearest_centroid_at_another_n_is_that_of_a_lab_with_that_n() -> None:
    found = shift(trained("letters", "nearest_centroid", "maml", steps=0).snapshot(), "task.n_way", [3], 40)
    other = trained("letters", "nearest_centroid", steps=0, **{"task.n_way": 3}).evaluate()
    assert found.points[0].mean == other.learners["nearest_centroid"].summary("accuracy", 5).mean


def test_nothing_learned_changes_and_equal_calls_are_equal() -> None:
    lab = trained("sine", "maml", "joint")
    before = lab.snapshot().theta("maml")
    first, again = (shift(lab.snapshot(), "task.amplitude_high", [2.0, 5.0], 20) for _ in range(2))
    assert first == again and lab.config.task.amplitude_high == 5.0
    assert before is not None and all(
        np.array_equal(a[0], b[0]) for a, b in zip(before, lab.snapshot().theta("maml") or (), strict=True)
    )
    other = shift(lab.snapshot(), "task.amplitude_high", [2.0], 20, seed=7)
    assert other.points[0].mean != first.points[0].mean


@pytest.mark.parametrize(
    ("path", "values", "says"),
    [
        ("task.n_way", [3], "--over takes"),
        ("task.k_shot", [50], "must be <= 20, got 50"),
        ("inner.steps", [-1], "from 0 to 100"),
        ("inner.steps", ["x"], "from 0 to 100"),
        ("task.noise", [], "at least one value"),
    ],
)
def test_what_cannot_be_shifted_is_refused_in_a_sentence(path: str, values: list[object], says: str) -> None:
    lab = trained("sine", "maml", steps=0)
    with pytest.raises(SettingError, match=says):
        shift(lab.snapshot(), path, values, 20)


def test_the_command_writes_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"
    train = ["train", "--preset", "letters", "--learners", "maml,prototypical", "--steps", "3", "--out", str(run)]
    assert main([*train, "--set", "evaluation.tasks=20", "--set", "evaluation.live_tasks=10"]) == 0
    capsys.readouterr()
    over = ["--over", "task.k_shot=1,5", "--over", "task.n_way=2,5", "--tasks", "20"]
    assert main(["shift", str(run), *over, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = list(csv.DictReader((run / "shift.csv").read_text().splitlines()))
    assert len(rows) == sum(len(one["points"]) for one in told) == 4 + 3
    assert float(rows[0]["mean"]) == told[0]["points"][0]["mean"]
    assert (run / "shift.png").read_bytes().startswith(b"\x89PNG") and "Prototypical" in (run / "shift.svg").read_text()
    assert main(["shift", str(run), *over]) == 0
    out = capsys.readouterr().out
    assert "Accuracy where" in out and "made for the N" in out
    assert main(["shift", str(run), "--over", "task.k_shot"]) == 2
    assert main(["shift", str(tmp_path), "--over", "task.k_shot=1"]) == 2


def test_the_families_say_what_can_be_shifted() -> None:
    assert "task.phase_high" in shiftable(load_preset("sine")) and "task.n_way" not in shiftable(load_preset("sine"))
    assert "task.n_way" in shiftable(load_preset("letters")) and "task.noise" not in shiftable(load_preset("letters"))
    assert shift_csv([]).startswith("setting,value,trained,learner")
