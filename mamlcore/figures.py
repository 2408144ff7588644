"""Figures for paper and screen, drawn by matplotlib from a snapshot: the very numbers the window shows.

The style (``drawn``, colours, dashes, names at the ends of curves) serves other figures too.
"""

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mamlcore.errors import LabError
from mamlcore.learners import LEARNERS
from mamlcore.palette import ink
from mamlcore.snapshot import Snapshot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MM = 1 / 25.4
#: What figures are drawn on, light and dark.
GROUNDS = ("#FFFFFF", "#1C1F24")
_TASKS_DRAWN = 60
#: matplotlib's settings are one for all threads: a window draws a preview, a shift and a report side by side.
_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True, slots=True)
class Look:
    """How a figure is drawn: light or dark, its width in millimetres, its resolution when a bitmap."""

    dark: bool = False
    width_mm: float = 183.0
    dpi: int = 300


def render(shot: Snapshot, plot: str, fmt: str, look: Look) -> bytes:
    """Return a figure (``meta_loss`` or ``adaptation``) as the bytes of a png, svg or pdf file."""
    return figure_bytes(draw(shot, plot, look), fmt, look)


def figure_bytes(figure: "Figure", fmt: str, look: Look) -> bytes:
    """Return a figure as the bytes of a png, svg or pdf file."""
    from matplotlib import rc_context  # noqa: PLC0415 - slow to import and only needed here

    stream = io.BytesIO()
    # No date inside: the same snapshot gives the same file.
    metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(fmt, {})
    with _ONE_AT_A_TIME, rc_context({"svg.fonttype": "none", "svg.hashsalt": "maml-lab"}):
        figure.savefig(stream, format=fmt, dpi=look.dpi, facecolor=figure.get_facecolor(), metadata=metadata)
    return stream.getvalue()


def draw(shot: Snapshot, plot: str, look: Look) -> "Figure":
    """Return a matplotlib figure, without pyplot and its global state. LabError for an unknown plot."""
    if plot not in _PLOTS:
        raise LabError(f"There is no figure {plot!r}; there are {', '.join(_PLOTS)}")
    return drawn(lambda axes: _PLOTS[plot](axes, shot, look), look)


def drawn(paint: Callable[["Axes"], None], look: Look) -> "Figure":
    """Return a figure of one set of axes, painted in the lab's style."""
    return drawn_row([paint], look, 0.56)


def drawn_row(paints: Sequence[Callable[["Axes"], None]], look: Look, height: float) -> "Figure":
    """Return a figure of axes side by side, each painted in the lab's style; its height as a share of its width."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import and only needed here
    from matplotlib.figure import Figure  # noqa: PLC0415

    ground, text = GROUNDS[look.dark], ("#E8EAED" if look.dark else "#1A1D21")
    style: Any = {"font.size": 8.0, "text.color": text,
             "axes.labelcolor": text, "xtick.color": text, "ytick.color": text, "axes.edgecolor": text}  # fmt: skip
    with _ONE_AT_A_TIME, mpl.rc_context(style):
        width = look.width_mm * _MM
        figure = Figure(figsize=(width, width * height), facecolor=ground, layout="constrained")
        for column, paint in enumerate(paints, 1):
            axes = figure.add_subplot(1, len(paints), column, facecolor=ground)
            axes.spines[["top", "right"]].set_visible(False)
            axes.grid(alpha=0.12, color=text, linewidth=0.6)
            paint(axes)
        figure.canvas.draw()
    return figure


def curve_color(name: str, look: Look) -> str:
    """Return a learner's colour."""
    return ink(name).dark if look.dark else ink(name).light


def line_style(name: str) -> Any:
    """Return a learner's dash, as matplotlib wants it."""
    dash = ink(name).dash
    return (0, tuple(part / 1.5 for part in dash)) if dash else "solid"


def _draw_meta_loss(axes: "Axes", shot: Snapshot, look: Look) -> None:
    metric, ends = shot.metric, []
    for name, curve in shot.drawn_curves().items():
        x = curve.iteration
        y, half = getattr(curve, metric), getattr(curve, f"{metric}_ci95")
        label, color = LEARNERS[name].label, curve_color(name, look)
        low, high = _shown(y - half, metric), _shown(y + half, metric)
        axes.fill_between(x, low, high, color=color, alpha=0.16, linewidth=0)
        axes.plot(x, _shown(y, metric), color=color, linewidth=1.5, linestyle=line_style(name), label=label)
        ends.append((f"{label} {_number(y[-1], metric)}", _shown(y, metric)[-1], color))
    for ghost in shot.ghosts:
        first = next(iter(ghost.curves.items()), None)
        if first is not None and ghost.metric == metric:
            axes.plot(first[1].iteration, _shown(getattr(first[1], metric), metric),
                      color=curve_color(first[0], look), alpha=0.35, linewidth=1.0)  # fmt: skip
    for change in shot.changes:
        axes.axvline(change.iteration, linestyle=":", linewidth=0.8, color=axes.xaxis.label.get_color())
    axes.set_xlabel("iteration")
    _finish(axes, shot, ends, f"after {shot.config.inner.steps} inner steps", look)


def _draw_adaptation(axes: "Axes", shot: Snapshot, look: Look) -> None:
    metric, ends = shot.metric, []
    evaluation = shot.test or shot.live
    steps = np.arange(evaluation.steps + 1)
    for name, curves in evaluation.learners.items():
        color, values = curve_color(name, look), _shown(curves.values(metric), metric)
        axes.plot(steps, values[:, :_TASKS_DRAWN], color=color, alpha=0.13, linewidth=0.5)
        means = np.array([curves.summary(metric, step).mean for step in range(evaluation.steps + 1)])
        axes.plot(steps, _shown(means, metric), color=color, linewidth=1.8, linestyle=line_style(name))
        ends.append((f"{LEARNERS[name].label} {_number(means[-1], metric)}", _shown(means, metric)[-1], color))
    axes.axvline(shot.config.inner.steps, linestyle=":", linewidth=0.8, color=axes.xaxis.label.get_color())
    axes.set_xlabel("inner steps on the support set")
    _finish(axes, shot, ends, f"{evaluation.n_tasks} held-out tasks", look)


def _finish(axes: "Axes", shot: Snapshot, ends: list[tuple[str, float, str]], what: str, look: Look) -> None:
    """Scale, label, draw the reference lines, and name every curve at its end."""
    metric = shot.metric
    neutral = "#A6ADB5" if look.dark else "#555C65"
    for line in shot.references:
        value = getattr(line, metric)
        if value is not None and (metric == "accuracy" or value > 0):
            level = float(_shown(np.asarray(value), metric))
            axes.axhline(level, color=neutral, linewidth=0.8, alpha=0.6)
            ends.append((f"{line.label} {_number(value, metric)}", level, neutral))
    loss = {"mse": "MSE", "cross_entropy": "cross-entropy", "bce": "log loss"}[shot.source.problem.loss]
    axes.set_ylabel(f"query accuracy, {what} (%)" if metric == "accuracy" else f"query loss ({loss}), {what}")
    if metric == "accuracy":
        axes.set_ylim(0, 100)
    else:
        axes.set_yscale("log")
        plain_ticks(axes)
        shown = [level for _, level, _ in ends if np.isfinite(level) and level > 0]
        axes.set_ylim(min(shown, default=0.1) / 3, max(shown, default=1.0) * 3)
    axes.margins(x=0)
    name_ends(axes, ends)


def plain_ticks(axes: "Axes", subs: tuple[float, ...] = (1.0, 2.0, 5.0)) -> None:
    """Label a log axis 1, 2, 5, 10, ... in plain figures."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: PLC0415

    axes.yaxis.set_major_locator(LogLocator(subs=subs, numticks=20))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def name_ends(axes: "Axes", ends: list[tuple[str, float, str]]) -> None:
    """Write each curve's (name, level, colour) right of the axes, pushed apart so that none lies over another."""
    low, high = axes.get_ylim()
    scale = (lambda y: np.log10(max(y, 1e-12))) if axes.get_yscale() == "log" else float
    bottom, top = scale(low), scale(high)
    shares = [min((scale(level) - bottom) / (top - bottom), 1.0) if np.isfinite(level) else 1.0 for _, level, _ in ends]
    order = sorted(range(len(ends)), key=lambda i: shares[i])
    places = spread([shares[i] for i in order], min(0.055, 1.0 / max(1, len(ends) - 1)))
    for i, place in zip(order, places, strict=True):
        text, _, color = ends[i]
        axes.annotate(text, (1.015, place), xycoords="axes fraction", va="center", color=color, annotation_clip=False)


def spread(levels: Sequence[float], gap: float) -> list[float]:
    """Return sorted levels moved as little as need be, so that neighbours are a gap apart, within 0..1 if they fit."""
    groups: list[list[float]] = []  # [centre, number]: levels that touch are moved as one, about their middle
    for level in levels:
        groups.append([level, 1.0])
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < gap * (groups[-1][1] + groups[-2][1]) / 2:
            centre, n = groups.pop()
            before, m = groups.pop()
            groups.append([(centre * n + before * m) / (n + m), n + m])
        half = gap * (groups[-1][1] - 1) / 2
        groups[-1][0] = max(half, min(groups[-1][0], 1.0 - half))
    return [centre + gap * (i - (n - 1) / 2) for centre, n in groups for i in range(int(n))]


def _shown(values: Any, metric: str) -> Any:
    """Return accuracies in per cent; losses as they are, with the infinite ones at a drawable edge."""
    if metric == "accuracy":
        return np.asarray(values) * 100
    return np.clip(np.nan_to_num(values, nan=np.nan, posinf=1e12), 1e-12, 1e12)


def _number(value: float, metric: str) -> str:
    return f"{100 * value:.1f} %" if metric == "accuracy" else f"{value:.3g}"


_PLOTS = {"meta_loss": _draw_meta_loss, "adaptation": _draw_adaptation}
