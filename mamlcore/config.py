"""Every setting of the lab, declared once: frozen models with range, symbol, help and effect."""

import difflib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ValidationError, field_validator, model_validator

from mamlcore.errors import LoadError, SettingError
from mamlcore.given import short
from mamlcore.learner_config import LearnerConfig
from mamlcore.setting import Section, SettingSpec, explain, setting, specs


def _listed(value: Any) -> Any:
    """Let ``"40, 40"`` stand for a list, as typed in a field or on the command line."""
    if isinstance(value, str):
        return [part.strip() for part in value.strip("[]() ").split(",") if part.strip()]
    return value


Widths = Annotated[tuple[int, ...], BeforeValidator(_listed)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
FamilyName = Literal["sine", "gaussian", "shared_direction", "book", "dataset"]


class TaskConfig(Section):
    """The distribution of tasks."""

    family: FamilyName = setting("sine", "Where tasks come from.", label="Family")
    n_way: int = setting(5, "Classes in one task.", label="Ways", symbol="N", ge=2, le=20)
    k_shot: int = setting(
        10, "Labelled support rows per class (in all, for a regression).", label="Shots", symbol="K",
        ge=1, le=20, effect="live",
    )  # fmt: skip
    n_query: int = setting(
        10, "Query rows per class (in all, for a regression) on which adaptation is judged.",
        label="Query rows", symbol="Q", ge=1, le=50, effect="live",
    )  # fmt: skip
    n_features: int = setting(20, "Length of one input vector.", label="Features", symbol="D", ge=1, le=4096)
    rank: int = setting(
        4, "Dimensions in which classes differ; all the others are nuisance.", label="Informative",
        symbol="r", ge=1, le=512,
    )  # fmt: skip
    noise: float = setting(
        0.0, "Standard deviation of the noise: on y for sine, within a class for Gaussian classes.",
        label="Noise", symbol="σ", ge=0.0, le=2.0, effect="live",
    )  # fmt: skip
    spread: float = setting(
        1.0, "How far tasks (or class means) lie apart; 0 makes them all equal.", label="Task spread",
        symbol="τ", ge=0.0, le=3.0,
    )  # fmt: skip
    nuisance: float = setting(
        1.0, "Standard deviation of the dimensions that say nothing about the class.", label="Nuisance",
        ge=0.0, le=5.0, effect="live",
    )  # fmt: skip
    pool: Literal["finite", "endless"] = setting(
        "finite", "Draw classes from a pool of 64 / 16 / 20 disjoint ones, or make new ones for each task.",
        label="Class pool", advanced=True,
    )  # fmt: skip
    amplitude_low: float = setting(0.1, "Smallest amplitude of a sine.", label="Amplitude from", ge=0.0,
                                   le=10.0, advanced=True)  # fmt: skip
    amplitude_high: float = setting(5.0, "Largest amplitude of a sine.", label="Amplitude to", ge=0.0,
                                    le=10.0, advanced=True)  # fmt: skip
    phase_low: float = setting(0.0, "Smallest phase of a sine, in radians.", label="Phase from", ge=0.0,
                               le=6.2832, advanced=True)  # fmt: skip
    phase_high: float = setting(3.1416, "Largest phase of a sine, in radians.", label="Phase to", ge=0.0,
                                le=6.2832, advanced=True)  # fmt: skip
    x_low: float = setting(-5.0, "Left end of the sine's inputs.", label="x from", ge=-20.0, le=20.0,
                           advanced=True)  # fmt: skip
    x_high: float = setting(5.0, "Right end of the sine's inputs.", label="x to", ge=-20.0, le=20.0,
                            advanced=True)  # fmt: skip
    dataset: str = setting("letters", "A bundled set (letters, digits) or the path of an .npz or .csv file.",
                           label="Data set")  # fmt: skip
    split_seed: int = setting(0, "Chooses which classes train, validate and test.", label="Class split",
                              ge=0, le=9999, advanced=True)  # fmt: skip

    @field_validator("dataset")
    @classmethod
    def _a_name_that_a_file_can_have(cls, name: str) -> str:
        if "\0" in name or name.encode(errors="ignore").decode() != name:
            raise ValueError(f"TaskConfig.dataset must be a name in Unicode without NUL, got {name!r}")
        return name

    @model_validator(mode="after")
    def _ranges_in_order(self) -> Self:
        for name in ("amplitude", "phase", "x"):
            low, high = getattr(self, f"{name}_low"), getattr(self, f"{name}_high")
            if high < low or (name == "x" and high == low):
                raise ValueError(f"TaskConfig.{name}_high must be above {name}_low={low:g}, got {high:g}")
        if self.family == "gaussian" and self.rank > self.n_features:
            raise ValueError(f"TaskConfig.rank must be <= n_features={self.n_features}, got {self.rank}")
        return self


class ModelConfig(Section):
    """The network that every learner shares."""

    hidden: Widths = setting(
        (40, 40), "Widths of the hidden layers; none makes the model linear.", label="Hidden", ge=None
    )
    activation: Literal["relu", "tanh"] = setting("tanh", "Non-linearity of the hidden layers.",
                                                  label="Activation")  # fmt: skip
    init: Literal["glorot", "truncated", "zero"] = setting(
        "glorot", "Initial weights: Glorot uniform, normal cut at two 0.01 deviations (the paper's), or zero.",
        label="Initial weights", advanced=True,
    )  # fmt: skip
    init_scale: float = setting(1.0, "Multiplies the initial weights.", label="Initial scale", ge=0.1, le=3.0,
                                advanced=True)  # fmt: skip
    precision: Literal["float32", "float64"] = setting(
        "float32",
        "Arithmetic of training; float64 is slower and exact to 1e-15.",
        label="Precision",
        advanced=True,
    )

    @field_validator("hidden")
    @classmethod
    def _sane_widths(cls, widths: tuple[int, ...]) -> tuple[int, ...]:
        if len(widths) > 5:
            raise ValueError(f"ModelConfig.hidden must be at most 5 widths, got {len(widths)}")
        for width in widths:
            if not 1 <= width <= 512:
                raise ValueError(f"ModelConfig.hidden must be widths from 1 to 512, got {width}")
        return widths


class InnerConfig(Section):
    """Adaptation to one task: gradient steps on its support rows."""

    lr: float = setting(0.02, "Step size of adaptation.", label="Step size", symbol="α", ge=1e-5, le=5.0,
                        scale="log", effect="live")  # fmt: skip
    steps: int = setting(3, "Gradient steps on the support rows.", label="Steps", symbol="S", ge=1, le=10,
                         effect="live")  # fmt: skip
    order: Literal["exact", "first"] = setting(
        "exact", "Differentiate through the inner steps exactly, or treat their gradients as constants.",
        label="Gradient", effect="live",
    )  # fmt: skip


class OuterConfig(Section):
    """Meta-training: how the initialisation itself is learned."""

    lr: float = setting(2e-3, "Step size of meta-training.", label="Step size", symbol="β", ge=1e-5, le=0.3,
                        scale="log", effect="live")  # fmt: skip
    tasks: int = setting(25, "Tasks in one meta-step.", label="Tasks a step", symbol="T", ge=1, le=64,
                         effect="live")  # fmt: skip
    optimizer: Literal["adam", "sgd"] = setting("adam", "Rule that applies the meta-gradient.",
                                                label="Optimizer")  # fmt: skip
    pace: Literal["together", "fair"] = setting(
        "together", "Every learner takes every meta-step, or slow ones fewer, so that all get about the same time.",
        label="Pace", effect="live", advanced=True,
    )  # fmt: skip


class EvaluationConfig(Section):
    """Held-out tasks, the same for every learner."""

    tasks: int = setting(600, "Held-out tasks of a full evaluation.", label="Test tasks", ge=10, le=5000,
                         effect="live", advanced=True)  # fmt: skip
    live_tasks: int = setting(100, "How many of them the live curves use.", label="Live tasks", ge=10, le=600,
                              effect="live", advanced=True)  # fmt: skip
    steps: int = setting(10, "Adaptation steps shown and evaluated.", label="Steps shown", ge=10, le=100,
                         effect="live", advanced=True)  # fmt: skip
    every: int = setting(10, "Meta-steps between two points of the live curves, at first.", label="Point every",
                         ge=1, le=1000, effect="live", advanced=True)  # fmt: skip


class Config(Section):
    """A whole experiment. Immutable; :meth:`with_settings` gives a changed, validated copy."""

    task: TaskConfig = TaskConfig()
    model: ModelConfig = ModelConfig()
    inner: InnerConfig = InnerConfig()
    outer: OuterConfig = OuterConfig()
    learner: LearnerConfig = LearnerConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    learners: Names = setting(("maml", "fomaml", "joint", "scratch"), "Learners that train side by side.",
                              label="Learners")  # fmt: skip
    seed: int = setting(42, "Root of every random number.", label="Seed", ge=0, le=2**31 - 1)

    @field_validator("learners")
    @classmethod
    def _each_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise ValueError("Config.learners must name at least one learner, got none; see maml-lab learners")
        return tuple(dict.fromkeys(names))

    def with_settings(self, changes: Mapping[str, Any]) -> "Config":
        """Return a validated copy with dotted settings changed, ``{"inner.steps": 5}``.

        Raises SettingError naming owner, rule and value.
        """
        if not isinstance(changes, Mapping):
            raise SettingError(f"Settings to change must be a dict, as {{'inner.steps': 5}}, got {short(changes)}")
        tree = self.model_dump()
        for path, value in changes.items():
            if path not in SETTINGS:
                raise _unknown(path)
            *sections, name = path.split(".")
            place = tree
            for section in sections:
                place = place[section]
            place[name] = value
        return Config.from_tree(tree)

    @classmethod
    def from_tree(cls, tree: Any) -> "Config":
        """Build from nested dicts; SettingError says which rule is broken."""
        try:
            return cls.model_validate(tree)
        except ValidationError as error:
            raise SettingError(explain(error, OWNERS)) from None

    @classmethod
    def from_json(cls, text: str, name: str = "The settings") -> "Config":
        """Read what :meth:`to_json` wrote. LoadError for text that is no JSON, SettingError for bad values.

        name is that of the file, for the sentence.
        """
        try:
            tree = json.loads(text)
        except (TypeError, ValueError, RecursionError) as error:
            raise LoadError(f"{name}: settings must be valid JSON, but {error}; write them anew") from None
        if not isinstance(tree, dict):
            raise LoadError(f"{name}: settings must be a JSON object, got {type(tree).__name__}")
        try:
            return cls.from_tree(tree)
        except SettingError as error:
            raise SettingError(f"{name}: {error}") from None

    def to_json(self) -> str:
        """All settings as indented JSON."""
        return self.model_dump_json(indent=2)

    def value(self, path: str) -> Any:
        """Return the setting at a dotted path. SettingError where there is none."""
        place: Any = self
        try:
            for name in path.split("."):
                place = getattr(place, name)
        except (AttributeError, TypeError):
            raise _unknown(path) from None
        return place

    def changes_to(self, other: "Config") -> dict[str, tuple[Any, Any]]:
        """Return {path: (own value, other's value)} for every setting that differs."""
        known = checked(other)
        pairs = {path: (self.value(path), known.value(path)) for path in SETTINGS}
        return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def checked(config: Any) -> Config:
    """Return settings as they are. SettingError for what is none."""
    if not isinstance(config, Config):
        raise SettingError(f"Settings must be a Config, as mamlcore.load_preset('sine') gives, got {short(config)}")
    return config


def _unknown(path: Any) -> SettingError:
    near = difflib.get_close_matches(path, SETTINGS, 1, 0.5) if isinstance(path, str) else []
    return SettingError(f"There is no setting {short(path)}" + (f"; did you mean {near[0]}?" if near else ""))


#: Every setting by dotted path.
SETTINGS: dict[str, SettingSpec] = specs(Config)
OWNERS = {name: f"{name.capitalize()}Config" for name in ("task", "model", "inner", "outer", "learner", "evaluation")}
