"""The literal registry of task families: one line each, in the order of display; and what they allow."""

import numpy as np

from mamlcore.config import OWNERS, Config
from mamlcore.errors import LabError, SettingError
from mamlcore.tasks.base import Limit, TaskFamily, TaskSource
from mamlcore.tasks.book import Book
from mamlcore.tasks.dataset import Dataset
from mamlcore.tasks.gaussian import Gaussian
from mamlcore.tasks.shared_direction import SharedDirection
from mamlcore.tasks.sine import Sine

FAMILIES: dict[str, TaskFamily] = {
    "sine": Sine(),
    "gaussian": Gaussian(),
    "shared_direction": SharedDirection(),
    "book": Book(),
    "dataset": Dataset(),
}


def limits(config: Config) -> dict[str, Limit]:
    """Return bounds narrower than the settings' own, by dotted path, each with its reason.

    A limit on a setting that does not matter to the family (the length of a data set's rows, say) is there to
    be shown; :func:`check` enforces only the ones in the family's ``settings``. Never raises: a data set that
    cannot be read limits nothing, and check says why it cannot.
    """
    try:
        return FAMILIES[config.task.family].limits(config)
    except LabError:
        return {}


def check(config: Config) -> None:
    """Raise SettingError when a setting is out of the family's limits: owner, rule, value and reason.

    Raises LoadError when the tasks' data cannot be read.
    """
    family = FAMILIES[config.task.family]
    for path, limit in family.limits(config).items():
        section, name = path.split(".")
        value = config.value(path)
        if name in family.settings and not limit.low <= value <= limit.high:
            sign, bound = ("<=", limit.high) if value > limit.high else (">=", limit.low)
            raise SettingError(f"{OWNERS[section]}.{name} must be {sign} {bound:g}, got {value:g}: {limit.reason}")


def open_source(config: Config, rng: np.random.Generator) -> TaskSource:
    """Check the settings and build their source of tasks; rng draws what all tasks share.

    Raises SettingError or LoadError as :func:`check` does.
    """
    check(config)
    return FAMILIES[config.task.family].open(config, rng)
