"""Decision regions of one learner on a plane, as a picture. No widget here."""

import numpy as np

from app.look.theme import Theme
from app.panels.glyph import class_color
from app.panels.task.model import outputs_on
from app.panels.task.plane import Plane, grid
from app.panels.task.scene import Scene
from app.plots.shades import rgb
from mamlcore.arrays import Array

#: Cells at which a learner is asked, along each side; between them its outputs are interpolated.
CELLS = 32
PIXELS = 160
#: Shares of the class colour on the card, from unsure to sure (mock/README: 10-40 % dark, 12-46 % light).
DARK_SHARES, LIGHT_SHARES = (0.10, 0.40), (0.12, 0.46)


def region_outputs(scene: Scene, name: str, plane: Plane, box: tuple[float, float, float, float]) -> Array:
    """Return a learner's outputs (CELLS, CELLS, O) on the plane within a box, bottom row first."""
    outputs = outputs_on(scene.shot, name, scene.task, grid(plane, box, CELLS), scene.step)
    return np.asarray(outputs, np.float64).reshape(CELLS, CELLS, -1)


def region_picture(outputs: Array, scene: Scene, theme: Theme) -> Array:
    """Return (PIXELS, PIXELS, 3) bytes: each pixel in its class's colour, stronger where the learner is surer.

    outputs (CELLS, CELLS, O). A light line runs where the decision changes; the card shows where nothing is finite.
    """
    chosen, sure = _decided(_enlarged(outputs, PIXELS), scene.loss)
    least = 1.0 / scene.n_classes
    low, high = DARK_SHARES if theme.is_dark else LIGHT_SHARES
    share = low + (high - low) * np.clip((sure - least) / (1 - least), 0, 1)
    share = np.where(chosen < 0, np.float32(0), share)[..., None]
    card = rgb(theme.card).astype(np.float32)
    towards = np.array([rgb(class_color(number)) for number in range(scene.n_classes)], np.float32) - card
    picture = card + towards[np.maximum(chosen, 0)] * share
    picture[_borders(chosen)] = card + (rgb(theme.text) - card) * 0.55
    return picture.astype(np.uint8)


def _decided(outputs: Array, loss: str) -> tuple[Array, Array]:
    """Return the class (-1 where not finite) and the probability of it, for outputs (O, ...)."""
    logits = np.concatenate([np.zeros_like(outputs), outputs]) if loss == "bce" else outputs
    with np.errstate(all="ignore"):
        sure = 1.0 / np.exp(logits - logits.max(axis=0)).sum(axis=0)
        finite = np.isfinite(logits.sum(axis=0))
    return np.where(finite, logits.argmax(axis=0), -1), np.where(finite, sure, 0.0).astype(np.float32)


def _borders(chosen: Array) -> Array:
    edge = np.zeros(chosen.shape, dtype=bool)
    edge[:, 1:] |= chosen[:, 1:] != chosen[:, :-1]
    edge[1:] |= chosen[1:] != chosen[:-1]
    return edge


def _enlarged(values: Array, size: int) -> Array:
    """Interpolate (n, n, O) bilinearly between the centres of its cells to (O, size, size), single precision."""
    n = values.shape[0]
    at = np.clip((np.arange(size) + 0.5) * n / size - 0.5, 0, n - 1)
    low = np.minimum(at.astype(int), n - 2)
    share = (at - low).astype(np.float32)
    with np.errstate(all="ignore"):
        cells = np.ascontiguousarray(np.moveaxis(values, 2, 0), dtype=np.float32)
        tall = cells[:, low] * (1 - share[:, None]) + cells[:, low + 1] * share[:, None]  # (O, size, n)
        return tall[:, :, low] * (1 - share) + tall[:, :, low + 1] * share
