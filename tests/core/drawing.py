"""Sources and batches of small settings, for the tests of task families."""

import numpy as np

from mamlcore import tasks
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.tasks.base import TaskSource

SMALL = {
    "sine": {},
    "gaussian": {"task.n_way": 5, "task.noise": 0.5},
    "shared_direction": {},
    "book": {},
    "dataset": {"task.n_way": 5, "task.k_shot": 2, "task.n_query": 3},
}


def opened(family, seed=0, **changes) -> tuple[Config, TaskSource]:
    """Open a family; ``task__noise=0.3`` stands for the setting task.noise."""
    settings = {name.replace("__", "."): value for name, value in changes.items()}
    config = Config().with_settings({"task.family": family, **SMALL.get(family, {}), **settings})
    return config, tasks.open_source(config, np.random.default_rng(seed))


def drawn(family, n_tasks=6, split="train", seed=1, **changes) -> tuple[Config, TaskSource, TaskBatch]:
    """Open a family and draw tasks of it."""
    config, source = opened(family, **changes)
    k, q = config.task.k_shot, config.task.n_query
    return config, source, source.sample(np.random.default_rng(seed), n_tasks, split, k, q)
