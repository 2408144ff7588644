"""theta.safetensors in PyTorch: it loads strictly into the matching network, which then gives the same outputs."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mamlcore import Lab, load_preset, load_theta
from mamlcore.export import export_files


@pytest.mark.parametrize(("preset", "activation"), [("sine", "relu"), ("letters", "tanh"), ("book", "tanh")])
def test_the_matching_network_gives_the_same_outputs(tmp_path: Path, preset: str, activation: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: nothing to load the file into")
    small = {"model.activation": activation, "learners": ["maml"], "evaluation.live_tasks": 10}
    lab = Lab(load_preset(preset).with_settings(small))
    lab.step()
    export_files(tmp_path, lab.snapshot(), ["theta.npz", "theta.safetensors"])
    model = load_theta(tmp_path / "theta.npz")
    widths = [model.n_features_in_, *(weights.shape[1] for weights, _ in model.theta)]
    parts = []
    for a, b in pairwise(widths):
        parts += [torch.nn.Linear(a, b), torch.nn.ReLU() if activation == "relu" else torch.nn.Tanh()]
    network = torch.nn.Sequential(*parts[:-1])
    tensors = pytest.importorskip("safetensors.torch").load_file(tmp_path / "theta.safetensors")
    network.load_state_dict(tensors, strict=True)
    x = np.random.default_rng(0).standard_normal((50, widths[0])).astype(np.float32)
    with torch.no_grad():
        theirs = network(torch.from_numpy(x)).numpy()
    model.fit(x[:2], x[:2, 0] if model.loss == "mse" else [0, 1], steps=0)
    np.testing.assert_allclose(model._outputs(x), theirs, rtol=1e-6, atol=1e-6)
