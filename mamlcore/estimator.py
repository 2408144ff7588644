"""An exported theta in somebody else's Python: fit adapts it, predict uses it. scikit-learn's manners."""

from pathlib import Path
from typing import Any, Self

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.losses import loss_named, sigmoid, softmax
from mamlcore.metagrad import Inner, adapt
from mamlcore.network import forward
from mamlcore.theta_file import read_theta


class ThetaModel:
    """A meta-trained initialisation that adapts to one small task.

    Classes may have any labels; a task may have fewer classes than the network has outputs. Numbers are used
    as they come: features must be standardised as in training.
    """

    def __init__(self, theta: Theta, config: Config, loss: str) -> None:
        self.theta = theta
        self.config = config
        self.loss = loss

    @property
    def n_features_in_(self) -> int:
        """D, the length of one input vector."""
        return int(self.theta[0][0].shape[0])

    def fit(self, x_support: Any, y_support: Any, steps: int | None = None, lr: float | None = None) -> Self:
        """Adapt to support rows x (S, D) with labels or values y (S,) or (S, O), and return self.

        steps and lr are the run's own inner.steps and inner.lr unless said. Raises LabError when rows, features
        or classes do not fit the network.
        """
        x = self._rows(x_support)
        y = self._targets(np.asarray(y_support), len(x))
        steps = self.config.inner.steps if steps is None else steps
        if steps != int(steps) or steps < 0:
            raise LabError(f"ThetaModel.fit: steps must be a whole number >= 0, got {steps}")
        lr = self.config.inner.lr if lr is None else lr
        inner = Inner(lr, int(steps), loss_named(self.loss), self.config.model.activation)
        path = adapt(self.theta, x[None], y[None], inner)
        adapted = path[-1]
        self.phi_: Theta = adapted if steps == 0 else tuple((w[0], b[0]) for w, b in adapted)
        return self

    def predict(self, x_query: Any) -> Array:
        """Return the class (Q,) of each row, or for a regression the values (Q,) or (Q, O)."""
        if self.loss != "mse":
            shares = self.predict_proba(x_query)
            return self.classes_[np.argmax(shares, axis=1)]
        outputs = self._outputs(x_query)
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def predict_proba(self, x_query: Any) -> Array:
        """Return the probability (Q, N) of each class, in the order of ``classes_``."""
        if self.loss == "mse":
            raise LabError("ThetaModel.predict_proba needs classes; this theta was trained for a regression")
        outputs = self._outputs(x_query)
        if self.loss == "bce":
            share = sigmoid(outputs)
            return np.concatenate([1.0 - share, share], axis=1)[:, : len(self.classes_)]
        return softmax(outputs[:, : len(self.classes_)])

    def score(self, x_query: Any, y_query: Any) -> float:
        """Return the accuracy, or for a regression R²."""
        y, predicted = np.asarray(y_query), self.predict(x_query)
        if self.loss != "mse":
            return float(np.mean(predicted == y))
        y = y.reshape(predicted.shape)
        return float(1.0 - ((y - predicted) ** 2).sum() / max(((y - y.mean(axis=0)) ** 2).sum(), 1e-300))

    # -- checks -----------------------------------------------------------------------------------------

    def _outputs(self, x_query: Any) -> Array:
        if not hasattr(self, "phi_"):
            raise LabError("ThetaModel is not fitted yet; call fit with the support rows first")
        return forward(self.phi_, self._rows(x_query)[None], self.config.model.activation).outputs[0]

    def _rows(self, x: Any) -> Array:
        rows = self._numbers(x, "X")
        rows = rows[:, None] if rows.ndim == 1 and self.n_features_in_ == 1 else rows
        if rows.ndim != 2 or rows.shape[1] != self.n_features_in_ or not len(rows):
            raise LabError(f"ThetaModel: X must have shape (rows, {self.n_features_in_}), got {rows.shape}")
        if not np.isfinite(rows).all():
            raise LabError("ThetaModel: X must be finite, got NaN or infinity; remove or fill these rows")
        return rows

    def _numbers(self, values: Any, name: str) -> Array:
        try:
            return np.asarray(values, dtype=self.theta[0][0].dtype)
        except (TypeError, ValueError) as error:
            raise LabError(f"ThetaModel: {name} must hold numbers, all rows alike ({error})") from None

    def _targets(self, y: Array, n_rows: int) -> Array:
        if y.ndim == 0 or len(y) != n_rows:
            got = "no list" if y.ndim == 0 else len(y)
            raise LabError(f"ThetaModel.fit: X and y must have as many rows, got {n_rows} and {got}")
        n_outputs = self.theta[-1][0].shape[1]
        if self.loss == "mse":
            values = self._numbers(y, "y").reshape(n_rows, -1)
            if not np.isfinite(values).all():
                raise LabError("ThetaModel: y must be finite, got NaN or infinity; remove or fill these rows")
            if values.shape[1] != n_outputs:
                raise LabError(f"ThetaModel.fit: y must have {n_outputs} values a row, got {values.shape[1]}")
            return values
        try:
            self.classes_, labels = np.unique(y, return_inverse=True)
        except TypeError:
            raise LabError("ThetaModel.fit: labels must all be of one kind, got a mixture; name them alike") from None
        allowed = 2 if self.loss == "bce" else n_outputs
        if not 1 <= len(self.classes_) <= allowed:
            raise LabError(f"ThetaModel.fit: y must hold at most {allowed} classes, got {len(self.classes_)}")
        return labels.reshape(-1)


def load_theta(path: str | Path) -> ThetaModel:
    """Open an exported ``theta.npz``. Raises LoadError with one sentence for anything else."""
    return ThetaModel(*read_theta(Path(path)))
