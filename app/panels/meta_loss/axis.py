"""What the history is drawn against: iterations, or what each learner has spent until then."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.look.numbers import count, number
from app.plots.axes import Scale, grown_end
from mamlcore.arrays import Array
from mamlcore.history import Curve
from mamlcore.learners import LEARNERS

#: A column of Curve that x is taken from.
Quantity: TypeAlias = Literal["iteration", "rows", "gradients", "seconds"]
QUANTITIES: tuple[Quantity, ...] = ("iteration", "rows", "gradients", "seconds")
_LEAST: Mapping[Quantity, float] = {"iteration": 100.0, "rows": 1000.0, "gradients": 1000.0, "seconds": 0.1}
translate = QCoreApplication.translate


def choice_text(quantity: Quantity) -> str:
    """Return the quantity as the chooser says it."""
    return {
        "iteration": translate("x_axis", "Iterations"),
        "rows": translate("x_axis", "Rows"),
        "gradients": translate("x_axis", "Gradients"),
        "seconds": translate("x_axis", "Seconds"),
    }[quantity]


def axis_names(quantity: Quantity) -> tuple[str, ...]:
    """Return the name of the axis, long to short."""
    return {
        "iteration": (translate("x_axis", "iteration"),),
        "rows": (translate("x_axis", "labelled rows that each learner has seen"), translate("x_axis", "rows seen")),
        "gradients": (
            translate("x_axis", "gradients that each learner has evaluated (a Hessian-vector product counts as two)"),
            translate("x_axis", "gradients that each learner has evaluated"),
            translate("x_axis", "gradient evaluations"),
        ),
        "seconds": (translate("x_axis", "seconds that each learner has trained for"), translate("x_axis", "seconds")),
    }[quantity]


def place_text(x: float, quantity: Quantity) -> str:
    """Return a place on the axis in words: "iteration 1 200", "12.3 seconds"."""
    form = {
        "iteration": translate("x_axis", "iteration {0}"),
        "rows": translate("x_axis", "{0} rows seen"),
        "gradients": translate("x_axis", "{0} gradient evaluations"),
        "seconds": translate("x_axis", "{0} seconds"),
    }[quantity]
    return form.format(short_place(x, quantity))


def short_place(x: float, quantity: Quantity) -> str:
    """Return a place on the axis as a number."""
    return number(x) if quantity == "seconds" else count(round(x))


def scale_of(quantity: Quantity) -> Scale:
    """Return how ticks read the axis."""
    return "linear" if quantity == "seconds" else "whole"


def places(name: str, curve: Curve, quantity: Quantity) -> Array | None:
    """Return x of a learner's points (points,); None for one that spends nothing of the quantity."""
    x: Array = getattr(curve, quantity)
    if quantity == "iteration":
        return x
    trains = name not in LEARNERS or LEARNERS[name].trains
    return x if trains and len(x) and x[-1] > 0 else None


def along(name: str, curve: Curve, quantity: Quantity, end: float) -> tuple[Array, Curve]:
    """Return x (points,) and the points; who spends nothing stands at its newest value from 0 to ``end``."""
    x = places(name, curve, quantity)
    if x is not None:
        return x, curve
    newest = Curve(*(np.repeat(getattr(curve, column.name)[-1:], 2) for column in fields(Curve)))
    return np.array([0.0, end]), newest


def reach(curves: Mapping[str, Curve], quantity: Quantity) -> float:
    """Return the largest x of all learners; 0 when nobody spends anything."""
    found = [places(name, curve, quantity) for name, curve in curves.items()]
    return max((float(x[-1]) for x in found if x is not None and len(x)), default=0.0)


def axis_end(curves: Mapping[str, Curve], quantity: Quantity) -> float:
    """Return the right end of the axis: it grows in steps."""
    return grown_end(reach(curves, quantity), _LEAST[quantity])


def shared_place(curves: Mapping[str, Curve], quantity: Quantity, iteration: int) -> float | None:
    """Return where an iteration lies, when it lies at one place for all learners that spend; else None."""
    if quantity == "iteration":
        return float(iteration)
    spending = [(curve.iteration, x) for name, curve in curves.items()
                if (x := places(name, curve, quantity)) is not None]  # fmt: skip
    found = [float(np.interp(iteration, iterations, x)) for iterations, x in spending]
    return found[0] if found and np.allclose(found, found[0], rtol=1e-9) else None
