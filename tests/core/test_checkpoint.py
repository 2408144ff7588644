"""Checkpoints: a resumed run is bit for bit the one that never stopped; anything else is refused in a sentence."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mamlcore import Config, Lab, LabError, LoadError
from mamlcore.checkpoint import checkpoint_bytes, load_checkpoint, restore, save_checkpoint
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
    ({"iteration": "x"}, "iteration must be a whole number"),
    ({"iteration": float("inf")}, "iteration must be a whole number"),
    ({"changes": [3]}, "lacks or garbles"),
])  # fmt: skip
def test_a_changed_description_is_refused(tmp_path: Path, good: bytes, change: dict[str, object], says: str) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(good)
    arrays = read_npz(path)
    meta = {**json.loads(str(arrays["meta"])), **change}
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
