"""The figures of a study's report: validation against meta-steps, test tasks against adaptation steps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mamlcore.arrays import Array
from mamlcore.figures import Look, curve_color, drawn, figure_bytes, line_style, name_ends, plain_ticks
from mamlcore.learners import LEARNERS
from mamlcore.study.outcome import Outcome
from mamlcore.study.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ADAPTATION = "adaptation steps"
#: One curve: x, y.
Line = tuple[Array, Array]


def training_figure(results: Results, n_way: int, k_shot: int, dark: bool = False) -> bytes:
    """Return SVG: validation mean of each learner against its meta-steps, mean over splits and seeds."""
    lines = {name: _training(found) for name, found in _outcomes(results, n_way, k_shot).items()}
    return _figure(results, lines, ("meta-steps", f"{results.metric} on validation tasks"), Look(dark))


def adaptation_figure(results: Results, n_way: int, k_shot: int, dark: bool = False) -> bytes:
    """Return SVG: test mean of each learner against its adaptation steps, mean over splits and seeds."""
    lines = {name: _adaptation(found) for name, found in _outcomes(results, n_way, k_shot).items()}
    return _figure(results, lines, (_ADAPTATION, f"{results.metric} on test tasks"), Look(dark))


def _outcomes(results: Results, n_way: int, k_shot: int) -> dict[str, list[Outcome]]:
    found = {name: list(results.of(name, n_way, k_shot).values()) for name in results.study.learners}
    return {name: outcomes for name, outcomes in found.items() if outcomes}


def _training(outcomes: list[Outcome]) -> Line:
    """Average over runs at the looks that all of them reached: one that diverged ends early."""
    longest = min(outcomes, key=lambda outcome: outcome.iterations.size)
    n = longest.iterations.size
    return longest.iterations, np.mean([outcome.validation[:n] for outcome in outcomes], axis=0)


def _adaptation(outcomes: list[Outcome]) -> Line:
    means = np.mean([outcome.step_means for outcome in outcomes], axis=0)
    return np.arange(means.size, dtype=np.float64), means


def _figure(results: Results, lines: Mapping[str, Line], names: tuple[str, str], look: Look) -> bytes:
    across, up = names
    percent = results.metric == "accuracy"

    def paint(axes: "Axes") -> None:
        width = max(x[-1] for x, _ in lines.values())
        ends = []
        for name, (x, y) in lines.items():
            shown = np.asarray(y) * 100 if percent else np.clip(np.nan_to_num(y, posinf=1e12), 1e-12, 1e12)
            flat = x[-1] == 0  # never trained, or not looked at again: a level
            drawn_x, drawn_y = (np.array([0.0, width]), shown.repeat(2)) if flat else (x, shown)
            ends.append(_line(axes, name, drawn_x, drawn_y, curve_color(name, look)))
        axes.set_xlabel(across)
        axes.set_ylabel(f"{up} (%)" if percent else up)
        axes.margins(x=0)
        if across == _ADAPTATION:
            _early_steps_wide(axes, width)
        if not percent:
            axes.set_yscale("log")
            plain_ticks(axes)
        name_ends(axes, ends)

    return figure_bytes(drawn(paint, look), "svg", look)


def _early_steps_wide(axes: "Axes", width: float) -> None:
    """Let x grow like a square root: the first steps matter most, and baselines take many more."""
    axes.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0.0)), np.square))
    axes.set_xticks([step for step in (0, 1, 2, 3, 5, 10, 20, 30, 50, 100) if step <= width])


def _line(axes: "Axes", name: str, x: Array, y: Array, color: str) -> tuple[str, float, str]:
    """Draw one learner and return what stands at its end."""
    axes.plot(x, y, color=color, linewidth=1.3, linestyle=line_style(name))
    return f"{LEARNERS[name].label} {y[-1]:.3g}", float(y[-1]), color
