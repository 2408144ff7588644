"""The factored form of the first layer, whose rows are the data: constant over the steps, without tangents.

All that is needed of the data are x xᵀ, once for all steps, and sums of errors: Z_s = X W + K Σ_{j<s} E_j,
RZ_s = KQᵀ DQ + K Σ_{j>s} RE_j, and the meta-gradient is [XQ; X]ᵀ [DQ; Σ RE].
"""

import numpy as np

from mamlcore.arrays import Array
from mamlcore.metagrad.layer import Layer
from mamlcore.metagrad.sizes import Sizes, turned
from mamlcore.metagrad.tape import Tape


class FactoredFirst(Layer):
    """K = X Xᵀ (T, n, n) and KQ = XQ Xᵀ (T, m, n), constant columns included."""

    def __init__(self, tape: Tape, sizes: Sizes, index: int, w: Array, g: Array) -> None:
        super().__init__(tape, sizes, index, w, g)
        t, n, m = self.tasks, self.n, self.m
        self._data, self.hq, self._x = self.data_rows()
        self._errors = self.errors(t * (m + n))
        self.dq, self._re_sum = self.by_task(self._errors[: t * m]), self.by_task(self._errors[t * m :])
        self._e = [self.by_task(self.errors(t * n)) for _ in range(self.steps)]
        self._e_sum = self._e[0]  # Σ E so far
        self._re = tape.like(self._re_sum)
        self._k, self._kq = tape.scratch(t, n, n), tape.scratch(t, m, n)
        self._z0 = tape.like(self._e[0])  # X W
        self._rz = tape.like(self._e[0])  # KQᵀ DQ

    def h(self, s: int) -> Array:
        """Support rows of the data."""
        return self._x

    def e(self, s: int) -> Array:
        """Errors behind the layer at step s."""
        return self._e[s]

    def rh(self, s: int) -> Array:
        """Refuse: data has no tangent."""
        raise NotImplementedError

    def re(self, s: int) -> Array:
        """Tangents of e(s); those of the last step begin the sum."""
        return self._re_sum if s == self.steps - 1 else self._re

    def forward(self, s: int, z: Array) -> None:
        """Z = X W + K Σ E."""
        if s == 0:
            self.shared(self._x, z)
            if self.steps > 1:
                self.product(self._x, turned(self._x), self._k)
                self.do(np.copyto, self.units(self._z0), self.units(z))
        else:
            self.product(self._k, self.units(self._e_sum), self.units(z))
            self.do(np.add, self.units(z), self.units(self._z0), self.units(z))

    def backward(self, s: int, below: Array) -> None:
        """Refuse: nothing lies below."""
        raise NotImplementedError

    def adapt(self, s: int) -> None:
        """Σ E."""
        if s > 0:
            total = self.tape.like(self._e_sum)
            self.do(np.add, self._e_sum, self._e[s], total)
            self._e_sum = total

    def query_forward(self, z: Array) -> None:
        """Z = XQ W + KQ Σ E."""
        self.shared(self.hq, z)
        self.product(self.hq, turned(self._x), self._kq)
        self.plus(self._kq, self.units(self._e_sum), z)

    def query_backward(self, below: Array) -> None:
        """Refuse: nothing lies below."""
        raise NotImplementedError

    def adjoint(self) -> None:
        """X V = KQᵀ DQ."""
        if self.steps > 1:
            self.product(turned(self._kq), self.units(self.dq), self.units(self._rz))

    def tangent(self, s: int, rz: Array) -> None:
        """RZ = KQᵀ DQ + K Σ RE."""
        if self.steps == 1:
            self.product(turned(self._kq), self.units(self.dq), self.units(rz))
        elif s == self.steps - 1:
            self.do(np.copyto, self.units(rz), self.units(self._rz))
        else:
            self.product(self._k, self.units(self._re_sum), self.units(rz))
            self.do(np.add, self.units(rz), self.units(self._rz), self.units(rz))

    def tangent_back(self, s: int, below: Array) -> None:
        """Refuse: nothing lies below."""
        raise NotImplementedError

    def carry(self, s: int) -> None:
        """Σ RE."""
        if s < self.steps - 1:
            self.do(np.add, self._re_sum, self._re, self._re_sum)

    def gradient(self) -> None:
        """g = [XQ; X]ᵀ [DQ; Σ RE]."""
        self.product(self._data.T, self.units(self._errors), self.g)
