"""Options that several commands share, and the settings they ask for."""

from pathlib import Path
from typing import Annotated, Any

import typer

from mamlcore import training
from mamlcore.config import Config
from mamlcore.errors import SettingError
from mamlcore.presets import load_preset

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="SECTION.FIELD=VALUE", help="Change a setting, as inner.steps=5; may be given several times."
    ),
]
Preset = Annotated[str | None, typer.Option(metavar="NAME", help="Start from a preset; maml-lab presets lists them.")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings as JSON, as in a run's config.json.")
]
Learners = Annotated[
    str | None, typer.Option(metavar="A,B,...", help="Learners by name; maml-lab learners lists them.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a run, as written by train.")]
TestSeed = Annotated[int | None, typer.Option(metavar="N", help="Seed of other held-out tasks than the run's own.")]


def settings(
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
