"""When a run has left the rails, what to say, and what to try."""

from collections.abc import Mapping

import numpy as np

from mamlcore.arrays import Array
from mamlcore.config import Config
from mamlcore.snapshot import Fault

#: A loss this many times the level before adaptation is too large to come from learning.
FAR_ABOVE = 10.0
#: A loss this many times the level stops the run at once.
EXPLODED = 1e3
#: So many meta-steps in a row far above the level stop the run.
PATIENCE = 20


def exceeds(losses: Mapping[str, Array], levels: Mapping[str, float], factor: float) -> str | None:
    """Return the first learner whose median task loss is above factor times its level, or not finite in the mean."""
    for name, values in losses.items():
        if not np.isfinite(values).all():
            return name
        if float(np.median(values)) > factor * levels[name]:
            return name
    return None


def fault_of(learner: str, label: str, loss: float, config: Config, kept: int) -> Fault:
    """Describe a divergence of one learner and suggest the likelier remedy."""
    value = f"{loss:.3g}" if np.isfinite(loss) else "not a finite number"
    reason = f"{label} diverged: its training loss is {value}. The theta of iteration {kept} was kept."
    inner, outer = config.inner, config.outer
    details = f"learner {learner}\ntraining loss {loss!r}\nkept iteration {kept}\nconfig {config.to_json()}"
    if kept == 0:
        remedy = f"Adaptation itself runs away: try an inner step size α below {inner.lr / 3:.2g} (now {inner.lr:.2g})."
    else:
        remedy = (
            f"Try a meta step size β below {outer.lr / 3:.2g} (now {outer.lr:.2g}), "
            f"or an inner step size α below {inner.lr / 2:.2g} (now {inner.lr:.2g})."
        )
    return Fault("diverged", reason, remedy, details, kept)
