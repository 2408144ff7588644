"""First-order MAML: the same inner steps, their second derivatives left out (Finn et al. 2017, section 5.2)."""

from typing import ClassVar

from mamlcore.config import Config
from mamlcore.learners.maml import Maml


class Fomaml(Maml):
    """MAML with the gradient taken at the adapted parameters, whatever inner.order says."""

    name: ClassVar[str] = "fomaml"
    label: ClassVar[str] = "First-order"
    summary: ClassVar[str] = "MAML that ignores how the inner steps bend: cheaper, and worse where curvature matters."

    def first_order(self, config: Config) -> bool:
        """Always."""
        return True
