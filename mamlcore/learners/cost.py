"""How long a learner's meta-step takes, estimated from sizes alone: by this a fair pace shares the time out (pace.py).

The estimates are microseconds of one core, fitted once: an overhead for each NumPy call, and multiply-adds at the
rate that large products reach. They need only be right in proportion.
"""

from typing import NamedTuple

from mamlcore.arrays import Theta
from mamlcore.batch import Problem
from mamlcore.config import Config

#: Multiply-adds in a microsecond, and microseconds for a NumPy call, for whatever a meta-step does beside its passes.
_PER_US, _CALL_US, _REST_US = 35_000.0, 1.5, 150.0


class Work(NamedTuple):
    """The sizes of one meta-step."""

    tasks: int  # T
    support: int  # S
    query: int  # Q
    steps: int  # inner.steps


def work_of(problem: Problem, config: Config) -> Work:
    """Return the sizes of a meta-step on tasks of this shape."""
    ways = problem.n_outputs if problem.loss == "cross_entropy" else 1
    return Work(config.outer.tasks, ways * config.task.k_shot, ways * config.task.n_query, config.inner.steps)


def passes_us(theta: Theta, work: Work, support: float, query: float, calls: float) -> float:
    """Return the time for passes, forward and backward, over support and query rows, and so many calls a layer."""
    weights = sum(w.size for w, _ in theta)
    products = 3.0 * work.tasks * weights * (support * work.support + query * work.query)
    return products_us(products, calls * len(theta))


def products_us(multiply_adds: float, calls: float) -> float:
    """Return the time for large products in so many NumPy calls."""
    return _REST_US + multiply_adds / _PER_US + calls * _CALL_US
