"""Checkpoints: all that an exact resume needs, in one .npz without pickles. A session file is a checkpoint."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from mamlcore.arrays import Array
from mamlcore.atomic import write_atomic
from mamlcore.config import Config
from mamlcore.errors import LabError, LoadError, SettingError
from mamlcore.history import COLUMNS, Curve
from mamlcore.lab import Lab
from mamlcore.npz import npz_bytes, read_npz
from mamlcore.run_record import Record, read_record
from mamlcore.snapshot import Moment, Resume, Snapshot
from mamlcore.tree import flatten, unflatten

SCHEMA = 2  # 2: the history carries rows, gradient evaluations and seconds


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checked file: its settings, and the raw parts that :func:`restore` turns into a running lab."""

    path: Path
    config: Config
    arrays: Mapping[str, Array]
    record: Record

    @property
    def iteration(self) -> int:
        """Meta-steps taken."""
        return self.record.iteration


def checkpoint_bytes(shot: Snapshot) -> bytes:
    """Return the checkpoint of a snapshot as the bytes of a file."""
    arrays: dict[str, Array] = {}
    for name, view in shot.learners.items():
        arrays.update(flatten(view.state, f"state/{name}/"))
        curve = shot.curves[name]
        arrays.update({f"history/{name}/{column}": getattr(curve, column) for column in COLUMNS})
    meta = {
        "schema": SCHEMA,
        "config": json.loads(shot.config.to_json()),
        "iteration": shot.iteration,
        "tasks_seen": shot.tasks_seen,
        "ledgers": {name: asdict(view.ledger) for name, view in shot.learners.items()},
        "changes": [asdict(change) for change in shot.changes],
        "resume": _resume_tree(shot.resume),
        "numpy": np.__version__,
        "digest": _digest(arrays),
    }
    return npz_bytes({**arrays, "meta": np.asarray(json.dumps(meta))})


def save_checkpoint(path: Path, shot: Snapshot) -> None:
    """Write a checkpoint atomically. Raises LabError naming path and cause."""
    write_atomic(path, checkpoint_bytes(shot))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read and check a checkpoint. Raises LoadError with one sentence for anything else."""
    arrays = read_npz(Path(path))
    meta = _meta(path, arrays)
    if meta.get("schema") != SCHEMA:
        raise LoadError(f"{path} was written by another version of MAML Lab (schema {meta.get('schema')!r})")
    arrays.pop("meta")
    if meta.get("digest") != _digest(arrays):
        raise LoadError(f"{path} is damaged: its contents do not match their checksum; use an intact copy")
    record = read_record(path, meta)
    try:
        config = Config.from_tree(meta["config"])
    except SettingError as error:
        raise LoadError(f"{path} holds settings that this version of MAML Lab does not take: {error}") from None
    return Checkpoint(Path(path), config, arrays, record)


def restore(checkpoint: Checkpoint) -> Lab:
    """Return a lab that goes on bit for bit as if it had never stopped. Raises LoadError or SettingError."""
    lab = Lab(checkpoint.config)
    fresh = lab.snapshot()
    try:
        with np.errstate(all="ignore"):
            lab.restore(_moment(checkpoint, fresh))
    except LoadError as error:
        raise LoadError(f"{checkpoint.path}: {error}") from None
    except LabError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise LoadError(f"{checkpoint.path} lacks or garbles a part ({reason}); use an intact copy") from None
    return lab


def _moment(checkpoint: Checkpoint, fresh: Snapshot) -> Moment:
    record, arrays = checkpoint.record, checkpoint.arrays
    names = tuple(fresh.learners)
    states = {name: unflatten(fresh.learners[name].state, arrays, f"state/{name}/") for name in names}
    return Moment(
        iteration=record.iteration,
        tasks_seen=record.tasks_seen,
        states=states,
        ledgers=record.ledgers_of(names),
        curves={name: _curve(arrays, f"history/{name}/") for name in names},
        changes=record.changes_made(),
        resume=record.resume_of(names),
    )


def _curve(arrays: Mapping[str, Array], prefix: str) -> Curve:
    columns = [arrays[prefix + column] for column in COLUMNS]
    shapes = {column.shape for column in columns}
    if len(shapes) != 1 or len(columns[0].shape) != 1 or any(column.dtype.kind != "f" for column in columns):
        raise LoadError(f"its part {prefix!r} must hold columns of numbers, equally long; use an intact copy")
    return Curve(*columns)


def _resume_tree(resume: Resume) -> dict[str, Any]:
    parts = {column.name: getattr(resume, column.name) for column in fields(resume)}
    return {name: dict(part) if isinstance(part, Mapping) else part for name, part in parts.items()}


def _meta(path: Path, arrays: Mapping[str, Array]) -> dict[str, Any]:
    text = arrays.get("meta")
    if text is None or text.dtype.kind != "U" or text.ndim:
        raise LoadError(f"{path} is not a MAML Lab checkpoint; export theta files are opened with mamlcore.load_theta")
    try:
        meta = json.loads(str(text))
    except (ValueError, RecursionError):
        raise LoadError(f"{path} is damaged: its description is not valid JSON") from None
    if not isinstance(meta, dict) or not {"config", "iteration", "resume"} <= set(meta):
        raise LoadError(f"{path} is not a MAML Lab checkpoint; it lacks settings or iteration")
    return meta


def _digest(arrays: Mapping[str, Array]) -> str:
    """SHA-256 over names, types, shapes and bytes of every array."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()
