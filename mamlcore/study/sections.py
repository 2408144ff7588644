"""The sections of a study's report as blocks: standings, paired tests, what was tried, budgets, how it was done."""

import math
import platform
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from mamlcore import __version__
from mamlcore.errors import LabError
from mamlcore.learners import LEARNERS
from mamlcore.study.answer import contest, label, number, place_name
from mamlcore.study.cell import LOOKS, TRIAL_SHARE
from mamlcore.study.compare import Pair, Standing, between, is_baseline, standings
from mamlcore.study.document import Block, Bullets, Code, Heading, Paragraph, Table
from mamlcore.study.outcome import Outcome
from mamlcore.study.plan import Study, command
from mamlcore.study.pools import pools
from mamlcore.study.results import Results, best_validation
from mamlcore.study.search import points, tuned_settings

_DASH = "–"


def tables(results: Results, found: Sequence[Pair]) -> Iterator[Block]:
    """Yield for each N and K the learners ranked, with both spreads and paired differences."""
    unit = "accuracy in per cent" if results.metric == "accuracy" else "loss"
    yield Heading("Results")
    yield Paragraph(
        f"Mean {unit} on test tasks. ± is the 95 % interval over tasks; SD is the standard deviation of the runs' "
        "means over class splits and seeds. Differences are paired: taken task by task on the same rows. "
        "A difference marked = is a tie at the 5 % level, after correction for all comparisons of the study."
    )
    for place in results.places():
        ranked = standings(results, *place)
        if ranked:
            yield _standings(results, found, place, ranked)


def _standings(results: Results, found: Sequence[Pair], place: tuple[int, int], ranked: list[Standing]) -> Table:
    best = next((one.learner for one in ranked if LEARNERS[one.learner].role != "ceiling"), ranked[0].learner)
    plain = next((one.learner for one in ranked if is_baseline(one.learner)), None)
    against = [best] if plain in {None, best} else [best, str(plain)]
    header = ("Learner", "Kind", "Mean", "± tasks", "SD runs", "Runs", *(f"Minus {label(other)}" for other in against))
    metric, rows = results.metric, []
    for one in ranked:
        differences = [_difference(metric, between(found, *place, one.learner, other)) for other in against]
        numbers = (number(one.mean, metric), number(one.ci95, metric), _or_dash(one.spread, metric))
        rows.append((label(one.learner), LEARNERS[one.learner].role, *numbers, str(one.n_cells), *differences))
    return Table(place_name(results, *place), header, tuple(rows))


def _or_dash(value: float, metric: str) -> str:
    return _DASH if math.isnan(value) else number(value, metric)


def _difference(metric: str, pair: Pair | None) -> str:
    if pair is None:
        return ""
    text = f"{number(pair.difference, metric, signed=True)} ± {number(pair.ci95, metric)}"
    return f"{text} =" if pair.is_tie else text


def elsewhere(results: Results) -> Iterator[Block]:
    """Yield how learners do at K that they were not trained at, where the study asked for it."""
    study = results.study
    if not study.test_shots:
        return
    yield Heading("At another K than trained at")
    yield Paragraph(
        "Means on test tasks ± 95 % over tasks. Where a column's K was trained at as well, the results above tell what "
        "training for it gives."
    )
    header = ("Learner, trained at", *(f"{k_shot}-shot" for k_shot in study.test_shots))
    for n_way in study.ways:
        rows = [(f"{label(name)}, K = {k_shot}", *_other_cells(results, (name, n_way, k_shot)))
                for name in study.learners for k_shot in study.shots if results.of(name, n_way, k_shot)]  # fmt: skip
        yield Table(f"{n_way}-way" if results.metric == "accuracy" else "Loss", header, tuple(rows))


def _other_cells(results: Results, place: tuple[str, int, int]) -> list[str]:
    """Return for each K tested at the mean over runs ± its interval over tasks."""
    outcomes, texts = list(results.of(*place).values()), []
    for k_shot in results.study.test_shots:
        if k_shot == place[2]:
            found = [(float(one.scores.mean()), float(one.step_ci95[one.facts.test_step])) for one in outcomes]
        else:
            found = [(float(mean), float(half)) for one in outcomes
                     for k, mean, half in zip(one.other_shots, one.other_means, one.other_ci95, strict=True)
                     if k == k_shot]  # fmt: skip
        means, halves = np.array(found).T
        half = float(np.sqrt(np.sum(halves**2)) / len(halves))
        texts.append(f"{number(float(means.mean()), results.metric)} ± {number(half, results.metric)}")
    return texts


def tests(results: Results, found: Sequence[Pair]) -> Iterator[Block]:
    """Yield the paired tests of everyone against the best learner and the best without meta-learning."""
    yield Heading("Paired tests")
    yield Paragraph(
        "t: paired t-test over tasks, stratified by run. Sign: exact sign test over tasks, equal scores left out. "
        f"Corrected: Holm, over all {len(found)} pairs of the study (pairs.csv has them all). ± runs: 95 % interval of "
        "the difference over class splits and seeds (Student's t), which few runs leave wide."
    )
    header = (
        "Pair",
        "Difference",
        "± tasks",
        "± runs",
        "Won",
        "Lost",
        "Runs won",
        "p (t)",
        "p (sign)",
        "p corrected",
        "",
    )
    for place in results.places():
        rows = tuple(_test_row(results.metric, pair) for pair in _told(results, found, place))
        if rows:
            yield Table(place_name(results, *place), header, rows)


def _told(results: Results, found: Sequence[Pair], place: tuple[int, int]) -> list[Pair]:
    """Return the pairs with the best learner, then the contest of the best meta-learner and baseline, each once."""
    ranked = [one.learner for one in standings(results, *place) if LEARNERS[one.learner].role != "ceiling"]
    wanted = [between(found, *place, ranked[0], other) for other in ranked[1:]] if ranked else []
    wanted.append(contest(results, found, *place))
    once = {(pair.learner, pair.other): pair for pair in wanted if pair is not None}
    return list(once.values())


def _test_row(metric: str, pair: Pair) -> tuple[str, ...]:
    runs = _DASH if math.isinf(pair.cells_ci95) else number(pair.cells_ci95, metric)
    return (
        f"{label(pair.learner)} − {label(pair.other)}", number(pair.difference, metric, signed=True),
        number(pair.ci95, metric), runs, str(pair.wins), str(pair.losses), f"{pair.cells_won} of {pair.n_cells}",
        probability(pair.p_t), probability(pair.p_sign), probability(pair.p_corrected), "tie" if pair.is_tie else "",
    )  # fmt: skip


def probability(p: float) -> str:
    """Return a p-value as people write it."""
    if math.isnan(p):
        return _DASH
    return "< 0.0001" if p < 1e-4 else f"{p:.4f}"


def tried(results: Results) -> Iterator[Block]:
    """Yield every point of every learner's grid: its validation mean, and how often it was chosen."""
    yield Heading("What was tried")
    yield Paragraph(
        f"Each learner had up to {results.study.trials} trials: a trial is a training for a {_share()} of the budget, "
        "judged on validation tasks; the best one goes on to the full budget. Learners that fine-tune without "
        "meta-learning choose step size and number of steps on the validation tasks besides."
    )
    rows = []
    for name in results.study.learners:
        outcomes = _of_learner(results, name)
        for i, point in enumerate(points(name, results.study.config, results.study.trials)):
            if outcomes:
                rows.append(_trial_row(results, name, i, point, outcomes))
    header = ("Learner", "Settings", "Validation, mean over runs", "Chosen", "Diverged")
    yield Table("Trials, over all N, K, splits and seeds", header, tuple(rows))


def _share() -> str:
    return {2: "half", 3: "third", 4: "quarter"}.get(TRIAL_SHARE, f"{TRIAL_SHARE}th")


def _trial_row(
    results: Results, name: str, i: int, point: dict[str, float], outcomes: list[Outcome]
) -> tuple[str, str, str, str, str]:
    values = [float(one.trial_scores[i]) for one in outcomes if i < one.trial_scores.size]
    chosen = sum(dict(one.facts.settings) == point for one in outcomes)
    diverged = sum(i < len(one.facts.trials) and one.facts.trials[i][1] for one in outcomes)
    settings = ", ".join(f"{path} {value:g}" for path, value in point.items()) or "nothing to tune"
    return (label(name), settings, number(float(np.mean(values)), results.metric) if values else _DASH,
            f"{chosen} of {len(outcomes)}", str(diverged or ""))  # fmt: skip


def _of_learner(results: Results, name: str) -> list[Outcome]:
    return [one.outcome for one in results.found if one.cell.learner == name and one.outcome and one.has_numbers]


def budgets(results: Results) -> Iterator[Block]:
    """Yield what each learner was given and what it did with it."""
    yield Heading("Budgets and choices")
    yield Paragraph(
        "Medians over runs. Rows and gradient evaluations are those of the training that was judged (a Hessian-vector "
        "product counts as two gradients); the trials that were not chosen come on top. The best state is the one that "
        "did best on validation tasks: training longer is not punished."
    )
    header = ("Learner", "Meta-steps", "In all trials", "Best state at", "Rows seen", "Gradients", "Parameters",
              "Adaptation steps", "Validation", "Own choice")  # fmt: skip
    rows = []
    for name in results.study.learners:
        outcomes = _of_learner(results, name)
        if outcomes:
            rows.append(_budget_row(results, name, outcomes))
    yield Table("All N and K together", header, tuple(rows))


def _budget_row(results: Results, name: str, outcomes: list[Outcome]) -> tuple[str, ...]:
    columns = ("meta_steps", "searched_steps", "best_iteration", "rows", "gradient_evaluations", "parameters")
    medians = [f"{np.median([getattr(one.facts, column) for one in outcomes]):,.0f}" for column in columns]
    steps = _range([one.facts.test_step for one in outcomes]) if LEARNERS[name].adapts else _DASH
    validation = number(float(np.mean([best_validation(one) for one in outcomes])), results.metric)
    choice = Counter(one.facts.chosen for one in outcomes).most_common(1)[0][0]
    return label(name), *medians, steps, validation, choice or _DASH


def _range(values: list[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low} to {high}"


def protocol(results: Results) -> Iterator[Block]:
    """Yield how the numbers came about, the classes of every split, the settings and versions."""
    study = results.study
    yield Heading("How it was done")
    yield Bullets(
        (
            "All learners meet the same tasks at a given N, K, split and seed; test classes are in no training or "
            "validation task.",
            f"Training is looked at {LOOKS} times on {study.validation_tasks} validation tasks and the best state is "
            "kept (early stopping), for baselines as for meta-learners.",
            f"The number of adaptation steps at the test is chosen on validation tasks as well: up to "
            f"{study.adapt_steps} for meta-learners, up to {study.baseline_steps} for learners without meta-learning.",
            f"Each run is judged once, on {study.tasks} test tasks. Queries are scored one by one (inductive).",
            "Schedules (MAML++, Reptile) are planned for the study's own number of meta-steps.",
        )
    )
    yield from _classes(study)
    yield Code("Command", command(study))
    yield Code("Versions", f"MAML Lab {__version__}, Python {platform.python_version()}, NumPy {np.__version__}")
    grids = {name: ", ".join(tuned_settings(name)) or "nothing" for name in study.learners}
    yield Code("Tuned settings", "\n".join(f"{name}: {paths}" for name, paths in grids.items()))
    yield Code("Settings shared by all cells", study.config.to_json())


def _classes(study: Study) -> Iterator[Block]:
    """Yield which classes trained, validated and tested; nothing where the data can't be read (cautions.py tells)."""
    for n_way in study.ways:
        try:
            found = pools(study, n_way)
        except LabError:
            return
        rows = [(str(pool.split), _names(pool.train), _names(pool.validation), _names(pool.test)) for pool in found]
        if rows:
            yield Table(f"Classes at {n_way} ways", ("Split", "Training", "Validation", "Test"), tuple(rows))


def _names(classes: tuple[str, ...]) -> str:
    return f"{len(classes)}: {' '.join(classes)}"
