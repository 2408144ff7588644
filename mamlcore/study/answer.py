"""The answer of a study in two sentences, made from its numbers: who is best, and whether meta-learning helps."""

import math
from collections.abc import Sequence

from mamlcore.learners import LEARNERS
from mamlcore.study.compare import Pair, Standing, between, is_baseline, is_meta, standings
from mamlcore.study.results import Results
from mamlcore.tasks import FAMILIES


def answer(results: Results, found: Sequence[Pair]) -> list[str]:
    """Return two sentences; one that says so when nothing was judged."""
    places = [place for place in results.places() if standings(results, *place)]
    if not places:
        return ["No cell has given a number yet."]
    best = "; ".join(_best(results, found, *place) for place in places)
    gains = [gain for place in places if (gain := _gain(results, found, *place))]
    sentences = [f"Best {best}."]
    if gains:
        sentences.append(f"Against the best learner without meta-learning: {'; '.join(gains)}.")
    return sentences


def place_name(results: Results, n_way: int, k_shot: int) -> str:
    """Return ``5-way 1-shot``, or ``10-shot`` where tasks have no number of classes to choose."""
    has_ways = "n_way" in FAMILIES[results.study.config.task.family].settings
    return f"{n_way}-way {k_shot}-shot" if has_ways else f"{k_shot}-shot"


def number(value: float, metric: str, signed: bool = False) -> str:
    """Return an accuracy in per cent or a loss with three digits, as it stands in tables."""
    if not math.isfinite(value):
        return "not finite"
    sign = "+" if signed else ""
    return f"{100 * value:{sign}.1f}" if metric == "accuracy" else f"{value:{sign}.3g}"


def label(learner: str) -> str:
    """Return a learner's name as shown."""
    return LEARNERS[learner].label


def _unit(metric: str) -> str:
    return " %" if metric == "accuracy" else ""


def _best(results: Results, found: Sequence[Pair], n_way: int, k_shot: int) -> str:
    ranked = [one for one in standings(results, n_way, k_shot) if LEARNERS[one.learner].role != "ceiling"]
    if not ranked:
        return f"at {place_name(results, n_way, k_shot)}: only a ceiling was judged"
    first, metric = ranked[0], results.metric
    ties = [label(one.learner) for one in ranked[1:] if _tied(found, n_way, k_shot, first, one)]
    value = f"{number(first.mean, metric)}{_unit(metric)} ± {number(first.ci95, metric)}"
    tied = f", tied with {_listed(ties)}" if ties else ""
    return f"at {place_name(results, n_way, k_shot)}: {label(first.learner)} with {value}{tied}"


def _tied(found: Sequence[Pair], n_way: int, k_shot: int, first: Standing, other: Standing) -> bool:
    pair = between(found, n_way, k_shot, first.learner, other.learner)
    return pair is not None and pair.is_tie


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def contest(results: Results, found: Sequence[Pair], n_way: int, k_shot: int) -> Pair | None:
    """Return the best meta-learner minus the best learner without meta-learning; None when one side is missing."""
    ranked = standings(results, n_way, k_shot)
    meta = next((one.learner for one in ranked if is_meta(one.learner)), None)
    plain = next((one.learner for one in ranked if is_baseline(one.learner)), None)
    return None if meta is None or plain is None else between(found, n_way, k_shot, meta, plain)


def _gain(results: Results, found: Sequence[Pair], n_way: int, k_shot: int) -> str:
    pair = contest(results, found, n_way, k_shot)
    if pair is None:
        return ""
    metric = results.metric
    difference, half = number(pair.difference, metric, signed=True), number(pair.ci95, metric)
    gap = f"{difference} points ± {half}" if metric == "accuracy" else f"{difference} ± {half} in loss"
    meta, plain = label(pair.learner), label(pair.other)
    where = f"at {place_name(results, n_way, k_shot)}"
    if pair.is_tie:
        return f"{where} a tie between {meta} and {plain} ({gap})"
    runs = f"better in {pair.cells_won} of {pair.n_cells} run{'s' * (pair.n_cells != 1)}"
    helps = pair.difference > 0 if metric == "accuracy" else pair.difference < 0
    if helps:
        return f"{where} {meta} gives {gap} over {plain} ({runs})"
    return f"{where} meta-learning does not help, {meta} gives {gap} against {plain} ({runs})"
