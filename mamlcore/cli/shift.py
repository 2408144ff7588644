"""``maml-lab shift``: a trained run on tasks of another kind than it was trained on."""

from typing import Annotated

import typer

from mamlcore.cli.options import RunFolder, TestSeed
from mamlcore.cli.output import print_json, print_list, say
from mamlcore.errors import SettingError
from mamlcore.learners import LEARNERS
from mamlcore.shift import Shift
from mamlcore.shift import shift as shifted
from mamlcore.shift_figure import write_shifts
from mamlcore.training import run_in
from mamlcore.wording import name_of


def shift(
    folder: RunFolder,
    over: Annotated[list[str], typer.Option(metavar="SETTING=V,V,...", help="What to change, and to which values.")],
    tasks: Annotated[int, typer.Option(metavar="N", min=10, max=5000, help="Held-out tasks at each value.")] = 600,
    seed: TestSeed = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Judge a trained run where tasks, or the number of steps, differ from training; write shift.csv, .png and .svg.

    For example --over task.k_shot=1,2,5,10,20 --over inner.steps=0,1,3,10,30. At each value all learners see the same
    tasks; nothing is trained or tuned anew.
    """
    shot = run_in(folder).snapshot()
    found = [shifted(shot, *_asked(text), tasks, seed) for text in over]
    write_shifts(folder, found)
    if as_json:
        print_json([_tree(one) for one in found])
        return
    for one in found:
        print_list(_title(one), _rows(one), False)
        for reason in one.left_out.values():
            say(reason)
    say(f"Wrote shift.csv, shift.png and shift.svg to {folder}")


def _asked(text: str) -> tuple[str, list[str]]:
    name, equals, values = text.partition("=")
    if not equals:
        raise SettingError(f"--over takes SETTING=VALUE,VALUE,..., got {text!r}")
    return name.strip(), [value.strip() for value in values.split(",") if value.strip()]


def _title(one: Shift) -> str:
    return f"{one.metric.capitalize()} where {name_of(one.path)} is another than in training ({one.trained:g})"


def _rows(one: Shift) -> list[dict[str, str]]:
    """Return a line for each learner, a column for each value: mean and half-width."""
    rows = []
    for name in dict.fromkeys(point.learner for point in one.points):
        cells = {point.value: f"{point.mean:.4g} ± {point.ci95:.2g}" for point in one.of(name)}
        every = sorted({point.value for point in one.points})
        rows.append({"learner": LEARNERS[name].label} | {f"{value:g}": cells.get(value, "") for value in every})
    return rows


def _tree(one: Shift) -> dict[str, object]:
    points = [point._asdict() for point in one.points]
    return {"setting": one.path, "trained": one.trained, "metric": one.metric, "points": points,
            "left_out": dict(one.left_out)}  # fmt: skip
