"""Values as colours: diverging around zero, or from nothing to most."""

import numpy as np
from PySide6.QtGui import QColor

from app.look.theme import Theme, mix
from mamlcore.arrays import Array

#: Ends of the diverging colours: vermillion for negative, blue for positive (both of Okabe and Ito).
NEGATIVE, POSITIVE = "#D55E00", "#0072B2"
NEGATIVE_DARK, POSITIVE_DARK = "#F87E36", "#3491D3"


def diverging(theme: Theme) -> tuple[str, str, str]:
    """Return the colours of −limit, 0 and +limit; zero is the ground of the cards."""
    zero = mix(theme.card, theme.text, 0.06)
    return (NEGATIVE_DARK, zero, POSITIVE_DARK) if theme.is_dark else (NEGATIVE, zero, POSITIVE)


def colored(values: Array, limit: float, theme: Theme) -> Array:
    """Return (rows, columns, 3) bytes for values: negative towards one colour, positive towards the other.

    Not finite is drawn in the colour of text, so that it can't be missed.
    """
    low, zero, high = (rgb(color) for color in diverging(theme))
    share = np.clip(np.nan_to_num(values, nan=0.0) / limit, -1.0, 1.0)[..., None]
    picture = zero + np.where(share < 0, (low - zero) * -share, (high - zero) * share)
    picture[~np.isfinite(values)] = rgb(theme.text)
    return picture.astype(np.uint8)


def rgb(color: str) -> Array:
    """Return (3,) of "#RRGGBB", 0..255."""
    shade = QColor(color)
    return np.array([shade.red(), shade.green(), shade.blue()], np.float64)


def shaded(values: Array, low: float, high: float, full: str, theme: Theme) -> Array:
    """Return (rows, columns, 3) bytes: ``low`` is the ground of the cards, ``high`` the colour ``full``."""
    ground, top = rgb(mix(theme.card, theme.text, 0.06)), rgb(full)
    share = np.clip((np.nan_to_num(values, nan=low) - low) / max(high - low, 1e-30), 0.0, 1.0)[..., None]
    picture = ground + (top - ground) * share
    picture[~np.isfinite(values)] = rgb(theme.text)
    return picture.astype(np.uint8)
