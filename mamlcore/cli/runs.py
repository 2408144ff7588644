"""``maml-lab train`` and ``maml-lab evaluate``: a run into a folder, and a second look at it."""

from pathlib import Path
from typing import Annotated

import typer

from mamlcore import training
from mamlcore.cli.options import ConfigFile, Json, Learners, Preset, RunFolder, Sets, TestSeed, settings
from mamlcore.cli.output import evaluation_tree, print_evaluation, print_json, say
from mamlcore.errors import RunError, SettingError
from mamlcore.learners import LEARNERS
from mamlcore.presets import preset_of, preset_steps
from mamlcore.snapshot import Snapshot
from mamlcore.theta_file import chosen_theta


def train(  # noqa: PLR0913, PLR0917 - one parameter for each option
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for theta, curves and figures.")],
    preset: Preset = None,
    config: ConfigFile = None,
    changes: Sets = None,
    learners: Learners = None,
    steps: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Meta-steps in all, --resume or not (as the preset says, else 2000)."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="N", min=0.1, max=1e9, help="Train for so many seconds instead.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Root of every random number (the preset's, mostly 42).")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out, to --steps.")] = False,
) -> None:
    """Meta-train, evaluate on held-out tasks, and write theta, curves and figures."""
    if steps is not None and seconds is not None:
        raise SettingError("--steps and --seconds exclude each other; give one")
    wanted = settings(preset, config, changes, learners, seed)
    lab = training.open_run(out, wanted, resume)
    known = preset or preset_of(lab.config)
    if steps is None and seconds is None and known:
        steps = preset_steps(known)
    if resume and seconds is None and lab.iteration >= (goal := steps or training.DEFAULT_STEPS):
        say(f"The run has {lab.iteration} meta-steps already: --steps {goal} is the total, so none is added")
    try:
        evaluation = training.train(lab, out, steps, seconds)
    except KeyboardInterrupt:
        raise RunError("stopped; what was trained is in the checkpoint, go on with --resume") from None
    print_evaluation(evaluation, lab.config)
    say(f"Wrote {_whose_theta(lab.snapshot())}curves and figures to {out}")


def _whose_theta(shot: Snapshot) -> str:
    if not shot.has_theta:
        return ""
    name, _ = chosen_theta(shot)
    return "theta, " if name == "maml" else f"theta (of {LEARNERS[name].label}, for want of MAML), "


def evaluate(
    folder: RunFolder,
    tasks: Annotated[
        int | None, typer.Option(metavar="N", help="Held-out tasks (as the run's settings have it, mostly 600).")
    ] = None,
    seed: TestSeed = None,
    steps: Annotated[
        int | None, typer.Option(metavar="N", help="Adaptation steps, at least 10 (as the run's settings have it).")
    ] = None,
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
