"""The words of the controls: labels, choices, values and help of a setting, all translated here."""

from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.look.numbers import setting_number
from app.look.said import said, translated
from mamlcore.config import SETTINGS
from mamlcore.data import BUNDLED
from mamlcore.setting import SettingSpec
from mamlcore.tasks.base import Limit


def _choices() -> dict[str, tuple[str, ...]]:
    """Return what choices are called, the longest form first; one without a line is called by its own name."""
    translate = QCoreApplication.translate
    return {
        "relu": ("ReLU",),
        "tanh": ("tanh",),
        "exact": (translate("settings", "Exact"),),
        "first": (translate("settings", "First-order"), translate("settings", "First")),
        "adam": ("Adam",),
        "sgd": ("SGD",),
        "truncated": (translate("settings", "Normal"),),
        "float32": (translate("settings", "32 bit"), "32"),
        "float64": (translate("settings", "64 bit"), "64"),
        "letters": (translate("settings", "Letters"),),
        "digits": (translate("settings", "Digits"),),
    }


def choice_forms(key: str) -> tuple[str, ...]:
    """Return what a choice is called, longest form first."""
    return _choices().get(key, (translated(key[:1].upper() + key[1:]),))


def role_text(role: str) -> str:
    """Return what a learner's role is called; a meta-learner needs no word."""
    return {
        "baseline": QCoreApplication.translate("settings", "baseline"),
        "untrained": QCoreApplication.translate("settings", "untrained"),
        "ceiling": QCoreApplication.translate("settings", "ceiling"),
    }.get(role, "")


def value_text(spec: SettingSpec, value: Any) -> str:
    """Return a value as it is shown and typed."""
    if spec.kind == "widths":
        return ", ".join(str(width) for width in value) or QCoreApplication.translate("controls", "linear")
    if spec.kind == "choice":
        return choice_forms(str(value))[0]
    if spec.kind == "text":
        return choice_forms(value)[0] if value in BUNDLED else PurePath(str(value)).name
    if spec.path in ("seed", "task.split_seed"):
        return str(value)  # a name rather than a size: no groups of thousands
    return setting_number(value)


def full_name(spec: SettingSpec) -> str:
    """Return "Step size α"."""
    return f"{translated(spec.label)} {spec.symbol}".strip()


def effect_text(effect: str) -> str:
    """Return when a change takes effect."""
    if effect == "live":
        return QCoreApplication.translate("controls", "Applies at the next step.")
    return QCoreApplication.translate("controls", "Restarts the run; the old one stays as a ghost.")


def range_text(spec: SettingSpec, default: Any, limit: Limit | None) -> str:
    """Return range and default in one sentence, and what narrows the range."""
    text = QCoreApplication.translate("controls", "Default {0}.").format(value_text(spec, default))
    if spec.low is None or spec.high is None:
        return text
    low = spec.low if limit is None else max(spec.low, limit.low)
    high = spec.high if limit is None else min(spec.high, limit.high)
    spans = QCoreApplication.translate("controls", "From {0} to {1}, default {2}.")
    text = spans.format(value_text(spec, low), value_text(spec, high), value_text(spec, default))
    if limit is not None and (low, high) != (spec.low, spec.high):
        text += " " + QCoreApplication.translate("controls", "Limited here: {0}.").format(
            said(limit.reason).rstrip(".")
        )
    return text


def help_html(spec: SettingSpec, default: Any, limit: Limit | None, refused: str = "") -> str:
    """Return the tooltip of a setting: name, sentence, range, effect, and its name on the command line."""
    lines = [translated(spec.help), range_text(spec, default, limit), effect_text(spec.effect)]
    if refused:
        lines.insert(0, f"<b>{_escaped(refused)}</b>")
        return f"<p>{'<br>'.join([lines[0], *map(_escaped, lines[1:])])}</p>"
    body = "<br>".join(_escaped(line) for line in lines)
    return f"<p><b>{_escaped(full_name(spec))}</b><br>{body}<br><tt>{spec.path}</tt></p>"


def plain_help(path: str) -> str:
    """Return what a screen reader says of a setting after its name."""
    spec = SETTINGS[path]
    return f"{translated(spec.help)} {effect_text(spec.effect)}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
