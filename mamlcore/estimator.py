"""An exported theta in somebody else's Python: fit adapts it, predict uses it. scikit-learn's manners."""

import os
from pathlib import Path
from typing import Any, Self

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.config import Config
from mamlcore.data.split import Scale
from mamlcore.errors import LabError, LoadError
from mamlcore.given import MAX_STEPS, real, short, whole
from mamlcore.losses import loss_named, sigmoid, softmax
from mamlcore.manners import Manners, WrongKind, not_fitted
from mamlcore.metagrad import Inner, adapt
from mamlcore.network import forward, widths_of
from mamlcore.theta_file import read_theta


class ThetaModel(Manners):
    """A meta-trained initialisation that adapts to one small task.

    fit and predict take numbers as they come: rows must be on the scale of training, where :meth:`standardised`
    brings rows of real data. theta: [(W0, b0), ...] with W (fan_in, fan_out); loss: the one it was trained with;
    steps and lr of the adaptation: those of config (``inner.steps``, ``inner.lr``) unless said; scale: that of the
    training rows, where they came from a file.
    """

    def __init__(
        self, theta: Theta, config: Config, loss: str, steps: int | None = None, lr: float | None = None,
        scale: Scale | None = None,
    ) -> None:  # fmt: skip
        self.theta = theta
        self.config = config
        self.loss = loss
        self.steps = steps
        self.lr = lr
        self.scale = scale

    def __repr__(self) -> str:
        """Tell the network and what adaptation will do: ``ThetaClassifier(16-64-5, steps=5, lr=0.3)``."""
        widths, usual = "-".join(map(str, widths_of(self.theta))), self.config.inner
        steps, lr = (usual.steps if self.steps is None else self.steps), (usual.lr if self.lr is None else self.lr)
        return f"{self._name}({widths}, steps={steps}, lr={lr})"

    @property
    def n_features_in_(self) -> int:
        """D, the length of one input vector: theta's, so known before fit."""
        return int(self.theta[0][0].shape[0])

    def standardised(self, x: Any) -> Array:
        """Return rows (n, D) as they lie in a file on the scale of the training rows; unchanged without such a scale.

        Raises LabError as fit does for what are no rows.
        """
        rows = self._rows(x)
        if self.scale is None:
            return rows
        return self.scale.applied(np.asarray(x, np.float64).reshape(rows.shape)).astype(rows.dtype)

    def fit(self, x: Any, y: Any, steps: int | None = None, lr: float | None = None) -> Self:
        """Adapt to support rows x (S, D) with labels or values y (S,) or (S, O), and return self.

        steps and lr here go before those of the model. Raises LabError when rows, features or classes do not fit
        the network.
        """
        rows = self._rows(x)
        targets = self._targets(y, len(rows))
        inner = Inner(self._lr(lr), self._steps(steps), loss_named(self.loss), self.config.model.activation)
        adapted = adapt(self.theta, rows[None], targets[None], inner)[-1]
        self.phi_: Theta = adapted if inner.steps == 0 else tuple((w[0], b[0]) for w, b in adapted)
        return self

    def _targets(self, y: Any, n_rows: int) -> Array:
        """Return what the loss takes: labels (S,) or values (S, O)."""
        raise NotImplementedError

    # -- checks -----------------------------------------------------------------------------------------

    def _steps(self, steps: int | None) -> int:
        wanted: Any = self.steps if steps is None else steps
        wanted = self.config.inner.steps if wanted is None else wanted
        exact = int(wanted) if isinstance(wanted, float) and wanted.is_integer() else wanted
        return whole(exact, f"{self._name}: steps", MAX_STEPS)

    def _lr(self, lr: float | None) -> float:
        wanted = self.lr if lr is None else lr
        return self.config.inner.lr if wanted is None else real(wanted, f"{self._name}: lr")

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _outputs(self, x: Any) -> Array:
        if not hasattr(self, "phi_"):
            raise not_fitted(f"{self._name} is not fitted yet; call fit with the support rows first")
        return forward(self.phi_, self._rows(x)[None], self.config.model.activation).outputs[0]

    def _rows(self, x: Any) -> Array:
        rows = self._numbers(x, "X")
        width = self.n_features_in_
        rows = rows[:, None] if rows.ndim == 1 and width == 1 else rows
        if rows.ndim != 2:
            raise LabError(
                f"{self._name}: X must have shape (rows, {width}), got {rows.shape}. Reshape your data either using "
                "array.reshape(-1, 1) for a single feature or array.reshape(1, -1) for a single row"
            )
        if not len(rows) or not rows.shape[1]:
            missing = "0 sample(s)" if not len(rows) else "0 feature(s)"
            raise LabError(f"{self._name}: X has {missing} (shape={rows.shape}) while a minimum of 1 is required.")
        if rows.shape[1] != width:
            raise LabError(
                f"X must have shape (rows, {width}), got {rows.shape}: X has {rows.shape[1]} features, but "
                f"{self._name} is expecting {width} features as input"
            )
        self._refuse_infinite(rows, "X")
        return rows

    def _refuse_infinite(self, values: Array, name: str) -> None:
        if not np.isfinite(values).all():
            raise LabError(f"{self._name}: {name} must be finite, got NaN or infinity (inf); remove or fill these rows")

    def _numbers(self, values: Any, name: str) -> Array:
        """Return an array of theta's dtype. LabError (WrongKind for sparse) for what holds no real numbers."""
        if hasattr(values, "toarray"):
            raise WrongKind(f"{self._name}: sparse {name} is not taken; use {name}.toarray()")
        try:
            array = np.asarray(values)
            if array.dtype.kind == "c":
                raise ValueError("Complex data not supported")
            with np.errstate(over="ignore"):  # what theta's type cannot hold is infinite in it, and refused as such
                return array.astype(self.theta[0][0].dtype)
        except (TypeError, ValueError) as error:
            kind = WrongKind if isinstance(error, TypeError) else LabError
            raise kind(f"{self._name}: {name} must hold numbers, all rows alike ({error})") from None

    def _column(self, y: Any, n_rows: int) -> Array:
        """Return y with as many entries as there are rows."""
        if y is None:
            raise LabError(f"{self._name} requires y to be passed, but the target y is None; give one for each row")
        try:
            found = np.asarray(y)
        except ValueError:
            raise LabError(f"{self._name}: y must have rows equally long, got {short(y)}") from None
        if found.ndim == 0 or len(found) != n_rows:
            got = "no list" if found.ndim == 0 else len(found)
            raise LabError(f"{self._name}: X and y must have as many rows, got {n_rows} and {got}")
        return found

    def _compared(self, y: Any, predicted: Array) -> Array:
        """Return y shaped as predictions, to judge them by."""
        found = self._column(y, len(predicted))
        if found.size != predicted.size or found.dtype.kind == "V":
            raise LabError(f"{self._name}: y must have shape {predicted.shape}, got {found.dtype.name} {found.shape}")
        return found.reshape(predicted.shape)


class ThetaClassifier(ThetaModel):
    """Classes may have any labels; a task may have fewer classes than the network has outputs."""

    _estimator_type = "classifier"

    def predict(self, x: Any) -> Array:
        """Return the class (Q,) of each row."""
        best = np.argmax(self.predict_proba(x), axis=1)
        return self.classes_[best]

    def predict_proba(self, x: Any) -> Array:
        """Return the probability (Q, N) of each class, in the order of ``classes_``."""
        outputs = self._outputs(x)
        if self.loss == "bce":
            share = sigmoid(outputs)
            return np.concatenate([1.0 - share, share], axis=1)[:, : len(self.classes_)]
        return softmax(outputs[:, : len(self.classes_)])

    def score(self, x: Any, y: Any) -> float:
        """Return the accuracy."""
        predicted = self.predict(x)
        return float(np.mean(predicted == self._compared(y, predicted)))

    def _targets(self, y: Any, n_rows: int) -> Array:
        found = self._column(y, n_rows)
        if found.dtype.kind == "f":
            self._refuse_infinite(found, "y")
            if (found != np.round(found)).any():
                raise LabError(f"{self._name}: Unknown label type: continuous values in y; name the classes")
        found = found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found
        if found.ndim != 1:
            raise LabError(f"{self._name}.fit: y must hold one label a row, got shape {found.shape}")
        try:
            self.classes_, labels = np.unique(found, return_inverse=True)
        except TypeError:
            raise LabError(
                f"{self._name}.fit: labels must all be of one kind, got a mixture; name them alike"
            ) from None
        allowed = 2 if self.loss == "bce" else self.theta[-1][0].shape[1]
        if len(self.classes_) > allowed:
            raise LabError(f"{self._name}.fit: y must hold at most {allowed} classes, got {len(self.classes_)}")
        return labels.reshape(-1)


class ThetaRegressor(ThetaModel):
    """Predicts values."""

    _estimator_type = "regressor"

    def predict(self, x: Any) -> Array:
        """Return the values (Q,), or (Q, O) where the network has several outputs."""
        outputs = self._outputs(x)
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def score(self, x: Any, y: Any) -> float:
        """Return R²."""
        predicted = self.predict(x)
        values = self._compared(y, predicted)
        if values.dtype.kind not in "fiub":
            raise LabError(f"{self._name}: y must hold numbers, got {values.dtype.name}")
        spread = ((values - values.mean(axis=0)) ** 2).sum()
        return float(1.0 - ((values - predicted) ** 2).sum() / max(spread, 1e-300))

    def _targets(self, y: Any, n_rows: int) -> Array:
        values = self._numbers(self._column(y, n_rows), "y").reshape(n_rows, -1)
        self._refuse_infinite(values, "y")
        n_outputs = self.theta[-1][0].shape[1]
        if values.shape[1] != n_outputs:
            raise LabError(f"{self._name}.fit: y must have {n_outputs} values a row, got {values.shape[1]}")
        return values


def load_theta(path: str | Path) -> ThetaClassifier | ThetaRegressor:
    """Open an exported ``theta.npz``. Raises LoadError with one sentence for anything else."""
    if not isinstance(path, str | os.PathLike):
        raise LoadError(f"load_theta takes the path of a theta.npz, got {short(path)}")
    theta, config, loss, scale = read_theta(Path(path))
    return (ThetaRegressor if loss == "mse" else ThetaClassifier)(theta, config, loss, scale=scale)
