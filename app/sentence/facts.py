"""Facts about who leads whom, as words: each true of the numbers it is made from, or not said."""

import math
from statistics import NormalDist

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.look.numbers import count, measured
from app.look.said import translated
from app.plots.view import learner_label
from mamlcore.evaluate import Evaluation, Summary, paired_difference
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot
from mamlcore.tasks.base import ReferenceLine

translate = QCoreApplication.translate
#: Reference lines that are common words, not names, and so small within a sentence.
_SMALL = ("chance", "no_adaptation", "floor")


def judged_step(shot: Snapshot, evaluation: Evaluation) -> int:
    """Return the number of inner steps after which the learners are judged."""
    return min(shot.config.inner.steps, evaluation.steps)


def in_sentence(name: str) -> str:
    """Return a learner's name within a sentence: baselines are common words, methods are names."""
    label = learner_label(name)
    common = name in LEARNERS and LEARNERS[name].role != "meta-learner" and label[1:2].islower()
    return label[:1].lower() + label[1:] if common else label


def small(line: ReferenceLine) -> str:
    """Return a reference's name within a sentence."""
    label = translated(line.label)
    return label[:1].lower() + label[1:] if line.name in _SMALL else label


def best_of(shot: Snapshot, judged: dict[str, Summary], names: list[str]) -> str:
    """Return the best of some learners: by mean, by median where tasks diverged; "" of none."""
    if shot.metric == "accuracy":
        return max(names, key=lambda name: judged[name].mean, default="")
    return min(names, key=lambda name: (_level(judged[name]), name), default="")


def _level(summary: Summary) -> float:
    level = summary.median if summary.n_diverged else summary.mean
    return math.inf if math.isnan(level) else level


def contest(shot: Snapshot, judged: dict[str, Summary]) -> tuple[str, str]:
    """Return who is compared: MAML (or the best meta-learner) with the best that does no meta-learning."""
    names = [name for name in judged if LEARNERS[name].role != "ceiling"]
    meta = [name for name in names if LEARNERS[name].role == "meta-learner"]
    rest = [name for name in names if name not in meta]
    if meta and rest:
        return ("maml" if "maml" in meta else best_of(shot, judged, meta)), best_of(shot, judged, rest)
    first = "maml" if "maml" in names else best_of(shot, judged, names)
    return first, best_of(shot, judged, [name for name in names if name != first])


def lead(shot: Snapshot, evaluation: Evaluation, judged: dict[str, Summary]) -> str:
    """Say who leads whom by how much, task by task; a tie is said as a tie."""
    one, two = contest(shot, judged)
    if not one or not two:
        return ""
    step, metric = judged_step(shot, evaluation), shot.metric
    values = [evaluation.learners[name].values(metric)[step] for name in (one, two)]
    with np.errstate(over="ignore", invalid="ignore"):
        difference, half = paired_difference(*values)
    if judged[one].n_diverged or judged[two].n_diverged or not math.isfinite(difference) or not math.isfinite(half):
        return ""
    gap = measured(abs(difference), half, metric)
    if metric == "accuracy":
        gap = translate("sentence", "{0} points", "of accuracy").format(gap.removesuffix(" %"))
    if abs(difference) <= half:
        text = translate("sentence", "{0} and {1} tie: {2} apart (paired).")
    else:
        text = translate("sentence", "{0} leads {1} by {2} (paired).")
        if (difference > 0) != (metric == "accuracy"):
            one, two = two, one
    return _capital(text.format(in_sentence(one), in_sentence(two), gap))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def gone(judged: dict[str, Summary]) -> str:
    """Count the held-out tasks on which a learner diverged."""
    text = translate("sentence", "{0} of {1} for {2}")
    parts = [text.format(count(one.n_diverged), count(one.n_tasks), in_sentence(name))
             for name, one in judged.items() if one.n_diverged]  # fmt: skip
    if not parts:
        return ""
    return translate("sentence", "Tasks that diverged: {0}.").format(translate("sentence", ", ").join(parts))


def control(shot: Snapshot, judged: dict[str, Summary]) -> str:
    """Say when no learner is better than chance (or than not adapting) by more than chance itself explains.

    The 95 % hold for all learners together (Bonferroni): of five useless ones the luckiest is no discovery.
    """
    line = next((line for line in shot.references if line.name in ("chance", "no_adaptation")), None)
    level = None if line is None else (line.accuracy if shot.metric == "accuracy" else line.loss)
    learners = [one for name, one in judged.items() if LEARNERS[name].role != "ceiling"]
    if line is None or level is None or not learners:
        return ""
    sign = 1.0 if shot.metric == "accuracy" else -1.0
    wider = NormalDist().inv_cdf(1 - 0.025 / len(learners)) / 1.96
    if any(not one.n_diverged and sign * (one.mean - level) > wider * one.ci95 for one in learners):
        return ""
    if any(one.n_diverged and sign * (one.median - level) > 0 for one in learners):
        return ""
    return translate("sentence", "No learner is measurably better than {0}.").format(small(line))
