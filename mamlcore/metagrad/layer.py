"""What every form of one layer keeps, and how a program asks it for products.

Letters: H (T, n, a + 1) rows into the layer with the constant column, HQ (T, m, a + 1) those of the query;
E = -alpha dL/dZ and DQ the query's dL/dZ / T; RH, RE tangents along the adjoint V of the adapted weights; W the
shared weights with the bias as last row (a + 1, b), P_s those of each task after s steps. P_s = P_{s-1} + Hᵀ E.
Arrays of hidden rows have one more column than units: -1 in H, 0 in E, RH and RE. So ufuncs run over contiguous
memory, and the bias needs no calls of its own. The first layer's rows are the data as they are, with a column of 1;
its W, P, V and meta-gradient have their sign turned instead, and all equations hold as they stand.
"""

from abc import ABC, abstractmethod

import numpy as np

from mamlcore.arrays import Array
from mamlcore.metagrad.sizes import Sizes, evenly_spaced, flat, turned
from mamlcore.metagrad.tape import Tape


class Layer(ABC):
    """One layer a -> b in one form. Rows lie as [HQ | RH and H of all steps], errors as [DQ | E and RE]."""

    def __init__(self, tape: Tape, sizes: Sizes, index: int, w: Array, g: Array) -> None:
        self.tape, self.do, self.product = tape, tape.do, tape.product
        self.tasks, self.n, self.m, self.steps = sizes.n_tasks, sizes.support, sizes.query, sizes.steps
        self.a, self.b = sizes.width_pairs[index]
        self.constant = 1.0 if sizes.bias else 0.0
        self.is_last = index == len(sizes.widths) - 2
        self._room: dict[tuple[tuple[int, ...], tuple[int, ...]], Array] = {}
        self.w, self.g = w, g  # the weights and the meta-gradient, (a + 1, b)
        if self.is_last:
            self.w = self.weights(1)[0]
            self.do(np.copyto, self.w, w)

    # -- storage ----------------------------------------------------------------------------------------

    def rows(self, count: int) -> Array:
        """Return room for rows into the layer, (count, a + 1), the constant column still 0."""
        return self.tape.kept(count, self.a + 1)

    def data_rows(self) -> tuple[Array, Array, Array]:
        """Return room for the first layer's rows, the constant set: all, the query's (T, m, a + 1), the support's."""
        data = self.rows(self.tasks * (self.m + self.n))
        data[:, self.a] = self.constant
        return data, self.by_task(data[: self.tasks * self.m]), self.by_task(data[self.tasks * self.m :])

    def errors(self, count: int) -> Array:
        """Return room for errors, (count, b + 1); those of the outputs lie class by class, seen as (count, b)."""
        return self.tape.kept(self.b, count).T if self.is_last else self.tape.kept(count, self.b + 1)

    def weights(self, count: int) -> Array:
        """Return room for weights, (count, a + 1, b); those of the outputs lie output by output, as the errors do."""
        if self.is_last:
            return turned(self.tape.scratch(count, self.b, self.a + 1))
        return self.tape.scratch(count, self.a + 1, self.b)

    def by_task(self, rows: Array) -> Array:
        """Return (T n, w) as (T, n, w)."""
        return rows.reshape(self.tasks, -1, rows.shape[-1]) if rows.flags.c_contiguous else _split(rows, self.tasks)

    def units(self, errors: Array) -> Array:
        """Return errors or pre-activations without the constant column."""
        return errors[..., : self.b]

    # -- products ---------------------------------------------------------------------------------------

    def shared(self, h: Array, z: Array) -> None:
        """Z = H W, one product for all tasks."""
        self._for_all(h, self.w, self.units(z))

    def shared_back(self, e: Array, below: Array) -> None:
        """G = E Wᵀ, the bias row left out."""
        self._for_all(self.units(e), self.w[: self.a].T, below[..., : self.a])

    def _for_all(self, left: Array, right: Array, z: Array) -> None:
        if evenly_spaced(z):
            self.product(flat(left), right, flat(z))
        else:  # z lies beside other rows of its task
            product = self.tape.scratch(*z.shape)
            self.product(flat(left), right, flat(product))
            self.do(np.copyto, z, product)

    def plus(self, left: Array, right: Array, z: Array) -> None:
        """z += left right, both (T, ...); right may lack z's constant column."""
        product = self._room_like(z, right.shape[-1] < z.shape[-1])
        self.product(left, right, product[..., : right.shape[-1]])
        self.do(np.add, z, product, z)

    def _room_like(self, z: Array, constant_column: bool) -> Array:
        """Return room for a product that is added to z at once; where z has a constant column, this one has 0."""
        if not constant_column and z.flags.c_contiguous:
            return self.tape.scratch(*z.shape)
        return self._room.setdefault((z.shape, z.strides), self.tape.like(z))

    # -- what a program asks for ------------------------------------------------------------------------

    @abstractmethod
    def h(self, s: int) -> Array:
        """Rows into the layer at step s."""

    @abstractmethod
    def e(self, s: int) -> Array:
        """Errors behind the layer at step s."""

    @abstractmethod
    def rh(self, s: int) -> Array:
        """Tangents of h(s)."""

    @abstractmethod
    def re(self, s: int) -> Array:
        """Tangents of e(s)."""

    hq: Array
    dq: Array

    @abstractmethod
    def forward(self, s: int, z: Array) -> None:
        """Z = H P_s."""

    @abstractmethod
    def backward(self, s: int, below: Array) -> None:
        """G = E P_sᵀ."""

    @abstractmethod
    def adapt(self, s: int) -> None:
        """P_{s+1} = P_s + Hᵀ E."""

    @abstractmethod
    def query_forward(self, z: Array) -> None:
        """Z = HQ P_S."""

    @abstractmethod
    def query_backward(self, below: Array) -> None:
        """G = DQ P_Sᵀ."""

    @abstractmethod
    def adjoint(self) -> None:
        """V = HQᵀ DQ, before the sweep back."""

    @abstractmethod
    def tangent(self, s: int, rz: Array) -> None:
        """RZ = RH P_s + H V."""

    @abstractmethod
    def tangent_back(self, s: int, below: Array) -> None:
        """RG = RE P_sᵀ + E Vᵀ."""

    @abstractmethod
    def carry(self, s: int) -> None:
        """V += RHᵀ E + Hᵀ RE."""

    @abstractmethod
    def gradient(self) -> None:
        """g = Σ over tasks of V after the last carry."""

    def first_order_gradient(self) -> None:
        """g = Σ over tasks of HQᵀ DQ."""
        self.product(flat(self.hq).T, flat(self.units(self.dq)), self.g)


def _split(rows: Array, tasks: int) -> Array:
    """Split (T n, w) stored as (w, T n)."""
    return rows.T.reshape(rows.shape[1], tasks, -1).transpose(1, 2, 0)
