"""What a study is: learners x ways x shots x class splits x seeds on one distribution of tasks, as values.

A study unfolds into cells. A cell holds all that its numbers depend on, so its outcome is a pure function of it and
its key, a hash of its content, names its file: whatever else of a study changes, finished cells are used again.
"""

import hashlib
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from mamlcore import __version__
from mamlcore.assets import asset
from mamlcore.atomic import is_there
from mamlcore.config import OWNERS, SETTINGS, Config, Names
from mamlcore.data import BUNDLED
from mamlcore.errors import LoadError, SettingError
from mamlcore.learners import LEARNERS
from mamlcore.presets import load_preset, preset_names
from mamlcore.seeds import generator
from mamlcore.setting import Section, explain
from mamlcore.tasks import FAMILIES, check, open_source

#: Roles that do no meta-learning: what a meta-learner has to beat.
BASELINES = ("baseline", "untrained")
#: Learners of a study that names none; those that the tasks do not allow are left out.
USUAL = ("maml", "meta_sgd", "prototypical", "reptile", "joint", "scratch", "nearest_centroid", "whitened_centroid")
#: Counts of the cell's layout: a new one makes finished cells of before count no more.
FORMAT = 2


def _unfolded(value: Any) -> Any:
    """Let ``"1, 5"`` and a single number stand for a tuple of numbers, as typed on the command line."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return (value,) if isinstance(value, int) else value


Numbers = Annotated[tuple[int, ...], BeforeValidator(_unfolded), Field(min_length=1)]
_RANGES = {"ways": (2, 20), "shots": (1, 20), "test_shots": (1, 20), "splits": (0, 9999), "seeds": (0, 2**31 - 1)}


class Study(Section):
    """A plan. Raises SettingError (through :func:`planned`) for what tasks or learners cannot give."""

    config: Config  # what is the same in every cell
    learners: Names
    ways: Numbers
    shots: Numbers
    splits: Numbers
    seeds: Numbers
    steps: int = Field(2000, ge=1, le=1_000_000)  # meta-steps of training
    own_steps: tuple[tuple[str, int], ...] = ()  # (learner, meta-steps) of those with another number
    trials: int = Field(4, ge=1, le=9)  # settings tried for each learner
    tasks: int = Field(1000, ge=10, le=5000)  # test tasks of each cell
    validation_tasks: int = Field(200, ge=10, le=5000)
    adapt_steps: int = Field(10, ge=10, le=100)  # adaptation steps a meta-learner may take at the test
    baseline_steps: int = Field(50, ge=10, le=100)  # and a baseline
    test_shots: Annotated[tuple[int, ...], BeforeValidator(_unfolded)] = ()  # other K to test at than trained at
    data: str = ""  # SHA-256 of the data set's file, so that a report needs it no more
    version: str = __version__  # whose code computes it: a report can be made by a later one

    @field_validator("learners", "own_steps")
    @classmethod
    def _known(cls, found: tuple[Any, ...], about: Any) -> tuple[Any, ...]:
        for name in (item if isinstance(item, str) else item[0] for item in found):
            if name not in LEARNERS:
                raise ValueError(f"Study.learners must be among {', '.join(LEARNERS)}, got {name!r}")
        if about.field_name == "learners" and not found:
            raise ValueError("Study.learners must name at least one learner, got none; see maml-lab learners")
        return tuple(dict.fromkeys(found))

    @field_validator("ways", "shots", "splits", "seeds", "test_shots")
    @classmethod
    def _in_range(cls, found: tuple[int, ...], about: Any) -> tuple[int, ...]:
        low, high = _RANGES[about.field_name]
        for value in found:
            if not low <= value <= high:
                raise ValueError(f"Study.{about.field_name} must hold numbers from {low} to {high}, got {value}")
        return tuple(dict.fromkeys(found))

    @model_validator(mode="after")
    def _what_the_family_has(self) -> Self:
        family = FAMILIES[self.config.task.family]
        for field, setting in (("ways", "n_way"), ("splits", "split_seed")):
            found = getattr(self, field)
            if len(found) > 1 and setting not in family.settings:
                numbers = ", ".join(map(str, found))
                raise ValueError(
                    f"Study.{field} must be one number, got {numbers}: {family.label} has no task.{setting}"
                )
        return self

    def steps_of(self, learner: str) -> int:
        """Return the meta-steps a learner is trained for."""
        return dict(self.own_steps).get(learner, self.steps)


class Cell(Section):
    """One learner at one N, K, split and seed: all that its numbers depend on."""

    config: Config
    steps: int
    trials: int
    validation_tasks: int
    data: str = ""  # SHA-256 of the data set's file
    version: str
    layout: int = FORMAT
    test_shots: tuple[int, ...] = ()

    @property
    def learner(self) -> str:
        """The learner's name."""
        return self.config.learners[0]

    @property
    def place(self) -> tuple[str, int, int, int, int]:
        """(learner, ways, shots, split, seed): where the cell stands in its study."""
        task = self.config.task
        return self.learner, task.n_way, task.k_shot, task.split_seed, self.config.seed

    @property
    def key(self) -> str:
        """The name of the cell's file: a hash of its content."""
        without = set() if self.test_shots else {"test_shots"}
        return hashlib.sha256(self.model_dump_json(exclude=without).encode()).hexdigest()[:24]


def planned(config: Config, **wanted: Any) -> Study:
    """Return a study; what is not asked for comes from the settings, and learners are the usual ones.

    Raises SettingError naming owner, rule and value; LoadError when the data cannot be read.
    """
    task = config.task
    if task.family == "dataset" and task.dataset not in BUNDLED:  # workers may stand in another folder
        config = config.with_settings({"task.dataset": str(Path(task.dataset).expanduser().resolve())})
    usual: dict[str, Any] = {"learners": None, "ways": task.n_way, "shots": task.k_shot, "splits": task.split_seed,
                             "seeds": config.seed, "tasks": config.evaluation.tasks}  # fmt: skip
    given = {name: value for name, value in wanted.items() if value is not None}
    tree = {**usual, **given, "config": config.model_dump(), "data": fingerprint(config)}
    tree["learners"] = _listed_learners(config, given.get("learners"))
    study = read_study(tree)
    for cell in cells(study):
        for k_shot in (cell.config.task.k_shot, *cell.test_shots):
            check(cell.config.with_settings({"task.k_shot": k_shot}))
    return study


def read_study(tree: Any) -> Study:
    """Build a study from plain values; SettingError says which rule is broken."""
    try:
        return Study.model_validate(tree)
    except ValidationError as error:
        raise SettingError(explain(error, OWNERS, "Study")) from None


def _listed_learners(config: Config, wanted: str | None) -> Any:
    if wanted == "all":
        return tuple(LEARNERS)
    if wanted is not None:
        return wanted
    problem = open_source(config, generator(config.seed, "world")).problem
    return tuple(name for name in USUAL if LEARNERS[name].unsupported(problem, config) is None)


def cells(study: Study) -> Iterator[Cell]:
    """Yield every cell: all learners at one place before the next, so that an unfinished study compares them too."""
    data = study.data or fingerprint(study.config)
    for split in study.splits:
        for seed in study.seeds:
            for n_way in study.ways:
                for k_shot in study.shots:
                    place = {"task.n_way": n_way, "task.k_shot": k_shot, "task.split_seed": split, "seed": seed}
                    for name in study.learners:
                        yield _cell(study, name, place, data)


def _cell(study: Study, name: str, place: Mapping[str, int], data: str) -> Cell:
    steps = study.steps_of(name)
    shown = study.baseline_steps if LEARNERS[name].role in BASELINES else study.adapt_steps
    changes = {
        **place, **schedules(study.config, steps), "learners": (name,), "evaluation.tasks": study.tasks,
        "evaluation.steps": shown, "evaluation.live_tasks": 10, "evaluation.every": 1000,
    }  # fmt: skip
    config = study.config.with_settings(changes)
    others = tuple(k_shot for k_shot in study.test_shots if k_shot != config.task.k_shot)
    return Cell(config=config, steps=steps, trials=study.trials, validation_tasks=study.validation_tasks, data=data,
                test_shots=others, version=study.version)  # fmt: skip


def schedules(config: Config, steps: int) -> dict[str, int]:
    """Return the lengths that schedules are planned for: the study's own, where the settings leave them alone."""
    lengths = {"learner.maml_pp_length": max(10, steps), "learner.reptile_decay": steps}
    return {path: length for path, length in lengths.items() if config.value(path) == SETTINGS[path].default}


def fingerprint(config: Config) -> str:
    """Return the SHA-256 of the data set's file, "" for other families: other data make other cells."""
    if config.task.family != "dataset":
        return ""
    name = config.task.dataset
    path = asset("data", f"{name}.npz") if name in BUNDLED else Path(name).expanduser()
    if is_there(path) and not path.is_file():
        raise LoadError(f"{path} must be a file, got a folder or device")
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror or error}") from None


def command(study: Study, out: str = "study") -> str:
    """Return the command that computes a study again, from the preset that is nearest to its settings."""
    nearest = min(preset_names(), key=lambda name: len(_changed(load_preset(name), study.config)))
    words = ["maml-lab", "study", "--out", out, "--preset", nearest]
    for path, value in _changed(load_preset(nearest), study.config).items():
        words += ["--set", f"{path}={','.join(map(str, value)) if isinstance(value, tuple) else value}"]
    for name in ("learners", "ways", "shots", "splits", "seeds"):
        words += [f"--{name}", ",".join(map(str, getattr(study, name)))]
    if study.test_shots:
        words += ["--test-shots", ",".join(map(str, study.test_shots))]
    steps = [str(study.steps), *(f"{name}={steps}" for name, steps in study.own_steps)]
    words += ["--steps", ",".join(steps), "--trials", str(study.trials), "--tasks", str(study.tasks)]
    return shlex.join(words)


def _changed(preset: Config, config: Config) -> dict[str, Any]:
    """Return the settings of a study that differ from a preset's; learners, N, K, split and seed stand apart."""
    own = ("learners", "task.n_way", "task.k_shot", "task.split_seed", "seed")
    return {path: new for path, (_, new) in preset.changes_to(config).items() if path not in own}
