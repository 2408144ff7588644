"""The two pictures that internals are drawn as: matrices side by side, and lines. No widget."""

from dataclasses import dataclass

from mamlcore.arrays import Array


@dataclass(frozen=True, slots=True, eq=False)
class Matrices:
    """Matrices side by side on one scale of colours."""

    blocks: tuple[Array, ...]  # (R, C) each
    low: float  # drawn as the ground of the card; with ``diverging`` as the colour of negative values
    high: float
    x_names: tuple[str, ...]  # of the axis, long to short
    y_names: tuple[str, ...]
    titles: tuple[str, ...] = ()  # above each block
    row_names: tuple[str, ...] = ()  # R words, or none
    row_classes: tuple[int, ...] = ()  # R classes, or none
    column_classes: tuple[int, ...] = ()  # C classes, or none; a place of its own (-1) has no mark
    diverging: bool = False
    subtitles: tuple[str, ...] = ()  # what the header says, long to short


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines over one axis; their place in ``names`` decides their dash."""

    x: Array  # (points,)
    names: tuple[str, ...]  # of the lines
    values: Array  # (lines, points)
    y_names: tuple[str, ...]
    x_names: tuple[str, ...]
    low: float | None = None  # of the axis; None: 0, or a log axis
    high: float | None = None
    is_log: bool = False
    is_whole: bool = True  # x counts something
    mark: tuple[float, str] | None = None  # a place on x with its name
    subtitles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """A task's rows in a space of two directions, with the middle of each class."""

    support: Array  # (S, 2)
    query: Array  # (Q, 2)
    prototypes: Array  # (N, 2)
    support_classes: tuple[int, ...]
    query_classes: tuple[int, ...]
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]
    subtitles: tuple[str, ...] = ()


Drawing = Matrices | Lines | Points
