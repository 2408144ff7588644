"""The plane through input space on which a classification task is drawn."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mamlcore.arrays import Array
from mamlcore.batch import TaskBatch

PlaneKind = Literal["known", "leading", "features"]


@dataclass(frozen=True, slots=True)
class Plane:
    """Two orthonormal axes and a point the plane goes through.

    Points are projected onto it; decision regions are those on the plane itself, hence exact only there.
    """

    kind: PlaneKind
    axes: Array  # (D, 2), orthonormal columns
    center: Array  # (D,)
    features: tuple[int, int] | None = None  # which inputs, where the axes are inputs

    @property
    def is_whole_space(self) -> bool:
        """Whether nothing is left out: the regions hold for the points as drawn."""
        return len(self.center) <= 2

    def project(self, x: Array) -> Array:
        """Return the coordinates (..., 2) of inputs (..., D)."""
        return np.asarray(x, np.float64) @ self.axes

    def lift(self, points: Array) -> Array:
        """Return the inputs (..., D) on the plane at coordinates (..., 2)."""
        return self.center + (np.asarray(points) - self.center @ self.axes) @ self.axes.T

    def moved(self, x: Array, point: Array) -> Array:
        """Return input x (D,) shifted within the plane so that it projects to ``point`` (2,)."""
        return x + (np.asarray(point) - self.project(x)) @ self.axes.T


def known_plane(directions: Array, task: TaskBatch) -> Plane:
    """Return the plane of two directions (D, 2) that a family knows to matter."""
    columns = np.zeros((directions.shape[0], 2))
    columns[:, : directions.shape[1]] = directions[:, :2]
    return Plane("known", _orthonormal(columns), _middle(task))


def feature_plane(first: int, second: int, task: TaskBatch) -> Plane:
    """Return the plane of two inputs."""
    size = task.support_x.shape[2]
    axes = np.zeros((size, 2))
    axes[first, 0] = 1.0
    if second != first:
        axes[second, 1] = 1.0
    return Plane("features", axes, _middle(task), (first, second))


def leading_plane(task: TaskBatch) -> Plane:
    """Return the plane of the two directions along which the task's rows vary most (its principal components).

    Signs are fixed (largest weight positive) so that the picture does not flip between tasks.
    """
    rows = _rows(task)
    if rows.shape[1] == 1:
        return Plane("leading", np.array([[1.0, 0.0]]), _middle(task))
    _, _, directions = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    axes = directions[:2].T
    if axes.shape[1] < 2:
        axes = np.concatenate([axes, np.zeros_like(axes)], axis=1)
    largest = axes[np.abs(axes).argmax(axis=0), [0, 1]]
    return Plane("leading", axes * np.where(largest < 0, -1.0, 1.0), _middle(task))


def bounds(plane: Plane, task: TaskBatch, pad: float = 0.1) -> tuple[float, float, float, float]:
    """Return (x low, x high, y low, y high) that hold every row of the task with some room around."""
    points = plane.project(_rows(task))
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum((high - low) * pad, 1e-3 + 1e-3 * np.abs(high))
    room = np.where(high - low > 0, room, 1.0)
    (x0, y0), (x1, y1) = low - room, high + room
    return float(x0), float(x1), float(y0), float(y1)


def grid(plane: Plane, box: tuple[float, float, float, float], size: int) -> Array:
    """Return (size * size, D) inputs at the centres of the cells of a box, row by row from the bottom."""
    x0, x1, y0, y1 = box
    middles = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(x0 + (x1 - x0) * middles, y0 + (y1 - y0) * middles)
    return plane.lift(np.stack([x.ravel(), y.ravel()], axis=-1))


def _rows(task: TaskBatch) -> Array:
    return np.concatenate([task.support_x[0], task.query_x[0]]).astype(np.float64)


def _middle(task: TaskBatch) -> Array:
    return _rows(task).mean(axis=0)


def _orthonormal(columns: Array) -> Array:
    """Gram-Schmidt on two columns that keeps the first one's direction; a dependent column becomes zero."""
    first = columns[:, 0] / max(float(np.linalg.norm(columns[:, 0])), 1e-12)
    second = columns[:, 1] - first * (first @ columns[:, 1])
    size = float(np.linalg.norm(second))
    second = second / size if size > 1e-9 else np.zeros_like(second)
    return np.stack([first, second], axis=1)
