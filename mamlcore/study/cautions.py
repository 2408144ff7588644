"""The warnings that a study's own evidence calls for: one sentence each, with its numbers."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from mamlcore.errors import LabError
from mamlcore.study.answer import contest, label, number, place_name
from mamlcore.study.compare import Pair, standings
from mamlcore.study.outcome import Outcome
from mamlcore.study.pools import Pool, pools
from mamlcore.study.results import Results
from mamlcore.study.search import points, tuned_settings

#: Fewer different sets of training classes than this are few tasks, however many are drawn.
FEW_SETS = 200
#: Fewer runs (splits x seeds) than this say little about other ones.
FEW_RUNS = 3
#: A state this late in training, in most runs, was still getting better.
LATE = 0.95


def cautions(results: Results, found: Sequence[Pair]) -> list[str]:
    """Return the warnings, those that weigh most first."""
    return [
        *_incomplete(results), *_divergence(results), *_classes(results), *_ties(results, found),
        *_runs(results, found), *_untrained_shots(results), *_budgets(results), *_edges(results),
    ]  # fmt: skip


def _incomplete(results: Results) -> Iterator[str]:
    missing = sum(one.outcome is None for one in results.found)
    if missing:
        yield f"{missing} of {len(results.found)} cells are not finished; what is said here is said of the others."
    reasons: Counter[tuple[str, str, str]] = Counter(
        (one.cell.learner, one.outcome.facts.status, one.outcome.facts.reason)
        for one in results.found
        if one.outcome is not None and not one.has_numbers
    )
    for (learner, status, reason), n in reasons.items():
        if status == "failed":
            yield f"{label(learner)} failed in {n} cell{'s' * (n > 1)}: {reason}"
        else:
            yield f"{label(learner)} is not offered for these tasks. {reason}"


def _divergence(results: Results) -> Iterator[str]:
    for place in results.places():
        for one in standings(results, *place):
            where = f"at {place_name(results, *place)}"
            if one.faults:
                yield (f"{label(one.learner)} diverged in training in {one.faults} of {one.n_cells} runs {where}; "
                       "the best state before that was judged.")  # fmt: skip
            if one.n_diverged:
                yield (f"{label(one.learner)} diverged while adapting on {one.n_diverged} of {one.n_tasks} test tasks "
                       f"{where}; they count in its mean.")  # fmt: skip


def _classes(results: Results) -> Iterator[str]:
    try:
        found = [pools(results.study, n_way)[:1] for n_way in results.study.ways]
    except LabError as error:
        yield f"The data set could not be read again to count its classes: {error}"
        return
    if any(pool.shares_classes for first in found for pool in first):
        yield ("There are too few classes for validation classes of their own: settings were chosen on other rows of "
               "the training classes, which favours learners that fit those too closely.")  # fmt: skip
    for n_way, first in zip(results.study.ways, found, strict=True):
        for pool in first:
            yield from _few(pool, n_way)


def _few(pool: Pool, n_way: int) -> Iterator[str]:
    train, validation, test = pool.sets(n_way)
    if train < FEW_SETS:
        yield (f"Too few classes: {len(pool.train)} training classes make only {train} sets of {n_way}; "
               "with so little diversity, pre-training tends to do as well.")  # fmt: skip
    if validation < 10 and not pool.shares_classes:
        yield (f"{len(pool.validation)} validation classes make {validation} set{'s' * (validation > 1)} of {n_way}: "
               "settings and stopping were chosen on few classes.")  # fmt: skip
    if test < 100:
        yield (f"{len(pool.test)} test classes make {test} set{'s' * (test > 1)} of {n_way}: the interval over tasks "
               "speaks for these classes only, the spread over splits for others.")  # fmt: skip


def _ties(results: Results, found: Sequence[Pair]) -> Iterator[str]:
    for place in results.places():
        pair = contest(results, found, *place)
        if pair is not None and pair.is_tie:
            yield (f"At {place_name(results, *place)} the best meta-learner and the best learner without meta-learning "
                   f"are a tie: {number(pair.difference, results.metric, signed=True)} ± "
                   f"{number(pair.ci95, results.metric)}.")  # fmt: skip


def _runs(results: Results, found: Sequence[Pair]) -> Iterator[str]:
    study = results.study
    n_runs = len(study.splits) * len(study.seeds)
    if n_runs < FEW_RUNS:
        yield (f"{n_runs} run{'s' * (n_runs > 1)} (class splits times seeds) at each N and K: how much other classes "
               "or starts would change is hardly known; add --splits or --seeds.")  # fmt: skip
    for place in results.places():
        pair = contest(results, found, *place)
        if pair is None or pair.is_tie or pair.n_cells < 2 or abs(pair.difference) > pair.cells_ci95:
            continue
        yield (f"At {place_name(results, *place)} the difference between {label(pair.learner)} and {label(pair.other)} "
               f"is real for these runs, but over splits and seeds its interval "
               f"({number(pair.difference, results.metric, signed=True)} ± {number(pair.cells_ci95, results.metric)}) "
               "includes zero: other classes may turn it.")  # fmt: skip


def _untrained_shots(results: Results) -> Iterator[str]:
    shots, tested = results.study.shots, results.study.test_shots
    outside = [k_shot for k_shot in tested if not min(shots) <= k_shot <= max(shots)]
    if outside:
        yield (f"K outside the training range: tested at K = {', '.join(map(str, outside))}, trained at K = "
               f"{', '.join(map(str, shots))}; step sizes and numbers of steps were not chosen for that.")  # fmt: skip


def _budgets(results: Results) -> Iterator[str]:
    own = [f"{label(name)} {steps}" for name, steps in results.study.own_steps if name in results.study.learners]
    if own:
        yield f"Not everyone had the same number of meta-steps: {', '.join(own)}, the others {results.study.steps}."
    late = [label(name) for name in results.study.learners if _is_late(_judged(results, name))]
    if late:
        yield f"Still getting better at the end of training in most runs: {', '.join(late)}; more meta-steps may help."


def _judged(results: Results, name: str) -> list[Outcome]:
    return [one.outcome for one in results.found if one.cell.learner == name and one.outcome and one.has_numbers]


def _is_late(outcomes: Sequence[Outcome]) -> bool:
    late = sum(one.facts.meta_steps > 0 and one.facts.best_iteration >= LATE * one.facts.meta_steps for one in outcomes)
    return 2 * late > len(outcomes)


def _edges(results: Results) -> Iterator[str]:
    edge = [text for name in results.study.learners for text in _at_edge(results, name)]
    if edge:
        yield (f"Chosen at an end of what was tried in most runs: {', '.join(edge)}; more --trials or another starting "
               "value may do better.")  # fmt: skip


def _at_edge(results: Results, name: str) -> Iterator[str]:
    outcomes = _judged(results, name)
    tried = points(name, results.study.config, results.study.trials)
    for path in tuned_settings(name):
        values = {point[path] for point in tried}
        ends = Counter(dict(one.facts.settings).get(path, math.nan) for one in outcomes)
        for value in (min(values), max(values)) if len(values) > 1 else ():
            if 2 * ends[value] > len(outcomes) and value != tried[0][path]:
                yield f"{label(name)} {path} = {value:g}"
