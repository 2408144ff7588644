"""Curves of a shift: each learner against the value of the setting, with 95 % bands, the trained value marked.

And the files of a shift: its table and its figure.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mamlcore.atomic import write_atomic
from mamlcore.config import SETTINGS
from mamlcore.figures import Look, curve_color, drawn_row, figure_bytes, line_style, name_ends, plain_ticks
from mamlcore.learners import LEARNERS
from mamlcore.shift import Shift, shift_csv
from mamlcore.wording import name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def shift_figure(shifts: Sequence[Shift], fmt: str, look: Look | None = None) -> bytes:
    """Return one figure, a set of axes for each shifted setting, as the bytes of a png, svg or pdf file."""
    look = look or Look()
    paints = [partial(_paint, one=one, look=look) for one in shifts]
    return figure_bytes(drawn_row(paints, look, 0.56 if len(paints) == 1 else 0.42), fmt, look)


def write_shifts(folder: Path, shifts: Sequence[Shift]) -> None:
    """Write shift.csv, shift.png and shift.svg into a folder. LabError naming the file and the cause."""
    write_atomic(folder / "shift.csv", shift_csv(shifts).encode())
    for fmt in ("png", "svg"):
        write_atomic(folder / f"shift.{fmt}", shift_figure(shifts, fmt))


def _paint(axes: "Axes", one: Shift, look: Look) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - slow to import and only needed here

    percent, ends = 100.0 if one.metric == "accuracy" else 1.0, []
    for name in dict.fromkeys(point.learner for point in one.points):
        points = one.of(name)
        x, mean, half = (np.array([getattr(point, field) for point in points]) for field in ("value", "mean", "ci95"))
        color, y = curve_color(name, look), percent * mean
        low = percent * np.maximum(mean - half, 0.0 if percent > 1 else 1e-3 * mean)
        axes.fill_between(x, low, percent * (mean + half), color=color, alpha=0.16, linewidth=0)
        axes.plot(x, y, color=color, linewidth=1.5, linestyle=line_style(name), marker="o", markersize=2.5)
        ends.append((LEARNERS[name].label, float(y[-1]), color))
    axes.axvline(one.trained, linestyle=":", linewidth=0.8, color=axes.xaxis.label.get_color())
    if SETTINGS[one.path].kind == "int":
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(f"{name_of(one.path)} at the test (dotted: in training)")
    if one.metric == "accuracy":
        axes.set_ylabel("query accuracy (%)")
        axes.set_ylim(0, 100)
    else:
        axes.set_ylabel("query loss after adaptation")
        axes.set_yscale("log")
        plain_ticks(axes)
    axes.margins(x=0)
    name_ends(axes, ends)
