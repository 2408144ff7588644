"""A run without a window: open or resume it, train with a progress bar, leave the files of a run behind."""

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from mamlcore.atomic import held, is_there, read_text, write_atomic
from mamlcore.checkpoint import load_checkpoint, restore, save_checkpoint
from mamlcore.config import Config
from mamlcore.errors import LabError, RunError, SettingError
from mamlcore.evaluate import Evaluation
from mamlcore.export import export_files, run_files
from mamlcore.lab import Lab
from mamlcore.presets import load_preset
from mamlcore.tables import evaluation_csv

DEFAULT_STEPS = 2000
CHECKPOINT_EVERY_S = 5.0
Wanted = Config | dict[str, Any] | None


def open_run(folder: Path, wanted: Wanted, resume: bool) -> Lab:
    """Return a new lab, or the folder's own when resuming.

    A run that was killed before its first checkpoint begins anew with its own settings, from its config.json.
    Raises LabError when a run would be overwritten, or when the settings asked for would begin a new one.
    """
    path, settings = folder / "checkpoint.npz", folder / "config.json"
    if not is_there(path):
        base = read_config(settings) if resume and is_there(settings) else load_preset("sine")
        return Lab(_wished(base, wanted))
    if not resume:
        raise LabError(f"{folder} already holds a run; add --resume to go on with it, or choose another --out")
    lab = restore(load_checkpoint(path))
    config = _wished(lab.config, wanted)
    changed = lab.config.changes_to(config)
    if any(Lab.restarts(name, *pair) for name, pair in changed.items()):
        raise SettingError(f"--resume cannot change {', '.join(changed)}: that needs a new run; choose another --out")
    lab.apply(config)
    return lab


def _wished(base: Config, wanted: Wanted) -> Config:
    return wanted if isinstance(wanted, Config) else base.with_settings(wanted or {})


def read_config(path: Path) -> Config:
    """Read settings from JSON. Raises LoadError naming path and cause, SettingError for bad values."""
    return Config.from_json(read_text(path), str(path))


def train(
    lab: Lab, folder: Path, steps: int | None, seconds: float | None, quiet: bool = False, title: str = "Training"
) -> Evaluation:
    """Train to a total number of meta-steps or for some seconds, evaluate, and write the run's files.

    Unless quiet, a bar (in a pipe a line) says under the title how far it is.
    Raises LabError when the folder can't be written, or another run is being written there, before any training;
    RunError when training diverged (theta and curves until then are written first) or when its files could not be
    written.
    """
    with held(folder):
        return _train(lab, folder, steps, seconds, _bar(title, quiet), quiet)


def _train(lab: Lab, folder: Path, steps: int | None, seconds: float | None, shown: "_bar", quiet: bool) -> Evaluation:
    began = time.monotonic()
    goal = steps if steps is not None else DEFAULT_STEPS

    def share() -> float:
        done = (time.monotonic() - began) / seconds if seconds is not None else lab.iteration / goal
        return min(1.0, done)

    # What is written is decided before training, so that a folder that can't be written costs no time.
    write_atomic(folder / "config.json", lab.config.to_json().encode())
    try:
        _pump(lab, folder, share, shown)
        save_checkpoint(folder / "checkpoint.npz", lab.snapshot())
        lab.look()
        evaluation = _evaluated(lab, quiet)
        shot = lab.snapshot()
        export_files(folder, shot, [name for name in run_files(shot) if name != "checkpoint.npz"])
    except LabError as error:
        raise RunError(str(error)) from error
    if lab.fault is not None:
        raise RunError(f"{lab.fault.reason} {lab.fault.remedy}")
    return evaluation


def _pump(lab: Lab, folder: Path, share: Callable[[], float], shown: "_bar") -> None:
    """Advance until the share done is 1 or the run diverges, saving a checkpoint now and then.

    Raises KeyboardInterrupt, after a checkpoint, when Ctrl-C was pressed.
    """
    saved = time.monotonic()
    with shown as (bar, task), _asked_to_stop() as stop:
        while (done := share()) < 1.0 and lab.fault is None:
            lab.advance()
            bar.update(task, completed=done, note=_note(lab))
            if stop() or time.monotonic() - saved > CHECKPOINT_EVERY_S:
                save_checkpoint(folder / "checkpoint.npz", lab.snapshot())
                saved = time.monotonic()
            if stop():
                raise KeyboardInterrupt
        bar.update(task, completed=1.0, note=_note(lab))
        shown.ending = "done" if lab.fault is None else "stopped"


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C wait for the end of a meta-step: half of one in a checkpoint would not go on as the same run.

    Gives the function that tells whether it was pressed. Pressed a second time it does not wait.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one may change what a signal does
        yield lambda: False
        return
    asked = list[bool]()

    def note(number: int, frame: Any) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(True)

    usual = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, usual)


def run_in(folder: Path) -> Lab:
    """Return the run that lies in a folder. Raises LabError when there is none, or a damaged one."""
    path = folder / "checkpoint.npz"
    if not is_there(path):
        raise LabError(f"{folder} holds no run (no checkpoint.npz); make one with maml-lab train --out {folder}")
    return restore(load_checkpoint(path))


def evaluate_again(folder: Path, changes: Mapping[str, Any], seed: int | None, quiet: bool) -> tuple[Lab, Evaluation]:
    """Evaluate a run's checkpoint with other evaluation settings and rewrite its evaluation.csv."""
    lab = run_in(folder)
    lab.apply(lab.config.with_settings(changes))
    evaluation = _evaluated(lab, quiet, seed)
    write_atomic(folder / "evaluation.csv", evaluation_csv(evaluation).encode())
    return lab, evaluation


def _evaluated(lab: Lab, quiet: bool, seed: int | None = None) -> Evaluation:
    with _bar("Evaluating", quiet) as (bar, task):
        evaluation = lab.evaluate(lambda done: bar.update(task, completed=done), seed=seed)
        bar.update(task, completed=1.0)
    return evaluation


class _bar:  # noqa: N801 - reads as a function: ``with _bar("Training") as (bar, task)``
    """A progress bar on a terminal; in a pipe one plain line when the work is done."""

    def __init__(self, title: str, quiet: bool = False) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"),
                   TimeRemainingColumn())  # fmt: skip
        self._progress = Progress(*columns, disable=quiet or not sys.stdout.isatty())
        self._title, self._quiet = title, quiet
        self.ending = "done"

    def __enter__(self) -> tuple[Progress, Any]:
        self._progress.start()
        self._task = self._progress.add_task(self._title, total=1.0, note="")
        return self._progress, self._task

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._progress.stop()
        if kind is None and self._progress.disable and not self._quiet:
            note = self._progress.tasks[0].fields["note"]
            with contextlib.suppress(OSError):  # whoever read the pipe has left: no reason to lose the run
                print(f"{self._title}: {self.ending}. {note}".rstrip(), flush=True)


def _note(lab: Lab) -> str:
    return f"iteration {lab.iteration}"
