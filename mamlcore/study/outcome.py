"""What a cell gives: plain facts and arrays, and their file. No seconds: the same cell always gives the same bytes."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mamlcore.arrays import Array
from mamlcore.errors import LoadError
from mamlcore.npz import npz_bytes, read_npz

Status = Literal["ok", "diverged", "failed", "not offered"]
#: A cell of one of these is not computed again.
FINISHED = ("ok", "diverged", "not offered")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a cell in words and whole numbers."""

    status: str
    reason: str = ""  # why it failed, diverged or is not offered
    metric: str = ""  # "accuracy" or "loss": what tasks are judged by
    settings: tuple[tuple[str, float], ...] = ()  # the point chosen on validation tasks
    chosen: str = ""  # what a baseline chose for itself: "lr 0.1, 23 steps"
    test_step: int = 0  # adaptation steps, chosen on validation tasks
    best_iteration: int = 0  # whose state was judged
    meta_steps: int = 0  # trained for
    searched_steps: int = 0  # trained in all trials, those of the chosen one included
    rows: int = 0  # labelled rows seen until best_iteration's run ended
    gradient_evaluations: int = 0
    parameters: int = 0
    n_diverged: int = 0  # test tasks
    trials: tuple[tuple[tuple[tuple[str, float], ...], bool], ...] = ()  # (point, diverged) of each trial


def _none() -> Array:
    return np.zeros(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One cell's result. Accuracies are shares, 0..1."""

    facts: Facts
    scores: Array = field(default_factory=_none)  # (tasks,) of the metric after test_step steps
    losses: Array = field(default_factory=_none)  # (tasks,) query losses after test_step steps
    step_means: Array = field(default_factory=_none)  # (E+1,) mean over test tasks after 0..E steps
    step_ci95: Array = field(default_factory=_none)  # (E+1,)
    iterations: Array = field(default_factory=_none)  # (looks,) of the chosen run
    validation: Array = field(default_factory=_none)  # (looks,) mean of the metric on validation tasks
    trial_scores: Array = field(default_factory=_none)  # (trials,) best validation mean of each, as trials
    other_shots: Array = field(default_factory=_none)  # (others,) K it was tested at without having been trained at
    other_means: Array = field(default_factory=_none)  # (others,) test means there, at test_step
    other_ci95: Array = field(default_factory=_none)  # (others,)

    @property
    def is_finished(self) -> bool:
        """Whether another try would give the same."""
        return self.facts.status in FINISHED

    @property
    def has_numbers(self) -> bool:
        """Whether it was judged on the test tasks."""
        return self.scores.size > 0


_ARRAYS = ("scores", "losses", "step_means", "step_ci95", "iterations", "validation", "trial_scores")
_TEXTS = ("facts", "cell")
_OPTIONAL = ("other_shots", "other_means", "other_ci95")


def failed(reason: str) -> Outcome:
    """Return the outcome of a cell that gave nothing."""
    return Outcome(Facts("failed", reason))


def outcome_bytes(outcome: Outcome, cell: str = "{}") -> bytes:
    """Return the bytes of a cell's file, with the cell itself as JSON; the same outcome gives the same bytes."""
    held = [*_ARRAYS, *(name for name in _OPTIONAL if getattr(outcome, name).size)]
    arrays = {name: np.asarray(getattr(outcome, name), dtype=np.float64) for name in held}
    return npz_bytes({"facts": np.array(json.dumps(asdict(outcome.facts))), "cell": np.array(cell), **arrays})


def read_outcome(path: Path) -> Outcome:
    """Read a cell's file. Raises LoadError for one that is damaged or of another kind."""
    arrays = read_npz(path)
    try:
        tree = json.loads(str(arrays["facts"]))
        facts = Facts(**{name: _tuples(value) for name, value in tree.items()})
        found = {name: arrays[name].astype(np.float64) for name in (*_ARRAYS, *arrays) if name not in _TEXTS}
        if any(array.ndim != 1 for array in found.values()):
            raise ValueError("shape")
    except (KeyError, ValueError, TypeError, AttributeError):
        raise LoadError(f"{path} is no outcome of a study's cell; delete it, and it is computed again") from None
    return Outcome(facts, **found)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
