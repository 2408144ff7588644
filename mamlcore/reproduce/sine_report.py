"""What the sine experiment leaves behind: a CSV file, sentences, and a figure in the manner of the paper's."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mamlcore.evaluate import Evaluation
from mamlcore.figures import Look, curve_color, drawn_row, figure_bytes, line_style, name_ends, plain_ticks
from mamlcore.reproduce.published import Row
from mamlcore.reproduce.sine import DIFFERENCES, FINE_TUNING, META_STEPS, SHOWN_STEPS, SineResult
from mamlcore.tables import csv_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = {"maml": "MAML", "joint": "Pre-trained", "oracle": "Oracle"}
_LOWEST, _HIGHEST = 3e-4, 10.0  # of the figure
_HEADER = ("k_shot", "learner", "step", "mean", "median", "std", "ci95", "mean_without_worst_percent",
           "n_tasks", "n_diverged", "paper", "agrees")  # fmt: skip


def table_csv(result: SineResult) -> str:
    """Return a line for each K, learner and number of steps; what the paper does not say is left empty."""
    return csv_text(_HEADER, [_cells(row) for row in result.rows()])


def _cells(row: Row) -> tuple[object, ...]:
    found = row.summary
    paper = ("" if row.paper is None else row.paper, "" if row.agrees is None else str(row.agrees).lower())
    return (row.k_shot, row.learner, row.step, found.mean, found.median, found.std, found.ci95, row.trimmed,
            found.n_tasks, found.n_diverged, *paper)  # fmt: skip


def tree(result: SineResult) -> dict[str, Any]:
    """Return all of it as plain values."""
    rows = [dict(zip(_HEADER, _cells(row), strict=True)) for row in result.rows()]
    for row, plain in zip(result.rows(), rows, strict=True):
        plain["paper"], plain["agrees"] = row.paper, row.agrees
    return {"experiment": "sine", "seed": result.seed, "meta_steps": result.meta_steps,
            "published_meta_steps": META_STEPS, "n_tasks": result.n_tasks, "rows": rows, "notes": notes(result),
            "differences": list(DIFFERENCES)}  # fmt: skip


def notes(result: SineResult) -> list[str]:
    """Return what a reader of the table must know: what was compared, and what a few tasks do to a mean."""
    steps = ", ".join(f"{lr} at K = {k_shot}" for k_shot, lr in FINE_TUNING.items())
    said = [*_verdicts(result), *_outliers(result)]
    said.append(f"The pre-trained net is fine-tuned by the paper's step sizes: {steps}. MAML keeps its own, 0.01.")
    said.append("Trained once with K = 10 and one inner step, as in the paper; its figures 3 and 6 show K = 10 and 20 "
                "as curves only, so there is no number to set beside ours.")  # fmt: skip
    said.append("± is over test waves, for one trained net each; another --seed may move the means further: from "
                "initial weights this small, training can lie on a plateau for thousands of meta-steps.")  # fmt: skip
    return said


def _verdicts(result: SineResult) -> list[str]:
    if result.meta_steps != META_STEPS:
        return [f"A trial of {result.meta_steps} meta-steps: the paper's numbers are after {META_STEPS}."]
    compared = [row for row in result.rows() if row.paper is not None]
    words = {True: "agrees", False: "differs", None: "rests on a few waves"}
    return [
        f"{LABELS[name]} against Table 2 (no interval there; taken as wide as ours): "
        + ", ".join(f"{row.step} step{'s' * (row.step > 1)} {words[row.agrees]}" for row in rows)
        + "."
        for name in LABELS
        if (rows := [row for row in compared if row.learner == name])
    ]


def _outliers(result: SineResult) -> list[str]:
    """Say where single tasks make the mean: an adaptation by a fixed step size diverges on a few of them."""
    said = []
    for row in result.rows():
        found = row.summary
        if row.step == SHOWN_STEPS[-1] and row.learner == "maml" and row.rests_on_few:
            said.append(
                f"MAML at K = {row.k_shot}, 10 steps: a few waves ({found.n_diverged} of {found.n_tasks} beyond all "
                f"proportion) make the mean {found.mean:.3g}; without the worst 1 % it is {row.trimmed:.3g}, the "
                f"median {found.median:.3g}."
            )
    return said or ["No wave makes MAML's mean alone here. With other seeds a few of 600 may: trained for one step, "
                    "they diverge under ten, mostly at K = 5. So medians stand beside means."]  # fmt: skip


def figure(result: SineResult, fmt: str) -> bytes:
    """Return mean squared error against gradient steps, one panel for each K, as a png or svg file."""
    look = Look()
    last = max(result.evaluations)
    paints = [_panel(k_shot, found, look, k_shot == last) for k_shot, found in result.evaluations.items()]
    return figure_bytes(drawn_row(paints, look, 0.42), fmt, look)


def _panel(k_shot: int, evaluation: Evaluation, look: Look, named: bool) -> Callable[["Axes"], None]:
    def paint(axes: "Axes") -> None:
        steps, ends = np.arange(evaluation.steps + 1), []
        for name, curves in evaluation.learners.items():
            found = [curves.loss_summary(int(step)) for step in steps]
            mean, half = np.array([one.mean for one in found]), np.array([one.ci95 for one in found])
            color, line = curve_color(name, look), _shown(mean)
            axes.fill_between(steps, _shown(mean - half), _shown(mean + half), color=color, alpha=0.16, linewidth=0)
            axes.plot(steps, line, color=color, linewidth=1.5, linestyle=line_style(name))
            ends.append((LABELS[name], float(line[-1]), color))
            if name == "maml":
                median = _shown([one.median for one in found])
                axes.plot(steps, median, color=color, linewidth=0.9, linestyle=":")
                ends.append((f"{LABELS[name]}, median", float(median[-1]), color))
        axes.set_title(f"K = {k_shot}", fontsize=8.0)
        axes.set_xlabel("gradient steps")
        axes.set_yscale("log")
        axes.set_ylim(_LOWEST, _HIGHEST)
        axes.margins(x=0)
        plain_ticks(axes, (1.0,))
        if named:
            name_ends(axes, ends)
        else:
            axes.set_ylabel("mean squared error" if k_shot == 5 else "")

    return paint


def _shown(values: Any) -> Any:
    return np.clip(np.nan_to_num(values, nan=_HIGHEST, posinf=_HIGHEST, neginf=_LOWEST), _LOWEST, _HIGHEST)
