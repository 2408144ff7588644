"""What is written can be read again by others, and says the same numbers."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file

from mamlcore import Config, Lab, LabError, LoadError, Snapshot, load_theta
from mamlcore.checkpoint import load_checkpoint
from mamlcore.data import open_table
from mamlcore.export import FILES, command, export_files, files_of
from mamlcore.figures import Look, render
from mamlcore.npz import npz_bytes
from mamlcore.snapshot import Change

SMALL = {"evaluation.live_tasks": 12, "evaluation.tasks": 40, "outer.tasks": 4, "model.hidden": (8, 6)}


@pytest.fixture(scope="module", params=["sine", "gaussian"])
def shot(request: pytest.FixtureRequest) -> Snapshot:
    gaussian = {
        "task.family": "gaussian",
        "task.noise": 0.5,
        "learners": "maml,joint,nearest_centroid",
        "task.n_way": 3,
    }
    lab = Lab(Config().with_settings({**SMALL, **(gaussian if request.param == "gaussian" else {})}))
    for _ in range(10):
        lab.advance()
    lab.evaluate()
    return lab.snapshot()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shot: Snapshot) -> Path:
    """Return what was exported, only to be read."""
    run = tmp_path_factory.mktemp("run")
    export_files(run, shot, files_of(shot))
    return run


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def test_every_file_is_written(folder: Path, shot: Snapshot) -> None:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == set(files_of(shot)) >= {*FILES, "parameters/maml.npz", "parameters/joint.safetensors"}
    assert not [name for name in found if "nearest_centroid" in name]


def test_theta_is_the_same_in_every_format(folder: Path, shot: Snapshot) -> None:
    theta = shot.theta("maml")
    assert theta is not None
    plain = np.load(folder / "theta.npz", allow_pickle=False)
    tensors = load_file(folder / "theta.safetensors")
    layers = json.loads((folder / "theta.json").read_text())["layers"]
    for i, (weights, bias) in enumerate(theta):
        np.testing.assert_array_equal(plain[f"W{i}"], weights)
        np.testing.assert_array_equal(plain[f"b{i}"], bias)
        np.testing.assert_array_equal(tensors[f"{2 * i}.weight"].T, weights)
        np.testing.assert_array_equal(tensors[f"{2 * i}.bias"], bias)
        np.testing.assert_array_equal(np.asarray(layers[i]["weights"], dtype=weights.dtype), weights)
    assert Config.from_json(str(plain["config"])) == shot.config


def test_evaluation_has_a_row_for_every_step_and_the_right_numbers(folder: Path, shot: Snapshot) -> None:
    found = rows(folder / "evaluation.csv")
    assert list(found[0]) == ["learner", "step", "metric", "mean", "median", "std", "ci95", "n_tasks", "n_diverged"]
    assert shot.test is not None
    for name, curves in shot.test.learners.items():
        mine = [row for row in found if row["learner"] == name and row["metric"] == "loss"]
        assert [int(row["step"]) for row in mine] == list(range(11))
        for row, losses in zip(mine, curves.loss, strict=True):
            assert float(row["mean"]) == pytest.approx(losses.mean(), rel=1e-12)
            assert float(row["ci95"]) == pytest.approx(1.96 * losses.std(ddof=1) / len(losses) ** 0.5, rel=1e-12)
            assert int(row["n_tasks"]) == 40
    paired = {row["metric"] for row in found if row["learner"] == "joint"}
    assert "loss_minus_maml" in paired


def test_history_has_every_point(folder: Path, shot: Snapshot) -> None:
    found = rows(folder / "history.csv")
    assert list(found[0]) == ["iteration", "learner", "split", "metric", "value"]
    mine = [row for row in found if (row["learner"], row["split"], row["metric"]) == ("maml", "test", "loss")]
    assert [float(row["value"]) for row in mine] == list(shot.curves["maml"].loss)
    assert any(row["split"] == "train" for row in found)


def test_checkpoint_and_config_are_read_again(folder: Path, shot: Snapshot) -> None:
    assert load_checkpoint(folder / "checkpoint.npz").config == shot.config
    assert Config.from_json((folder / "config.json").read_text()) == shot.config


def test_figures_drawn_at_once_in_two_looks_do_not_mix(shot: Snapshot) -> None:
    import matplotlib as mpl  # noqa: PLC0415

    looks = [Look(dark=dark, width_mm=60, dpi=40) for dark in (False, True)]
    alone, before = [render(shot, "meta_loss", "png", look) for look in looks], dict(mpl.rcParams)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda look: render(shot, "meta_loss", "png", look), looks * 3))
    assert together == alone * 3
    assert dict(mpl.rcParams) == before


def test_figures_have_the_size_asked_for(folder: Path, shot: Snapshot) -> None:
    with Image.open(io.BytesIO(render(shot, "meta_loss", "png", Look(width_mm=100.0, dpi=254)))) as image:
        assert abs(image.width - 1000) <= 1
    svg = (folder / "adaptation.svg").read_text()
    assert "inner steps on the support set" in svg and "MAML" in svg
    assert (folder / "meta_loss.pdf").read_bytes().startswith(b"%PDF")
    assert render(shot, "meta_loss", "svg", Look()) == render(shot, "meta_loss", "svg", Look())
    assert render(shot, "meta_loss", "png", Look(dark=True)) != render(shot, "meta_loss", "png", Look())


def test_an_exported_theta_fits_and_predicts_what_the_lab_says(folder: Path, shot: Snapshot) -> None:
    """The estimator and the lab's own evaluation are two roads to the same loss."""
    model, task, steps = load_theta(folder / "theta.npz"), shot.held_out.tasks(slice(0, 1)), shot.config.inner.steps
    fitted = model.fit(task.support_x[0], task.support_y[0])
    assert fitted is model
    said = shot.live.learners["maml"]
    if shot.metric == "loss":
        error = np.mean((model.predict(task.query_x[0]) - task.query_y[0, :, 0]) ** 2)
        assert error == pytest.approx(said.loss[steps, 0], rel=1e-4)
    else:
        assert said.accuracy is not None
        assert model.score(task.query_x[0], task.query_y[0]) == pytest.approx(said.accuracy[steps, 0])
        np.testing.assert_allclose(model.predict_proba(task.query_x[0]).sum(axis=1), 1.0, rtol=1e-5)


def test_a_wrong_fit_is_refused_in_a_sentence(folder: Path, shot: Snapshot) -> None:
    model = load_theta(folder / "theta.npz")
    width = model.n_features_in_
    x = np.zeros((4, width))
    with pytest.raises(LabError, match="not fitted"):
        model.predict(x)
    with pytest.raises(LabError, match=rf"X must have shape \(rows, {width}\), got \(4, {width + 1}\)"):
        model.fit(np.zeros((4, width + 1)), np.zeros(4))
    with pytest.raises(LabError, match="as many rows, got 4 and 3"):
        model.fit(x, np.zeros(3))
    with pytest.raises(LabError, match="NaN or infinity"):
        model.fit(x + np.nan, np.zeros(4))
    if shot.metric == "accuracy":
        with pytest.raises(LabError, match="at most 3 classes, got 4"):
            model.fit(x, np.arange(4))
        named = model.fit(shot.held_out.support_x[0], np.array(["a", "b", "c"])[shot.held_out.support_y[0]])
        assert set(named.predict(shot.held_out.query_x[0])) <= {"a", "b", "c"}


@pytest.mark.parametrize(("x", "y", "steps", "says"), [
    (None, [0.0, 1.0], 1.5, "steps must be a whole number >= 0, got 1.5"),
    (None, None, 1, "the target y is None; give one for each row"),
    (None, 3.0, 1, "as many rows, got 2 and no list"),
    (None, [0.0, np.nan], 1, "NaN or infinity"),
    ("words", [0.0, 1.0], 1, "X must hold numbers"),
    (None, [1, "a"], 1, "y must hold numbers|labels must all be of one kind"),
])  # fmt: skip
def test_what_is_no_task_is_refused_in_a_sentence(
    folder: Path, shot: Snapshot, x: object, y: object, steps: float, says: str
) -> None:
    model = load_theta(folder / "theta.npz")
    if shot.metric == "accuracy" and says.startswith("NaN"):
        return  # a class may be called anything
    rows = np.zeros((2, model.n_features_in_)) if x is None else [["a"] * model.n_features_in_] * 2
    labels = np.array(y, dtype=object) if isinstance(y, list) and "a" in y else y
    with pytest.raises(LabError, match=says):
        model.fit(rows, labels, steps=steps)  # type: ignore[arg-type]


def test_a_theta_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for name, arrays, says in (
        ("a", {"x": np.zeros(3)}, "not an exported theta"),
        (
            "b",
            {"W0": np.zeros((2, 3)), "b0": np.zeros(4), "config": np.asarray("{}"), "loss": np.asarray("mse")},
            "chain",
        ),
        (
            "c",
            {"W0": np.full((2, 3), np.nan), "b0": np.zeros(3), "config": np.asarray("{}"), "loss": np.asarray("mse")},
            "finite",
        ),
    ):
        (tmp_path / name).write_bytes(npz_bytes(arrays))
        with pytest.raises(LoadError, match=says):
            load_theta(tmp_path / name)


def test_rows_as_they_lie_in_the_file_come_on_the_scale_of_training(tmp_path: Path) -> None:
    """An exported theta is of use where the rows are raw: bit for bit those that it was trained and judged on."""
    shot = Lab(Config().with_settings({**SMALL, "task.family": "dataset", "learners": "maml"})).snapshot()
    export_files(tmp_path, shot, ["theta.npz"])
    model, tasks = load_theta(tmp_path / "theta.npz"), shot.held_out
    raw = open_table("letters").x[tasks.parameters["support_rows"][0]]
    np.testing.assert_array_equal(model.standardised(raw), tasks.support_x[0])
    np.testing.assert_array_equal(model.standardised(raw.tolist()), tasks.support_x[0])
    assert np.abs(raw - tasks.support_x[0]).max() > 1
    export_files(tmp_path, shot, ["theta.safetensors", "theta.json"])
    with safe_open(tmp_path / "theta.safetensors", "numpy") as file:
        about = json.loads(file.metadata()["maml_lab"])
    for tree in (about, json.loads((tmp_path / "theta.json").read_text())):
        by_hand = np.clip((raw - tree["x_offset"]) / tree["x_width"], -8, 8).astype(np.float32)
        np.testing.assert_array_equal(by_hand, tasks.support_x[0])
    arrays = dict(np.load(tmp_path / "theta.npz"))
    for part, says in ((np.zeros(16), "x_width must be above 0"), (np.ones(3), "must hold 16 finite numbers each")):
        (tmp_path / "bad.npz").write_bytes(npz_bytes({**arrays, "x_width": part}))
        with pytest.raises(LoadError, match=says):
            load_theta(tmp_path / "bad.npz")


def test_tasks_that_are_made_need_no_scale(folder: Path) -> None:
    model = load_theta(folder / "theta.npz")
    rows = np.linspace(-3, 3, 2 * model.n_features_in_, dtype=np.float32).reshape(2, -1)
    assert model.scale is None
    np.testing.assert_array_equal(model.standardised(rows), rows)


def test_a_theta_file_with_impossible_settings_is_no_theta_file(tmp_path: Path) -> None:
    layer = {"W0": np.zeros((2, 3)), "b0": np.zeros(3)}
    for config, loss, says in (
        ('{"inner": {"steps": 99}}', "mse", "a: InnerConfig.steps must be <= 10, got 99"),
        ("{", "mse", "a: settings must be valid JSON"),
        ("{}", "hinge", "a: loss must be one of mse, cross_entropy, bce, got 'hinge'"),
    ):
        (tmp_path / "a").write_bytes(npz_bytes({**layer, "config": np.asarray(config), "loss": np.asarray(loss)}))
        with pytest.raises(LoadError, match=says):
            load_theta(tmp_path / "a")


def test_a_loaded_theta_tells_what_it_is(folder: Path, shot: Snapshot) -> None:
    model = load_theta(folder / "theta.npz")
    assert repr(model) in ("ThetaRegressor(1-8-6-1, steps=3, lr=0.02)", "ThetaClassifier(20-8-6-3, steps=3, lr=0.02)")
    assert "steps=7, lr=0.5" in repr(model.set_params(steps=7, lr=0.5))


def test_an_unknown_export_is_named(tmp_path: Path, shot: Snapshot) -> None:
    with pytest.raises(LabError, match=r"no export named 'theta\.pkl'"):
        export_files(tmp_path, shot, ["theta.pkl"])


def test_the_command_repeats_the_settings(shot: Snapshot) -> None:
    words = command(shot.config, 12).split()
    assert words[:2] == ["maml-lab", "train"] and words[-4:] == ["--steps", "12", "--out", "run"]
    assert "evaluation.tasks=40" in words


def test_the_command_of_a_run_whose_settings_changed_says_so(tmp_path: Path, shot: Snapshot) -> None:
    export_files(tmp_path, shot, ["command.txt"])
    assert (tmp_path / "command.txt").read_text() == command(shot.config, shot.iteration) + "\n"
    export_files(tmp_path, replace(shot, changes=(Change(4, "K 5 → 20"),)), ["command.txt"])
    *comments, line = (tmp_path / "command.txt").read_text(encoding="utf-8").splitlines()
    assert "K 5 → 20 at 4" in comments[0] and all(one.startswith("# ") for one in comments)
    assert line == command(shot.config, shot.iteration)
