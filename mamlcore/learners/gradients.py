"""What learners do to a gradient before the outer optimiser sees it."""

import numpy as np

from mamlcore.arrays import Theta


def clipped(gradient: Theta, longest: float) -> Theta:
    """Return a gradient scaled down to the length ``longest`` if it is longer (Pascanu et al. 2013, Algorithm 1).

    A gradient that is not finite is returned as it is, for the divergence watch to see.
    """
    length = float(np.sqrt(sum(float(np.vdot(part, part)) for layer in gradient for part in layer)))
    if not longest < length < np.inf:
        return gradient
    scale = longest / length
    return tuple((weights * scale, bias * scale) for weights, bias in gradient)
