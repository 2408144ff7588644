"""Sine waves of random amplitude and phase: the regression on which meta-learning shows best.

Finn et al. 2017, section 5.1: y = A sin(x - phase), A ~ U[0.1, 5], phase ~ U[0, pi], x ~ U[-5, 5].
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from mamlcore import references
from mamlcore.arrays import Array
from mamlcore.batch import Problem, TaskBatch
from mamlcore.config import Config, TaskConfig
from mamlcore.tasks.base import Limit, PlainSource, ReferenceLine, Split, TaskSource

PROBLEM = Problem(n_inputs=1, n_outputs=1, loss="mse")


@dataclass(frozen=True)
class SineSource(PlainSource):
    """Draws sine waves; every split draws new ones, so no wave is ever met twice."""

    ranges: references.SineRanges
    noise: float
    dtype: np.dtype[Any]
    problem: Problem = PROBLEM

    def sample(self, rng: np.random.Generator, n_tasks: int, split: Split, k_shot: int, n_query: int) -> TaskBatch:
        """Draw n_tasks waves with k_shot support and n_query query points; all points are independent."""
        low, high = self.ranges.x
        amplitude = rng.uniform(*self.ranges.amplitude, n_tasks).astype(self.dtype)
        phase = rng.uniform(*self.ranges.phase, n_tasks).astype(self.dtype)
        x = rng.random((n_tasks, k_shot + n_query, 1), dtype=self.dtype.type)
        x *= self.dtype.type(high - low)
        x += self.dtype.type(low)
        y = _wave(amplitude, phase, x)
        if self.noise > 0:
            y += self.dtype.type(self.noise) * rng.standard_normal(y.shape, dtype=self.dtype.type)
        return TaskBatch(
            x[:, :k_shot], y[:, :k_shot], x[:, k_shot:], y[:, k_shot:],
            parameters={"amplitude": amplitude, "phase": phase},
        )  # fmt: skip

    def references(self, batch: TaskBatch) -> tuple[ReferenceLine, ...]:
        """Return the best predictor without adaptation and the noise floor, measured on the query rows."""
        y, truth = batch.query_y, self.truth(batch, batch.query_x)
        mean = references.sine_mean(self.ranges, batch.query_x)
        exact = references.sine_no_adaptation(self.ranges, self.noise)
        before = ReferenceLine(
            "no_adaptation", "No adaptation", references.mean_square(y - mean), None,
            f"The best that can be said of every wave at once, E[y | x]; {exact:.3f} expected over all tasks.",
        )  # fmt: skip
        floor = ReferenceLine(
            "floor", "Noise floor", references.mean_square(y - truth), None,
            f"The true wave known; σ² = {self.noise**2:.3g} expected. Three points tell a noise-free wave.",
        )  # fmt: skip
        return before, floor

    def truth(self, batch: TaskBatch, x: Array) -> Array:
        """Return A sin(x - phase) of each task at x (T, Q, 1)."""
        return _wave(batch.parameters["amplitude"], batch.parameters["phase"], x)


class Sine:
    """Amplitude and phase differ from task to task; ``spread`` below 1 shrinks both ranges about their centres."""

    name: ClassVar[str] = "sine"
    label: ClassVar[str] = "Sine waves"
    summary: ClassVar[str] = "Fit a sine wave of unknown amplitude and phase from a few points."
    settings: ClassVar[tuple[str, ...]] = (
        "k_shot", "n_query", "noise", "spread", "amplitude_low", "amplitude_high", "phase_low", "phase_high",
        "x_low", "x_high",
    )  # fmt: skip
    defaults: ClassVar[Mapping[str, Any]] = {
        "task.k_shot": 10, "task.n_query": 10, "task.noise": 0.0, "task.spread": 1.0,
        "model.hidden": (40, 40), "inner.lr": 0.02, "inner.steps": 3, "outer.lr": 2e-3, "outer.tasks": 25,
    }  # fmt: skip

    def limits(self, config: Config) -> dict[str, Limit]:
        """Return the bound on spread."""
        return {"task.spread": Limit(0, 1, "at 1 amplitudes and phases fill the ranges that are set")}

    def open(self, config: Config, rng: np.random.Generator) -> TaskSource:
        """Build the source; waves share nothing, so rng is not used."""
        ranges = _ranges(config.task)
        known = {"amplitude": np.array(ranges.amplitude), "phase": np.array(ranges.phase)}
        problem = replace(PROBLEM, known=known)
        return SineSource(ranges, config.task.noise, np.dtype(config.model.precision), problem)


def _ranges(task: TaskConfig) -> references.SineRanges:
    return references.SineRanges(
        _shrunk(task.amplitude_low, task.amplitude_high, task.spread),
        _shrunk(task.phase_low, task.phase_high, task.spread),
        (task.x_low, task.x_high),
    )


def _shrunk(low: float, high: float, share: float) -> tuple[float, float]:
    centre, half = (low + high) / 2, share * (high - low) / 2
    return centre - half, centre + half


def _wave(amplitude: Array, phase: Array, x: Array) -> Array:
    y = x - phase[:, None, None]
    np.sin(y, out=y)
    y *= amplitude[:, None, None]
    return y
