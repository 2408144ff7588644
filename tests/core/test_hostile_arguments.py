"""The Python API with wrong arguments: always a LabError of one sentence, never what numpy happens to say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mamlcore import Config, Lab, LabError, SettingError, TaskBatch, load_preset, load_theta, meta_gradient
from mamlcore.checkpoint import LoadError
from mamlcore.npz import npz_bytes

#: Things that are neither a number, nor rows, nor settings, nor a path.
ODD: list[Any] = [
    None, b"x", [], {}, object(), 1j, range(3), len, float("nan"), float("inf"), np.zeros(0), np.zeros((2, 2)),
    np.asarray("a"), np.asarray(None, dtype=object), np.datetime64("2020-01-01"), [[1], [2, 3]],
    np.zeros((2, 3, 1), dtype=[("a", "f8")]),
]  # fmt: skip
W, B = np.ones((3, 3)), np.zeros(3)
ROWS = {"support_x": np.zeros((2, 4, 3)), "support_y": np.zeros((2, 4), int),
        "query_x": np.zeros((2, 5, 3)), "query_y": np.zeros((2, 5), int)}  # fmt: skip
GOOD = {"theta": [(W, B)], "batch": TaskBatch(**ROWS), "inner_lr": 0.1, "inner_steps": 1, "loss": "cross_entropy",
        "activation": "relu", "first_order": False}  # fmt: skip
SMALL = Config().with_settings({"evaluation.live_tasks": 10, "evaluation.tasks": 10, "outer.tasks": 2,
                                "model.hidden": (4,), "learners": ("scratch",)})  # fmt: skip


def refused(call: Callable[[], object], *, also_fine: bool = False) -> None:
    """Demand one sentence, on one line and of a length that can be read; numpy's warnings are errors here."""
    try:
        call()
    except LabError as error:
        assert "\n" not in str(error) and 10 < len(str(error)) < 400
        return
    assert also_fine, "it was taken"


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
@pytest.mark.parametrize("name", GOOD)
def test_meta_gradient(name: str, odd: Any) -> None:
    refused(lambda: meta_gradient(**{**GOOD, name: odd}))


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_meta_gradient_of_odd_parts(odd: Any) -> None:
    a_bias = odd is None or isinstance(odd, range)
    for theta, fits in (([odd], False), ([(odd, B)], False), ([(W, odd)], a_bias), ([(W, B), odd], False)):
        refused(lambda theta=theta: meta_gradient(**{**GOOD, "theta": theta}), also_fine=fits)  # type: ignore[misc]
    for name in ROWS:
        refused(lambda name=name: meta_gradient(**{**GOOD, "batch": TaskBatch(**{**ROWS, name: odd})}))  # type: ignore[misc]


def test_meta_gradient_of_odd_numbers() -> None:
    refused(lambda: meta_gradient(**{**GOOD, "inner_steps": 10**30}))  # would not come to an end
    for name in ("support_x", "query_x"):
        refused(lambda name=name: meta_gradient(**{**GOOD, "batch": TaskBatch(**{**ROWS, name: ROWS[name] * 1j})}))  # type: ignore[misc]
    single = [(W.astype(np.float32), B.astype(np.float32))]
    beyond = TaskBatch(**{**ROWS, "support_x": np.full((2, 4, 3), 1e300)})
    assert not np.isfinite(meta_gradient(**{**GOOD, "theta": single, "batch": beyond}).loss)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_settings_presets_and_labs(odd: Any, lab: Lab) -> None:
    refused(lambda: load_preset(odd))
    refused(lambda: load_theta(odd))
    refused(lambda: Lab(odd))
    refused(lambda: lab.apply(odd))
    refused(lambda: lab.evaluate(seed=odd), also_fine=odd is None)
    refused(lambda: Config.from_json(odd))
    refused(lambda: Config().value(odd))
    refused(lambda: Config().with_settings(odd), also_fine=odd == {} if isinstance(odd, dict) else False)
    refused(lambda: Config().with_settings({"inner.steps": odd}))
    if getattr(type(odd), "__hash__", None):
        refused(lambda: Config().with_settings({odd: 1}))
    lab.step()  # and the lab is none the worse


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab(SMALL)


@pytest.fixture(scope="module", params=["mse", "cross_entropy"])
def theta(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("theta") / "theta.npz"
    arrays = {"W0": np.ones((3, 2), np.float32), "b0": np.zeros(2, np.float32), "config": np.asarray("{}")}
    path.write_bytes(npz_bytes({**arrays, "loss": np.asarray(request.param)}))
    return path


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_an_exported_theta(odd: Any, theta: Path) -> None:
    x, y = np.ones((4, 3)), np.arange(4) % 2
    targets: Any = y if load_theta(theta).loss != "mse" else np.ones((4, 2))
    fitted = load_theta(theta).fit(x, targets)
    refused(lambda: load_theta(theta).fit(odd, targets))
    refused(lambda: load_theta(theta).fit(x, odd))
    refused(lambda: load_theta(theta).fit(x, targets, steps=odd), also_fine=odd is None)
    refused(lambda: load_theta(theta).fit(x, targets, lr=odd), also_fine=odd is None)
    refused(lambda: fitted.predict(odd))
    refused(lambda: fitted.score(odd, targets))
    refused(lambda: fitted.score(x, odd))


def test_numbers_beyond_the_type_of_theta_and_steps_without_end(theta: Path) -> None:
    model = load_theta(theta)
    x, y = np.ones((4, 3)), np.ones((4, 2)) if model.loss == "mse" else np.zeros(4)
    with pytest.raises(LabError, match="must be finite"):
        model.fit(1e300 * x, y)
    with pytest.raises(SettingError, match="steps must be <= 10000"):
        model.fit(x, y, steps=10**30)
    with pytest.raises(LoadError, match="does not exist"):
        load_theta("nowhere.npz")
