"""How changes of settings are worded on plots: ``α 0.01 → 0.02``."""

from collections.abc import Mapping
from typing import Any

from mamlcore.config import SETTINGS

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def name_of(path: str) -> str:
    """Return a setting's symbol, or its label where it has none."""
    spec = SETTINGS[path]
    return spec.symbol or spec.label.lower()


def value_text(value: Any) -> str:
    """Return a setting's value as shown in a short note."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def number_text(value: float) -> str:
    """Return a finite number with three digits as people write it: ``0.0247``, ``2.47 × 10¹⁰``."""
    plain = f"{value:.3g}"
    if "e" not in plain:
        return plain
    digits, _, power = plain.partition("e")
    return f"{digits} × 10{str(int(power)).translate(_RAISED)}"


def change_text(path: str, old: Any, new: Any) -> str:
    """Return ``α 0.01 → 0.02``."""
    return f"{name_of(path)} {value_text(old)} → {value_text(new)}"


def difference_text(changed: Mapping[str, tuple[Any, Any]]) -> str:
    """Name an earlier run by what was different in it: ``K 5, noise 0.1``, ``fewer learners``."""
    notes = [f"{name_of(path)} {value_text(old)}" for path, (old, _) in changed.items() if path != "learners"]
    if "learners" in changed:
        old, new = map(set, changed["learners"])
        notes.append("fewer learners" if old < new else "other learners")
    return ", ".join(notes) if 0 < len(notes) <= 2 else "earlier run"


def notes_of(changed: Mapping[str, tuple[Any, Any]], same_pace: bool) -> list[str]:
    """Return a note for each setting that changed while a run went on.

    Learners that drop out are worth one only when those that stay take other meta-steps than before: then settings
    alone no longer repeat the run.
    """
    notes = [change_text(path, *pair) for path, pair in changed.items() if path != "learners"]
    return [*notes, "fewer learners"] if "learners" in changed and not same_pace else notes
