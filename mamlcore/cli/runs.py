"""``maml-lab train`` and ``maml-lab evaluate``: a run into a folder, and a second look at it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mamlcore import training
from mamlcore.cli.options import Json, Preset, Sets, settings
from mamlcore.cli.output import evaluation_tree, print_evaluation, print_json
from mamlcore.errors import RunError, SettingError
from mamlcore.presets import preset_of, preset_steps


def train(  # noqa: PLR0913, PLR0917 - one parameter for each option
    out: Annotated[Path, typer.Option(help="Folder for theta, curves and figures.")],
    preset: Preset = None,
    config: Annotated[Path | None, typer.Option(help="Settings as JSON, as in a run's config.json.")] = None,
    changes: Sets = None,
    learners: Annotated[str | None, typer.Option(help="Learners, separated by commas.")] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Total number of meta-steps (as the preset has it, else 2000).")
    ] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, max=1e9, help="Train for so long instead.")] = None,
    seed: Annotated[int | None, typer.Option(help="Root of every random number.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the folder's checkpoint.")] = False,
) -> None:
    """Meta-train, evaluate on held-out tasks, and write theta, curves and figures."""
    if steps is not None and seconds is not None:
        raise SettingError("--steps and --seconds exclude each other; give one")
    wanted = settings(preset, config, changes, learners, seed)
    lab = training.open_run(out, wanted, resume)
    known = preset or preset_of(lab.config)
    if steps is None and seconds is None and known:
        steps = preset_steps(known)
    try:
        evaluation = training.train(lab, out, steps, seconds)
    except KeyboardInterrupt:
        raise RunError("stopped; what was trained is in the checkpoint, go on with --resume") from None
    print_evaluation(evaluation, lab.config)
    Console(soft_wrap=True).print(f"Wrote theta, curves and figures to {out}", highlight=False)


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
        print_json(evaluation_tree(evaluation))
    else:
        print_evaluation(evaluation, lab.config)
