"""Raw: labelled rows as a reader found them, not yet checked, cleaned or divided."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mamlcore.arrays import Array
from mamlcore.data.preview import Column, Detected, Problem
from mamlcore.evaluate import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """What one reader gives. Missing numbers are NaN."""

    name: str  # as said in messages
    x: Array  # (n, D), or pictures (n, h, w)
    labels: Array  # (n,) numbers or text
    class_names: tuple[str, ...] | None = None  # what labels 0..C-1 stand for
    groups: Array | None = None  # (n,) text
    splits: Array | None = None  # (n,) text: train, validation, test; "" for none
    feature_names: tuple[str, ...] = ()  # D names
    columns: tuple[Column, ...] = ()
    detected: tuple[Detected, ...] = ()
    problems: tuple[Problem, ...] = ()

    def rows(self, keep: Array) -> "Raw":
        """Return only the rows of a mask or a list of row numbers."""
        return replace(
            self, x=self.x[keep], labels=self.labels[keep],
            groups=None if self.groups is None else self.groups[keep],
            splits=None if self.splits is None else self.splits[keep],
        )  # fmt: skip

    def features_named(self) -> tuple[str, ...]:
        """Return D names: the file's own, else numbers counted from 1."""
        return self.feature_names or tuple(str(i) for i in range(1, int(np.prod(self.x.shape[1:])) + 1))


def part(progress: Progress, low: float, high: float) -> Callable[[float], None]:
    """Return a progress for a part of the work: its 0..1 is low..high of the whole."""
    return lambda share: progress(low + (high - low) * min(share, 1.0))
