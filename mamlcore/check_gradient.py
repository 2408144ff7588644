"""The gradient check that a user can run: exact meta-gradient against central differences, in float64."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mamlcore import tasks
from mamlcore.arrays import Array, Theta, flat, split
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.metagrad import MetaGradient, meta_gradient
from mamlcore.network import init_theta
from mamlcore.seeds import generator

TOLERANCE = 1e-6
_STEPS = (1e-4, 1e-5, 1e-6)
_DIRECTIONS = 5
_TASKS = 4


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What the check found. Errors are relative to the size of the directional derivative."""

    loss: float
    norm: float  # of the exact meta-gradient
    error: float  # worst over directions, each at its best step size
    first_order_error: float  # the same for the first-order gradient: what dropping the Hessian costs
    angle_degrees: float  # between exact and first-order meta-gradient
    n_directions: int
    tolerance: float = TOLERANCE

    @property
    def passed(self) -> bool:
        """Whether the exact gradient agrees with differences to the tolerance."""
        return bool(self.error <= self.tolerance)

    def tree(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {**asdict(self), "passed": self.passed}

    def lines(self) -> list[str]:
        """Everything as sentences."""
        verdict = "agrees" if self.passed else "DOES NOT AGREE"
        return [
            f"The exact meta-gradient {verdict} with central differences: relative error {self.error:.1e} over "
            f"{self.n_directions} directions (allowed: {self.tolerance:.0e}).",
            f"Dropping the second-order term would give an error of {self.first_order_error:.1e}; "
            f"the two gradients are {self.angle_degrees:.2f} degrees apart.",
            f"Meta-loss {self.loss:.6g}, gradient norm {self.norm:.6g}.",
        ]


def check_gradient(config: Config) -> GradientReport:
    """Check MAML's meta-gradient at a random theta on tasks of these settings.

    The dtype is float64 whatever the settings say, and weights stand a little off their initial values, so
    that zero starts and relu kinks do not hide a fault.
    """
    config = config.with_settings({"model.precision": "float64"})
    source = tasks.open_source(config, generator(config.seed, "world"))
    rng = generator(config.seed, "train")
    batch = source.sample(rng, _TASKS, "train", config.task.k_shot, config.task.n_query)
    widths = (source.problem.n_inputs, *config.model.hidden, source.problem.n_outputs)
    start = init_theta(widths, config.model, rng)
    theta = tuple((w + 0.1 * rng.standard_normal(w.shape), b + 0.1 * rng.standard_normal(b.shape)) for w, b in start)

    def gradient_at(point: Theta, first_order: bool = False) -> MetaGradient:
        return _gradient(point, batch, config, source.problem.loss, first_order)

    exact, first = gradient_at(theta), gradient_at(theta, first_order=True)
    errors = []
    for _ in range(_DIRECTIONS):
        direction = rng.standard_normal(flat(theta).size)
        direction /= np.linalg.norm(direction)
        slopes = [(gradient_at(_moved(theta, direction, h)).loss - gradient_at(_moved(theta, direction, -h)).loss)
                  / (2 * h) for h in _STEPS]  # fmt: skip
        errors.append([_error(found.gradient, direction, slopes) for found in (exact, first)])
    worst, worst_first = np.max(errors, axis=0)
    a, b = flat(exact.gradient), flat(first.gradient)
    cosine = float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    angle = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    return GradientReport(exact.loss, float(np.linalg.norm(a)), float(worst), float(worst_first), angle, _DIRECTIONS)


def _gradient(theta: Theta, batch: TaskBatch, config: Config, loss: Any, first_order: bool) -> MetaGradient:
    inner = config.inner
    return meta_gradient(theta, batch, inner.lr, inner.steps, loss, config.model.activation, first_order)


def _error(gradient: Any, direction: Array, slopes: list[float]) -> float:
    """Return the best agreement over the step sizes: too large a step bends, too small a one rounds."""
    slope, norm = float(flat(gradient) @ direction), float(np.linalg.norm(flat(gradient)))
    scale = max(abs(slope), 0.01 * norm, 1e-12)
    return min(abs(found - slope) / scale for found in slopes)


def _moved(theta: Theta, direction: Array, length: float) -> Theta:
    return split(flat(theta) + length * direction, theta)
