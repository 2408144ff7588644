"""The seed tree: one seed, one independent stream for each purpose."""

import numpy as np

from mamlcore.given import whole

#: Children of the root seed. New ones go to the end, so that old runs stay the same bit for bit.
CHILDREN = ("init", "train", "validation", "test", "world")


def generator(seed: int, child: str, *path: int) -> np.random.Generator:
    """Return the stream of one purpose; further numbers name branches of it (a block of held-out tasks).

    Raises SettingError for a seed that is no whole number >= 0.
    """
    spawn_key = (CHILDREN.index(child), *path)
    return np.random.default_rng(np.random.SeedSequence(whole(seed, "seed"), spawn_key=spawn_key))
