"""Which learners the tasks of a run do not allow, and why."""

from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot


def not_offered(shot: Snapshot) -> dict[str, str]:
    """Return why learners can't be offered for these tasks, whether they are asked for or not."""
    found = {name: learner.unsupported(shot.source.problem, shot.config) for name, learner in LEARNERS.items()}
    return {name: reason for name, reason in found.items() if reason}
