"""Published experiments: settings as printed, tables checked against the runs' own files, resumed after a stop."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from data_files import png, write_zip

from mamlcore import tasks
from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch
from mamlcore.checkpoint import load_checkpoint, restore, save_checkpoint
from mamlcore.cli import main
from mamlcore.config import Config
from mamlcore.data import Choices, import_data, write_dataset
from mamlcore.evaluate import Evaluation, TaskCurves, summarise
from mamlcore.held_out import held_out_blocks
from mamlcore.lab import Lab
from mamlcore.reproduce import omniglot
from mamlcore.reproduce.published import Row, without_worst
from mamlcore.reproduce.sine import TABLE_2, SineResult, judge, parts
from mamlcore.reproduce.sine_report import figure, notes
from mamlcore.seeds import generator

Layers = list[tuple[Array, Array]]


def reproduce(*words: str) -> int:
    return main(["reproduce", *words])


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sine") / "out"
    assert reproduce("sine", "--steps", "30", "--seed", "3", "--out", str(folder)) == 0
    return folder


def rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "sine.csv").read_text())))


def test_without_a_name_the_experiments_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert reproduce() == 0
    assert "sine" in capsys.readouterr().out
    assert reproduce("--json") == 0
    assert "sine" in [row["name"] for row in json.loads(capsys.readouterr().out)]
    assert reproduce("cosine") == 2


def test_settings_are_the_papers() -> None:
    maml, baselines = parts(7).values()
    assert (maml.task.k_shot, maml.inner.steps, maml.inner.lr) == (10, 1, 0.01)
    assert (maml.outer.lr, maml.outer.tasks, maml.outer.optimizer) == (0.001, 25, "adam")
    assert (maml.model.hidden, maml.model.activation, maml.model.init) == ((40, 40), "relu", "truncated")
    assert (maml.evaluation.tasks, maml.seed, baselines.seed) == (600, 7, 7)
    pooled = baselines.task.k_shot + baselines.task.n_query
    assert pooled == maml.task.k_shot  # the published code pre-trains on a wave's support points only
    assert TABLE_2["maml", 5] == {1: 0.67, 5: 0.38, 10: 0.35}
    assert TABLE_2["joint", 5] == {1: 2.41, 5: 2.23, 10: 2.19}


def test_a_trial_leaves_table_figure_and_two_runs(trial: Path) -> None:
    assert {path.name for path in trial.iterdir()} == {"maml", "baselines", "sine.csv", "sine.png", "sine.svg"}
    assert (trial / "maml" / "theta.npz").exists()
    found = rows(trial)
    assert len(found) == 3 * 3 * 11
    assert {row["k_shot"] for row in found} == {"5", "10", "20"}
    assert {row["n_tasks"] for row in found} == {"600"}
    with_paper = {(row["learner"], row["k_shot"], row["step"]) for row in found if row["paper"]}
    assert with_paper == {(name, "5", step) for name in ("maml", "joint") for step in ("1", "5", "10")}


def test_the_table_is_what_fine_tuning_by_hand_gives(trial: Path) -> None:
    """The pre-trained net at K = 10: step size 0.02, by gradients written out here in float64."""
    lab = restore(load_checkpoint(trial / "baselines" / "checkpoint.npz"))
    states = {name: view.state for name, view in lab.snapshot().learners.items()}
    config = parts(3)["maml"]
    curves = judge(states, config, 10, 30).learners["joint"]
    theta = [(w.astype(np.float64), b.astype(np.float64)) for w, b in states["joint"].theta]
    batch = next(iter_blocks(config))
    for task in (0, 17):
        phi = theta
        for step in range(4):
            loss = np.mean((forward(phi, batch.query_x[task])[-1] - batch.query_y[task]) ** 2)
            assert curves.loss[step, task] == pytest.approx(loss, rel=2e-4)
            phi = descended(phi, batch.support_x[task], batch.support_y[task], 0.02)
    row = next(r for r in rows(trial) if (r["k_shot"], r["learner"], r["step"]) == ("10", "joint", "10"))
    assert float(row["mean"]) == pytest.approx(curves.loss[10].mean())


def iter_blocks(config: Config) -> Iterator[TaskBatch]:
    judged = config.with_settings({"task.k_shot": 10, "task.n_query": 50})
    return held_out_blocks(tasks.open_source(judged, generator(3, "world")), judged, "test", 100)


def forward(phi: Layers, x: Array) -> list[Array]:
    layers = [x.astype(np.float64)]
    for number, (w, b) in enumerate(phi):
        z = layers[-1] @ w + b
        layers.append(z if number == len(phi) - 1 else np.maximum(z, 0))
    return layers


def descended(phi: Layers, x: Array, y: Array, lr: float) -> Layers:
    layers = forward(phi, x)
    error = 2 * (layers[-1] - y) / len(x)
    new = []
    for number in reversed(range(len(phi))):
        w, b = phi[number]
        new.append((w - lr * layers[number].T @ error, b - lr * error.sum(axis=0)))
        error = (error @ w.T) * (layers[number] > 0)
    return new[::-1]


def test_a_stopped_one_goes_on_to_the_same_table(trial: Path, tmp_path: Path) -> None:
    for name, config in parts(3).items():
        lab = Lab(config)
        for _ in range(11):
            lab.advance()
        save_checkpoint(tmp_path / name / "checkpoint.npz", lab.snapshot())
    assert reproduce("sine", "--steps", "30", "--seed", "3", "--out", str(tmp_path)) == 0
    assert (tmp_path / "sine.csv").read_bytes() == (trial / "sine.csv").read_bytes()


def test_another_ones_folder_is_left_alone(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (trial / "sine.csv").read_bytes()
    assert reproduce("sine", "--steps", "30", "--seed", "4", "--out", str(trial)) == 2
    assert "seed" in capsys.readouterr().err
    assert reproduce("sine", "--steps", "20", "--seed", "3", "--out", str(trial)) == 2
    assert "30 meta-steps" in capsys.readouterr().err
    assert (trial / "sine.csv").read_bytes() == before


def test_json_says_what_differs_and_that_it_is_a_trial(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        reproduce("sine", "--steps", "30", "--seed", "3", "--out", str(trial), "--json") == 0
    )  # nothing left to train
    tree = json.loads(capsys.readouterr().out)
    assert tree["meta_steps"] == 30 and tree["published_meta_steps"] == 70000
    assert len(tree["rows"]) == 99 and "trial" in tree["notes"][0]
    assert any("Adam" in sentence for sentence in tree["differences"])
    assert next(row for row in tree["rows"] if row["learner"] == "oracle")["paper"] is None


def test_agreement_is_within_two_samples_of_tasks() -> None:
    def row(
        mean: float, ci95: float, paper: float | None, paper_ci95: float | None = None, trimmed: float | None = None
    ) -> Row:
        found = replace(summarise(np.zeros(2), np.zeros(2, dtype=bool)), mean=mean, ci95=ci95)
        return Row(5, "maml", 1, found, mean if trimmed is None else trimmed, paper, paper_ci95)

    assert row(0.7, 0.05, None).agrees is None
    assert row(0.70, 0.05, 0.64).agrees is True  # 0.06 < 0.05 * sqrt(2)
    assert row(0.70, 0.05, 0.62).agrees is False
    assert row(0.70, 0.03, 0.64, 0.06).agrees is True
    assert row(7230.0, 14000.0, 0.38, trimmed=0.5).agrees is None  # would agree with anything
    assert row(np.inf, np.nan, 0.38, trimmed=0.4).agrees is None


def test_outliers_are_named_not_hidden() -> None:
    loss = np.full((11, 200), 0.5)
    loss[10, 0] = np.inf
    loss[10, 1] = 40.0
    curves = {name: TaskCurves(loss, None) for name in ("maml", "joint", "oracle")}
    result = SineResult(0, 70_000, {k: Evaluation(70_000, 200, 10, curves) for k in (5, 10, 20)})
    said = " ".join(notes(result))
    assert "(2 of 200 beyond all proportion)" in said and "without the worst 1 % it is 0.5" in said
    assert "10 steps rests on a few waves" in said
    assert without_worst(loss[10]) == 0.5
    assert figure(result, "svg").startswith(b"<?xml")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a zip laid out as Omniglot's: 5 alphabets of 6 characters by 20 drawers, each character a square."""
    rng = np.random.default_rng(0)
    members = {}
    for alphabet in "ABCDE":
        for character in range(6):
            top, left = rng.integers(0, 20, 2)
            for drawer in range(20):
                picture = np.full((28, 28), 255, dtype=np.uint8)
                shift = rng.integers(0, 3)
                picture[top + shift : top + 6, left : left + 6 + shift] = 0
                members[f"{alphabet}/character{character:02}/{character:04}_{drawer:02}.png"] = png(picture)
    write_zip(tmp_path / "own.zip", members.items(), "own")
    return tmp_path / "own.zip"


def test_omniglots_settings_are_the_papers_but_for_batch_norm(tmp_path: Path) -> None:
    for k_shot, config in omniglot.parts(tmp_path / "omniglot.npz", 7, omniglot.INNER_LR).items():
        assert (config.task.n_way, config.task.k_shot, config.task.n_query, config.seed) == (5, k_shot, k_shot, 7)
        assert (config.model.hidden, config.model.activation) == ((256, 128, 64, 64), "relu")
        assert (config.inner.lr, config.inner.steps, config.outer.tasks, config.outer.lr) == (2.0, 1, 32, 0.001)
        assert config.task.n_features == 28 * 28
    assert omniglot.PAPER == {1: (0.897, 0.011), 5: (0.975, 0.006)}


def test_the_published_step_is_n_times_as_large_on_a_mean() -> None:
    """The published loss divides the cross-entropies of N K rows by K and sums them; ours is their mean."""
    rng = np.random.default_rng(1)
    for k_shot in (1, 5):
        rows = rng.random(5 * k_shot)
        assert 0.4 * (rows / k_shot).sum() == pytest.approx(omniglot.INNER_LR * rows.mean())


def test_omniglot_from_a_zip(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(omniglot, "HIDDEN", (16,))
    monkeypatch.setattr(omniglot, "SIZE", 14)  # a quarter of the pixels, and of the time
    out = tmp_path / "out"
    words = ["omniglot", "--data", str(archive), "--steps", "40", "--inner-lr", "0.5", "--out", str(out)]
    assert reproduce(*words) == 0
    said = capsys.readouterr().out
    assert "30 of Omniglot's 1623 characters: no claim" in said and "Divided by alphabet" in said
    assert "No batch norm" in said and "89.7" in said and "97.5" in said
    assert {path.name for path in out.iterdir()} == {"1-shot", "5-shot", "omniglot.npz", "omniglot.csv"}
    found = list(csv.DictReader(io.StringIO((out / "omniglot.csv").read_text())))
    assert len(found) == 2 * 2 * 11 and {row["meta_steps"] for row in found} == {"40"}
    paper = {(row["k_shot"], row["learner"], row["step"]): row["paper"] for row in found if row["paper"]}
    assert paper == {("1", "maml", "3"): "0.897", ("5", "maml", "3"): "0.975"}
    before = (out / "omniglot.csv").read_bytes()
    assert reproduce(*words, "--json") == 0  # nothing is left to train
    tree = json.loads(capsys.readouterr().out)
    assert (out / "omniglot.csv").read_bytes() == before
    assert tree["n_characters"] == 30 and sum(part["characters"] for part in tree["split"].values()) == 30
    alphabets = [name for part in tree["split"].values() for name in part["alphabets"]]
    assert sorted(alphabets) == list("ABCDE")


def test_omniglots_test_tasks_are_judged_as_the_nearest_centroid_by_hand(archive: Path, tmp_path: Path) -> None:
    table = import_data([archive], Choices(size=28, rotations=True))
    write_dataset(tmp_path / "omniglot.npz", table)
    config = omniglot.parts(tmp_path / "omniglot.npz", 3, 2.0)[5]
    lab = Lab(config.with_settings({"model.hidden": (8,), "evaluation.tasks": 20}))
    states = {"nearest_centroid": lab.snapshot().learners["nearest_centroid"].state}
    curves = omniglot.judge(states, lab.config, table, 0).learners["nearest_centroid"]
    assert curves.accuracy is not None
    source = tasks.open_source(lab.config, generator(3, "world"))
    batch = next(held_out_blocks(source, lab.config.with_settings({"task.n_query": 15}), "test", 20))
    assert batch.query_x.shape == (20, 75, 784)
    centroids = batch.support_x.reshape(20, 5, 5, 784).mean(axis=2)
    distances = ((batch.query_x[:, :, None] - centroids[:, None]) ** 2).sum(axis=-1)
    hits = (distances.argmin(axis=-1) == batch.query_y).mean(axis=-1)
    np.testing.assert_allclose(curves.accuracy[0], hits, atol=0.03)


def test_other_archives_do_not_mix_with_a_folders_own(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(omniglot, "HIDDEN", (4,))
    other = import_data([archive], Choices(size=28, rotations=False))
    write_dataset(tmp_path / "out" / "omniglot.npz", other)
    assert reproduce("omniglot", "--data", str(archive), "--steps", "1", "--out", str(tmp_path / "out")) == 2
    assert "other data" in capsys.readouterr().err
    assert reproduce("omniglot", "--data", str(tmp_path / "none.zip")) == 2
    assert "none.zip" in capsys.readouterr().err


def test_both_small_sets_as_published_by_alphabet(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    archives = sorted((root.parent / "shared" / "data" / "omniglot").glob("images_background_small*.zip"))
    if len(archives) != 2:
        pytest.skip("Omniglot's small background sets are not in ../shared/data/omniglot")
    monkeypatch.setattr(omniglot, "HIDDEN", (8,))
    monkeypatch.setattr(omniglot, "SHOTS", (1,))
    assert reproduce("omniglot", "--data", *map(str, archives), "--steps", "1", "--json") == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["n_characters"] == 242
    assert {word: part["characters"] for word, part in tree["split"].items()} == {
        "train": 136, "validation": 17, "test": 89,
    }  # fmt: skip
    assert tree["split"]["test"]["alphabets"] == ["Japanese_(katakana)", "Sanskrit"]
