"""A linear model that starts at zero: for exchangeable classes no start is better, so it must stand beside MAML."""

from typing import ClassVar

import numpy as np

from mamlcore.batch import Problem
from mamlcore.config import Config
from mamlcore.learners.finetune import untuned
from mamlcore.learners.model import widths
from mamlcore.learners.scratch import Scratch, ScratchState
from mamlcore.network import init_theta


class Zero(Scratch):
    """Zero weights, never trained, fine-tuned on each task with a tuned step size."""

    name: ClassVar[str] = "zero"
    label: ClassVar[str] = "Zero start"
    summary: ClassVar[str] = "A linear model from zero weights, never trained: favours no class, so it needs no luck."

    def unsupported(self, problem: Problem, config: Config) -> str | None:
        """Return a reason for a network with hidden layers."""
        if config.model.hidden:
            return (
                f"{self.label} is for the linear model: from zero weights hidden layers get no gradient. "
                "Take all hidden layers away, or use Scratch."
            )
        return None

    def init(self, problem: Problem, config: Config, rng: np.random.Generator) -> ScratchState:
        """Return zeros, whatever model.init says."""
        model = config.model.model_copy(update={"init": "zero"})
        return ScratchState(init_theta(widths(problem, config), model, rng), untuned(config))
