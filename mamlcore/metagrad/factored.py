"""The factored form of a layer, and its hybrid with the full one.

After s steps P_s = W + Σ_{j<s} H_jᵀ E_j, a sum of outer products of n rows each, and the adjoint is one too:
V_s = HQᵀ DQ + Σ_{j>=s} (RH_jᵀ E_j + H_jᵀ RE_j). So a product with P_s is one with W, shared by all tasks, and thin
Gram corrections; the meta-gradient of a layer is one product over the stacked rows of all tasks,
[HQ; RHs; Hs]ᵀ [DQ; Es; REs]. The query pays m n (a + b) where the full form pays n a b: the form for few rows.
"""

from itertools import pairwise

import numpy as np

from mamlcore.arrays import Array
from mamlcore.metagrad.layer import Layer
from mamlcore.metagrad.sizes import Sizes, turned
from mamlcore.metagrad.tape import Tape


class Factored(Layer):
    """No adapted weights at all. A task's rows of all steps lie side by side, Hs (T, S n, a + 1), as do its errors."""

    def __init__(self, tape: Tape, sizes: Sizes, index: int, w: Array, g: Array) -> None:
        super().__init__(tape, sizes, index, w, g)
        t, n, steps = self.tasks, self.n, self.steps
        ends = (0, t * self.m, t * (self.m + n * steps), t * (self.m + 2 * n * steps))
        self._rows, self._errors = self.rows(ends[-1]), self.errors(ends[-1])
        self._inner = ends[1]  # where the rows of the inner steps begin
        self.hq, self._rhs, self._hs = (self.by_task(self._rows[i:j]) for i, j in pairwise(ends))
        self.dq, self._es, self._res = (self.by_task(self._errors[i:j]) for i, j in pairwise(ends))
        self.hq[..., self.a] = self._hs[..., self.a] = -self.constant
        # One step's rows by themselves, so that a product with W is one for all tasks.
        alone = steps > 1
        self._h = [tape.like(self._hs[:, self.at(s)]) if alone else self._hs for s in range(steps)]
        self._e = [self.by_task(self.errors(t * n)) if alone else self._es for _ in range(steps)]
        self._rh = tape.like(self._h[0]) if alone else self._rhs
        self._re = tape.like(self._e[0]) if alone else self._res
        for h in self._h:
            h[..., self.a] = -self.constant
        square = (t, n * steps, n * steps) if alone else (0, 0, 0)
        self._hh, self._ee = tape.kept(*square), tape.kept(*square)  # Hs Hsᵀ and Es Esᵀ below the diagonal
        self._rhh, self._ree = tape.kept(*square), tape.kept(*square)  # RHs Hsᵀ and REs Esᵀ below, mirrored above
        self._hv = tape.like(self._es)  # Hs V, V = HQᵀ DQ
        self._ev = tape.kept(t, n * steps, self.a + 1)  # Es Vᵀ

    def at(self, s: int) -> slice:
        """Rows of step s."""
        return slice(s * self.n, (s + 1) * self.n)

    def h(self, s: int) -> Array:
        """Rows into the layer at step s."""
        return self._h[s]

    def e(self, s: int) -> Array:
        """Errors behind the layer at step s."""
        return self._e[s]

    def rh(self, s: int) -> Array:
        """Tangents of h(s)."""
        return self._rh

    def re(self, s: int) -> Array:
        """Tangents of e(s)."""
        return self._re

    # -- inner steps ------------------------------------------------------------------------------------

    def forward(self, s: int, z: Array) -> None:
        """Z = H W + (H H_<sᵀ) E_<s."""
        h, before = self._h[s], slice(0, s * self.n)
        self._keep(h, self._hs, s)
        self.shared(h, z)
        if s > 0:
            gram = self._hh[:, self.at(s), before]
            self.product(h, turned(self._hs[:, before]), gram)
            self.plus(gram, self.units(self._es[:, before]), z)

    def backward(self, s: int, below: Array) -> None:
        """G = E Wᵀ + (E E_<sᵀ) H_<s."""
        e, before = self.units(self._e[s]), slice(0, s * self.n)
        self.shared_back(self._e[s], below)
        if s > 0:
            gram = self._ee[:, self.at(s), before]
            self.product(e, turned(self.units(self._es[:, before])), gram)
            self.plus(gram, self._hs[:, before, : self.a], below)

    def adapt(self, s: int) -> None:
        """Keep E for P_{s+1}."""
        self._keep(self._e[s], self._es, s)

    # -- query ------------------------------------------------------------------------------------------

    def query_forward(self, z: Array) -> None:
        """Z = HQ W + (HQ Hsᵀ) Es."""
        self._hq_hs = self.tape.scratch(self.tasks, self.m, self.n * self.steps)
        self.product(self.hq, turned(self._hs), self._hq_hs)
        self.shared(self.hq, z)
        self.plus(self._hq_hs, self.units(self._es), z)

    def query_backward(self, below: Array) -> None:
        """G = DQ Wᵀ + (DQ Esᵀ) Hs."""
        self._dq_es = self.tape.scratch(self.tasks, self.m, self.n * self.steps)
        self.product(self.units(self.dq), turned(self.units(self._es)), self._dq_es)
        self.shared_back(self.dq, below)
        self.plus(self._dq_es, self._hs[..., : self.a], below)

    def adjoint(self) -> None:
        """Hs V = (HQ Hsᵀ)ᵀ DQ and Es Vᵀ = (DQ Esᵀ)ᵀ HQ, for all steps at once."""
        self.product(turned(self._hq_hs), self.units(self.dq), self.units(self._hv))
        self.product(turned(self._dq_es), self.hq[..., : self.a], self._ev[..., : self.a])

    # -- the sweep back ---------------------------------------------------------------------------------

    def tangent(self, s: int, rz: Array) -> None:
        """RZ = RH W + H V, V's inner part being (RH H_<sᵀ) E_<s + (H RH_>sᵀ) E_>s + (H H_>sᵀ) RE_>s."""
        self._keep(self._rh, self._rhs, s)
        self.shared(self._rh, rz)
        self.do(np.add, rz, self._hv[:, self.at(s)], rz)
        if self.steps > 1:
            self._mirrored(self._rhh, self._rh, self._hs, s)
            self.plus(self._rhh[:, self.at(s)], self.units(self._es), rz)
            self._later(self._hh, self.units(self._res), s, rz)

    def tangent_back(self, s: int, below: Array) -> None:
        """RG = RE Wᵀ + E Vᵀ, in the same way with E and RE for H and RH."""
        self._keep(self._re, self._res, s)
        self.shared_back(self._re, below)
        self.do(np.add, below, self._ev[:, self.at(s)], below)
        if self.steps > 1:
            self._mirrored(self._ree, self.units(self._re), self.units(self._es), s)
            self.plus(self._ree[:, self.at(s)], self._hs[..., : self.a], below)
            self._later(self._ee, self._rhs[..., : self.a], s, below)

    def carry(self, s: int) -> None:
        """Nothing: V is never written out."""

    def gradient(self) -> None:
        """g = [HQ; RHs; Hs]ᵀ [DQ; Es; REs] over all tasks."""
        self.product(self._rows.T, self.units(self._errors), self.g)

    # -- parts ------------------------------------------------------------------------------------------

    def _keep(self, alone: Array, side_by_side: Array, s: int) -> None:
        if self.steps > 1:
            self.do(np.copyto, side_by_side[:, self.at(s)], alone)

    def _mirrored(self, gram: Array, tangents: Array, values: Array, s: int) -> None:
        """Fill the rows of step s: tangents times the values of steps before; what later steps found, mirrored."""
        now, before, later = self.at(s), slice(0, s * self.n), slice((s + 1) * self.n, None)
        if s > 0:
            self.product(tangents, turned(values[:, before]), gram[:, now, before])
        if s < self.steps - 1:
            self.do(np.copyto, gram[:, now, later], turned(gram[:, later, now]))

    def _later(self, gram: Array, tangents: Array, s: int, z: Array) -> None:
        """z += (value of step s times later valuesᵀ) later tangents."""
        if s < self.steps - 1:
            later = slice((s + 1) * self.n, None)
            self.plus(turned(gram[:, later, self.at(s)]), tangents[:, later], z)


class Hybrid(Factored):
    """The inner steps factored, the query with P_S and V written out, once each: for many query rows."""

    def query_forward(self, z: Array) -> None:
        """Z = HQ P, P = W + Hsᵀ Es."""
        self._p = self.tape.scratch(self.tasks, self.a + 1, self.b)
        self.product(turned(self._hs), self.units(self._es), self._p)
        self.do(np.add, self._p, self.w, self._p)
        self.product(self.hq, self._p, self.units(z))

    def query_backward(self, below: Array) -> None:
        """G = DQ Pᵀ."""
        self.product(self.units(self.dq), turned(self._p[:, : self.a]), below[..., : self.a])

    def adjoint(self) -> None:
        """V = HQᵀ DQ; Hs V and Es Vᵀ for all steps at once."""
        self._v = self.tape.scratch(self.tasks, self.a + 1, self.b)
        self.product(turned(self.hq), self.units(self.dq), self._v)
        self.product(self._hs, self._v, self.units(self._hv))
        self.product(self.units(self._es), turned(self._v[:, : self.a]), self._ev[..., : self.a])

    def gradient(self) -> None:
        """g = Σ V + [RHs; Hs]ᵀ [Es; REs] over all tasks."""
        total = self.tape.scratch(self.a + 1, self.b)
        self.do(np.add.reduce, self._v, 0, None, total)
        self.product(self._rows[self._inner :].T, self.units(self._errors[self._inner :]), self.g)
        self.do(np.add, self.g, total, self.g)
