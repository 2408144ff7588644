"""When a run has left the rails, what to say, and what to try."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from mamlcore.arrays import Array
from mamlcore.config import Config
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Fault
from mamlcore.wording import change_text, number_text

#: A loss this many times the level before adaptation is too large to come from learning.
FAR_ABOVE = 10.0
#: A loss this many times the level stops the run at once.
EXPLODED = 1e3
#: So many meta-steps in a row far above the level stop the run.
PATIENCE = 20


def exceeds(values: Array, level: float, factor: float) -> bool:
    """Tell whether the median task loss is above factor times the level, or any is not finite."""
    if not np.isfinite(values).all():
        return True
    limit = factor * level
    return float(values.max()) > limit and float(np.median(values)) > limit  # a maximum is had in a tenth of the time


class Watch:
    """Judges every meta-step by its training losses and keeps the states of the last sane one."""

    def __init__(
        self,
        levels: Mapping[str, float],
        states: Mapping[str, Any],
        kept: int = 0,
        above: Mapping[str, int] | None = None,
    ) -> None:
        self.levels = levels  # loss of each learner before adaptation at iteration 0
        self.above = dict(above or {})  # a learner's meta-steps in a row far above its level
        self.kept, self.states = kept, dict(states)  # iteration and states of the last sane meta-step
        self.config: Config | None = None  # settings of the last sane meta-step

    def judge(
        self, iteration: int, before: Mapping[str, Any], losses: Mapping[str, Array], config: Config | None = None
    ) -> str | None:
        """Return who has diverged, or None; ``losses`` are those of the states ``before`` at ``iteration``.

        Who took no part is not judged: of such a learner that trains, the last state known to be sane is kept.
        """
        far = [name for name, values in losses.items() if exceeds(values, self.levels[name], FAR_ABOVE)]
        for name in losses:
            self.above[name] = self.above.get(name, 0) + 1 if name in far else 0
        if not far:
            judged = {name: state for name, state in before.items() if name in losses or not LEARNERS[name].trains}
            self.kept, self.states, self.config = iteration, {**before, **self.states, **judged}, config
        gone = (name for name in far if self._is_lost(name, losses[name]))
        return next(gone, None)

    def _is_lost(self, name: str, values: Array) -> bool:
        return self.above[name] >= PATIENCE or exceeds(values, self.levels[name], EXPLODED)

    def changes_to(self, config: Config) -> list[str]:
        """Return what has changed since the last sane meta-step, in words; nothing where none was sane yet."""
        changed = {} if self.config is None else self.config.changes_to(config)
        return [change_text(path, *pair) for path, pair in changed.items() if path != "learners"]

    def keep_only(self, names: Collection[str]) -> None:
        """Forget the states of learners that were dropped."""
        self.states = {name: state for name, state in self.states.items() if name in names}


def level_of(before: Array) -> float:
    """Return the loss before adaptation that divergence is judged by: the median over tasks."""
    finite = before[np.isfinite(before)]
    return max(float(np.median(finite)), 1e-3) if finite.size else 1.0


def fault_of(learner: str, label: str, loss: float, config: Config, kept: int, changes: Sequence[str] = ()) -> Fault:
    """Describe a divergence of one learner and suggest the likelier remedy.

    changes: what has changed since the settings of the kept theta, ``α 0.02 → 2.5``: the likeliest cause.
    """
    value = number_text(loss) if np.isfinite(loss) else "not a finite number"
    reason = f"{label} diverged: its training loss is {value}. The theta of iteration {kept} was kept."
    inner, outer = config.inner, config.outer
    details = f"learner {learner}\ntraining loss {loss!r}\nkept iteration {kept}\nconfig {config.to_json()}"
    if changes:
        what = ", ".join(changes)
        remedy = f"It came with the change {what}: go back to what was before, or try something in between."
    elif kept == 0:
        remedy = f"Adaptation itself runs away: try an inner step size α below {inner.lr / 3:.2g} (now {inner.lr:.2g})."
    else:
        remedy = (
            f"Try a meta step size β below {outer.lr / 3:.2g} (now {outer.lr:.2g}), "
            f"or an inner step size α below {inner.lr / 2:.2g} (now {inner.lr:.2g})."
        )
    return Fault("diverged", reason, remedy, details, kept, tuple(changes))
