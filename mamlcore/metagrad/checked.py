"""Refuses what no meta-gradient can be taken of, each time in one sentence, and brings the rest to one dtype."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mamlcore.arrays import Array, Theta, as_array
from mamlcore.batch import LossName, TaskBatch
from mamlcore.errors import LabError
from mamlcore.given import MAX_STEPS, real, short, whole
from mamlcore.losses import LOSSES
from mamlcore.metagrad.inner import Inner
from mamlcore.metagrad.plain import Rows
from mamlcore.network import ACTIVATIONS, Activation, widths_of

_DTYPES = ("float32", "float64", "complex64", "complex128")


def has_bias(theta: Sequence[tuple[Any, Any]]) -> bool:
    """Tell whether layers have biases, where (W, None) is one without; LabError when some have and some not."""
    without = [len(layer) == 2 and layer[1] is None for layer in theta]
    if any(without) and not all(without):
        missing = ", ".join(str(i) for i, lacks in enumerate(without) if lacks)
        raise LabError(f"theta must have a bias in every layer or in none, got none in layer {missing}")
    return not any(without)


def checked_theta(theta: Sequence[tuple[Any, Any]]) -> Theta:
    """Return theta as arrays of one dtype, zeros for biases that are None; LabError when shapes or dtype don't fit."""
    layers = [_arrays(i, *layer) for i, layer in enumerate(theta)]
    _check_layers(layers)
    try:
        dtype = np.result_type(*(part for layer in layers for part in layer))
    except TypeError:
        raise LabError(f"theta must hold numbers, got {layers[0][0].dtype.name}") from None
    if dtype.kind in "iub":
        dtype = np.dtype(np.float64)
    if dtype.name not in _DTYPES:
        raise LabError(f"theta must be of dtype {' or '.join(_DTYPES[:2])}, got {dtype.name}")
    return tuple((w.astype(dtype, copy=False), b.astype(dtype, copy=False)) for w, b in layers)


def layers_of(theta: Any) -> list[tuple[Any, Any]]:
    """Return theta's layers as pairs, unlooked at; LabError when there are none or they are no pairs."""
    try:
        layers = [tuple(layer) for layer in theta]
    except TypeError:
        raise LabError(f"theta must be a list of layers (W, b), got {short(theta)}") from None
    if not layers:
        raise LabError("theta must have at least one layer (W, b), got none")
    for i, layer in enumerate(layers):
        if len(layer) != 2:
            raise LabError(f"theta[{i}] must be a pair (W, b), got {len(layer)} parts")
    return [(layer[0], layer[1]) for layer in layers]


def _arrays(i: int, weights: Any, bias: Any) -> tuple[Array, Array]:
    w = as_array(weights, f"theta[{i}]: W")
    return w, np.zeros(w.shape[-1:], w.dtype) if bias is None else as_array(bias, f"theta[{i}]: b")


def _check_layers(layers: list[tuple[Array, Array]]) -> None:
    for i, (weights, bias) in enumerate(layers):
        if weights.ndim != 2 or 0 in weights.shape:
            raise LabError(f"theta[{i}]: W must have shape (fan_in, fan_out), got {weights.shape}")
        if bias.shape != weights.shape[1:]:
            raise LabError(f"theta[{i}]: b must have shape {weights.shape[1:]} as W has, got {bias.shape}")
        if i > 0 and weights.shape[0] != layers[i - 1][0].shape[1]:
            raise LabError(
                f"theta[{i}]: W must take the {layers[i - 1][0].shape[1]} outputs of the layer before, "
                f"got {weights.shape[0]} inputs"
            )


def checked_inner(inner_lr: float, inner_steps: int, loss: LossName, activation: Activation, bias: bool) -> Inner:
    """Return the inner loop; LabError for a step size, number of steps, loss or activation that does not exist."""
    lr, steps = real(inner_lr, "inner_lr"), whole(inner_steps, "inner_steps", MAX_STEPS)
    if not isinstance(loss, str) or loss not in LOSSES:
        raise LabError(f"loss must be one of {', '.join(LOSSES)}, got {short(loss)}")
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise LabError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {short(activation)}")
    return Inner(lr, steps, LOSSES[loss], activation, bias)


def checked_rows(theta: Theta, batch: TaskBatch, loss: str) -> Rows:
    """Return the batch's rows in theta's dtype; LabError when they don't fit theta or the loss."""
    kinds = "fciub" if theta[0][0].dtype.kind == "c" else "fiub"
    n_inputs, n_outputs = widths_of(theta)[0], widths_of(theta)[-1]
    if not isinstance(batch, TaskBatch):
        raise LabError(
            f"batch must be a mamlcore.TaskBatch(support_x, support_y, query_x, query_y), got {type(batch).__name__}"
        )
    if batch.n_tasks == 0:
        raise LabError("The batch must hold at least one task, got none")
    if batch.support_x.shape[2] != n_inputs:
        raise LabError(f"theta takes {n_inputs} inputs, but the batch has D = {batch.support_x.shape[2]} features")
    for name, x in (("support", batch.support_x), ("query", batch.query_x)):
        if x.shape[1] == 0:
            raise LabError(f"batch.{name}_x must have at least one row, got none")
        if x.dtype.kind not in kinds:
            raise LabError(f"batch.{name}_x must hold numbers of theta's kind, got {x.dtype.name}")
    support_y = _checked_targets("support", batch.support_y, loss, n_outputs, kinds)
    query_y = _checked_targets("query", batch.query_y, loss, n_outputs, kinds)
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite in it
        return rows_of(theta, batch, support_y, query_y)


def rows_of(theta: Theta, batch: TaskBatch, support_y: Array | None = None, query_y: Array | None = None) -> Rows:
    """Return the batch's rows in theta's dtype, unchecked; integer labels stay integers."""
    dtype = theta[0][0].dtype
    support_y = batch.support_y if support_y is None else support_y
    query_y = batch.query_y if query_y is None else query_y
    return Rows(
        batch.support_x.astype(dtype, copy=False),
        targets_of(support_y, dtype),
        batch.query_x.astype(dtype, copy=False),
        targets_of(query_y, dtype),
    )


def targets_of(y: Array, dtype: np.dtype[Any]) -> Array:
    """Return values to regress (T, rows, O) in dtype; labels (T, rows) as they are."""
    return y.astype(dtype, copy=False) if y.ndim == 3 else y


def _checked_targets(name: str, y: Array, loss: str, n_outputs: int, kinds: str) -> Array:
    if loss == "mse":
        if y.ndim != 3 or y.shape[2] != n_outputs or y.dtype.kind not in kinds:
            raise LabError(
                f"batch.{name}_y must be numbers of shape (T, rows, {n_outputs}) for mse, got {y.dtype.name} {y.shape}"
            )
        return y
    if loss == "bce" and n_outputs != 1:
        raise LabError(f"bce needs a network with one output, the logit, but theta has {n_outputs}")
    if y.ndim == 3 and loss == "bce" and y.shape[2] == 1:
        y = y[..., 0]
    if y.ndim != 2 or (y.dtype.kind not in "iub" and loss != "bce"):
        raise LabError(
            f"batch.{name}_y must be integer labels of shape (T, rows) for {loss}, got {y.dtype.name} {y.shape}"
        )
    n_classes = 2 if loss == "bce" else n_outputs
    if not np.isin(y, np.arange(n_classes)).all():
        wrong = y[~np.isin(y, np.arange(n_classes))][0]
        raise LabError(f"batch.{name}_y must hold labels from 0 to {n_classes - 1} for {loss}, got {wrong}")
    return y if y.dtype.kind in "iu" else y.astype(np.int64)
