"""``maml-lab data show`` and ``data import``: what is in a file of one's own, and a data set made of it."""

import inspect as signatures
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from mamlcore.atomic import is_there
from mamlcore.cli.options import Json
from mamlcore.cli.output import print_json, say
from mamlcore.cli.preview import preview_tree, print_preview
from mamlcore.data import CHOICES, Choices, Preview, fitting, inspect, taken, write_dataset
from mamlcore.errors import LoadError, RunError
from mamlcore.setting import SettingSpec

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="A file, several that belong together, or a folder.")]
group = typer.Typer(help="Look at data of your own, and import it to train on.")
_TYPES: dict[str, Any] = {"int": int, "flag": bool, "names": list[str]}


def with_choices(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one option for each choice, in place of its parameter ``choices``."""

    def run(**given: Any) -> None:
        chosen = {name: given.pop(name) for name in CHOICES}
        wanted = {name: ",".join(value) if isinstance(value, list) else value for name, value in chosen.items()
                  if value not in (None, [])}  # fmt: skip
        command(**given, choices=Choices.of(wanted))

    own = [part for name, part in signatures.signature(command).parameters.items() if name != "choices"]
    options = [
        signatures.Parameter(
            name, signatures.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[_kind(spec), _option(spec)]
        )
        for name, spec in CHOICES.items()
    ]
    run.__signature__ = signatures.Signature([*own, *options])  # type: ignore[attr-defined]
    run.__annotations__ = {part.name: part.annotation for part in (*own, *options)}
    run.__doc__, run.__name__ = command.__doc__, command.__name__
    return run


def _kind(spec: SettingSpec) -> Any:
    return _TYPES.get(spec.kind, str) | None


def _option(spec: SettingSpec) -> Any:
    name = f"--{spec.path.replace('_', '-')}"
    said = f"{spec.help} [{spec.default}]" if spec.kind == "int" else spec.help
    return typer.Option(name, help=said, metavar="|".join(spec.choices) or None)


@group.command()
@with_choices
def show(files: Files, as_json: Json = False, *, choices: Choices) -> None:
    """Say what is in a file and what its import would give; write nothing."""
    preview = _inspected(files, choices)
    if as_json:
        print_json(preview_tree(preview))
    else:
        print_preview(preview)


@group.command("import")
@with_choices
def import_(
    files: Files,
    out: Annotated[Path, typer.Option(metavar="DATASET.npz", help="File to write.")],
    as_json: Json = False,
    *,
    choices: Choices,
) -> None:
    """Import a file, several, or a folder as a data set to train on: --set task.dataset=DATASET.npz."""
    if out.suffix != ".npz":
        raise LoadError(f"--out must be a file that ends in .npz, got {str(out)!r}")
    if any(_same(out, file) for file in files):
        raise LoadError(f"--out must be another file than the one that is read, got {str(out)!r}")
    preview = _inspected(files, choices)
    table = taken(preview)
    write_dataset(out, table)
    if as_json:
        print_json({**preview_tree(preview), "written": str(out)})
        return
    print_preview(preview)
    say(
        f"Wrote {len(table.x)} rows of {table.n_classes} classes to {out}; train on it with maml-lab train "
        f"--preset letters {_settings(out, preview)} --out RUN"
    )


def _settings(out: Path, preview: Preview) -> str:
    """Return the settings of tasks that the data allow, as typed: those that are not the preset's own."""
    usual = {"task.n_way": 5, "task.k_shot": 1, "task.n_query": 15}
    wanted = {"task.dataset": out} | {path: value for path, value in fitting(preview).items() if usual[path] != value}
    return " ".join(f"--set {path}={value}" for path, value in wanted.items())


def _same(out: Path, file: Path) -> bool:
    return is_there(out) and is_there(file) and out.samefile(file)


def _inspected(files: list[Path], choices: Choices) -> Preview:
    """Look at the files, with a bar on a terminal. RunError when a person stops it."""
    bar = Progress(TextColumn("Reading"), BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeRemainingColumn(),
                   console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())  # fmt: skip
    try:
        with bar:
            task = bar.add_task("", total=1.0)
            return inspect(files, choices, lambda share: bar.update(task, completed=share))
    except KeyboardInterrupt:
        raise RunError("Stopped; nothing was written") from None
