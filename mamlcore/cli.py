"""The same engine without a window: ``maml-lab train|evaluate|check-gradient|bench|presets|families|learners``.

Exit code 0: done; 2: bad input, one clear line; 1: anything else.
"""

import io
import json
import sys
from collections.abc import Sequence
from math import isfinite, isnan
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from mamlcore import bench as benchmarks
from mamlcore import training
from mamlcore.check_gradient import check_gradient
from mamlcore.config import Config
from mamlcore.errors import LabError, RunError, SettingError
from mamlcore.evaluate import Evaluation
from mamlcore.learners import LEARNERS
from mamlcore.presets import load_preset, preset_label, preset_names, preset_summary
from mamlcore.tables import summary_rows
from mamlcore.tasks import FAMILIES

COMMANDS = ("train", "evaluate", "check-gradient", "bench", "presets", "families", "learners")

#: What typer raises for a wrong command line (click's, under whatever name this version keeps it).
_UsageFault: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Sets = Annotated[list[str] | None, typer.Option("--set", metavar="SECTION.FIELD=VALUE", help="Change a setting.")]
Preset = Annotated[str | None, typer.Option(help="Start from a preset; see maml-lab presets.")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one headless command and return its exit code."""
    if sys.stdout is None:  # closed by the caller: the work is done all the same
        sys.stdout = io.StringIO()
    try:
        words = None if arguments is None else list(arguments)
        return app(args=words, prog_name="maml-lab", standalone_mode=False) or 0
    except _UsageFault as error:
        return _refuse(error.format_message())
    except RunError as error:
        print(f"maml-lab: {error}", file=sys.stderr)
        return 1
    except LabError as error:
        return _refuse(str(error))
    except (KeyboardInterrupt, typer.Abort):
        print("Stopped; what was trained is in the checkpoint, go on with --resume.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"maml-lab: {error}", file=sys.stderr)
        return 1
    return 0


def _refuse(sentence: str) -> int:
    print(f"maml-lab: {sentence}", file=sys.stderr)
    return 2


@app.command()
def train(  # noqa: PLR0913, PLR0917 - one parameter for each option
    out: Annotated[Path, typer.Option(help="Folder for theta, curves and figures.")],
    preset: Preset = None,
    config: Annotated[Path | None, typer.Option(help="Settings as JSON, as in a run's config.json.")] = None,
    changes: Sets = None,
    learners: Annotated[str | None, typer.Option(help="Learners, separated by commas.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Total number of meta-steps (2000 unless said).")] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="Train for so long instead.")] = None,
    seed: Annotated[int | None, typer.Option(help="Root of every random number.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the folder's checkpoint.")] = False,
) -> None:
    """Meta-train, evaluate on held-out tasks, and write theta, curves and figures."""
    if steps is not None and seconds is not None:
        raise SettingError("--steps and --seconds exclude each other; give one")
    wanted = _settings(preset, config, changes, learners, seed)
    lab = training.open_run(out, wanted, resume)
    evaluation = training.train(lab, out, steps, seconds)
    _print_evaluation(evaluation, lab.config)
    Console(soft_wrap=True).print(f"Wrote theta, curves and figures to {out}", highlight=False)


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, as written by train.")],
    tasks: Annotated[int | None, typer.Option(help="Held-out tasks.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of other held-out tasks than the run's own.")] = None,
    steps: Annotated[int | None, typer.Option(help="Adaptation steps.")] = None,
    as_json: Json = False,
) -> None:
    """Judge a trained run again, with other numbers, and rewrite its evaluation.csv."""
    wanted = {"evaluation.tasks": tasks, "evaluation.steps": steps}
    changes = {path: value for path, value in wanted.items() if value is not None}
    lab, evaluation = training.evaluate_again(folder, changes, seed, quiet=as_json)
    if as_json:
        _print_json(_evaluation_tree(evaluation))
    else:
        _print_evaluation(evaluation, lab.config)


@app.command("check-gradient")
def check_gradient_command(preset: Preset = None, changes: Sets = None, as_json: Json = False) -> None:
    """Check MAML's exact meta-gradient against central differences, in float64."""
    wanted = _settings(preset, None, changes, None, None)
    config = wanted if isinstance(wanted, Config) else load_preset("sine").with_settings(wanted or {})
    report = check_gradient(config)
    if as_json:
        _print_json(report.tree())
    else:
        for line in report.lines():
            print(line)
    if not report.passed:
        raise typer.Exit(1)


@app.command()
def bench(
    against: Annotated[str | None, typer.Option(help="Others to measure as well: jax, torch.")] = None,
    workloads: Annotated[str | None, typer.Option(help="Workloads, separated by commas.")] = None,
    seconds: Annotated[float, typer.Option(min=0.01, help="Time for each contestant of each workload.")] = 2.0,
    growth: Annotated[bool, typer.Option("--growth", help="Vary tasks, shots, width and steps instead.")] = False,
    as_json: Json = False,
) -> None:
    """Time whole meta-steps on this machine; medians say most where it is shared."""
    if growth:
        _print_list("Growth of a whole meta-step", benchmarks.growth(seconds), as_json)
        return
    others = [name.strip() for name in (against or "").split(",") if name.strip()]
    results = [benchmarks.bench(work, others, seconds) for work in benchmarks.chosen(workloads)]
    if as_json:
        _print_json(benchmarks.as_tree(results))
    else:
        _print_list("Whole meta-steps", benchmarks.as_rows(results), False)


@app.command()
def presets(as_json: Json = False) -> None:
    """List the presets."""
    rows = [{"name": name, "label": preset_label(name), "summary": preset_summary(name)} for name in preset_names()]
    _print_list("Presets", rows, as_json)


@app.command()
def families(as_json: Json = False) -> None:
    """List the families of tasks."""
    rows = [{"name": name, "label": family.label, "summary": family.summary} for name, family in FAMILIES.items()]
    _print_list("Families of tasks", rows, as_json)


@app.command("learners")
def learners_command(as_json: Json = False) -> None:
    """List the learners."""
    rows = [{"name": name, "label": learner.label, "role": learner.role, "summary": learner.summary}
            for name, learner in LEARNERS.items()]  # fmt: skip
    _print_list("Learners", rows, as_json)


# -- settings and printing --------------------------------------------------------------------------------


def _settings(
    preset: str | None, path: Path | None, changes: list[str] | None, learners: str | None, seed: int | None
) -> Config | dict[str, Any] | None:
    """Return the settings asked for: whole when a preset or file is named, else only the changes, or None."""
    wanted: dict[str, Any] = {}
    for change in changes or []:
        name, equals, value = change.partition("=")
        if not equals:
            raise SettingError(f"--set takes SECTION.FIELD=VALUE, got {change!r}")
        wanted[name.strip()] = value.strip()
    if learners is not None:
        wanted["learners"] = learners
    if seed is not None:
        wanted["seed"] = seed
    if preset is not None and path is not None:
        raise SettingError("--preset and --config exclude each other; give one")
    if path is not None:
        return training.read_config(path).with_settings(wanted)
    if preset is not None:
        return load_preset(preset).with_settings(wanted)
    return wanted or None


def _print_json(tree: Any) -> None:
    print(json.dumps(_strict(tree), indent=2, allow_nan=False))


def _strict(tree: Any) -> Any:
    """Return the tree with null for NaN and infinity, which JSON has no words for."""
    if isinstance(tree, dict):
        return {name: _strict(part) for name, part in tree.items()}
    if isinstance(tree, list | tuple):
        return [_strict(part) for part in tree]
    return None if isinstance(tree, float) and not isfinite(tree) else tree


def _print_list(title: str, rows: list[dict[str, str]], as_json: bool) -> None:
    if as_json:
        _print_json(rows)
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in rows[0]:
        table.add_column(column.capitalize(), overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    _console().print(table)


def _console() -> Console:
    """A console that never cuts a line short when its output goes into a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=160)


def _print_evaluation(evaluation: Evaluation, config: Config) -> None:
    step = config.inner.steps
    metric = "loss" if all(c.accuracy is None for c in evaluation.learners.values()) else "accuracy"
    title = f"{metric.capitalize()} on {evaluation.n_tasks} held-out tasks at iteration {evaluation.iteration}"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    after_steps = f"After {step} step{'s' * (step != 1)}"
    for column in ("Learner", "Before", after_steps, "± 95 %", "Minus MAML, paired", "± 95 %", "Diverged"):
        table.add_column(column, justify="left" if column == "Learner" else "right")
    for name, before, after, difference, half in summary_rows(evaluation, metric, step):
        paired = ("", "") if name == "maml" or isnan(difference) else (f"{difference:+.4g}", f"{half:.2g}")
        diverged = str(after.n_diverged) if after.n_diverged else ""
        numbers = (f"{before.mean:.4g}", f"{after.mean:.4g}", f"{after.ci95:.2g}", *paired, diverged)
        table.add_row(LEARNERS[name].label, *numbers)
    _console().print(table)


def _evaluation_tree(evaluation: Evaluation) -> dict[str, Any]:
    learners: dict[str, Any] = {}
    for name, curves in evaluation.learners.items():
        learners[name] = {}
        for metric in ("loss",) if curves.accuracy is None else ("loss", "accuracy"):
            rows = [curves.summary(metric, step) for step in range(evaluation.steps + 1)]
            learners[name][metric] = {
                column: [getattr(row, column) for row in rows] for column in ("mean", "median", "std", "ci95")
            }
            learners[name][metric]["n_diverged"] = [row.n_diverged for row in rows]
    return {"iteration": evaluation.iteration, "n_tasks": evaluation.n_tasks, "steps": evaluation.steps,
            "learners": learners}  # fmt: skip
