"""Which settings of the section ``learner`` matter: those of learners that are switched on."""

from collections.abc import Collection

from mamlcore.learners import LEARNERS

_SECTION = "learner."
_COMPARE = ("matching", "matching_fce", "prototypical")
#: Settings that are not named for their only learner, and who looks at them.
_SHARED = {
    "embedding": _COMPARE,
    "train_way": ("prototypical",),
    "matching_metric": ("matching", "matching_fce"),
    "read_steps": ("matching_fce",),
}


def learners_of(path: str) -> tuple[str, ...]:
    """Return who looks at a setting, ``learner.reptile_step``: by its name; () when it is not known."""
    name = path.removeprefix(_SECTION)
    if name in _SHARED:
        return _SHARED[name]
    named = [learner for learner in LEARNERS if name.startswith(f"{learner}_")]
    return (max(named, key=len),) if named else ()


def matters(path: str, chosen: Collection[str]) -> bool:
    """Whether a setting matters for the learners that are on; one that nobody is known to look at does."""
    if not path.startswith(_SECTION):
        return True
    users = learners_of(path)
    return not users or any(name in chosen for name in users)
