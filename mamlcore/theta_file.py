"""Theta as files for others: .npz for NumPy, .safetensors for torch, .json for everything else."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.config import Config
from mamlcore.data.split import Scale
from mamlcore.errors import LabError, LoadError, SettingError
from mamlcore.losses import LOSSES
from mamlcore.npz import npz_bytes, read_npz
from mamlcore.snapshot import Snapshot


def chosen_theta(shot: Snapshot) -> tuple[str, Theta]:
    """Return (learner, theta) of MAML, or of the first learner that has one. LabError when there is none."""
    for name in ("maml", *shot.learners):
        theta = shot.theta(name)
        if theta is not None:
            return name, theta
    raise LabError("There is no theta to export: none of the learners in this run has network weights")


def theta_npz(shot: Snapshot) -> bytes:
    """Return W0, b0, W1, b1, ... as (fan_in, fan_out) and (fan_out,), the config as JSON, the learner's name.

    From real data also ``x_offset`` and ``x_width`` (D,): it was trained on ``(x - x_offset) / x_width``, cut at +-8.
    """
    name, theta = chosen_theta(shot)
    arrays: dict[str, Array] = {}
    for i, (weights, bias) in enumerate(theta):
        arrays[f"W{i}"], arrays[f"b{i}"] = weights, bias
    arrays.update(_training_scale(shot))
    texts = {"config": shot.config.to_json(), "learner": name, "loss": shot.source.problem.loss}
    arrays.update({key: np.asarray(text) for key, text in texts.items()})
    return npz_bytes(arrays)


def _training_scale(shot: Snapshot) -> dict[str, Array]:
    """Return ``x_offset`` and ``x_width`` (D,) where the tasks are drawn from a file."""
    scale = shot.source.scaling()
    return {} if scale is None else {"x_offset": scale.offset, "x_width": scale.width}


def _as_lists(arrays: Mapping[str, Array]) -> dict[str, list[float]]:
    return {name: array.tolist() for name, array in arrays.items()}


def theta_safetensors(shot: Snapshot) -> bytes:
    """Return weights named for a torch.nn.Sequential of Linear and activation layers: ``0.weight``, ``0.bias``, ...

    torch keeps weights as (fan_out, fan_in), hence the transpose. The metadata ``maml_lab`` (JSON) hold learner and
    config and, from real data, ``x_offset`` and ``x_width`` as theta.npz does.
    """
    from safetensors.numpy import save  # noqa: PLC0415 - only an export needs it

    name, theta = chosen_theta(shot)
    tensors: dict[str, Array] = {}
    for i, (weights, bias) in enumerate(theta):
        tensors[f"{2 * i}.weight"] = np.ascontiguousarray(weights.T)
        tensors[f"{2 * i}.bias"] = np.ascontiguousarray(bias)
    about = {"learner": name, "config": json.loads(shot.config.to_json()), **_as_lists(_training_scale(shot))}
    # One entry only: safetensors writes several in an order that changes from run to run.
    return bytes(save(tensors, metadata={"maml_lab": json.dumps(about)}))


def theta_json(shot: Snapshot) -> bytes:
    """Return the layers as nested lists, with shapes to read them by."""
    name, theta = chosen_theta(shot)
    layers = [{"weights": weights.tolist(), "bias": bias.tolist()} for weights, bias in theta]
    tree = {
        "learner": name,
        "iteration": shot.iteration,
        "activation": shot.config.model.activation,
        "loss": shot.source.problem.loss,
        "layout": "weights are (fan_in, fan_out)",
        "layers": layers,
        **_as_lists(_training_scale(shot)),
        "config": json.loads(shot.config.to_json()),
    }
    return json.dumps(tree, indent=1).encode()


def read_theta(path: Path) -> tuple[Theta, Config, str, Scale | None]:
    """Read theta.npz back: (theta, config, loss, scale). Raises LoadError with one sentence for anything else."""
    arrays = read_npz(Path(path))
    n_layers = sum(name.startswith("W") for name in arrays)
    missing = {f"{kind}{i}" for i in range(n_layers) for kind in "Wb"} | {"config", "loss"}
    missing -= set(arrays)
    if missing or not n_layers:
        raise LoadError(f"{path} is not an exported theta: it lacks {', '.join(sorted(missing)) or 'W0'}")
    theta = tuple((arrays[f"W{i}"], arrays[f"b{i}"]) for i in range(n_layers))
    _check_layers(path, theta)
    loss = str(arrays["loss"])
    if loss not in LOSSES:
        raise LoadError(f"{path}: loss must be one of {', '.join(LOSSES)}, got {loss[:50]!r}; use an intact copy")
    try:
        return theta, Config.from_json(str(arrays["config"]), str(path)), loss, _scale(path, arrays, theta)
    except SettingError as error:
        raise LoadError(str(error)) from None


def _scale(path: Path, arrays: Mapping[str, Array], theta: Theta) -> Scale | None:
    """Return the scale of the training rows, where the file has one; an older file has none."""
    lacking = {"x_offset", "x_width"} - set(arrays)
    if len(lacking) == 2:
        return None
    if lacking:
        raise LoadError(f"{path} has half of a scale: it lacks {lacking.pop()}; use an intact copy")
    scale, shape = Scale(arrays["x_offset"], arrays["x_width"]), theta[0][0].shape[:1]
    if any(part.shape != shape or part.dtype.kind != "f" or not np.isfinite(part).all() for part in scale):
        raise LoadError(f"{path}: x_offset and x_width must hold {shape[0]} finite numbers each")
    if not (scale.width > 0).all():
        raise LoadError(f"{path}: x_width must be above 0, got {scale.width.min():g}")
    return scale


def _check_layers(path: Path, theta: Theta) -> None:
    width = theta[0][0].shape[0] if theta[0][0].ndim else 0
    for i, (weights, bias) in enumerate(theta):
        if weights.ndim != 2 or weights.shape[0] != width or bias.shape != weights.shape[1:]:
            raise LoadError(f"{path}: layer {i} has shapes {weights.shape} and {bias.shape}, which do not chain")
        if not {weights.dtype.name, bias.dtype.name} <= {"float32", "float64"} or weights.size == 0:
            raise LoadError(f"{path}: layer {i} must hold numbers of type float32 or float64, got {weights.dtype.name}")
        if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
            raise LoadError(f"{path}: layer {i} must hold finite numbers, got NaN or infinity; use an intact copy")
        width = weights.shape[1]
