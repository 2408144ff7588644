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
from mamlcore.errors import LabError, LoadError
from mamlcore.history import COLUMNS, Curve
from mamlcore.lab import Lab
from mamlcore.npz import npz_bytes, read_npz
from mamlcore.snapshot import Change, Ledger, Moment, Resume, Snapshot
from mamlcore.tree import flatten, unflatten

SCHEMA = 2  # 2: the history carries rows, gradient evaluations and seconds


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checked file: its settings, and the raw parts that :func:`restore` turns into a running lab."""

    config: Config
    iteration: int
    arrays: Mapping[str, Array]
    meta: Mapping[str, Any]


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
    if not isinstance(meta["iteration"], int):
        raise LoadError(f"{path} is damaged: its iteration must be a whole number, got {meta['iteration']!r}")
    return Checkpoint(Config.from_tree(meta["config"]), meta["iteration"], arrays, meta)


def restore(checkpoint: Checkpoint) -> Lab:
    """Return a lab that goes on bit for bit as if it had never stopped. Raises LoadError or SettingError."""
    lab = Lab(checkpoint.config)
    fresh = lab.snapshot()
    try:
        lab.restore(_moment(checkpoint, fresh))
    except LabError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LoadError(f"The checkpoint lacks or garbles a part ({type(error).__name__}: {error})") from None
    return lab


def _moment(checkpoint: Checkpoint, fresh: Snapshot) -> Moment:
    meta, arrays = checkpoint.meta, checkpoint.arrays
    names = tuple(fresh.learners)
    states = {name: unflatten(fresh.learners[name].state, arrays, f"state/{name}/") for name in names}
    return Moment(
        iteration=checkpoint.iteration,
        tasks_seen=int(meta["tasks_seen"]),
        states=states,
        ledgers={name: Ledger(**meta["ledgers"][name]) for name in names},
        curves={name: Curve(*(arrays[f"history/{name}/{column}"] for column in COLUMNS)) for name in names},
        changes=tuple(Change(**change) for change in meta["changes"]),
        resume=_resume(meta["resume"], names),
    )


def _resume(tree: Mapping[str, Any], names: tuple[str, ...]) -> Resume:
    above = tree["above"]
    counts = above if isinstance(above, Mapping) else dict.fromkeys(names, int(above))  # one for all in older files
    return Resume(**{**tree, "above": counts, "pending": {k: tuple(v) for k, v in tree["pending"].items()}})


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
