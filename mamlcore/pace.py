"""Who takes which meta-steps. With outer.pace ``fair`` slow learners take fewer, so that all get about the same time.

A learner that costs ten times as much as the quickest takes every tenth meta-step, on the batch of tasks that is then
drawn for all; iterations count the batches, a learner's ledger its own meta-steps. Costs are estimated from the sizes
(learners/cost.py). No clock decides, so equal settings give equal bits, resumed or not, on any machine.
"""

from collections.abc import Mapping
from typing import Any

from mamlcore.batch import Problem
from mamlcore.config import Config
from mamlcore.learners import LEARNERS

#: Sampling tasks and looking at them takes that many microseconds anyway: to be quicker earns no more steps.
LEAST_US = 300.0
#: No learner waits longer than so many meta-steps.
MOST = 1000


def paces(states: Mapping[str, Any], problem: Problem, config: Config) -> dict[str, int]:
    """Return m for each learner that trains: it takes part in the meta-steps whose iteration m divides."""
    trained = [name for name in states if LEARNERS[name].trains]
    if config.outer.pace == "together":
        return dict.fromkeys(trained, 1)
    return shared_out({name: LEARNERS[name].cost(states[name], problem, config) for name in trained})


def shared_out(costs: Mapping[str, float]) -> dict[str, int]:
    """Return m for each learner from its cost: how many times as much as the quickest, who takes every meta-step."""
    least = max(min(costs.values(), default=LEAST_US), LEAST_US)
    return {name: min(max(round(cost / least), 1), MOST) for name, cost in costs.items()}
