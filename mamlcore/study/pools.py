"""How many classes a study's tasks were drawn from: what its numbers can and cannot speak for."""

from dataclasses import dataclass
from math import comb

from mamlcore.data import open_table
from mamlcore.data.split import class_split
from mamlcore.study.plan import Study


@dataclass(frozen=True, slots=True)
class Pool:
    """The classes of one class split, by name."""

    split: int
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    shares_classes: bool  # validation tasks hold other rows of the training classes

    def sets(self, n_way: int) -> tuple[int, int, int]:
        """Return how many different sets of N classes training, validation and test tasks can have."""
        return comb(len(self.train), n_way), comb(len(self.validation), n_way), comb(len(self.test), n_way)


def pools(study: Study, n_way: int) -> list[Pool]:
    """Return the classes of every split at so many ways; none where tasks are not drawn from a data set."""
    task = study.config.task
    if task.family != "dataset":
        return []
    table, found = open_table(task.dataset), []
    for split in study.splits:
        parts = class_split(table, n_way, split)
        train, validation, test = (
            tuple(table.class_names[i] for i in rows.ids) for rows in (parts.train, parts.validation, parts.test)
        )
        found.append(Pool(split, train, validation, test, parts.shares_classes))
    return found
