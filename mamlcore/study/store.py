"""A study's folder: ``study.json``, one file per finished cell, and how long each took, apart from the results."""

import json
from dataclasses import dataclass
from pathlib import Path

from mamlcore.atomic import read_text, write_atomic
from mamlcore.errors import LoadError, SettingError
from mamlcore.study.outcome import Outcome, outcome_bytes, read_outcome
from mamlcore.study.plan import Cell, Study, read_study

PLAN, TIMINGS = "study.json", "timings.json"


@dataclass(frozen=True, slots=True)
class Store:
    """Reads and writes the files of one study; every write is whole or not at all."""

    folder: Path

    def path(self, cell: Cell) -> Path:
        """Where a cell's outcome lies."""
        return self.folder / "cells" / f"{cell.key}.npz"

    def save_plan(self, study: Study) -> None:
        """Write the plan. Cells of an earlier plan in the same folder stay, and count where they fit."""
        write_atomic(self.folder / PLAN, study.model_dump_json(indent=2).encode())

    def plan(self) -> Study:
        """Read the plan. Raises LoadError where there is none or it is damaged."""
        path = self.folder / PLAN
        try:
            text = read_text(path)
        except LoadError as error:
            raise LoadError(f"{self.folder} holds no study ({error}); begin one with other options") from None
        try:
            return read_study(json.loads(text))
        except SettingError as error:
            raise LoadError(f"{path} holds a study that this version of MAML Lab does not take: {error}") from None
        except (ValueError, RecursionError) as error:
            raise LoadError(f"{path} is not valid JSON: {error}") from None

    def outcome(self, cell: Cell) -> Outcome | None:
        """Return what a cell gave, None while it has given nothing; a damaged file counts as nothing."""
        try:
            return read_outcome(self.path(cell))
        except LoadError:
            return None

    def save(self, cell: Cell, outcome: Outcome) -> None:
        """Write a cell's outcome, and all its settings beside it."""
        write_atomic(self.path(cell), outcome_bytes(outcome, cell.model_dump_json()))

    def timings(self) -> dict[str, float]:
        """Return the seconds of finished cells by their keys, as far as they are known."""
        try:
            tree = json.loads(read_text(self.folder / TIMINGS))
        except (ValueError, RecursionError):
            return {}
        known = tree if isinstance(tree, dict) else {}
        return {
            key: float(value) for key, value in known.items() if isinstance(value, int | float) and 0 <= value < 1e9
        }

    def save_timings(self, timings: dict[str, float]) -> None:
        """Write them."""
        write_atomic(self.folder / TIMINGS, json.dumps(timings, indent=0, sort_keys=True).encode())
