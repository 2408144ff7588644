"""The sine experiment of the MAML paper: Finn, Abbeel and Levine 2017, section 5.1, figures 3 and 6, table 2.

One network is meta-trained with K = 10 and one inner step; beside it the same network is pre-trained on all waves,
and an oracle is told amplitude and phase. All are tested at K = 5, 10 and 20 after 0..10 gradient steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mamlcore import tasks
from mamlcore.config import Config
from mamlcore.evaluate import Evaluation, TaskCurves
from mamlcore.held_out import evaluate, held_out_blocks
from mamlcore.lab import Lab
from mamlcore.learners.finetune import Choice
from mamlcore.presets import load_preset
from mamlcore.reproduce.part import Budget, trained
from mamlcore.reproduce.published import Row, without_worst
from mamlcore.seeds import generator

META_STEPS = 70_000
SHOTS = (5, 10, 20)
SHOWN_STEPS = (1, 5, 10)
N_QUERY = 50  # test points of a wave
#: Step size of fine-tuning the pre-trained net at each K, as under the paper's figures 3 and 6.
FINE_TUNING = {5: 0.01, 10: 0.02, 20: 0.02}
#: Table 2 of the paper's appendix: 5-shot mean squared error by learner and number of steps.
TABLE_2 = {
    ("maml", 5): {1: 0.67, 5: 0.38, 10: 0.35},
    ("joint", 5): {1: 2.41, 5: 2.23, 10: 2.19},
}
DIFFERENCES = (
    f"{N_QUERY} test points of each wave instead of K: the same mean, with a narrower interval.",
    "MAML's step size is 0.01, as in the paper; the published code's own default is 0.001.",
    "The oracle is told amplitude and phase scaled to -1..1; the published code tells them as they are.",
    "Adam adds its epsilon after the bias correction (its paper's Algorithm 1), TensorFlow's adds it before.",
    "Random numbers are NumPy's, and one training seed is used; the paper does not say how many it used.",
)


@dataclass(frozen=True, slots=True)
class SineResult:
    """Every learner on the same waves at each K."""

    seed: int
    meta_steps: int
    evaluations: Mapping[int, Evaluation]  # by K

    @property
    def n_tasks(self) -> int:
        """Test tasks at each K."""
        return next(iter(self.evaluations.values())).n_tasks

    def rows(self) -> list[Row]:
        """Return a row for each K, learner and number of steps 0..10."""
        return [
            _row(k_shot, name, curves, step)
            for k_shot, evaluation in self.evaluations.items()
            for name, curves in evaluation.learners.items()
            for step in range(evaluation.steps + 1)
        ]


def _row(k_shot: int, name: str, curves: TaskCurves, step: int) -> Row:
    paper = TABLE_2.get((name, k_shot), {}).get(step)
    return Row(k_shot, name, step, curves.loss_summary(step), without_worst(curves.loss[step]), paper)


def parts(seed: int) -> dict[str, Config]:
    """Return the settings of both runs by the names of their folders.

    The published code pre-trains the net and the oracle on the 10 support points of a wave, not on its query
    points. The lab's learners pool both, so they get 5 of each.
    """
    maml = load_preset("sine-paper").with_settings({"seed": seed})
    few = {"task.k_shot": 5, "task.n_query": 5}
    return {"maml": maml, "baselines": maml.with_settings({"learners": ("joint", "oracle"), **few})}


def reproduce_sine(folder: Path, seed: int, steps: int = META_STEPS, quiet: bool = False) -> SineResult:
    """Train both runs below the folder, going on with what lies there, and test all learners at each K.

    Raises LabError when the folder holds something else or can't be written, RunError after a divergence.
    """
    titles = {"maml": "MAML", "baselines": "Pre-trained net and oracle"}
    labs = [trained(config, folder / name, Budget(steps), titles[name], quiet) for name, config in parts(seed).items()]
    states = _states(labs)
    config = parts(seed)["maml"]
    return SineResult(seed, steps, {k_shot: judge(states, config, k_shot, steps) for k_shot in SHOTS})


def _states(labs: list[Lab]) -> dict[str, Any]:
    return {name: view.state for lab in labs for name, view in lab.snapshot().learners.items()}


def judge(states: Mapping[str, Any], config: Config, k_shot: int, iteration: int) -> Evaluation:
    """Judge all learners on the same test waves with K support points.

    The pre-trained net is fine-tuned by the paper's step size for this K, without stopping early.
    """
    judged = config.with_settings({"task.k_shot": k_shot, "task.n_query": N_QUERY})
    fine_tuning = Choice(FINE_TUNING[k_shot], judged.evaluation.steps)
    ready = {**states, "joint": states["joint"]._replace(choice=fine_tuning)}
    source = tasks.open_source(judged, generator(judged.seed, "world"))
    n_tasks = judged.evaluation.tasks
    blocks = held_out_blocks(source, judged, "test", n_tasks)
    return evaluate(ready, blocks, judged, iteration, source.problem.loss, n_tasks=n_tasks)
