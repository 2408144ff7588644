"""``maml-lab study``: learners x ways x shots x class splits x seeds, tuned alike, into tables and a report."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from mamlcore.atomic import is_there
from mamlcore.cli.options import ConfigFile, Json, Preset, Sets, settings
from mamlcore.cli.output import print_json, say
from mamlcore.config import Config
from mamlcore.errors import RunError, SettingError
from mamlcore.presets import load_preset
from mamlcore.study.conduct import StudyProgress, Workforce, conduct
from mamlcore.study.plan import Study, planned
from mamlcore.study.report import report_tree, write_report
from mamlcore.study.store import PLAN, Store


def study(  # noqa: PLR0913, PLR0917 - one parameter for each option
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the study; what is finished in it is not computed again.")
    ],
    preset: Preset = None,
    config: ConfigFile = None,
    changes: Sets = None,
    learners: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Learners, separated by commas, or all.")
    ] = None,
    ways: Annotated[str | None, typer.Option(metavar="N,N,...", help="Classes in a task: 5 or 5,10.")] = None,
    shots: Annotated[str | None, typer.Option(metavar="K,K,...", help="Support rows per class: 1,5.")] = None,
    splits: Annotated[
        str | None, typer.Option(metavar="N,N,...", help="Class splits: values of task.split_seed, 0,1,2.")
    ] = None,
    seeds: Annotated[str | None, typer.Option(metavar="N,N,...", help="Seeds: 0,1,2.")] = None,
    steps: Annotated[
        str | None, typer.Option(metavar="N,NAME=N,...", help="Meta-steps, and other numbers: 2000,meta_lstm=400.")
    ] = None,
    trials: Annotated[
        int | None, typer.Option(metavar="N", help="Settings tried for each learner, 1 to 9 (4).")
    ] = None,
    tasks: Annotated[
        int | None, typer.Option(metavar="N", help="Test tasks of each cell (the settings' evaluation.tasks).")
    ] = None,
    test_shots: Annotated[str | None, typer.Option(metavar="K,K,...", help="Test at these K as well: 1,5,10.")] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=0, help="Processes of a local cluster; 0: this process.")
    ] = 2,
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler to use instead.")] = None,
    report_only: Annotated[bool, typer.Option("--report-only", help="Only write tables and report anew.")] = False,
    as_json: Json = False,
) -> None:
    """Compare learners, each tuned on validation classes by the same number of trials, and write a report.

    Without any other option, a study that was stopped in --out goes on.
    """
    wished = {"learners": learners, "ways": ways, "shots": shots, "splits": splits, "seeds": seeds,
              "trials": trials, "tasks": tasks, "test_shots": test_shots, **_steps(steps)}  # fmt: skip
    base = settings(preset, config, changes, None, None)
    plan = _plan(out, base, wished, report_only)
    if not report_only:
        _conduct(plan, out, Workforce(workers, scheduler), as_json)
    answer, files = write_report(plan, out)
    if as_json:
        print_json(report_tree(plan, out))
        return
    for sentence in answer:
        say(sentence)
    say(f"Wrote {', '.join(files)} to {out}")


def _plan(out: Path, base: Config | dict[str, Any] | None, wished: dict[str, Any], report_only: bool) -> Study:
    """Return the folder's own plan when nothing else is asked for, else a new one."""
    asked = base is not None or any(value is not None for value in wished.values())
    if report_only and asked:
        raise SettingError("--report-only takes the study as it lies in --out; leave the other options away")
    if report_only or (not asked and is_there(out / PLAN)):
        return Store(out).plan()
    config = base if isinstance(base, Config) else load_preset("letters").with_settings(base or {})
    return planned(config, **wished)


def _steps(text: str | None) -> dict[str, Any]:
    """Read ``2000,meta_lstm=400``: the meta-steps of all, and of single learners."""
    if text is None:
        return {"steps": None, "own_steps": None}
    own, common = [], None
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.rpartition("=")
        if not value.isdecimal():
            raise SettingError(f"--steps takes a number, or numbers like 2000,meta_lstm=400, got {part!r}")
        if equals:
            own.append((name.strip(), int(value)))
        else:
            common = int(value)
    return {"steps": common, "own_steps": tuple(own) or None}


def _conduct(plan: Study, out: Path, force: Workforce, silent: bool) -> None:
    columns = (TextColumn("Study"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"))
    quiet = silent or not sys.stdout.isatty()
    try:
        with Progress(*columns, disable=quiet) as bar:
            task = bar.add_task("Study", total=None, note="")

            def on_terminal(progress: StudyProgress) -> None:
                bar.update(task, completed=progress.done, total=progress.total, note=_note(progress))

            told: Callable[[StudyProgress], None] = _untold if silent else _in_pipe if quiet else on_terminal
            conduct(plan, out, force, told)
    except KeyboardInterrupt:
        raise RunError(f"stopped; finished cells are kept, go on with: maml-lab study --out {out}") from None


def _untold(progress: StudyProgress) -> None:
    """Say nothing: the output is for a program."""


def _in_pipe(progress: StudyProgress) -> None:
    print(f"{progress.done}/{progress.total} {_note(progress)}".rstrip(), flush=True)


def _note(progress: StudyProgress) -> str:
    left = progress.seconds_left
    return ", ".join(filter(None, (progress.last, "" if left is None or not left else f"{duration(left)} left")))


def duration(seconds: float) -> str:
    """Return a time in words: ``40 s``, ``12 min``, ``2.5 h``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
