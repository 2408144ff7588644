"""What is found out about a file before it is taken: values that a dialog and the command line show alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mamlcore.arrays import Array
from mamlcore.data.choices import Choices
from mamlcore.data.table import Table

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to know about the data. An error stands in the way of the import, a warning does not."""

    kind: str  # "missing", "constant", "index", "duplicates", "few_rows", ... for programs
    severity: Severity
    text: str  # one sentence: what, where, what to do
    fix: Mapping[str, Any] = field(default_factory=dict)  # changes to the choices that would settle it


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table with columns."""

    name: str
    kind: Literal["number", "text"]
    n_distinct: int  # different values in the first rows
    n_seen: int  # how many rows those were
    example: str
    may_be_label: bool


@dataclass(frozen=True, slots=True)
class Detected:
    """Something found out rather than chosen: which choice it settles, and in words what was found."""

    choice: str  # "separator"
    value: str  # "semicolon"
    text: str  # "Columns are separated by semicolons"
    certain: bool = True  # False: to be confirmed by a person


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """The class split that training would use first (``task.split_seed=0``)."""

    by: Literal["given", "group", "class"]
    classes: Mapping[str, tuple[str, ...]]  # "train", "validation", "test" -> names of classes
    groups: Mapping[str, tuple[str, ...]]  # the same -> names of groups; empty where there are none
    shares_classes: bool  # validation uses other rows of the training classes: there are too few for its own


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """All that is said of a file before it is imported."""

    name: str
    format: str  # a key of FORMATS
    choices: Choices  # with everything that was detected filled in
    detected: tuple[Detected, ...]
    columns: tuple[Column, ...]  # () where the format has none
    problems: tuple[Problem, ...]  # errors first
    table: Table | None  # what would be written; None when an error stands in the way
    samples: Array  # (C, k) row numbers of the table, drawn per class; (0, 0) without a table
    split: SplitPlan | None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What stands in the way."""
        return tuple(problem for problem in self.problems if problem.severity == "error")
