"""From a learner on a task to a picture of its internals: the literal registry of looks. No widget."""

from collections.abc import Callable, Mapping

import numpy as np

from app.panels.internals.asked import Asked
from app.panels.internals.comparison_looks import attention, distances, neighbors, plane, posterior
from app.panels.internals.gradient_looks import angles, cosines, norms
from app.panels.internals.pictures import Drawing
from app.panels.internals.rate_looks import gate, rates, step_rates
from app.panels.internals.solver_looks import head, rest, spectrum, system, tuning


def look(asked: Asked) -> Drawing:
    """Return the picture that is asked for; costs what the learner needs for one task, or for all."""
    with np.errstate(all="ignore"):  # numbers that are lost are shown as such
        return _LOOKS[asked.kind](asked)


_LOOKS: Mapping[str, Callable[[Asked], Drawing]] = {
    "cosines": cosines,
    "angles": angles,
    "norms": norms,
    "attention": attention,
    "attention_1": attention,
    "attention_2": attention,
    "attention_3": attention,
    "memory": attention,
    "distances": distances,
    "plane": plane,
    "neighbors": neighbors,
    "posterior": posterior,
    "rest": rest,
    "system": system,
    "head": head,
    "spectrum": spectrum,
    "tuning": tuning,
    "rates": rates,
    "step_rates": step_rates,
    "forget": gate,
    "input": gate,
}
