"""The bridge to reverse mode: each fused operation against a complex step or differences, and the dtype kept."""

import autograd.numpy as anp
import numpy as np
import pytest
from cases import TINY

from mamlcore.learners.reverse import affine, gated_unit, part, pullback, relu, softmax

SHAPE = (2, 3, 4)
WAYS = {
    "gated_unit": (gated_unit, lambda z: np.tanh(z[..., :2]) / (1.0 + np.exp(-z[..., 2:]))),
    "softmax": (softmax, lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)),
    "relu": (relu, lambda z: np.where(z.real > 0, z, 0.0)),
    "part": (lambda z: part(z, np.s_[:, 1:, 2]), lambda z: z[:, 1:, 2]),
}


@pytest.mark.parametrize("name", list(WAYS))
def test_a_fused_operation_and_its_way_back(name):
    operation, plain = WAYS[name]
    rng = np.random.default_rng(0)
    z, shift = rng.standard_normal(SHAPE), rng.standard_normal(SHAPE)
    start = ((z, np.zeros(0)),)
    value, back = pullback(lambda layers: operation(layers[0][0]), start)
    np.testing.assert_allclose(value, plain(z), rtol=1e-14)
    pull = rng.standard_normal(value.shape)
    wanted = (plain(z + 1j * TINY * shift).imag / TINY * pull).sum()
    np.testing.assert_allclose((back(pull)[0][0] * shift).sum(), wanted, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_layers_come_back_in_their_own_shape_and_precision(dtype):
    rng = np.random.default_rng(1)
    layers = (
        (rng.standard_normal((3, 4)).astype(dtype), rng.standard_normal(4).astype(dtype)),
        (rng.standard_normal((5, 5)).astype(dtype), np.zeros(0, dtype)),  # not used at all
    )
    x = rng.standard_normal((2, 6, 3)).astype(dtype)
    outputs, back = pullback(lambda boxes: anp.tanh(affine(x, boxes[0])), layers)
    gradient = back(np.ones_like(outputs))
    for found, layer in zip(gradient, layers, strict=True):
        assert [part.shape for part in found] == [part.shape for part in layer]
        assert [part.dtype for part in found] == [np.dtype(dtype)] * 2
    assert not gradient[1][0].any()
    np.testing.assert_allclose(gradient[0][1], (1.0 - outputs**2).sum(axis=(0, 1)), rtol=1e-5)


def test_softmax_takes_what_is_masked_and_what_is_huge():
    share = softmax(np.array([[1e4, 1e4, -np.inf], [0.0, -1e4, -1e4]]))
    np.testing.assert_array_equal(share, [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
