"""Snapshots for panel tests, made by tiny real runs; each is made once and never changes."""

from dataclasses import replace
from functools import cache

import numpy as np

from mamlcore.config import Config
from mamlcore.evaluate import Evaluation, TaskCurves
from mamlcore.history import Curve
from mamlcore.lab import Lab
from mamlcore.snapshot import Change, Fault, Snapshot

__all__ = ["Change", "replace"]

SMALL = {
    "model.hidden": [16], "outer.tasks": 8, "evaluation.live_tasks": 40, "evaluation.tasks": 40,
}  # fmt: skip
CLASSES = {
    **SMALL, "task.family": "gaussian", "task.k_shot": 5, "inner.lr": 0.3, "inner.steps": 5,
    "learners": ["maml", "fomaml", "joint", "scratch", "nearest_centroid"],
}  # fmt: skip
BOOK = {**SMALL, "task.family": "book", "learners": ["maml", "scratch"]}


def settings(**changes: object) -> Config:
    """Return small settings with dots written as double underscores: ``inner__steps=5``."""
    return Config().with_settings({**SMALL, **{name.replace("__", "."): value for name, value in changes.items()}})


@cache
def sine(steps: int = 40) -> Snapshot:
    """Return a sine run after some meta-steps."""
    return _trained(Config().with_settings(SMALL), steps)


@cache
def classes(steps: int = 30) -> Snapshot:
    """Return a 5-way 5-shot Gaussian run after some meta-steps."""
    return _trained(Config().with_settings(CLASSES), steps)


@cache
def book(steps: int = 20) -> Snapshot:
    """Return a run of the negative control: labels that say nothing."""
    return _trained(Config().with_settings(BOOK), steps)


@cache
def eventful() -> Snapshot:
    """Return a sine run with a ghost of an earlier one, and a step size changed while it ran."""
    lab = Lab(Config().with_settings({**SMALL, "outer.optimizer": "sgd"}))
    _advance(lab, 20)
    lab.apply(lab.config.with_settings({"outer.optimizer": "adam"}))
    _advance(lab, 20)
    lab.apply(lab.config.with_settings({"inner.lr": 0.03}))
    _advance(lab, 20)
    return lab.snapshot()


@cache
def evaluated() -> Snapshot:
    """Return a sine run that has just had a full evaluation."""
    lab = Lab(Config().with_settings({**SMALL, "evaluation.tasks": 60}))
    _advance(lab, 10)
    lab.evaluate()
    return lab.snapshot()


def stopped(shot: Snapshot) -> Snapshot:
    """Return the snapshot as if the run had diverged right there."""
    fault = Fault("diverged", "MAML's loss exploded.", "Lower the step size.", "details", shot.iteration)
    return replace(shot, fault=fault)


def with_losses(shot: Snapshot, learner: str, loss: np.ndarray, accuracy: np.ndarray | None = None) -> Snapshot:
    """Return the snapshot with one learner's live evaluation replaced: loss (E+1, T)."""
    learners = {**shot.live.learners, learner: TaskCurves(loss, accuracy)}
    return replace(shot, live=replace_learners(shot.live, learners))


def replace_learners(evaluation: Evaluation, learners: dict[str, TaskCurves]) -> Evaluation:
    """Return the evaluation with other learners."""
    return replace(evaluation, learners=learners)


def with_curve(shot: Snapshot, learner: str, **columns: np.ndarray) -> Snapshot:
    """Return the snapshot with columns of one learner's history replaced."""
    curves: dict[str, Curve] = {**shot.curves, learner: replace(shot.curves[learner], **columns)}
    return replace(shot, curves=curves)


def _trained(config: Config, steps: int) -> Snapshot:
    lab = Lab(config)
    _advance(lab, steps)
    return lab.snapshot()


def _advance(lab: Lab, steps: int) -> None:
    for _ in range(steps):
        lab.advance()
