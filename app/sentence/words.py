"""The sentence above the plots: what is seen now, in words made from the numbers of a snapshot.

Pure functions: nothing here is prose that the numbers could contradict. The widget is in
:mod:`app.sentence.bar`.
"""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.look.numbers import count, measured, number
from app.look.said import said, translated
from app.plots.view import exact_percent, learner_label, newest_evaluation, short_steps
from app.sentence.facts import best_of, contest, control, gone, in_sentence, judged_step, lead, small
from mamlcore.evaluate import Evaluation, Summary
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot
from mamlcore.tasks import FAMILIES

translate = QCoreApplication.translate
#: Items ranked below this go before the sentence's head is shortened.
HEAD_RANK = 75


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one look."""

    text: str
    learner: str = ""  # bold, in this learner's colour
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing said; ``rank`` says how important it is (the lowest is dropped first)."""

    pieces: tuple[Piece, ...]
    rank: int
    short: tuple[Piece, ...] = ()  # said instead where even this item alone is too long


@dataclass(frozen=True, slots=True)
class Line:
    """A head (forms from long to short) and items with a separator between and an end after them."""

    heads: tuple[str, ...]
    items: tuple[Item, ...]
    separator: str
    end: str = ""

    def forms(self) -> list[tuple[Piece, ...]]:
        """Return what may be said, longest first: the least important items go first, then the long head."""
        ranks, forms = sorted(item.rank for item in self.items) or [0], []
        for place, least in enumerate(ranks):
            kept = [item.pieces for item in self.items if item.rank >= least]
            spare = place + 1 < len(ranks) and least < HEAD_RANK  # dropped before the head is shortened
            forms += [self._joined(head, kept) for head in (self.heads[:1] if spare else self.heads)]
        if self.items:
            first = max(self.items, key=lambda item: item.rank)
            forms += [self._joined(self.heads[-1], [first.short or first.pieces])]
            forms += [self._joined("", [first.short or first.pieces])]
        return forms

    def _joined(self, head: str, kept: list[tuple[Piece, ...]]) -> tuple[Piece, ...]:
        pieces = [Piece(head)] if head else []
        for place, item in enumerate(kept):
            pieces += [Piece(self.separator), *item] if place else [*item]
        return (*pieces, Piece(self.end)) if self.end else tuple(pieces)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Two lines: what is seen, and how it was measured."""

    first: Line
    second: Line


def plain(pieces: tuple[Piece, ...]) -> str:
    """Return the words alone."""
    return "".join(piece.text for piece in pieces)


def sentence(shot: Snapshot, state: str = "running") -> Sentence:
    """Return what to say of a snapshot; ``state`` is the runner's (only "paused" is worded differently)."""
    if shot.iteration == 0 and shot.fault is None:
        return _ready(shot)
    evaluation = newest_evaluation(shot)
    judged = {name: curves.summary(shot.metric, judged_step(shot, evaluation))
              for name, curves in evaluation.learners.items() if name in shot.learners}  # fmt: skip
    items = [*_learner_items(shot, judged), *_reference_items(shot)]
    first = Line(_heads(shot, state), tuple(items), translate("sentence", ", "), translate("sentence", "."))
    return Sentence(first, Line(("",), tuple(_second(shot, evaluation, judged)), " "))


# ---- first line
def _ready(shot: Snapshot) -> Sentence:
    words = [translate("sentence", "No learner"), translate("sentence", "One learner"),
             translate("sentence", "Two learners"), translate("sentence", "Three learners"),
             translate("sentence", "Four learners"), translate("sentence", "Five learners"),
             translate("sentence", "Six learners")]  # fmt: skip
    n = len(shot.learners)
    who = words[n] if n < len(words) else translate("sentence", "{0} learners").format(count(n))
    family = translated(FAMILIES[shot.config.task.family].label)
    small = who[:1].lower() + who[1:]
    alone = translate("sentence", "{0}: one learner will meet these tasks. Press ").format(family)
    several = translate("sentence", "{0}: {1} will meet the same tasks. Press ").format(family, small)
    heads = [alone if n == 1 else several, translate("sentence", "{0}, the same tasks. Press ").format(who),
             translate("sentence", "Press ")]  # fmt: skip
    run = (Piece(translate("sentence", "Run"), bold=True), Piece(translate("sentence", " (F5)")))
    watch = (*run, Piece(translate("sentence", " and watch the two plots")))
    many, one = (translate("sentence", "{0} held-out tasks will judge them after {1} on {2}."),
                 translate("sentence", "{0} held-out tasks will judge it after {1} on {2}."))  # fmt: skip
    judged = (one if n == 1 else many).format(
        count(shot.live.n_tasks), short_steps(shot.config.inner.steps), _points(shot)
    )
    first = Line(tuple(heads[:: 2 if n == 1 else 1]), (Item(watch, 1, run),), "", translate("sentence", "."))
    return Sentence(first, Line(("",), (Item((Piece(judged),), 9), *_refusals(shot)), " "))


def _points(shot: Snapshot) -> str:
    rows = int(shot.held_out.support_x.shape[1])
    if shot.source.problem.is_classification:
        return (
            translate("sentence", "1 example")
            if rows == 1
            else translate("sentence", "{0} examples").format(count(rows))
        )
    return translate("sentence", "1 point") if rows == 1 else translate("sentence", "{0} points").format(count(rows))


def _heads(shot: Snapshot, state: str) -> tuple[str, ...]:
    steps, task = short_steps(shot.config.inner.steps), shot.config.task
    if shot.source.problem.loss == "cross_entropy":
        setting = translate("sentence", "{0}-way {1}-shot").format(shot.source.problem.n_outputs, task.k_shot)
        forms = [translate("sentence", "{0}: after {1} ").format(setting, steps), f"{setting}: "]
    else:
        forms = [translate("sentence", "After {0} on {1}: ").format(steps, _points(shot)),
                 translate("sentence", "After {0}: ").format(steps)]  # fmt: skip
    if shot.fault is not None or state == "paused":
        at = translate("sentence", "At iteration {0}, ").format(count(shot.iteration))
        return tuple(at + form[:1].lower() + form[1:] for form in forms)
    return tuple(forms)


def _learner_items(shot: Snapshot, judged: dict[str, Summary]) -> list[Item]:
    """Return the learner that leads its kind, its best rival, and whoever is best of all."""
    chosen = [name for name in contest(shot, judged) if name]
    best = best_of(shot, judged, list(judged))
    if best and best not in chosen:
        chosen.append(best)
    return [_learner_item(shot, name, judged[name], rank) for name, rank in zip(chosen, (100, 99, 75), strict=False)]


def _learner_item(shot: Snapshot, name: str, summary: Summary, rank: int) -> Item:
    head = Piece(in_sentence(name), learner=name)
    if summary.n_diverged and shot.metric == "loss":
        text = translate("sentence", " median {0}").format(number(summary.median))
        return Item((head, Piece(text)), rank)
    short = Piece(" " + measured(summary.mean, None, shot.metric))
    return Item((head, Piece(" " + measured(summary.mean, summary.ci95, shot.metric))), rank, (head, short))


def _reference_items(shot: Snapshot) -> list[Item]:
    ranks = {"chance": 80, "no_adaptation": 80}
    found = []
    for place, line in enumerate(shot.references):
        value = line.accuracy if shot.metric == "accuracy" else line.loss
        if value is not None:
            text = f"{small(line)} {_exact(value, shot.metric)}"
            found.append(Item((Piece(text),), ranks.get(line.name, 70) - place))
    return found


def _exact(value: float, metric: str) -> str:
    """Return a level; a round percentage is written without decimals."""
    return exact_percent(value) if metric == "accuracy" else number(value)


# ---- second line
def _second(shot: Snapshot, evaluation: Evaluation, judged: dict[str, Summary]) -> list[Item]:
    useless = control(shot, judged)
    texts = [
        (_stopped(shot), 100),
        (gone(judged), 95),
        (useless or lead(shot, evaluation, judged), 90),
        (_saw(shot), 70),
        (translate("sentence", "{0} held-out tasks, 95 % intervals.").format(count(evaluation.n_tasks)), 80),
    ]
    return [Item((Piece(text),), rank) for text, rank in texts if text] + list(_refusals(shot))


def _stopped(shot: Snapshot) -> str:
    if shot.fault is None:
        return ""
    if not shot.fault.changes:
        return translate("sentence", "Training stopped by itself; these are the numbers of the θ that was kept.")
    text = translate("sentence", "Training stopped by itself; the θ that was kept is judged with what broke it, {0}.")
    return text.format(translate("sentence", ", ").join(shot.fault.changes))


def _saw(shot: Snapshot) -> str:
    """Say that the trained learners saw the same tasks, where their ledgers agree on it."""
    trained = {shot.learners[name].ledger.steps for name in shot.learners if LEARNERS[name].trains}
    if len(trained) != 1 or shot.tasks_seen == 0:
        return ""
    return translate("sentence", "All trained learners saw the same {0} tasks.").format(count(shot.tasks_seen))


def _refusals(shot: Snapshot) -> tuple[Item, ...]:
    """Say which learner is not offered here, and why."""
    pairs = (shot.unsupported or {}).items()
    text = translate("sentence", "{0} is not offered: {1}.")
    return tuple(
        Item((Piece(text.format(learner_label(name), said(reason).rstrip(".。"))),), 40 - place)
        for place, (name, reason) in enumerate(pairs)
    )
