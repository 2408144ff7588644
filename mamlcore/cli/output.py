"""What commands print: tables for people, JSON for programs."""

import json
import sys
from math import isfinite, isnan
from typing import Any

from rich.console import Console
from rich.table import Table

from mamlcore.config import Config
from mamlcore.evaluate import Evaluation
from mamlcore.learners import LEARNERS
from mamlcore.tables import summary_rows


def print_json(tree: Any) -> None:
    """Print a tree of plain values as strict JSON; what is not finite becomes null."""
    print(json.dumps(_strict(tree), indent=2, allow_nan=False))


def _strict(tree: Any) -> Any:
    """Return the tree with null for NaN and infinity, which JSON has no words for."""
    if isinstance(tree, dict):
        return {name: _strict(part) for name, part in tree.items()}
    if isinstance(tree, list | tuple):
        return [_strict(part) for part in tree]
    return None if isinstance(tree, float) and not isfinite(tree) else tree


def print_list(title: str, rows: list[dict[str, str]], as_json: bool) -> None:
    """Print rows of equal keys as a table, or as JSON."""
    if as_json:
        print_json(rows)
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in rows[0]:
        table.add_column(column.capitalize(), overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    console().print(table)


def console() -> Console:
    """A console that never cuts a line short when its output goes into a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=160)


def say(sentence: str) -> None:
    """Print a sentence or a path: broken at words on a terminal, one line in a pipe."""
    Console(soft_wrap=not sys.stdout.isatty()).print(sentence, highlight=False, markup=False)


def print_evaluation(evaluation: Evaluation, config: Config) -> None:
    """Print a line for each learner: before and after adaptation, and against MAML on the same tasks."""
    step = config.inner.steps
    metric = "loss" if all(c.accuracy is None for c in evaluation.learners.values()) else "accuracy"
    title = f"{metric.capitalize()} on {evaluation.n_tasks} held-out tasks at iteration {evaluation.iteration}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    after_steps = f"After {step} step{'s' * (step != 1)}"
    beside_maml = ("Minus MAML, paired", "± 95 %") if "maml" in evaluation.learners else ()
    for column in ("Learner", "Before", after_steps, "± 95 %", *beside_maml, "Diverged"):
        table.add_column(column, justify="left" if column == "Learner" else "right")
    for name, before, after, difference, half in summary_rows(evaluation, metric, step):
        paired = ("", "") if name == "maml" or isnan(difference) else (f"{difference:+.4g}", f"{half:.2g}")
        diverged = str(after.n_diverged) if after.n_diverged else ""
        numbers = (
            f"{before.mean:.4g}",
            f"{after.mean:.4g}",
            f"{after.ci95:.2g}",
            *(paired if beside_maml else ()),
            diverged,
        )
        table.add_row(LEARNERS[name].label, *numbers)
    console().print(table)


def evaluation_tree(evaluation: Evaluation) -> dict[str, Any]:
    """Return every learner's numbers at every step as plain values."""
    learners: dict[str, Any] = {}
    for name, curves in evaluation.learners.items():
        learners[name] = {}
        for metric in ("loss",) if curves.accuracy is None else ("loss", "accuracy"):
            rows = [curves.summary(metric, step) for step in range(evaluation.steps + 1)]
            learners[name][metric] = {
                column: [getattr(row, column) for row in rows] for column in ("mean", "median", "std", "ci95")
            }
            learners[name][metric]["n_diverged"] = [row.n_diverged for row in rows]
    return {"iteration": evaluation.iteration, "n_tasks": evaluation.n_tasks, "steps": evaluation.steps,
            "learners": learners}  # fmt: skip
