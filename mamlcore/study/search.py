"""Which settings are tuned for each learner, and in which order points of the grid are tried.

Every learner has the same number of trials. A baseline that fine-tunes chooses its step size and its number of steps
from a grid of its own on the validation tasks (learners/finetune.py), at every look; one without any setting has a
single point, and no more trials would change it.
"""

from collections.abc import Mapping

from mamlcore.config import SETTINGS, Config
from mamlcore.learners import LEARNERS

#: Factors on the settings that the study begins with: (the first setting, the second where there is one).
_FACTORS = ((1.0, 1.0), (3.0, 1.0), (1.0, 3.0), (1.0, 1 / 3), (1 / 3, 1.0), (3.0, 3.0), (3.0, 1 / 3), (1 / 3, 3.0),
            (1 / 3, 1 / 3))  # fmt: skip
_ONE = (1.0, 3.0, 1 / 3, 10.0, 0.1, 2.0, 0.5, 5.0, 0.2)
_OUTER, _BOTH = ("outer.lr",), ("outer.lr", "inner.lr")
#: Settings tuned for each learner. A learner that is not here has what its nature says: see :func:`tuned_settings`.
TUNED: Mapping[str, tuple[str, ...]] = {
    "joint": _OUTER,  # its inner step size it chooses itself
    "oracle": _OUTER,
    "reptile": ("learner.reptile_step", "inner.lr"),
    "imaml": ("outer.lr", "learner.imaml_lambda"),
    "meta_lstm": ("learner.meta_lstm_lr",),
    "meta_networks": ("learner.meta_networks_lr",),
    "snail": ("learner.snail_lr",),
    "whitened_centroid": (),
    "nearest_neighbor": (),
}


def tuned_settings(learner: str) -> tuple[str, ...]:
    """Return the dotted settings a study tunes for a learner, the one that matters most first."""
    if learner in TUNED:
        return TUNED[learner]
    kind = LEARNERS[learner]
    if not kind.trains:
        return ()
    return _BOTH if kind.adapts else _OUTER


def points(learner: str, config: Config, trials: int) -> list[dict[str, float]]:
    """Return at most so many settings to try, {path: value}, the ones of config first; within range, each once."""
    paths = tuned_settings(learner)
    if not paths:
        return [{}]
    factors = [(factor,) for factor in _ONE] if len(paths) == 1 else list(_FACTORS)
    found: list[dict[str, float]] = []
    for factor in factors:
        point = {path: _within(path, config.value(path) * by) for path, by in zip(paths, factor, strict=True)}
        if point not in found:
            found.append(point)
    return found[:trials]


def _within(path: str, value: float) -> float:
    """Return the value with four digits, inside the setting's range."""
    spec = SETTINGS[path]
    low = value if spec.low is None else max(value, spec.low)
    return float(f"{low if spec.high is None else min(low, spec.high):.4g}")
