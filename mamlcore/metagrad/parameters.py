"""The parameters of a program in one vector, as the optimiser keeps them, so that none is copied layer by layer."""

from itertools import accumulate
from typing import NamedTuple

import numpy as np

from mamlcore.arrays import Array, FlatTheta, Theta, flat, split
from mamlcore.metagrad.sizes import Sizes
from mamlcore.metagrad.tape import Tape


class _Piece(NamedTuple):
    """Parameters that are copied at once, either way: with their sign turned or as they are."""

    copy: np.ufunc
    here: Array
    there: slice  # of theta's vector


class Parameters:
    """Weights or their gradient, W0, b0, W1, ...: of each layer (a + 1, b), the bias as last row.

    Those of the first layer have their sign turned: its rows are [x, 1], the data as they are, while the rows of the
    layers behind are -[h, 1].
    """

    def __init__(self, tape: Tape, sizes: Sizes) -> None:
        widths = sizes.width_pairs
        starts = list(accumulate(((a + 1) * b for a, b in widths), initial=0))
        self.vector = tape.kept(starts[-1])
        self.layers = [
            self.vector[start : start + (a + 1) * b].reshape(-1, b)
            for start, (a, b) in zip(starts, widths, strict=False)
        ]
        last = self.layers[-1][:, : sizes.widths[-1]]  # a single output has a column of zeros beside it, theta has not
        self._count = starts[-2] + last.size
        middle = slice(starts[1], starts[-2])
        if len(widths) == 1:
            self._pieces = [_Piece(np.negative, last, slice(None))]
        else:
            self._pieces = [
                _Piece(np.negative, self.layers[0], slice(starts[1])),
                _Piece(np.positive, self.vector[middle], middle),
                _Piece(np.positive, last, slice(starts[-2], None)),
            ]

    def load(self, theta: Theta) -> None:
        """Take theta's numbers over."""
        vector = flat(theta)
        for copy, here, there in self._pieces:
            copy(vector[there].reshape(here.shape), here)

    def theta(self, like: Theta) -> FlatTheta:
        """Return a copy as layers shaped as ``like``."""
        vector = np.empty(self._count, self.vector.dtype)
        for copy, here, there in self._pieces:
            copy(here, vector[there].reshape(here.shape))
        return split(vector, like)
