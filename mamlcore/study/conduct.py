"""Running a study: what is finished is left alone, every cell is written as it comes, time left is told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mamlcore import __version__
from mamlcore.errors import LabError
from mamlcore.study.plan import Cell, Study, cells, fingerprint
from mamlcore.study.store import Store
from mamlcore.study.workers import Done, Stop, capacity, cluster, here, on_dask
from mamlcore.tasks import FAMILIES


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far a study is."""

    done: int  # cells finished, those of earlier runs included
    total: int
    seconds_left: float | None  # None while nothing is known of it
    last: str = ""  # the newest cell, in words


Told = Callable[[StudyProgress], None]


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who computes: so many local processes (0: this one), or the workers of a Dask scheduler."""

    n_workers: int = 2
    scheduler: str | None = None


def never() -> bool:
    """Never stop."""
    return False


def conduct(study: Study, folder: Path, force: Workforce, told: Told, stop: Stop = never) -> None:
    """Compute all cells of a study that are not finished yet, and write each as it comes.

    Raises Cancelled when stop() says so, LabError when the folder can't be written or no worker is to be had;
    whatever was finished by then is kept, and the next call goes on from there.
    """
    store = Store(folder)
    if study.version != __version__:
        raise LabError(f"{folder} was begun with MAML Lab {study.version} and this is {__version__}, whose numbers may "
                       "differ; choose another folder, or only write the report (--report-only)")  # fmt: skip
    if study.data and study.data != fingerprint(study.config):
        raise LabError(f"{study.config.task.dataset} has changed since the study in {folder} was begun; "
                       "bring the old file back, or choose another folder")  # fmt: skip
    store.save_plan(study)
    every, timings = list(cells(study)), store.timings()
    left = [cell for cell in every if not _finished(store, cell)]
    done, total = len(every) - len(left), len(every)
    told(StudyProgress(done, total, _seconds_left(every, left, timings, force.n_workers)))
    if not left:
        return
    waiting = {cell.key: cell for cell in left}
    with _computed(left, force, stop) as (found, at_once):
        for cell, outcome, seconds in found:
            timings[cell.key] = round(seconds, 3)
            store.save_timings(timings)  # first, so that a finished cell always has its time
            store.save(cell, outcome)
            del waiting[cell.key]
            done += 1
            still = _seconds_left(every, list(waiting.values()), timings, at_once)
            told(StudyProgress(done, total, still, f"{in_words(cell)}: {_said(outcome.facts.status, seconds)}"))


def _finished(store: Store, cell: Cell) -> bool:
    outcome = store.outcome(cell)
    return outcome is not None and outcome.is_finished


@contextmanager
def _computed(left: Sequence[Cell], force: Workforce, stop: Stop) -> Iterator[tuple[Iterator[Done], int]]:
    """Open the workers; yield what they find, and how many cells they compute at once."""
    if force.scheduler is None and force.n_workers == 0:
        yield here(left, stop), 1
        return
    with cluster(min(force.n_workers, len(left)), force.scheduler) as client:
        found = on_dask(left, client, stop)
        try:
            yield found, capacity(client)
        finally:
            found.close()  # type: ignore[attr-defined]  # cancels what is still waiting


def _seconds_left(
    every: Sequence[Cell], left: Sequence[Cell], timings: Mapping[str, float], at_once: int
) -> float | None:
    """Guess from the same learner's finished cells (at the same K where there are any), else from all of them."""
    known = [(cell, timings[cell.key]) for cell in every if cell.key in timings]
    if not known:
        return None

    def guess(cell: Cell) -> float:
        own = [(seconds, other) for other, seconds in known if other.learner == cell.learner]
        alike = [seconds for seconds, other in own if other.config.task.k_shot == cell.config.task.k_shot]
        return float(np.mean(alike or [seconds for seconds, _ in own] or [seconds for _, seconds in known]))

    return sum(map(guess, left)) / max(1, at_once)


def in_words(cell: Cell) -> str:
    """Name a cell: ``maml, 5-way 1-shot, split 0, seed 42``; ways and split where its tasks have them."""
    learner, n_way, k_shot, split, seed = cell.place
    has = FAMILIES[cell.config.task.family].settings
    ways, splits = f"{n_way}-way " if "n_way" in has else "", f"split {split}, " if "split_seed" in has else ""
    return f"{learner}, {ways}{k_shot}-shot, {splits}seed {seed}"


def _said(status: str, seconds: float) -> str:
    return f"{status}, {seconds:.0f} s"
