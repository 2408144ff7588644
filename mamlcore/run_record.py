"""What a checkpoint says of a run beside its arrays, checked before anything is built from it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mamlcore.errors import LoadError
from mamlcore.snapshot import Change, Ledger, Resume

Count = Annotated[int, Field(ge=0, le=2**53)]  # as far as a float tells whole numbers apart
Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Ledger(_Part):
    steps: Count
    rows: Count
    gradient_evaluations: Count
    seconds: Seconds
    parameters: Count


class _Change(_Part):
    iteration: Count
    text: str


class _Resume(_Part):
    generator: dict[str, Any]
    next_point: Count
    next_tune: Count
    pending: dict[str, tuple[float, Count]]
    levels: dict[str, float]
    above: dict[str, Count] | Count  # one for all in older files


class Record(BaseModel):
    """The parts, by the names of the file."""

    iteration: Count
    tasks_seen: Count
    ledgers: dict[str, _Ledger]
    changes: tuple[_Change, ...]
    resume: _Resume

    def ledgers_of(self, names: tuple[str, ...]) -> dict[str, Ledger]:
        """Return what each learner has used. KeyError for one that is not there."""
        return {name: Ledger(**self.ledgers[name].model_dump()) for name in names}

    def changes_made(self) -> tuple[Change, ...]:
        """Return the live settings that were changed."""
        return tuple(Change(change.iteration, change.text) for change in self.changes)

    def resume_of(self, names: tuple[str, ...]) -> Resume:
        """Return what an exact resume needs. KeyError for a learner that is not there."""
        found = self.resume
        above = found.above if isinstance(found.above, dict) else dict.fromkeys(names, found.above)
        levels = {name: found.levels[name] for name in names}
        return Resume(found.generator, found.next_point, found.next_tune, found.pending, levels, above)


def read_record(path: Path, meta: Mapping[str, Any]) -> Record:
    """Check the parts. Raises LoadError that names the file, the part and the rule."""
    try:
        return Record.model_validate(meta)
    except ValidationError as error:
        first = error.errors()[0]
        part = ".".join(map(str, first["loc"]))
        raise LoadError(f"{path} lacks or garbles a part ({part}: {first['msg']}); use an intact copy") from None
