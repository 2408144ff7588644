"""Exact, first-order and Reptile meta-gradients as matrices of cosines, and as lines."""

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.panels.internals.asked import Asked, ends, task_text
from app.panels.internals.directions import Directions, directions
from app.panels.internals.pictures import Lines, Matrices
from app.plots.view import inner_steps, short_steps

MOST_MATRICES = 5
translate = QCoreApplication.translate


def _gradients(asked: Asked) -> tuple[Directions, str]:
    found = directions(asked.name, asked.state, asked.batch, asked.shot.config)
    if asked.over_all:
        return found, translate("internals", "mean of {0} held-out tasks").format(found.n_tasks)
    return found, task_text(asked)


def _kinds_of_gradient() -> tuple[str, str, str]:
    return translate("internals", "Exact"), translate("internals", "First-order"), translate("internals", "Reptile")


def cosines(asked: Asked) -> Matrices:
    """Show the cosines of the three gradients, a matrix for each number of inner steps."""
    found, where = _gradients(asked)
    steps = len(found.norms)
    shown = np.unique(np.round(np.linspace(1, steps, min(steps, MOST_MATRICES))).astype(int))
    text = translate("internals", "cosines between meta-gradients, {0}").format(where)
    return Matrices(
        tuple(found.cosines[s - 1] for s in shown),
        -1.0,
        1.0,
        (translate("internals", "columns in the same order as rows"), translate("internals", "same order")),
        (),
        tuple(inner_steps(int(s)) if len(shown) <= 3 else short_steps(int(s)) for s in shown),
        _kinds_of_gradient(),
        diverging=True,
        subtitles=(text, where),
    )


def angles(asked: Asked) -> Lines:
    """Show the three cosines by number of inner steps."""
    found, where = _gradients(asked)
    exact, first, reptile = _kinds_of_gradient()
    pairs = ((0, 1, exact, first), (0, 2, exact, reptile), (1, 2, first, reptile))
    values = np.array([found.cosines[:, i, j] for i, j, _, _ in pairs])
    low = ends(values)[0]
    return Lines(
        np.arange(1, len(found.norms) + 1, dtype=np.float64),
        tuple(f"{one} · {other}" for _, _, one, other in pairs),
        values,
        (translate("internals", "cosine of two meta-gradients"), translate("internals", "cosine")),
        _steps_axis(),
        low=-1.0 if low < 0 else 0.0,
        high=1.0,
        subtitles=(translate("internals", "cosines between meta-gradients, {0}").format(where), where),
    )


def norms(asked: Asked) -> Lines:
    """Show the lengths of the three gradients by number of inner steps."""
    found, where = _gradients(asked)
    text = translate("internals", "length of meta-gradients, {0}; Reptile is (θ − φ) / α")
    return Lines(
        np.arange(1, len(found.norms) + 1, dtype=np.float64),
        _kinds_of_gradient(),
        found.norms.T,
        (translate("internals", "norm of the meta-gradient"), translate("internals", "norm")),
        _steps_axis(),
        is_log=True,
        subtitles=(text.format(where), where),
    )


def _steps_axis() -> tuple[str, ...]:
    return translate("internals", "inner steps before the query loss"), translate("internals", "inner steps")
