"""Picture files as rows: looked at before they are decoded, made grey, small and bright on dark."""

import io
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import Image

from mamlcore.arrays import Array, frozen
from mamlcore.data.choices import Choices
from mamlcore.data.preview import Detected, Problem
from mamlcore.data.raw import Raw
from mamlcore.data.table import MAX_FEATURES
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".pgm", ".ppm", ".tif", ".tiff", ".webp")
_KINDS = ("PNG", "JPEG", "BMP", "GIF", "PPM", "TIFF", "WEBP")
MAX_PIXELS = 2**24
MAX_FILE = 64 * 2**20
MAX_PICTURES = 200_000
SIZE = 14  # of pictures read from files, unless chosen
_PER_REPORT = 50
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)  # Pillow's own cap is above ours


class Picture(NamedTuple):
    """A picture file that has been found but not read."""

    group: str  # "" when there are none
    label: str
    split: str  # "" when it is not said
    said: str  # its place, as said in messages
    load: Callable[[], bytes]


def read_pictures(pictures: Sequence[Picture], choices: Choices, name: str, progress: Progress) -> Raw:
    """Decode every picture into (n, S, S) uint8, one at a time.

    Raises LoadError when there are none or too many, and for the first that cannot be read.
    """
    if not 1 <= len(pictures) <= MAX_PICTURES:
        raise LoadError(
            f"{name}: must hold 1 to {MAX_PICTURES} pictures in folders by class, got {len(pictures)}; "
            f"pictures end in {', '.join(ENDINGS)}"
        )
    ordered = sorted(pictures, key=lambda picture: (folded(picture.group), folded(picture.label), picture.said))
    size = choices.size or SIZE
    x = np.empty((len(ordered), size, size), dtype=np.uint8)
    n_oblong = 0
    for at, picture in enumerate(ordered):
        if at % _PER_REPORT == 0:
            progress(at / len(ordered))
        x[at], is_square = decoded(picture.load, size, f"{name}: {picture.said}")
        n_oblong += not is_square
    x, detected = _ink_bright(x, choices)
    problems: tuple[Problem, ...] = ()
    if n_oblong:
        text = f"{n_oblong} pictures are not square and were squeezed to {size} x {size}"
        problems = (Problem("oblong", "note", text),)
    return _raw(ordered, x, name, detected, problems)


def folded(word: str) -> str:
    """Return a name as it is sorted: the same on every system."""
    return unicodedata.normalize("NFC", word).casefold()


def _raw(
    pictures: Sequence[Picture], x: Array, name: str, detected: tuple[Detected, ...], problems: tuple[Problem, ...]
) -> Raw:
    has_groups = any(picture.group for picture in pictures)
    full = [f"{picture.group}/{picture.label}" if has_groups else picture.label for picture in pictures]
    names = tuple(dict.fromkeys(full))
    number = {word: at for at, word in enumerate(names)}
    return Raw(
        name, x, np.array([number[word] for word in full]), names,
        np.array([picture.group for picture in pictures]) if has_groups else None,
        np.array([picture.split for picture in pictures]) if any(picture.split for picture in pictures) else None,
        detected=detected, problems=problems,
    )  # fmt: skip


def decoded(load: Callable[[], bytes], size: int, said: str) -> tuple[Array, bool]:
    """Return a picture as (size, size) uint8, averaged over areas, and whether it was square.

    Raises LoadError, and no other error, for what is no picture within the limits.
    """
    try:
        data = load()
        with Image.open(io.BytesIO(data), formats=_KINDS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise LoadError(f"{said} must have at most {MAX_PIXELS >> 20} million pixels, got {width} x {height}")
            image.draft("L", (2 * size, 2 * size))  # lets JPEG decode no more than is needed
            small = averaged(np.asarray(_grey(image), dtype=np.float32), size)
            return small.round().astype(np.uint8), width == height
    except (LoadError, Cancelled):
        raise
    except Exception as error:  # Pillow raises many kinds for damaged files
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        reason = reason if "BytesIO" not in reason else "not a picture of a kind that can be read"
        raise LoadError(f"{said} cannot be read as a picture ({reason}); drop it or use an intact copy") from None


def averaged(picture: Array, size: int) -> Array:
    """Return (size, size) float32 of a picture (h, w): the mean over the area that each new pixel covers."""
    height, width = picture.shape
    return _overlaps(height, size) @ picture.astype(np.float32) @ _overlaps(width, size).T


@lru_cache(maxsize=16)
def _overlaps(length: int, size: int) -> Array:
    """Return (size, length): the share of each new pixel that each old one covers, along one side."""
    edges = np.arange(size + 1) * (length / size)
    old = np.arange(length)
    common = np.minimum(edges[1:, None], old + 1) - np.maximum(edges[:-1, None], old)
    return frozen((np.maximum(common, 0.0) * (size / length)).astype(np.float32))


def _grey(image: Image.Image) -> Image.Image:
    """Return 8-bit grey; what is transparent becomes white."""
    if image.mode in ("1", "L", "RGB"):
        return image.convert("L")
    if image.mode.startswith("I"):  # 16 bits a pixel
        return Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if "A" in image.mode or "transparency" in image.info:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("L")
    return image.convert("L")


def _ink_bright(x: Array, choices: Choices) -> tuple[Array, tuple[Detected, ...]]:
    """Turn dark into bright as chosen, or when pictures are mostly bright: ink becomes 255, paper 0."""
    bright = float(x.mean()) > 127.5
    invert = bright if choices.invert == "auto" else choices.invert == "yes"
    if invert:
        np.subtract(255, x, out=x)
    if choices.invert != "auto":
        return x, ()
    text = "Pictures are mostly bright, so dark and bright change places" if bright else "Pictures are mostly dark"
    return x, (Detected("invert", "yes" if bright else "no", f"{text}: ink is 1 and paper 0"),)


def sized(raw: Raw, choices: Choices) -> Raw:
    """Return pictures that came as arrays in the size chosen, and inverted when chosen.

    Raises LoadError when they have too many pixels and no size was chosen.
    """
    if raw.x.ndim != 3:
        return raw
    height, width = raw.x.shape[1:]
    if not choices.size and height * width > MAX_FEATURES:
        raise LoadError(
            f"{raw.name}: a picture may have at most {MAX_FEATURES} pixels, got {height} x {width}; choose a size, "
            "such as 28 (--size 28)"
        )
    x = raw.x
    if choices.size and (height, width) != (choices.size, choices.size):
        small = np.stack([averaged(picture, choices.size) for picture in x])
        x = small.round().astype(np.uint8) if x.dtype == np.uint8 else small
    if choices.invert == "yes" and raw.x.dtype.kind in "uif":
        x = (x.max() - x + x.min()).astype(x.dtype)
    return replace(raw, x=x)
