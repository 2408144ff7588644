"""The full form of a layer: every task's adapted weights and their adjoint are written out.

P_{s+1} = P_s + Hᵀ E and V += [RH; H]ᵀ [E; RE]. It costs (T, a + 1, b) memory passes at each step and pays n a b a
product, whatever the number of query rows: the form for many rows, or many steps.
"""

import numpy as np

from mamlcore.arrays import Array
from mamlcore.metagrad.layer import Layer
from mamlcore.metagrad.sizes import Sizes, flat, turned
from mamlcore.metagrad.tape import Tape


class Full(Layer):
    """Adapted weights P_1..P_S of each task."""

    def __init__(self, tape: Tape, sizes: Sizes, index: int, w: Array, g: Array) -> None:
        super().__init__(tape, sizes, index, w, g)
        t, m = self.tasks, self.m
        self._store_rows()
        self._errors = self.errors(t * (m + 2 * self.n * self.steps))
        self.dq = self.by_task(self._errors[: t * m])
        self._re, self._e = zip(*(self._pair(self._errors, s) for s in range(self.steps)), strict=True)
        self._p = [self.w, *(self.weights(t) for _ in range(self.steps))]
        self._v = self.weights(t)

    def _store_rows(self) -> None:
        self._rows = self.rows(self.tasks * (self.m + 2 * self.n * self.steps))
        self.hq = self.by_task(self._rows[: self.tasks * self.m])
        self._h, self._rh = zip(*(self._pair(self._rows, s) for s in range(self.steps)), strict=True)
        for h in (self.hq, *self._h):
            h[..., self.a] = -self.constant

    def _block(self, rows: Array, s: int) -> Array:
        """Return what is kept of step s, both kinds: (2 T n, w)."""
        start = self.tasks * (self.m + 2 * self.n * s)
        return rows[start : start + 2 * self.tasks * self.n]

    def _pair(self, rows: Array, s: int) -> tuple[Array, Array]:
        """Return the two kinds of rows of step s."""
        block = self._block(rows, s)
        half = len(block) // 2
        return self.by_task(block[half:]), self.by_task(block[:half])

    def h(self, s: int) -> Array:
        """Rows into the layer at step s."""
        return self._h[s]

    def e(self, s: int) -> Array:
        """Errors behind the layer at step s."""
        return self._e[s]

    def rh(self, s: int) -> Array:
        """Tangents of h(s)."""
        return self._rh[s]

    def re(self, s: int) -> Array:
        """Tangents of e(s)."""
        return self._re[s]

    def forward(self, s: int, z: Array) -> None:
        """Z = H P_s."""
        self._times(self._h[s], s, z)

    def backward(self, s: int, below: Array) -> None:
        """G = E P_sᵀ."""
        self._times_back(self._e[s], s, below)

    def adapt(self, s: int) -> None:
        """P_{s+1} = P_s + Hᵀ E."""
        self.product(turned(self._h[s]), self.units(self._e[s]), self._p[s + 1])
        self.do(np.add, self._p[s + 1], self._p[s], self._p[s + 1])

    def query_forward(self, z: Array) -> None:
        """Z = HQ P_S."""
        self._times(self.hq, self.steps, z)

    def query_backward(self, below: Array) -> None:
        """G = DQ P_Sᵀ."""
        self._times_back(self.dq, self.steps, below)

    def adjoint(self) -> None:
        """V = HQᵀ DQ."""
        self.product(turned(self.hq), self.units(self.dq), self._v)

    def tangent(self, s: int, rz: Array) -> None:
        """RZ = RH P_s + H V."""
        self._times(self._rh[s], s, rz)
        self.plus(self._h[s], self._v, rz)

    def tangent_back(self, s: int, below: Array) -> None:
        """RG = RE P_sᵀ + E Vᵀ."""
        self._times_back(self._re[s], s, below)
        self.plus(self.units(self._e[s]), turned(self._v[:, : self.a]), below)

    def carry(self, s: int) -> None:
        """V += RHᵀ E + Hᵀ RE; step 0 is left to gradient()."""
        if s > 0:
            self.plus(turned(self._rh[s]), self.units(self._e[s]), self._v)
            self.plus(turned(self._h[s]), self.units(self._re[s]), self._v)

    def gradient(self) -> None:
        """g = Σ V + [RH; H]ᵀ [E; RE] of step 0, over all tasks at once."""
        rows, errors = self._block(self._rows, 0), self._block(self._errors, 0)
        total = self.weights(1)[0]
        self.do(np.add.reduce, self._v, 0, None, total)
        self.product(rows.T, self.units(errors), self.g)
        self.do(np.add, self.g, total, self.g)

    def _times(self, h: Array, s: int, z: Array) -> None:
        if s == 0:
            self.shared(h, z)
        else:
            self.product(h, self._p[s], self.units(z))

    def _times_back(self, e: Array, s: int, below: Array) -> None:
        if s == 0:
            self.shared_back(e, below)
        else:
            self.product(self.units(e), turned(self._p[s][:, : self.a]), below[..., : self.a])


class FullFirst(Full):
    """The same for the first layer: its rows are the data, at every step, and have no tangent."""

    def _store_rows(self) -> None:
        _, self.hq, self._x = self.data_rows()
        self._h = (self._x,) * self.steps

    def tangent(self, s: int, rz: Array) -> None:
        """RZ = X V."""
        self.product(self._x, self._v, self.units(rz))

    def carry(self, s: int) -> None:
        """V += Xᵀ RE; step 0 is left to gradient()."""
        if s > 0:
            self.plus(turned(self._x), self.units(self._re[s]), self._v)

    def gradient(self) -> None:
        """g = Σ V + Xᵀ RE of step 0."""
        total = self.weights(1)[0]
        self.do(np.add.reduce, self._v, 0, None, total)
        self.product(flat(self._x).T, flat(self.units(self._re[0])), self.g)
        self.do(np.add, self.g, total, self.g)
