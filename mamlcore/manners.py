"""scikit-learn's manners without scikit-learn: parameters, their copying, and what its tools ask of an estimator."""

import inspect
from importlib import import_module
from typing import Any, Self

from mamlcore.errors import LabError


class WrongKind(LabError, TypeError):  # noqa: N818 - one sentence, for us a LabError, for scikit-learn a TypeError
    """What is given holds no numbers at all."""


def not_fitted(sentence: str) -> LabError:
    """Return the error for use before fit; where scikit-learn is installed also one that its tools know."""
    try:
        theirs = import_module("sklearn.exceptions").NotFittedError
    except ModuleNotFoundError:
        return LabError(sentence)
    both: type[LabError] = type("NotFittedError", (LabError, theirs), {})
    return both(sentence)


class Manners:
    """What clone, pipelines and searches need. The parameters are those of ``__init__``, kept as they were given."""

    _estimator_type: str

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name; there are none within parameters, so deep changes nothing."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name and return self. LabError for a name that there is not."""
        known = self.get_params()
        for name in params:
            if name not in known:
                raise LabError(f"{type(self).__name__} has the parameters {', '.join(known)}, got {name!r}")
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "phi_")

    def __sklearn_tags__(self) -> Any:
        """Describe the estimator to scikit-learn, which calls this and so is there."""
        tags = import_module("sklearn.utils")
        classifies = self._estimator_type == "classifier"
        return tags.Tags(
            estimator_type=self._estimator_type,
            target_tags=tags.TargetTags(required=True, multi_output=not classifies),
            classifier_tags=tags.ClassifierTags() if classifies else None,
            regressor_tags=None if classifies else tags.RegressorTags(),
            input_tags=tags.InputTags(),
        )
