"""One meta-gradient as a prepared program: the order of its products, whatever the form of each layer."""

from math import isfinite

import numpy as np

from mamlcore.arrays import Array, Theta
from mamlcore.metagrad.activations import SLOPES, Slope
from mamlcore.metagrad.factored import Factored, Hybrid
from mamlcore.metagrad.first import FactoredFirst
from mamlcore.metagrad.full import Full, FullFirst
from mamlcore.metagrad.layer import Layer
from mamlcore.metagrad.outcome import OUTCOMES, Bend, Outcome
from mamlcore.metagrad.parameters import Parameters
from mamlcore.metagrad.plain import Rows
from mamlcore.metagrad.sizes import Sizes
from mamlcore.metagrad.tape import Tape

#: Forms of the first layer, and of those behind it.
FIRST: dict[str, type[Layer]] = {"factored": FactoredFirst, "full": FullFirst}
HIDDEN: dict[str, type[Layer]] = {"factored": Factored, "hybrid": Hybrid, "full": Full}


class Program:
    """Everything that can be prepared for given sizes and forms; not safe to run in two threads at once.

    Finn et al. 2017, section 2.2: phi_{k+1} = phi_k - alpha ∇L_s(phi_k), and the gradient of the mean query loss
    carried back through each of these steps by the R-operator (Pearlmutter 1994).
    """

    def __init__(self, sizes: Sizes, forms: tuple[str, ...]) -> None:
        self.sizes, self.forms = sizes, forms
        self.tape = Tape(np.dtype(sizes.dtype))
        self.tape.stage("inner")
        kinds = [FIRST[forms[0]], *(HIDDEN[form] for form in forms[1:])]
        self._weights, self._gradient = Parameters(self.tape, sizes), Parameters(self.tape, sizes)
        places = zip(kinds, self._weights.layers, self._gradient.layers, strict=True)
        self._layers = [kind(self.tape, sizes, i, w, g) for i, (kind, w, g) in enumerate(places)]
        self._x, self._xq = self._layers[0].h(0)[..., :-1], self._layers[0].hq[..., :-1]
        self._n_outputs = sizes.widths[-1]
        outcome = OUTCOMES[sizes.loss]
        self._support: Outcome = outcome(self.tape, self._n_outputs, sizes.n_tasks, sizes.support)
        self._query: Outcome = outcome(self.tape, self._n_outputs, sizes.n_tasks, sizes.query)
        self._overflowed = False
        self._watched, (self._losses, self._first_z, self._first_zq) = self._watch(sizes)
        self._slopes: dict[tuple[int, int], Slope] = {}
        self._bends: list[Bend] = []
        self._record()
        self.tape.seal()

    def __call__(self, theta: Theta, rows: Rows, lr: float) -> tuple[Array, Theta] | None:
        """Return query losses (T,) and the meta-gradient, or None where a number is not finite."""
        self.load(theta, rows, lr)
        with np.errstate(over="call", invalid="call", call=self._flag):
            self.tape.run()
        return self.result(theta)

    def load(self, theta: Theta, rows: Rows, lr: float) -> None:
        """Take the numbers over; nothing given is kept or changed."""
        self._overflowed = False
        n_support, n_query, n_tasks = self.sizes.support, self.sizes.query, self.sizes.n_tasks
        self._weights.load(theta)
        np.copyto(self._x, rows.support_x)
        np.copyto(self._xq, rows.query_x)
        self._support.load(rows.support_y, -lr / n_support)
        self._query.load(rows.query_y, 1.0 / (n_query * n_tasks))

    def result(self, theta: Theta) -> tuple[Array, Theta] | None:
        """Return what run() left behind, as fresh arrays."""
        if self._overflowed or not (_finite(self._watched) and _finite(self._weights.vector)):
            return None
        return self._losses.copy(), self._gradient.theta(theta)

    def _watch(self, sizes: Sizes) -> tuple[Array, tuple[Array, Array, Array]]:
        """Return what shows a number that is not finite, however the masks treat it later.

        That is the losses (T,) and one column of the first layer's products, (T, n) and (T, m), which a bad x reaches.
        """
        counts = np.cumsum([sizes.n_tasks, sizes.n_tasks * sizes.support, sizes.n_tasks * sizes.query])
        watched = self.tape.kept(int(counts[-1]))
        losses, z, zq = np.split(watched, counts[:-1])
        return watched, (losses, z.reshape(sizes.n_tasks, -1), zq.reshape(sizes.n_tasks, -1))

    def _flag(self, kind: str, flag: int) -> None:
        self._overflowed = True

    # -- recording --------------------------------------------------------------------------------------

    def _record(self) -> None:
        for s in range(self.sizes.steps):
            self._inner_step(s)
        self.tape.stage("query")
        self._query_pass()
        self.tape.stage("outer")
        if self.sizes.first_order:
            for layer in self._layers:
                layer.first_order_gradient()
            return
        for layer in self._layers:
            layer.adjoint()
        for s in range(self.sizes.steps - 1, -1, -1):
            self._reverse_step(s)
        for layer in self._layers:
            layer.gradient()

    def _inner_step(self, s: int) -> None:
        """Forward and backward on the support rows, then P_{s+1} = P_s + Hᵀ E."""
        for i, layer in enumerate(self._layers[:-1]):
            h = self._layers[i + 1].h(s)
            layer.forward(s, h)
            if i == 0 and s == 0:
                self.tape.do(np.copyto, self._first_z, h[..., 0])
            self._activate(i + 1, s, h)
        last = self._layers[-1]
        z = self._outputs(self.sizes.support)
        last.forward(s, z)
        self._bends.append(self._support.error(self._by_class(z), self._by_class(last.e(s))))
        for i in range(len(self._layers) - 1, 0, -1):
            error = self._layers[i - 1].e(s)
            self._layers[i].backward(s, error)
            self._slopes[i, s].times(error)
        for layer in self._layers:
            layer.adapt(s)

    def _query_pass(self) -> None:
        """Forward and backward on the query rows with P_S."""
        steps = self.sizes.steps
        for i, layer in enumerate(self._layers[:-1]):
            h = self._layers[i + 1].hq
            layer.query_forward(h)
            if i == 0:
                self.tape.do(np.copyto, self._first_zq, h[..., 0])
            self._activate(i + 1, steps, h)
        last = self._layers[-1]
        z = self._outputs(self.sizes.query)
        last.query_forward(z)
        self._query.error(self._by_class(z), self._by_class(last.dq))
        self._query.values(self._losses)
        for i in range(len(self._layers) - 1, 0, -1):
            error = self._layers[i - 1].dq
            self._layers[i].query_backward(error)
            self._slopes[i, steps].times(error)

    def _reverse_step(self, s: int) -> None:
        """V += R{∇L_s}: the step's own derivative along V, forward, then backward."""
        for i, layer in enumerate(self._layers[:-1]):
            rh = self._layers[i + 1].rh(s)
            layer.tangent(s, rh)
            self._slopes[i + 1, s].tangent(rh)
        last = self._layers[-1]
        rz = self._outputs(self.sizes.support)
        last.tangent(s, rz)
        self._bends[s](self._by_class(rz), self._by_class(last.re(s)))
        for i in range(len(self._layers) - 1, 0, -1):
            below = self._layers[i - 1]
            self._layers[i].tangent_back(s, below.re(s))
            self._slopes[i, s].times(below.re(s))
            self._slopes[i, s].bend(below.re(s), below.e(s))
        for layer in self._layers:
            layer.carry(s)

    def _activate(self, i: int, s: int, h: Array) -> None:
        self._slopes[i, s] = slope = SLOPES[self.sizes.activation](self.tape, *h.shape)
        slope.apply(h)

    def _outputs(self, rows: int) -> Array:
        """Return room for the outputs of one set of rows, class by class, seen as (T, rows, k)."""
        return self.tape.scratch(self.sizes.outputs, self.sizes.n_tasks, rows).transpose(1, 2, 0)

    def _by_class(self, rows: Array) -> Array:
        """Return (T, n, k) as (O, T, n), the column kept beside a single output left out."""
        return rows.transpose(2, 0, 1)[: self._n_outputs]


def _finite(array: Array) -> bool:
    """Tell whether every number is finite, and not so large that its square is none."""
    return isfinite(np.vdot(array, array))
