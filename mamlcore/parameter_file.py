"""What each learner has trained, as a file of its own: for learners that are no theta, or more than one.

``parameters/<learner>.npz`` and ``parameters/<learner>.safetensors`` hold the same arrays by the names that
``Learner.parameters`` gives: ``W0``, ``b0``, ... for the layers of the shared network from the input on, others as
its docstring says. Weights are (fan_in, fan_out) in both, unlike those of ``theta.safetensors``, which are PyTorch's.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array
from mamlcore.config import Config
from mamlcore.errors import LabError, LoadError
from mamlcore.learners import LEARNERS
from mamlcore.npz import npz_bytes, read_npz
from mamlcore.snapshot import Snapshot

#: Names in the .npz that are texts about the parameters.
ABOUT = ("config", "iteration", "learner")


class Parameters(NamedTuple):
    """A file read back."""

    learner: str
    arrays: Mapping[str, Array]
    config: Config
    iteration: int  # of the run when they were taken


def with_parameters(shot: Snapshot) -> list[str]:
    """Return the learners of a run that have something to take away."""
    return [name for name in shot.learners if _arrays(shot, name)]


def parameters_npz(shot: Snapshot, learner: str) -> bytes:
    """Return a learner's parameters, with the settings as JSON. LabError where it has none."""
    about = {"config": shot.config.to_json(), "iteration": str(shot.iteration), "learner": learner}
    return npz_bytes({**_checked(shot, learner), **{name: np.asarray(text) for name, text in about.items()}})


def parameters_safetensors(shot: Snapshot, learner: str) -> bytes:
    """Return a learner's parameters for other frameworks, with the settings in the metadata. LabError for none."""
    from safetensors.numpy import save  # noqa: PLC0415 - only an export needs it

    tensors = {name: np.array(part, order="C") for name, part in _checked(shot, learner).items()}
    about = {"learner": learner, "iteration": shot.iteration, "config": json.loads(shot.config.to_json())}
    return bytes(save(tensors, metadata={"maml_lab": json.dumps(about)}))


def read_parameters(path: Path) -> Parameters:
    """Read ``parameters/<learner>.npz`` back. Raises LoadError with one sentence for anything else."""
    arrays = read_npz(Path(path))
    missing = [name for name in ABOUT if name not in arrays]
    if missing:
        raise LoadError(f"{path} holds no learner's parameters: it lacks {', '.join(missing)}")
    config, iteration, learner = (str(arrays.pop(name)) for name in ABOUT)
    if learner not in LEARNERS or not re.fullmatch("[0-9]{1,15}", iteration):
        raise LoadError(f"{path} is of no known learner and iteration: {learner[:50]!r}, {iteration[:50]!r}")
    return Parameters(learner, arrays, Config.from_json(config, str(path)), int(iteration))


def _checked(shot: Snapshot, learner: str) -> dict[str, Array]:
    arrays = _arrays(shot, learner) if learner in shot.learners else {}
    if not arrays:
        raise LabError(f"{learner} has no parameters in this run; there are {', '.join(with_parameters(shot))}")
    return arrays


def _arrays(shot: Snapshot, learner: str) -> dict[str, Array]:
    return LEARNERS[learner].parameters(shot.learners[learner].state, shot.config)
