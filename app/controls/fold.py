"""Which rows of the left column are folded away when it is short: the least important first, nothing at random."""

from collections.abc import Callable, Collection, Sequence

from app.controls.group import Group, Item
from app.controls.learners import LearnerBox
from app.controls.row import Row

#: The settings a person reaches for, most important first. The first few are never folded.
IMPORTANT = (
    "inner.lr", "inner.steps", "task.k_shot", "task.n_way", "task.dataset", "outer.lr", "model.hidden",
    "inner.order", "outer.tasks", "model.activation", "task.n_query", "task.n_features", "task.rank",
    "task.noise", "task.spread", "outer.optimizer", "seed",
)  # fmt: skip
_ALWAYS = 7


def folded_items(groups: Sequence[Group], fits: Callable[[Collection[Item]], bool]) -> set[Item]:
    """Return the rows to fold: the advanced ones, and as many others as it takes for the rest to fit.

    A group that a person has unfolded shows everything, and folds nothing elsewhere: then the column scrolls.
    """
    items = [item for group in groups for item in group.items]
    folded: set[Item] = {item for item in items if isinstance(item, Row) and item.spec.advanced}
    for item in _order([item for item in items if item not in folded]):
        if fits(folded):
            break
        folded.add(item)
    return folded - {item for group in groups if group.expanded for item in group.items}


def _order(items: Sequence[Item]) -> list[Item]:
    """Return what may be folded, the first to go first: learners that are off, then rows by importance."""
    off = [item for item in reversed(items) if isinstance(item, LearnerBox) and not item.isChecked()]
    rows = [item for item in reversed(items) if isinstance(item, Row)]
    other: list[Item] = [row for row in rows if row.spec.path not in IMPORTANT]
    ranked = [row for row in rows if row.spec.path in IMPORTANT[_ALWAYS:]]
    ranked.sort(key=lambda row: -IMPORTANT.index(row.spec.path))
    return [*off, *other, *ranked]
