"""What writes the fast weights of Meta Networks, beside one network per coordinate, wherever gradients are 0."""

import numpy as np
import pytest
from cases import TINY, flat, like

from mamlcore.learners import coordinate, writers
from mamlcore.learners.coordinate import UNITS, log_and_sign
from mamlcore.learners.writers import P, RowWriter, SequenceWriter

SHUT = {
    "nowhere": lambda shape, rng: np.zeros(shape, bool),
    "at first": lambda shape, rng: np.arange(shape[0])[:, None] < rng.integers(0, shape[0] + 1, shape[1]),
    "here and there": lambda shape, rng: rng.random(shape) < 0.7,
    "everywhere": lambda shape, rng: np.ones(shape, bool),
}


def slopes_shut(where, shape):
    rng = np.random.default_rng(4)
    return np.where(SHUT[where](shape, rng), 0.0, np.exp(rng.uniform(-9, 2, shape)) * rng.choice([-1, 1], shape))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def plain_sequence(layers, slopes):
    """All coordinates through all steps, (C,); follows complex layers analytically."""
    (weights, bias), (readout, shift) = layers
    h = c = np.zeros((slopes.shape[1], UNITS))
    for step in slopes:
        z = np.concatenate([log_and_sign(step, P).T, h], axis=1) @ weights + bias
        i, f, o, g = np.split(z, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return (h @ readout + shift)[:, 0]


def plain_rows(layers, slopes):
    x = log_and_sign(slopes, P).T
    for weights, bias in layers:
        z = x @ weights + bias
        x = np.where(z.real > 0, z, 0.0)
    return z[:, 0]


def layers_of(*shapes):
    rng = np.random.default_rng(5)
    return tuple((0.5 * rng.standard_normal(shape), 0.5 * rng.standard_normal(shape[1])) for shape in shapes)


def check(layers, written, plain, slopes):
    np.testing.assert_allclose(written.outputs, plain(layers, slopes), rtol=1e-11, atol=1e-13)
    pull, start = np.random.default_rng(6).standard_normal(slopes.shape[-1]), flat(layers)
    found = flat(written.back(pull))
    for direction in np.random.default_rng(7).standard_normal((3, start.size)):
        wanted = plain(like(start + 1j * TINY * direction, layers), slopes).imag @ pull / TINY
        np.testing.assert_allclose(found @ direction, wanted, rtol=1e-10)


@pytest.mark.parametrize("block", [7, 1536])
@pytest.mark.parametrize("where", list(SHUT))
def test_a_sequence_of_gradients_is_read_by_every_coordinate_alike(where, block, monkeypatch):
    monkeypatch.setattr(coordinate, "_BLOCK", block)
    layers, slopes = layers_of((2 + UNITS, 4 * UNITS), (UNITS, 1)), slopes_shut(where, (5, 40))
    check(layers, SequenceWriter(*layers, slopes), plain_sequence, slopes)


@pytest.mark.parametrize("where", list(SHUT))
def test_a_row_of_gradients_is_read_by_every_coordinate_alike(where, monkeypatch):
    monkeypatch.setattr(coordinate, "_BLOCK", 7)
    layers, slopes = layers_of((2, UNITS), (UNITS, UNITS), (UNITS, 1)), slopes_shut(where, (1, 40))[0]
    check(layers, RowWriter(layers, slopes), plain_rows, slopes)


def test_steps_before_a_coordinates_first_gradient_are_run_once_for_all(monkeypatch):
    """Half of 40 coordinates without a gradient, half with one at the last of 5 steps: 20 updates and 5 for all."""
    updates = []
    monkeypatch.setattr(
        writers, "lstm_step", lambda m, x, b, t: (updates.append(x.shape[1]), coordinate.lstm_step(m, x, b, t))
    )
    slopes = np.zeros((5, 40))
    slopes[4, ::2] = 1.0
    SequenceWriter(*layers_of((2 + UNITS, 4 * UNITS), (UNITS, 1)), slopes)
    assert sum(updates) == 25
