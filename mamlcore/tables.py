"""A run's numbers as tidy CSV text, and as rows for people."""

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np

from mamlcore.evaluate import Evaluation, Summary, TaskCurves, paired_difference, summarise
from mamlcore.snapshot import Snapshot

#: metric name in history.csv -> field of Curve, for the held-out split
_HISTORY = {
    "loss": "loss",
    "loss_ci95": "loss_ci95",
    "loss_median": "median",
    "loss_before": "loss_before",
    "n_diverged": "diverged",
    "accuracy": "accuracy",
    "accuracy_ci95": "accuracy_ci95",
    "accuracy_before": "accuracy_before",
}


def history_csv(shot: Snapshot) -> str:
    """Return ``iteration,learner,split,metric,value``: every point of every curve, numbers in full."""
    return csv_text(("iteration", "learner", "split", "metric", "value"), _history_rows(shot))


def _history_rows(shot: Snapshot) -> Iterator[tuple[object, ...]]:
    for name, curve in shot.curves.items():
        for i, iteration in enumerate(curve.iteration.astype(int)):
            for metric, column in _HISTORY.items():
                value = float(getattr(curve, column)[i])
                if not np.isnan(value):
                    yield int(iteration), name, "test", metric, value
            if not np.isnan(curve.train_loss[i]):
                yield int(iteration), name, "train", "loss", float(curve.train_loss[i])
            yield int(iteration), name, "train", "rows", float(curve.rows[i])
            yield int(iteration), name, "train", "gradient_evaluations", float(curve.gradients[i])


def evaluation_csv(evaluation: Evaluation) -> str:
    """Return ``learner,step,metric,mean,median,std,ci95,n_tasks,n_diverged`` for every step 0..E.

    Metrics are ``loss``, ``accuracy`` (for classes) and, beside MAML, the paired ``loss_minus_maml`` and
    ``accuracy_minus_maml``.
    """
    header = ("learner", "step", "metric", "mean", "median", "std", "ci95", "n_tasks", "n_diverged")
    return csv_text(header, _evaluation_rows(evaluation))


def _evaluation_rows(evaluation: Evaluation) -> Iterator[tuple[object, ...]]:
    maml = evaluation.learners.get("maml")
    for name, curves in evaluation.learners.items():
        for step in range(evaluation.steps + 1):
            for metric in metrics(curves):
                yield name, step, metric, *_numbers(curves.summary(metric, step))
                if maml is not None and name != "maml":
                    with np.errstate(invalid="ignore", over="ignore"):
                        difference = curves.values(metric)[step] - maml.values(metric)[step]
                    either = curves.diverged(step) | maml.diverged(step)
                    yield name, step, f"{metric}_minus_maml", *_numbers(summarise(difference, either))


def metrics(curves: TaskCurves) -> tuple[str, ...]:
    """Return what a learner's tasks were judged by."""
    return ("loss",) if curves.accuracy is None else ("loss", "accuracy")


def summary_rows(evaluation: Evaluation, metric: str, step: int) -> list[tuple[str, Summary, Summary, float, float]]:
    """Return (learner, before, after, paired difference to MAML, its ci95) for a table, in display order."""
    maml = evaluation.learners.get("maml")
    rows = []
    for name, curves in evaluation.learners.items():
        difference = (np.nan, np.nan)
        if maml is not None and name != "maml":
            difference = paired_difference(curves.values(metric)[step], maml.values(metric)[step])
        rows.append((name, curves.summary(metric, 0), curves.summary(metric, step), *difference))
    return rows


def _numbers(summary: Summary) -> tuple[object, ...]:
    return summary.mean, summary.median, summary.std, summary.ci95, summary.n_tasks, summary.n_diverged


def csv_text(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Return rows as CSV under a header; floats in full, lines end with a line feed on every system."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(tuple(repr(cell) if isinstance(cell, float) else cell for cell in row) for row in rows)
    return stream.getvalue()
