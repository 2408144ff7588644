"""How alike two embedded rows are, with its derivative: each function returns scores and how to go back.

Rows are queries (T, Q, E) and points (T, M, E); scores are (T, Q, M), larger is more alike. Going back takes the
derivative of a loss by the scores and returns its derivatives by queries and points.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import numpy as np

from mamlcore.arrays import Array

Back: TypeAlias = Callable[[Array], tuple[Array, Array]]
Metric = Literal["cosine", "l2"]

#: Added to a squared norm, so that a row of zeros has a cosine, 0, with everything.
_TINY = 1e-24


def closeness(queries: Array, points: Array) -> tuple[Array, Back]:
    """Return -‖q - p‖², the squared Euclidean distance with its sign turned."""
    cross = queries @ np.swapaxes(points, -1, -2)
    scores = 2.0 * cross - _squares(queries)[..., None] - _squares(points)[:, None, :]

    def back(error: Array) -> tuple[Array, Array]:
        turned = np.swapaxes(error, -1, -2)
        by_queries = error @ points - queries * error.sum(axis=-1)[..., None]
        by_points = turned @ queries - points * turned.sum(axis=-1)[..., None]
        return 2.0 * by_queries, 2.0 * by_points

    return scores, back


def cosine(queries: Array, points: Array) -> tuple[Array, Back]:
    """Return q·p / (‖q‖ ‖p‖)."""
    (q, q_norm), (p, p_norm) = _directions(queries), _directions(points)

    def back(error: Array) -> tuple[Array, Array]:
        by_q, by_p = error @ p, np.swapaxes(error, -1, -2) @ q
        return _across(by_q, q) / q_norm, _across(by_p, p) / p_norm

    return q @ np.swapaxes(p, -1, -2), back


METRICS: Mapping[Metric, Callable[[Array, Array], tuple[Array, Back]]] = {"cosine": cosine, "l2": closeness}


def _directions(rows: Array) -> tuple[Array, Array]:
    norm = np.sqrt(_squares(rows)[..., None] + _TINY)
    return rows / norm, norm


def _across(error: Array, direction: Array) -> Array:
    """Return what is left of an error across a direction: along it a unit vector can't move."""
    return error - direction * (error * direction).sum(axis=-1, keepdims=True)


def _squares(rows: Array) -> Array:
    return (rows * rows).sum(axis=-1)
