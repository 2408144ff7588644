"""Checkpoints: a resumed run is bit for bit the one that never stopped; anything else is refused in a sentence."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from mamlcore import Config, Lab, LabError, LoadError, load_theta
from mamlcore.arrays import Array
from mamlcore.checkpoint import _digest, checkpoint_bytes, load_checkpoint, restore, save_checkpoint
from mamlcore.history import COLUMNS
from mamlcore.npz import npz_bytes, read_npz
from mamlcore.snapshot import Snapshot
from mamlcore.tree import flatten

SMALL = Config().with_settings(
    {"evaluation.live_tasks": 12, "evaluation.tasks": 30, "outer.tasks": 4, "model.hidden": (8,)}
)


def content(shot: Snapshot) -> Mapping[str, bytes]:
    states = {f"{n}/{p}": leaf.tobytes() for n, v in shot.learners.items() for p, leaf in flatten(v.state).items()}
    curves = {
        f"{n}/{c}": getattr(curve, c).tobytes() for n, curve in shot.curves.items() for c in COLUMNS if c != "seconds"
    }
    ledgers = {n: f"{v.ledger.steps} {v.ledger.rows} {v.ledger.gradient_evaluations}".encode()
               for n, v in shot.learners.items()}  # fmt: skip
    return {**states, **curves, **ledgers, "iteration": str(shot.iteration).encode()}


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("stop_at", [0, 1, 17, 60])
def test_resume_is_bit_identical(tmp_path: Path, stop_at: int, optimizer: str) -> None:
    config = SMALL.with_settings({"outer.optimizer": optimizer})
    whole, first = Lab(config), Lab(config)
    for _ in range(90):
        whole.advance()
    for _ in range(stop_at):
        first.advance()
    save_checkpoint(tmp_path / "run.npz", first.snapshot())
    second = restore(load_checkpoint(tmp_path / "run.npz"))
    while second.iteration < 90:
        second.advance()
    assert content(second.snapshot()) == content(whole.snapshot())


@pytest.mark.parametrize("stop_at", [0, 17, 20])
def test_a_resumed_run_draws_curves_that_end_where_it_was_just_judged(tmp_path: Path, stop_at: int) -> None:
    """Between two points the history stays as it is, the picture does not fall behind what is said."""
    lab = Lab(SMALL)
    for _ in range(stop_at):
        lab.advance()
    shot = lab.snapshot()
    assert shot.drawn_curves() == dict(shot.curves), "a run that never stopped is judged where it has a point"
    save_checkpoint(tmp_path / "run.npz", shot)
    back = restore(load_checkpoint(tmp_path / "run.npz")).snapshot()
    assert content(back) == content(shot)
    for name, curve in back.drawn_curves().items():
        assert curve.iteration[-1] == back.live.iteration == stop_at
        judged = back.live.learners[name].loss_summary(SMALL.inner.steps)
        assert (curve.loss[-1], curve.loss_ci95[-1]) == (judged.mean, judged.ci95)
        recorded = back.curves[name].loss
        np.testing.assert_array_equal(curve.loss[: len(recorded)], recorded)


def test_changes_of_settings_survive(tmp_path: Path) -> None:
    lab = Lab(SMALL)
    for _ in range(15):
        lab.advance()
    lab.apply(SMALL.with_settings({"inner.lr": 0.01}))
    save_checkpoint(tmp_path / "run.npz", lab.snapshot())
    back = restore(load_checkpoint(tmp_path / "run.npz")).snapshot()
    assert back.changes == lab.snapshot().changes and back.config.inner.lr == 0.01


@pytest.fixture(scope="module")
def good() -> bytes:
    return checkpoint_bytes(Lab(SMALL).snapshot())


def test_every_damaged_byte_is_noticed(tmp_path: Path, good: bytes) -> None:
    """The checksum, or something before it, refuses a file with any of many flipped bits."""
    path, rng = tmp_path / "run.npz", np.random.default_rng(0)
    unharmed = content(restore(_loaded(path, good)).snapshot())
    for at in rng.integers(0, len(good), 150):
        path.write_bytes(good[:at] + bytes([good[at] ^ (1 << int(rng.integers(8)))]) + good[at + 1 :])
        try:
            checkpoint = load_checkpoint(path)
        except LabError as error:
            assert str(path) in str(error) or "Config" in str(error)
            continue
        assert content(restore(checkpoint).snapshot()) == unharmed  # a bit that means nothing, a date in the zip


def _loaded(path: Path, data: bytes) -> object:
    path.write_bytes(data)
    return load_checkpoint(path)


@pytest.mark.parametrize(("change", "says"), [
    ({"schema": 99}, "another version"),
    ({"config": {"task": {"k_shot": 99}}}, "k_shot must be <= 20"),
    ({"config": None}, "Config"),
    ({"digest": "x"}, "checksum"),
    ({"ledgers": {}}, "lacks or garbles"),
    ({"resume": {}}, "lacks or garbles"),
    ({"iteration": "x"}, r"run\.npz lacks or garbles a part \(iteration: .*whole number|valid integer"),
    ({"iteration": float("inf")}, r"lacks or garbles a part \(iteration"),
    ({"iteration": 10**400}, r"lacks or garbles a part \(iteration"),
    ({"changes": [3]}, r"lacks or garbles a part \(changes.0"),
    ({"ledgers": {"maml": {"steps": "x"}}}, r"lacks or garbles a part \(ledgers.maml.steps"),
    ({"resume/pending": {"maml": ["x", 1]}}, r"lacks or garbles a part \(resume.pending.maml.0"),
    ({"resume/pending": {"maml": [1.0]}}, r"lacks or garbles a part \(resume.pending.maml"),
    ({"resume/levels": {}}, "lacks or garbles"),
    ({"resume/levels": {"maml": []}}, r"lacks or garbles a part \(resume.levels.maml"),
    ({"resume/next_point": None}, r"lacks or garbles a part \(resume.next_point"),
    ({"resume/generator": {"state": -1}}, r"run\.npz lacks or garbles"),
    ({"resume/generator": {"bit_generator": "PCG64", "state": {"state": -1, "inc": 1}, "has_uint32": 0,
                           "uinteger": 0}}, r"run\.npz lacks or garbles"),
    ({"config": {"seed": 1, "of a later version": 2}}, r"run\.npz holds settings that this version .* does not take"),
])  # fmt: skip
def test_a_changed_description_is_refused(tmp_path: Path, good: bytes, change: dict[str, object], says: str) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(good)
    arrays = read_npz(path)
    meta = json.loads(str(arrays["meta"]))
    for name, value in change.items():
        section, slash, part = name.partition("/")
        meta[section] = {**meta[section], part: value} if slash else value
    path.write_bytes(npz_bytes({**arrays, "meta": np.asarray(json.dumps(meta))}))
    with pytest.raises(LabError, match=says):
        restore(load_checkpoint(path))


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(npz_bytes({"W0": np.zeros(3)}))
    with pytest.raises(LoadError, match="not a MAML Lab checkpoint"):
        load_checkpoint(path)
    path.write_bytes(npz_bytes({"meta": np.asarray("[" * 100_000)}))
    with pytest.raises(LoadError, match="not valid JSON"):
        load_checkpoint(path)


@pytest.mark.parametrize(("name", "change", "says"), [
    ("state/maml/0.0.0.", lambda part: part.astype(np.float64), "must be float32"),
    ("state/maml/0.0.0.", lambda part: part[:0], "must be float32"),
    ("state/maml/0.0.0.", lambda part: None, "is missing"),
    ("history/maml/loss", lambda part: part[:0], "columns of numbers, equally long"),
    ("history/maml/loss", lambda part: np.asarray("text"), "columns of numbers, equally long"),
    ("history/maml/loss", lambda part: None, "history/maml/loss"),
])  # fmt: skip
def test_changed_arrays_are_refused_though_their_checksum_is_right(
    tmp_path: Path, good: bytes, name: str, change: Callable[[Array], Array | None], says: str
) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(good)
    arrays = read_npz(path)
    meta, changed = json.loads(str(arrays.pop("meta"))), change(arrays.pop(name))
    kept = arrays if changed is None else {**arrays, name: changed}
    text = np.asarray(json.dumps({**meta, "digest": _digest(kept)}))
    path.write_bytes(npz_bytes({**kept, "meta": text}))
    with pytest.raises(LoadError, match=says) as refusal:
        restore(load_checkpoint(path))
    assert str(refusal.value).startswith(str(path))


def test_a_checkpoint_of_another_byte_order_is_the_same_run(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "run.npz"
    unharmed = content(restore(_loaded(path, good)).snapshot())
    arrays = read_npz(path)
    meta = json.loads(str(arrays.pop("meta")))
    turned = {name: part.astype(part.dtype.newbyteorder(">")) for name, part in arrays.items()}
    text = np.asarray(json.dumps({**meta, "digest": _digest(turned)}))
    path.write_bytes(npz_bytes({**turned, "meta": text}))
    assert content(restore(load_checkpoint(path)).snapshot()) == unharmed


@pytest.mark.parametrize("change", [
    {"b0": np.asarray(["x"])}, {"W0": np.zeros((1, 1), np.float16)}, {"W0": np.full((1, 1), np.nan)},
    {"W0": np.zeros((0, 1))}, {"W0": np.zeros(1)}, {"b0": np.zeros((1, 1))},
])  # fmt: skip
def test_theta_of_other_numbers_is_refused(tmp_path: Path, change: dict[str, Array]) -> None:
    arrays = {"W0": np.zeros((1, 1)), "b0": np.zeros(1), "config": np.asarray("{}"), "loss": np.asarray("mse")}
    (tmp_path / "theta.npz").write_bytes(npz_bytes({**arrays, **change}))
    with pytest.raises(LoadError, match="layer 0"):
        load_theta(tmp_path / "theta.npz")


@pytest.mark.parametrize("name", ["x_offset", "x_width"])
def test_theta_with_half_of_a_scale_is_refused(tmp_path: Path, name: str) -> None:
    arrays = {"W0": np.zeros((1, 1)), "b0": np.zeros(1), "config": np.asarray("{}"), "loss": np.asarray("mse")}
    (tmp_path / "theta.npz").write_bytes(npz_bytes({**arrays, name: np.ones(1)}))
    with pytest.raises(LoadError, match="half of a scale"):
        load_theta(tmp_path / "theta.npz")


@pytest.mark.parametrize(("name", "text"), [("loss", "x" * 5000), ("config", "{"), ("config", "[]"), ("config", "{1}")])
def test_theta_with_garbled_texts_is_refused_with_its_name(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "theta.npz"
    arrays = {"W0": np.zeros((1, 1)), "b0": np.zeros(1), "config": np.asarray("{}"), "loss": np.asarray("mse")}
    path.write_bytes(npz_bytes(arrays))
    load_theta(path)
    path.write_bytes(npz_bytes({**arrays, name: np.asarray(text)}))
    with pytest.raises(LoadError) as refusal:
        load_theta(path)
    assert str(refusal.value).startswith(str(path)) and len(str(refusal.value)) < len(str(path)) + 200
