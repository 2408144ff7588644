"""Who takes the meta-step: this engine, and others where they are installed. All draw the same batches."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from mamlcore import optimizer
from mamlcore.arrays import Theta, flat
from mamlcore.batch import TaskBatch
from mamlcore.benchmark.workloads import OUTER_LR, Workload
from mamlcore.errors import LabError, SettingError
from mamlcore.losses import LOSSES
from mamlcore.metagrad import Inner, compute, rows_of
from mamlcore.metagrad.sizes import Sizes
from mamlcore.metagrad.workspace import prepared, sizes_of

#: What --against takes: the module that is needed, and the contestants it brings.
PEERS = {"jax": ("jax", ("jax",)), "torch": ("torch", ("torch.func", "torch loop"))}


class Contestant(Protocol):
    """One implementation of the same meta-step."""

    draws_ahead: bool  # whether large batches come from a second thread, as in the lab

    def gradient(self, theta: Theta, batch: TaskBatch) -> Theta:
        """Return the meta-gradient at theta as NumPy arrays."""

    def step(self, batch: TaskBatch) -> None:
        """Take a meta-step: gradient and Adam; done when it returns."""


class Ours:
    """The lab's own: as its MAML learner does it."""

    draws_ahead = True

    def __init__(self, work: Workload, theta: Theta) -> None:
        self.inner = Inner(work.inner_lr, work.steps, LOSSES[work.loss], "relu")
        self.theta, self.memory = theta, optimizer.init(theta, "adam")

    def gradient(self, theta: Theta, batch: TaskBatch) -> Theta:
        """Return the meta-gradient at theta."""
        return compute(theta, rows_of(theta, batch), self.inner, False)[1]

    def sizes(self, theta: Theta, batch: TaskBatch) -> Sizes:
        """Return what the engine prepares for."""
        found = sizes_of(theta, rows_of(theta, batch), self.inner, False)
        assert found is not None
        return found

    def step(self, batch: TaskBatch) -> None:
        """Take a meta-step."""
        self.theta, self.memory = optimizer.update(
            self.memory, self.gradient(self.theta, batch), self.theta, OUTER_LR
        )  # fmt: skip


class OneLane(Ours):
    """The same in one thread, where the lab would take two."""

    draws_ahead = False

    def gradient(self, theta: Theta, batch: TaskBatch) -> Theta:
        """Return the meta-gradient at theta. LabError when a number is not finite."""
        rows = rows_of(theta, batch)
        found = prepared(self.sizes(theta, batch))(theta, rows, self.inner.lr)
        if found is None:
            raise LabError("The meta-gradient is not finite: the workload's inner loop runs away")
        return found[1]


def peers(names: list[str], work: Workload, theta: Theta) -> dict[str, Contestant]:
    """Return the contestants asked for. SettingError names one that is unknown or not installed."""
    found: dict[str, Contestant] = {}
    for name in names:
        if name not in PEERS:
            raise SettingError(f"--against takes {', '.join(PEERS)}, got {name!r}")
        module, labels = PEERS[name]
        if find_spec(module) is None:
            raise SettingError(f"--against {name} needs {module}: pip install 'maml-lab[bench]' into this environment")
        for label in labels:
            found[label] = _MAKERS[label](work, theta)
    return found


def agreement(one: Theta, other: Theta) -> float:
    """Return the largest difference against the largest entry."""
    a, b = flat(one).astype(float), flat(other).astype(float)
    return float(np.abs(a - b).max() / np.abs(a).max())


def _jax(work: Workload, theta: Theta) -> Contestant:
    return import_module("mamlcore.benchmark.with_jax").Jax(work, theta)


def _torch_func(work: Workload, theta: Theta) -> Contestant:
    return import_module("mamlcore.benchmark.with_torch").Func(work, theta)


def _torch_loop(work: Workload, theta: Theta) -> Contestant:
    return import_module("mamlcore.benchmark.with_torch").Loop(work, theta)


_MAKERS: dict[str, Any] = {"jax": _jax, "torch.func": _torch_func, "torch loop": _torch_loop}
