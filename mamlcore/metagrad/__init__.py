"""The exact meta-gradient of MAML: one public function, one chooser of the form it is computed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mamlcore.arrays import Array, Layer, Theta
from mamlcore.batch import LossName, TaskBatch
from mamlcore.errors import LabError
from mamlcore.given import short
from mamlcore.metagrad.checked import (
    checked_inner,
    checked_rows,
    checked_theta,
    has_bias,
    layers_of,
    rows_of,
    targets_of,
)
from mamlcore.metagrad.inner import Inner, adapt
from mamlcore.metagrad.plain import Rows, plain
from mamlcore.metagrad.workspace import fast, sizes_of
from mamlcore.network import Activation

__all__ = ["Inner", "MetaGradient", "Rows", "adapt", "compute", "meta_gradient", "rows_of", "targets_of"]


@dataclass(frozen=True, slots=True)
class MetaGradient:
    """What one meta-batch says of an initialisation."""

    loss: float  # mean over tasks of the query loss after adaptation
    query_losses: Array  # (T,)
    gradient: list[Layer]  # of ``loss`` by theta: [(dW0, db0), ...], shaped as theta; (dW0, None) where it has no bias


def meta_gradient(
    theta: Sequence[tuple[Any, Any]],
    batch: TaskBatch,
    inner_lr: float = 0.01,
    inner_steps: int = 5,
    loss: LossName = "mse",
    activation: Activation = "relu",
    first_order: bool = False,
) -> MetaGradient:
    """Return the gradient by theta of the mean query loss after inner_steps steps on the support rows.

    theta: [(W0, b0), (W1, b1), ...] with W (fan_in, fan_out) and b (fan_out,), or None for b in all layers: then
    there are no biases. One layer is the linear model. Its dtype is kept (float32 or float64; complex for a
    complex-step check). batch: mse takes targets (T, rows, O), cross_entropy labels 0..O-1 (T, rows), bce labels 0 or 1
    for one logit. Exact through all steps (Finn et al. 2017); ``first_order`` treats the inner gradients as
    constants. inner_steps=0 is the plain gradient on the query rows. Sets BLAS to one thread. Raises
    LabError for shapes, labels or settings that don't fit.
    """
    layers = layers_of(theta)
    start, bias = checked_theta(layers), has_bias(layers)
    inner = checked_inner(inner_lr, inner_steps, loss, activation, bias)
    if not isinstance(first_order, bool | np.bool_ | int):
        raise LabError(f"first_order must be True or False, got {short(first_order)}")
    losses, gradient = compute(start, checked_rows(start, batch, loss), inner, bool(first_order))
    found: list[Any] = [(dw, db if bias else None) for dw, db in gradient]
    return MetaGradient(losses.mean().item(), losses, found)


def compute(theta: Theta, rows: Rows, inner: Inner, first_order: bool) -> tuple[Array, Theta]:
    """Return query losses (T,) and meta-gradient in the form that suits the sizes; arguments as in plain()."""
    sizes = sizes_of(theta, rows, inner, first_order)
    found = None if sizes is None else fast(theta, rows, inner.lr, sizes)
    return plain(theta, rows, inner, first_order) if found is None else found
