"""A study in the background, for a window: a plain thread that is looked at, and the list of studies on disk."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mamlcore.errors import Cancelled, LabError
from mamlcore.study.conduct import StudyProgress, Workforce, conduct
from mamlcore.study.plan import Study, cells
from mamlcore.study.report import title, write_report
from mamlcore.study.store import PLAN, Store

Phase = Literal["starting", "computing", "reporting", "done", "cancelled", "failed"]
#: Phases after which nothing changes any more.
ENDED = ("done", "cancelled", "failed")


@dataclass(frozen=True, slots=True)
class StudyState:
    """One moment of a study that runs."""

    phase: Phase
    progress: StudyProgress | None = None  # None until the workers are sought
    answer: tuple[str, ...] = ()  # when done
    error: str = ""  # one sentence, when failed

    @property
    def has_ended(self) -> bool:
        """Whether nothing changes any more."""
        return self.phase in ENDED


class StudyJob:
    """Conducts a study in a thread of its own and writes its report. ``state`` may be read from any thread.

    Finished cells are kept whatever happens: a new job on the same folder goes on from there.
    """

    def __init__(self, study: Study, folder: Path, force: Workforce | None = None) -> None:
        self.study, self.folder, self.force = study, folder, force or Workforce()
        self._state = StudyState("starting")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="study", daemon=True)

    @property
    def state(self) -> StudyState:
        """The newest moment, frozen."""
        return self._state

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask it to stop; cells that are being computed are given up within seconds. Returns at once."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; return whether it has come."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            conduct(self.study, self.folder, self.force, self._told, self._stop.is_set)
            self._state = replace(self._state, phase="reporting")
            said, _ = write_report(self.study, self.folder)
            self._state = replace(self._state, phase="done", answer=tuple(said))
        except Cancelled:
            self._state = replace(self._state, phase="cancelled")
        except LabError as error:
            self._state = replace(self._state, phase="failed", error=str(error))
        except Exception as error:  # the last stop of this thread: the window says what it was
            self._state = replace(self._state, phase="failed", error=f"{type(error).__name__}: {error}")

    def _told(self, progress: StudyProgress) -> None:
        self._state = StudyState("computing", progress)


@dataclass(frozen=True, slots=True)
class KnownStudy:
    """A study on disk."""

    folder: Path
    title: str
    done: int
    total: int
    report: Path | None  # report.html, where it was written


def known_studies(parent: Path) -> list[KnownStudy]:
    """Return the studies in the folders of parent, the newest plan first; what is no study or damaged is left out."""
    plans = sorted(parent.glob(f"*/{PLAN}"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [known for path in plans if (known := _known(path.parent)) is not None]


def _known(folder: Path) -> KnownStudy | None:
    store, report = Store(folder), folder / "report.html"
    try:
        study = store.plan()
        every = list(cells(study))
    except LabError:
        return None
    done = sum(store.path(cell).exists() for cell in every)
    return KnownStudy(folder, title(study), done, len(every), report if report.exists() else None)
