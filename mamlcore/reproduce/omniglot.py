"""The non-convolutional Omniglot experiment of the MAML paper, on what Omniglot the user has.

Finn, Abbeel and Levine 2017, table 1, rows "no conv": 5-way, 1- and 5-shot, 28 x 28 pixels straight into a network of
256, 128, 64 and 64 units, 32 tasks a meta-step, one inner step in training and three in testing. Each character turned
by 90, 180 and 270 degrees is a class of its own, as there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mamlcore import tasks
from mamlcore.atomic import is_there
from mamlcore.config import Config
from mamlcore.data import Choices, SplitPlan, Table, import_data, open_table, write_dataset
from mamlcore.data.plan import split_plan
from mamlcore.data.shaping import TURNS
from mamlcore.errors import LabError, LoadError
from mamlcore.evaluate import Evaluation
from mamlcore.held_out import evaluate, held_out_blocks
from mamlcore.reproduce.part import Budget, trained
from mamlcore.seeds import generator

SHOTS = (1, 5)
N_WAY, SIZE = 5, 28
HIDDEN = (256, 128, 64, 64)
N_QUERY = 15  # test rows of a class, where it has so many
TEST_STEPS = 3
#: Step size of adaptation on the mean cross-entropy. The published 0.4 is on N times the mean: its code divides the
#: losses of N K rows by K and sums them.
INNER_LR = 0.4 * N_WAY
META_STEPS = 5000  # of each K; the paper takes 60,000
PAPER_META_STEPS = 60_000
#: Accuracy and half its interval, by K.
PAPER = {1: (0.897, 0.011), 5: (0.975, 0.006)}
WHOLE = 1623  # characters of all of Omniglot
DATA = "omniglot.npz"


@dataclass(frozen=True, slots=True)
class OmniglotResult:
    """MAML and the nearest centroid on the same test tasks at each K."""

    seed: int
    inner_lr: float
    n_characters: int
    plan: SplitPlan  # which characters and alphabets train, validate and test
    evaluations: Mapping[int, Evaluation]  # by K

    @property
    def is_whole(self) -> bool:
        """Whether this is all of Omniglot, as in the paper."""
        return self.n_characters >= WHOLE


def parts(dataset: Path, seed: int, inner_lr: float) -> dict[int, Config]:
    """Return the settings of each K's run on an imported data set."""
    shared = {
        "task.family": "dataset", "task.dataset": str(dataset), "task.n_way": N_WAY, "task.n_features": SIZE * SIZE,
        "model.hidden": HIDDEN, "model.activation": "relu", "model.init": "glorot",
        "inner.lr": inner_lr, "inner.steps": 1, "inner.order": "exact",
        "outer.lr": 0.001, "outer.tasks": 32, "outer.optimizer": "adam",
        "evaluation.live_tasks": 20, "evaluation.every": 100,
        "learners": ("maml", "nearest_centroid"), "seed": seed,
    }  # fmt: skip
    return {k_shot: Config().with_settings({**shared, "task.k_shot": k_shot, "task.n_query": k_shot})
            for k_shot in SHOTS}  # fmt: skip


def reproduce_omniglot(
    archives: Sequence[Path], folder: Path, seed: int, budget: Budget, inner_lr: float = INNER_LR, quiet: bool = False
) -> OmniglotResult:
    """Import the archives, train a run for each K below the folder, going on with what lies there, and test both.

    Raises LoadError for archives that are no Omniglot, LabError when the folder holds something else or can't be
    written, RunError after a divergence.
    """
    table = import_data(archives, Choices(size=SIZE, rotations=True, n_way=N_WAY, k_shot=max(SHOTS)))
    if table.image_shape != (SIZE, SIZE):
        raise LoadError(f"{table.name}: must hold pictures of characters, got rows of {table.x.shape[1]} features")
    dataset = folder.resolve() / DATA
    _keep(dataset, table)
    for config in parts(dataset, seed, inner_lr).values():
        tasks.check(config)  # before the first run has taken its time
    found = {}
    for k_shot, config in parts(dataset, seed, inner_lr).items():
        lab = trained(config, folder / f"{k_shot}-shot", budget, f"{N_WAY}-way {k_shot}-shot", quiet)
        states = {name: view.state for name, view in lab.snapshot().learners.items()}
        found[k_shot] = judge(states, config, table, lab.iteration)
    return OmniglotResult(seed, inner_lr, table.n_classes // TURNS, split_plan(table, N_WAY), found)


def _keep(dataset: Path, table: Table) -> None:
    """Write the data set beside the runs. LabError when another one lies there already."""
    if not is_there(dataset):
        write_dataset(dataset, table)
        return
    there = open_table(str(dataset))
    same = there.class_names == table.class_names and there.splits == table.splits and there.groups == table.groups
    if not (same and np.array_equal(there.x, table.x) and np.array_equal(there.y, table.y)):
        raise LabError(f"{dataset.parent} holds runs on other data; choose another --out")


def judge(states: Mapping[str, Any], config: Config, table: Table, iteration: int) -> Evaluation:
    """Judge both learners on the same test tasks, with up to 15 test rows of each class."""
    n_query = min(N_QUERY, int(table.counts().min()) - config.task.k_shot)
    judged = config.with_settings({"task.n_query": n_query})
    source = tasks.open_source(judged, generator(judged.seed, "world"))
    n_tasks = judged.evaluation.tasks
    blocks = held_out_blocks(source, judged, "test", n_tasks)
    return evaluate(states, blocks, judged, iteration, source.problem.loss, n_tasks=n_tasks)
