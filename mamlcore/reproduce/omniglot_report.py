"""What the Omniglot experiment leaves behind: a CSV file and sentences."""

from typing import Any

from mamlcore.data.shaping import TURNS
from mamlcore.reproduce.omniglot import (
    HIDDEN,
    INNER_LR,
    N_QUERY,
    PAPER,
    PAPER_META_STEPS,
    TEST_STEPS,
    WHOLE,
    OmniglotResult,
)
from mamlcore.reproduce.published import Row
from mamlcore.tables import csv_text

LABELS = {"maml": "MAML", "nearest_centroid": "Nearest centroid"}
SHOWN_STEPS = (0, 1, TEST_STEPS)
_HEADER = ("k_shot", "learner", "step", "accuracy", "ci95", "n_tasks", "meta_steps", "paper", "paper_ci95")


def rows(result: OmniglotResult) -> list[Row]:
    """Return a row for each K, learner and number of steps 0..10: accuracies in 0..1."""
    return [
        _row(k_shot, name, step, curves.accuracy_summary(step))
        for k_shot, evaluation in result.evaluations.items()
        for name, curves in evaluation.learners.items()
        for step in range(evaluation.steps + 1)
    ]


def _row(k_shot: int, name: str, step: int, found: Any) -> Row:
    paper, half = PAPER[k_shot] if (name, step) == ("maml", TEST_STEPS) else (None, None)
    return Row(k_shot, name, step, found, found.mean, paper, half)


def table_csv(result: OmniglotResult) -> str:
    """Return a line for each K, learner and number of steps; what the paper does not say is left empty."""
    lines = [tuple("" if cell is None else cell for cell in cells) for cells in _cells(result)]
    return csv_text(_HEADER, lines)


def _cells(result: OmniglotResult) -> list[tuple[object, ...]]:
    return [
        (row.k_shot, row.learner, row.step, row.summary.mean, row.summary.ci95, row.summary.n_tasks,
         result.evaluations[row.k_shot].iteration, row.paper, row.paper_ci95)
        for row in rows(result)
    ]  # fmt: skip


def tree(result: OmniglotResult) -> dict[str, Any]:
    """Return all of it as plain values."""
    plan = {word: {"characters": len(names) // TURNS, "alphabets": list(result.plan.groups[word])}
            for word, names in result.plan.classes.items()}  # fmt: skip
    return {"experiment": "omniglot", "seed": result.seed, "inner_lr": result.inner_lr,
            "n_characters": result.n_characters, "split": plan,
            "rows": [dict(zip(_HEADER, cells, strict=True)) for cells in _cells(result)],
            "notes": notes(result), "differences": differences(result)}  # fmt: skip


def notes(result: OmniglotResult) -> list[str]:
    """Return what the numbers rest on."""
    parts = {"train": "training", "validation": "validation", "test": "testing"}
    split = "; ".join(_part(result, word, said) for word, said in parts.items())
    claim = (
        "All of Omniglot, but divided otherwise than in the paper, so the numbers need not be the same."
        if result.is_whole
        else f"{result.n_characters} of Omniglot's {WHOLE} characters: no claim on the paper's numbers, which took all."
    )
    how = "character by character, for no alphabets are known" if result.plan.by == "class" else "by alphabet"
    return [claim, f"Divided {how}. {split[0].upper()}{split[1:]}.", *_beyond(result)]


def _beyond(result: OmniglotResult) -> list[str]:
    """Say where the steps beyond the one that was trained for do harm."""
    found = {(row.k_shot, row.step): row.summary.mean for row in rows(result) if row.learner == "maml"}
    worse = [k_shot for k_shot in result.evaluations if found[k_shot, TEST_STEPS] < found[k_shot, 1] - 0.02]
    if not worse:
        return []
    shots = " and ".join(f"{k_shot}-shot" for k_shot in worse)
    return [
        f"At {shots} {TEST_STEPS} test steps do worse than the one step trained for: at α = {result.inner_lr:g} "
        "nothing keeps the later ones in bounds, where the paper has batch norm; a smaller --inner-lr loses less."
    ]


def _part(result: OmniglotResult, word: str, said: str) -> str:
    alphabets = ", ".join(result.plan.groups[word]) or "several alphabets"
    return f"{said}: {len(result.plan.classes[word]) // TURNS} characters of {alphabets}"


def differences(result: OmniglotResult) -> list[str]:
    """Return what differs from the paper."""
    lr = result.inner_lr
    own = "as published" if lr == INNER_LR else f"instead of the published {INNER_LR:g}"
    steps = ", ".join(f"{found.iteration} at {k_shot}-shot" for k_shot, found in result.evaluations.items())
    return [
        f"No batch norm: networks here have none. The paper's {'-'.join(map(str, HIDDEN))} units use it, and with the "
        "statistics of a task's own test rows.",
        "Glorot initial weights; the published normal of 0.01 hardly trains this depth without batch norm.",
        f"α = {lr:g} on the mean cross-entropy, {own} (0.4 on a sum that is {INNER_LR / 0.4:g} times the mean).",
        f"Meta-steps: {steps}; the paper takes {PAPER_META_STEPS}.",
        "Classes divided by whole alphabets; the paper takes 1,200 characters at random, whatever their alphabet, to "
        "train and the others to test.",
        f"Up to {N_QUERY} test rows of each class instead of K; training has K, as published.",
    ]
