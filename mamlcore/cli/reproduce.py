"""``maml-lab reproduce``: published experiments, beside the numbers as printed."""

import shlex
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from mamlcore.atomic import write_atomic
from mamlcore.cli.options import Json
from mamlcore.cli.output import console, print_json, print_list, say
from mamlcore.errors import RunError
from mamlcore.reproduce import EXPERIMENTS, omniglot_report, sine_report
from mamlcore.reproduce import omniglot as omniglot_experiment
from mamlcore.reproduce import sine as sine_experiment
from mamlcore.reproduce.omniglot import OmniglotResult, reproduce_omniglot
from mamlcore.reproduce.part import Budget
from mamlcore.reproduce.published import Row
from mamlcore.reproduce.sine import META_STEPS, SHOTS, SHOWN_STEPS, SineResult, reproduce_sine

group = typer.Typer(help="Do a published experiment again, and print its numbers beside the paper's.")

Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder to keep everything in; the same command goes on in it.")
]
Seed = Annotated[int, typer.Option(min=0, help="Root of every random number.")]


@group.callback(invoke_without_command=True)
def reproduce(context: typer.Context, as_json: Json = False) -> None:
    """Do a published experiment again, and print its numbers beside the paper's; without a name, list them."""
    if context.invoked_subcommand is None:
        rows = [{"name": name, "summary": summary} for name, summary in EXPERIMENTS.items()]
        print_list("Published experiments", rows, as_json)


@group.command("sine")
def sine(
    out: Out = None,
    steps: Annotated[int, typer.Option(min=1, help="Meta-steps; fewer for a short trial.")] = META_STEPS,
    seed: Seed = 42,
    as_json: Json = False,
) -> None:
    """Train MAML, pre-trained net and oracle on sine waves and test them at K = 5, 10, 20."""
    with _folder(out, f"maml-lab reproduce sine --steps {steps} --seed {seed}") as folder:
        result = reproduce_sine(folder, seed, steps, quiet=as_json)
        if out is not None:
            write_atomic(out / "sine.csv", sine_report.table_csv(result).encode())
            for fmt in ("png", "svg"):
                write_atomic(out / f"sine.{fmt}", sine_report.figure(result, fmt))
    if as_json:
        print_json(sine_report.tree(result))
        return
    console().print(_table(result))
    _print_notes(sine_report.notes(result), sine_experiment.DIFFERENCES)
    if out is not None:
        wrote = f"Wrote sine.csv, sine.png, sine.svg, and the runs maml and baselines with theta, to {out}"
        say(wrote)


@group.command("omniglot")
def omniglot(  # noqa: PLR0913, PLR0917 - one parameter for each option
    data: Annotated[list[Path], typer.Option(metavar="ZIP [ZIP...]", help="Omniglot's archives, as published.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="ZIP", help="Further archives of --data.", show_default=False)
    ] = None,
    out: Out = None,
    steps: Annotated[int, typer.Option(min=1, help="Meta-steps at each K.")] = omniglot_experiment.META_STEPS,
    seconds: Annotated[
        float | None, typer.Option(min=0.1, max=1e9, help="Train for so long at each K instead.")
    ] = None,
    inner_lr: Annotated[
        float, typer.Option(min=1e-5, max=5.0, help="Step size of adaptation; the paper's unless said.")
    ] = omniglot_experiment.INNER_LR,
    seed: Seed = 42,
    as_json: Json = False,
) -> None:
    """Train MAML without convolutions on Omniglot, 5-way 1- and 5-shot, and test it on alphabets left out."""
    archives = [*data, *(more or [])]
    again = ["maml-lab", "reproduce", "omniglot", "--data", *map(str, archives)]
    again += ["--steps", str(steps), "--inner-lr", f"{inner_lr:g}", "--seed", str(seed)]
    with _folder(out, shlex.join(again)) as folder:
        result = reproduce_omniglot(archives, folder, seed, Budget(steps, seconds), inner_lr, quiet=as_json)
        if out is not None:
            write_atomic(out / "omniglot.csv", omniglot_report.table_csv(result).encode())
    if as_json:
        print_json(omniglot_report.tree(result))
        return
    console().print(_accuracies(result))
    _print_notes(omniglot_report.notes(result), omniglot_report.differences(result))
    if out is not None:
        wrote = f"Wrote omniglot.csv, the data set {omniglot_experiment.DATA}, and a run for each K, to {out}"
        say(wrote)


@contextmanager
def _folder(out: Path | None, command: str) -> Iterator[Path]:
    """Give the folder to work in: one that is thrown away unless --out was given."""
    try:
        if out is not None:
            yield out
        else:
            with tempfile.TemporaryDirectory(prefix="maml-lab-") as folder:
                yield Path(folder)
    except KeyboardInterrupt:
        kept = (
            "nothing was kept; with --out DIR it would go on" if out is None else f"go on with: {command} --out {out}"
        )
        raise RunError(f"stopped; {kept}") from None


def _print_notes(notes: list[str], differences: Iterable[str]) -> None:
    for sentence in (*notes, "What differs from the paper:", *(f"- {one}" for one in differences)):
        say(sentence)


def _table(result: SineResult) -> Table:
    title = (
        f"Mean squared error on {result.n_tasks} test waves after {result.meta_steps} meta-steps: mean ± 95 % (median)"
    )
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("K", justify="right")
    table.add_column("Learner")
    for step in SHOWN_STEPS:
        table.add_column(f"{step} step{'s' * (step > 1)}", justify="right")
    table.add_column("Diverged", justify="right")
    rows = {(row.k_shot, row.learner, row.step): row for row in result.rows()}
    for k_shot in SHOTS:
        for name, label in sine_report.LABELS.items():
            shown = [rows[k_shot, name, step] for step in SHOWN_STEPS]
            diverged = shown[-1].summary.n_diverged
            table.add_row(str(k_shot), label, *map(_cell, shown), str(diverged or ""))
            if shown[0].paper is not None:
                table.add_row("", "  paper's Table 2", *(f"{row.paper:g}" for row in shown), "", style="dim")
    return table


def _cell(row: Row) -> str:
    found = row.summary
    if not isfinite(found.mean):
        return f"diverged ({found.median:.2g})"
    return f"{found.mean:.3g} ± {found.ci95:.2g} ({found.median:.2g})"


def _accuracies(result: OmniglotResult) -> Table:
    n_tasks = next(iter(result.evaluations.values())).n_tasks
    title = f"Per cent right on {n_tasks} test tasks: mean ± 95 %"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("K", justify="right")
    table.add_column("Learner")
    for step in omniglot_report.SHOWN_STEPS:
        table.add_column(f"{step} step{'s' * (step != 1)}" if step else "Before", justify="right")
    rows = {(row.k_shot, row.learner, row.step): row for row in omniglot_report.rows(result)}
    for k_shot in result.evaluations:
        for name, label in omniglot_report.LABELS.items():
            shown = [rows[k_shot, name, step] for step in omniglot_report.SHOWN_STEPS]
            table.add_row(str(k_shot), label, *(_percent(row.summary.mean, row.summary.ci95) for row in shown))
        whole, half = omniglot_experiment.PAPER[k_shot]
        table.add_row("", "  paper, all of Omniglot", "", "", _percent(whole, half), style="dim")
    return table


def _percent(mean: float, half: float) -> str:
    return f"{100 * mean:.1f} ± {100 * half:.1f}"
