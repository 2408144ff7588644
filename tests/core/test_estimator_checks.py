"""scikit-learn's own checks of an estimator, on the model that an exported theta becomes.

Each check brings data of a width and a number of classes of its own, which an exported theta has fixed. So the models
here take a fresh network of the size of what they are fitted to; everything else is the program's own code.
"""

import warnings
from typing import Any, Self
from unittest import SkipTest

import numpy as np
import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from mamlcore import Config
from mamlcore.arrays import Theta
from mamlcore.estimator import ThetaClassifier, ThetaModel, ThetaRegressor
from mamlcore.network import init_theta

CONFIG = Config().with_settings({"model.hidden": [16], "model.precision": "float64"})


def network(n_features: int, n_outputs: int) -> Theta:
    return init_theta((n_features, *CONFIG.model.hidden, n_outputs), CONFIG.model, np.random.default_rng(0))


class AnySize(ThetaModel):
    """Takes a network of the right size at fit; ``theta`` as given is never changed."""

    def _sized(self, x: Any, y: Any) -> Theta:
        shape = x.shape if hasattr(x, "toarray") else np.asarray(x).shape
        values = np.asarray(y).shape[1:] if self.loss == "mse" and y is not None else (5,)
        return network(shape[1] if len(shape) == 2 and shape[1] else 1, values[0] if values else 1)

    def fit(self, x: Any, y: Any, steps: int | None = None, lr: float | None = None) -> Self:
        given = self.theta
        try:
            self.theta = self._fitted_theta = self._sized(x, y)
            return super().fit(x, y, steps, lr)
        finally:
            self.theta = given

    @property
    def n_features_in_(self) -> int:
        return int(getattr(self, "_fitted_theta", self.theta)[0][0].shape[0])


class AnyClassifier(AnySize, ThetaClassifier):
    pass


class AnyRegressor(AnySize, ThetaRegressor):
    pass


CLASSIFIER = AnyClassifier(network(2, 3), CONFIG, "cross_entropy", steps=100, lr=0.1)
REGRESSOR = AnyRegressor(network(2, 1), CONFIG, "mse", steps=100, lr=0.01)


NOT_APPLICABLE = {
    "check_n_features_in": "the number of features is theta's, so it is known before fit",
    "check_supervised_y_2d": "labels may be given as a column, and no warning is needed",
    "check_fit1d": "rows of one feature may be given as a list of numbers",
}


def checks() -> list[Any]:
    with warnings.catch_warnings():  # it warns that the models inherit nothing of scikit-learn's
        warnings.simplefilter("ignore")
        found = [pair for one in (CLASSIFIER, REGRESSOR) for pair in estimator_checks_generator(one)]
    names = [getattr(check, "func", check).__name__ for _, check in found]
    assert set(NOT_APPLICABLE) <= set(names)
    return [
        pytest.param(one, check, id=f"{type(one).__name__}-{name}")
        for (one, check), name in zip(found, names, strict=True)
        if name not in NOT_APPLICABLE
    ]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("estimator", "check"), checks())
def test_scikit_learn_takes_it_for_an_estimator(estimator: Any, check: Any) -> None:
    try:
        check(estimator)
    except SkipTest as reason:
        pytest.skip(str(reason))


def test_it_works_where_scikit_learn_puts_it() -> None:
    from sklearn.base import clone, is_classifier, is_regressor  # noqa: PLC0415
    from sklearn.model_selection import GridSearchCV  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c"], 20)
    x = rng.normal(size=(60, 2)) + 4.0 * np.stack([np.unique(y, return_inverse=True)[1] == i for i in (0, 1)], axis=1)
    model = ThetaClassifier(network(2, 3), CONFIG, "cross_entropy", steps=50, lr=0.5)
    assert is_classifier(model) and is_regressor(REGRESSOR) and not is_regressor(model)
    assert make_pipeline(StandardScaler(), clone(model)).fit(x, y).score(x, y) > 0.9
    search = GridSearchCV(model, {"steps": [0, 50]}, cv=3).fit(x, y)
    assert search.best_params_ == {"steps": 50}
