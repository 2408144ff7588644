"""Which form each layer takes: a written rule from the sizes alone, so equal settings always give equal bits.

The time of a form is counted in multiply-adds at full speed. A product (p, q)(q, r) takes p q r for the arithmetic,
so much for each element of p q + q r + p r for packing and moving its operands, and 5300 for being called; adding two
arrays takes some for an element, a NumPy call 2600 more for all tasks. What moving and adding cost depends on whether
the layer's weights for all tasks stay in a core's cache. The constants were fitted to whole forms at 89 shapes with
OpenBLAS's kernels for AVX2 and AVX-512 (``python -m tests.bench.forms`` prints how good the rule is). At these and at
30 others the rule was within 10 % of the best form found, but for four with one of the two kernels: at most 14 %.
Products with the shared weights are one for all tasks.
"""

from typing import NamedTuple

from mamlcore.metagrad.sizes import Sizes

_PRODUCT, _CALL = 5300.0, 2600.0
_SINGLE = 14.0  # for an element of a product without sums
#: For an element moved and one added: in cache, and beyond it.
_NEAR, _FAR = (1.1, 2.0), (12.0, 10.0)
_CACHE = 262_144  # elements


class _Count(NamedTuple):
    """Sizes of one layer a -> b, and what calls cost a task."""

    a: int
    b: int
    n: int
    m: int
    steps: int
    tasks: int
    first_order: bool

    @property
    def per_element(self) -> tuple[float, float]:
        """Cost of an element moved for a product, and of one added."""
        return _NEAR if self.tasks * self.a * self.b <= _CACHE else _FAR

    def each(self, p: int, q: int, r: int, times: float = 1.0) -> float:
        """A product for each task."""
        if q == 1:  # a multiplication, which adds nothing up
            return times * (_SINGLE * p * r + _CALL / self.tasks)
        own = p * q * r + self.per_element[0] * (p * q + q * r + p * r) + _PRODUCT
        return times * (own + _CALL / self.tasks)

    def shared(self, rows: int, times: float = 1.0) -> float:
        """A product of ``rows`` of each task with the shared weights, or their sum of outer products."""
        a, b, t = self.a, self.b, self.tasks
        own = rows * a * b + self.per_element[0] * (rows * (a + b) + a * b / t) + (_PRODUCT + _CALL) / t
        return times * own

    def add(self, elements: int, times: float = 1.0) -> float:
        """A pass over so many elements of each task."""
        return times * (self.per_element[1] * elements + _CALL / self.tasks)


def choose(sizes: Sizes) -> tuple[str, ...]:
    """Return the form of every layer, first layer first."""
    forms = []
    for index, (a, b) in enumerate(sizes.width_pairs):
        count = _Count(a, b, sizes.support, sizes.query, sizes.steps, sizes.n_tasks, sizes.first_order)
        costs = first_costs(count) if index == 0 else hidden_costs(count)
        forms.append(min(costs, key=lambda form: costs[form]))
    return tuple(forms)


def first_costs(c: _Count) -> dict[str, float]:
    """Cost of what differs between the forms of the first layer."""
    a, b, n, m, steps, exact = c.a, c.b, c.n, c.m, c.steps, not c.first_order
    full = c.each(a, n, b, steps) + c.add(a * b, steps) + c.each(n, a, b, steps - 1) + c.each(m, a, b)
    factored = c.shared(m) + c.each(m, a, n) + c.each(m, n, b) + c.add(m * b)
    if steps > 1:
        factored += c.each(n, a, n) + c.each(n, n, b, steps - 1) + c.add(n * b, 2 * steps - 1)
    if exact:
        full += c.each(a, m, b) + c.each(n, a, b, steps) + c.each(a, n, b, steps - 1)
        full += c.add(a * b, steps) + c.shared(n)
        factored += c.each(n, m, b) + c.each(n, n, b, steps - 1) + c.add(n * b, 2 * steps - 2) + c.shared(n + m)
    return {"factored": factored, "full": full}


def hidden_costs(c: _Count) -> dict[str, float]:
    """Cost of each form of a layer behind the first."""
    factored = _inner_factored(c) + _query_factored(c)
    costs = {"factored": factored, "full": _full(c)}
    if c.steps > 1:
        costs["hybrid"] = _inner_factored(c) + _query_full(c) + c.each(c.a, c.n * c.steps, c.b) + c.add(c.a * c.b)
        if not c.first_order:
            costs["hybrid"] += c.each(c.n * c.steps, c.a, c.b, 2) + c.shared(2 * c.n * c.steps)
    return costs


def _query_full(c: _Count) -> float:
    """Z = HQ P, G = DQ Pᵀ; V = HQᵀ DQ and its sum over tasks."""
    two = c.each(c.m, c.a, c.b, 2)
    return two + c.shared(c.m) if c.first_order else two + c.each(c.a, c.m, c.b) + c.add(c.a * c.b)


def _full(c: _Count) -> float:
    a, b, n, later = c.a, c.b, c.n, c.steps - 1
    cost = _query_full(c) + c.each(a, n, b, c.steps) + c.add(a * b, c.steps)  # P += Hᵀ E
    cost += c.shared(n, 2) + c.each(n, a, b, 2 * later)  # Z = H P, G = E Pᵀ
    if c.first_order:
        return cost
    cost += c.shared(n, 2) + c.each(n, a, b, 2 * later)  # RH P, RE Pᵀ
    cost += c.each(n, a, b, 2 * c.steps) + c.add(n * (a + b), c.steps)  # H V, E Vᵀ
    return cost + c.each(a, n, b, 2 * later) + c.add(a * b, 2 * later) + c.shared(2 * n)  # V += RHᵀ E, V += Hᵀ RE


def _query_factored(c: _Count) -> float:
    a, b, m, rows = c.a, c.b, c.m, c.n * c.steps
    cost = c.shared(m, 2) + c.each(m, a, rows) + c.each(m, rows, b) + c.each(m, b, rows) + c.each(m, rows, a)
    cost += c.add(m * b) + c.add(m * a)
    if c.first_order:
        return cost + c.shared(m)
    return cost + c.each(rows, m, a) + c.each(rows, m, b) + c.shared(m + 2 * rows)


def _inner_factored(c: _Count) -> float:
    """Products with W at each step, and Gram corrections: those before a step on the average (S - 1) / 2 others."""
    a, b, n, steps = c.a, c.b, c.n, c.steps
    cost = c.shared(n, 2 * steps)
    some, later = max(1, n * steps // 2), steps - 1
    if later:
        cost += c.each(n, a, some, later) + c.each(n, some, b, later) + c.each(n, b, some, later)
        cost += c.each(n, some, a, later) + c.add(n * (a + b), 4 * later) + c.add(n * a, steps) + c.add(n * b, steps)
    if c.first_order:
        return cost
    cost += c.shared(n, 2 * steps) + c.add(n * a, steps) + c.add(n * b, steps)
    if later:
        cost += c.each(n, a, some, later) + c.each(n, b, some, later)
        cost += c.each(n, n * steps, a, steps) + c.each(n, n * steps, b, steps)
        cost += c.each(n, some, a, later) + c.each(n, some, b, later) + c.add(n * (a + b), 6 * later)
        cost += c.add(n * a, steps) + c.add(n * b, steps) + c.add(n * some, 2 * later)
    return cost
