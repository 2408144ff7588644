"""What a change of one setting means for the whole: the new settings, and which others had to follow.

Pure functions of settings; the controls only show what comes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.look.numbers import setting_number
from app.look.said import said, translated
from mamlcore.config import SETTINGS, Config
from mamlcore.errors import LabError, SettingError
from mamlcore.tasks import FAMILIES, check, limits
from mamlcore.tasks.base import Limit

_PAIRS = ("amplitude", "phase", "x")


@dataclass(frozen=True, slots=True)
class Followed:
    """Another setting that had to give way, and why."""

    path: str
    before: Any
    after: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """Valid new settings and what followed from them."""

    config: Config
    followed: tuple[Followed, ...] = ()


def default_of(path: str, family: str) -> Any:
    """Return a setting's default: the family's own where it has one."""
    own = FAMILIES[family].defaults if family in FAMILIES else {}
    value = own.get(path, SETTINGS[path].default)
    return tuple(value) if isinstance(value, list) else value


def bounds(config: Config) -> dict[str, Limit]:
    """Return the limits in force: the family's, and those that settings set each other."""
    found = {}
    for name in _PAIRS:
        low, high = f"task.{name}_low", f"task.{name}_high"
        gap = 0.5 if name == "x" else 0.0
        found[low] = Limit(-1e9, config.value(high) - gap, _beside(high))
        found[high] = Limit(config.value(low) + gap, 1e9, _beside(low))
    if config.task.family == "gaussian":
        found["task.rank"] = Limit(1, config.task.n_features, _features(config))
    for path, limit in limits(config).items():
        own = found.get(path)
        found[path] = limit if own is None or limit.high <= own.high else Limit(limit.low, own.high, own.reason)
    return found


def after(config: Config, changes: Mapping[str, Any]) -> Change:
    """Return the settings after a person's change; others follow where the change leaves them no room.

    Raises SettingError (or LoadError for a data set) when the change itself is not possible.
    """
    if "task.family" not in changes:
        _check_ranges(config, changes)
    wanted = _with_company(config, changes)
    made = config.with_settings(wanted)
    followed = {
        path: Followed(path, config.value(path), made.value(path), _features(made))
        for path in wanted
        if path not in changes and config.value(path) != made.value(path)
    }
    for _ in range(4):  # a limit may depend on a setting that has just followed
        out = {path: limit for path, limit in bounds(made).items() if _is_out(made, path, limit)}
        if not out:
            break
        made = _give_way(made, out, changes, followed)
    check(made)
    return Change(made, tuple(item for item in followed.values() if item.before != item.after))


def with_family(config: Config, family: str) -> Change:
    """Return the settings of another family: everything some family has a default for takes this one's."""
    named = {path for other in FAMILIES.values() for path in other.defaults}
    changes = {path: default_of(path, family) for path in SETTINGS if path in named}
    changes["task.family"] = family
    try:
        return after(config, changes)
    except SettingError:  # something else that was set does not go with it: all of the tasks' settings start afresh
        rest = [path for path in SETTINGS if path.startswith("task.")]
        return after(config, {path: default_of(path, family) for path in rest} | changes)


def _beside(path: str) -> str:
    label = translated(SETTINGS[path].label)
    return QCoreApplication.translate("controls", "it must not pass “{0}”").format(label)


def _features(config: Config) -> str:
    return QCoreApplication.translate("controls", "there are {0} features").format(config.task.n_features)


def _check_ranges(config: Config, changes: Mapping[str, Any]) -> None:
    """Refuse in the user's words what lies outside a range; other rules are the settings' own."""
    limits_now = bounds(config)
    for path, value in changes.items():
        spec = SETTINGS[path]
        if isinstance(value, int | float) and spec.low is not None and spec.high is not None:
            limit = limits_now.get(path)
            if not spec.low <= value <= spec.high:
                raise SettingError(refusal(path, None))
            if limit is not None and _matters(config, path) and not limit.low <= value <= limit.high:
                raise SettingError(refusal(path, limit))


def _with_company(config: Config, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Add what must change at the same moment for the settings to be valid at all."""
    wanted = dict(changes)
    features = wanted.get("task.n_features")
    if isinstance(features, int) and "task.rank" not in wanted and 1 <= features < config.task.rank:
        wanted["task.rank"] = features
    return wanted


def _matters(config: Config, path: str) -> bool:
    section, _, name = path.partition(".")
    return section != "task" or name in FAMILIES[config.task.family].settings


def _is_out(config: Config, path: str, limit: Limit) -> bool:
    value = config.value(path)
    is_number = isinstance(value, int | float)
    return is_number and _matters(config, path) and not limit.low <= value <= limit.high


def _give_way(
    config: Config, out: Mapping[str, Limit], changes: Mapping[str, Any], followed: dict[str, Followed]
) -> Config:
    moves = {}
    for path, limit in out.items():
        before = config.value(path)
        if path in changes and "task.family" not in changes:
            raise LabError(refusal(path, limit))
        bound = min(max(before, limit.low), limit.high)
        moves[path] = int(bound) if SETTINGS[path].kind == "int" else bound
        first = followed[path].before if path in followed else before
        followed[path] = Followed(path, first, moves[path], limit.reason)
    return config.with_settings(moves)


def refusal(path: str, limit: Limit | None) -> str:
    """Return why a value outside the range, or outside a limit within it, is refused."""
    spec = SETTINGS[path]
    assert spec.low is not None and spec.high is not None
    label = translated(spec.label)
    if limit is None:
        rule = QCoreApplication.translate("controls", "{0} can be from {1} to {2}.")
        return rule.format(label, setting_number(spec.low), setting_number(spec.high))
    low, high = max(limit.low, spec.low), min(limit.high, spec.high)
    rule = QCoreApplication.translate("controls", "{0} can be from {1} to {2} here: {3}.")
    return rule.format(label, setting_number(low), setting_number(high), said(limit.reason).rstrip("."))
