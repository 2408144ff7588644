"""Experiments by name: ``resources/presets/NAME.json`` holds a label, a summary and the settings that differ."""

import difflib
import json
from functools import cache
from typing import Any

from mamlcore.assets import asset
from mamlcore.config import Config
from mamlcore.errors import SettingError
from mamlcore.given import short

#: In the order of display; the first is the default.
PRESETS = ("sine", "letters", "gaussian", "book", "digits", "sine-paper")


def preset_names() -> list[str]:
    """Return the names of all presets, the default first."""
    return list(PRESETS)


def load_preset(name: str) -> Config:
    """Return a preset's settings. SettingError (with the nearest name) when there is none called so."""
    return Config().with_settings(_preset(name)["settings"])


def preset_of(config: Config) -> str:
    """Return the name of the preset that holds exactly these settings, "" when there is none."""
    return next((name for name in PRESETS if load_preset(name) == config), "")


def preset_label(name: str) -> str:
    """Return the name as shown: "Sine waves". SettingError for an unknown one."""
    return str(_preset(name)["label"])


def preset_summary(name: str) -> str:
    """Return one sentence on what the preset shows. SettingError for an unknown one."""
    return str(_preset(name)["summary"])


def preset_steps(name: str) -> int | None:
    """Return how many meta-steps the preset's experiment takes, where it says so."""
    return _preset(name).get("steps")


def _preset(name: str) -> dict[str, Any]:
    if not isinstance(name, str) or name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, 1, 0.5) if isinstance(name, str) else []
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(PRESETS)}"
        raise SettingError(f"There is no preset {short(name)}; {hint}")
    return _read(name)


@cache
def _read(name: str) -> dict[str, Any]:
    preset: dict[str, Any] = json.loads(asset("presets", f"{name}.json").read_text(encoding="utf-8"))
    return preset
