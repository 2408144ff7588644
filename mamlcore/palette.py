"""One colour and one dash per learner, for life: window, table and exported figures (Okabe-Ito, adjusted).

Dark is OKLab lightness +0.10, which also serves as text; light lines keep 3:1 and light text 4.5:1 on white.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ink:
    """How a learner is drawn. Dashes are on/off lengths in pixels; empty is solid."""

    dark: str
    light: str
    light_text: str
    dash: tuple[float, ...] = ()


_SOLID: tuple[float, ...] = ()
_CYCLE = (
    Ink("#3FBE91", "#009E73", "#00855C", (8, 3)),
    Ink("#EE98C7", "#CC79A7", "#A85885", (5, 2, 1.5, 2)),
    Ink("#FFBF41", "#CB8600", "#A86400", (3, 2)),
    Ink("#77D4FF", "#3A9BCE", "#097CAE", (9, 3, 3, 3)),
)
INKS: dict[str, Ink] = {
    "maml": Ink("#3491D3", "#0072B2", "#0072B2", _SOLID),
    "fomaml": Ink("#77D4FF", "#3A9BCE", "#097CAE", (5, 3)),
    "joint": Ink("#F87E36", "#D55E00", "#C44E00", (11, 4)),
    "scratch": Ink("#9D9D9D", "#7F7F7F", "#6F6F6F", (1.5, 3)),
    "zero": Ink("#9D9D9D", "#7F7F7F", "#6F6F6F", (4, 2, 1.5, 2)),
    "nearest_centroid": Ink("#FFBF41", "#CB8600", "#A86400", (7, 3, 1.5, 3)),
    "reptile": Ink("#EE98C7", "#CC79A7", "#A85885", (8, 2, 2, 2)),
    "anil": Ink("#3EB7C3", "#0097A3", "#00808C", (6, 4)),
    "meta_sgd": Ink("#3FBE91", "#009E73", "#00855C", (9, 2)),
    "maml_pp": Ink("#6685FB", "#4B66D8", "#4B66D8", (14, 3, 4, 3)),
    "proto_maml": Ink("#AAA336", "#8C8400", "#7F7600", (10, 2, 1.5, 2, 1.5, 2)),
    "imaml": Ink("#BA8565", "#9A6748", "#9A6748", (4, 4)),
    "meta_lstm": Ink("#AA8AF3", "#8C6BD1", "#8362C7", (12, 3, 2, 3)),
    "meta_networks": Ink("#C08F67", "#A0714A", "#9A6B44", (6, 2, 6, 2, 1.5, 2)),
    "snail": Ink("#89BA45", "#6B9A1E", "#548100", (2, 2)),
    "matching": Ink("#FF8C39", "#E06C00", "#C15000", (4, 2)),
    "matching_fce": Ink("#E18A36", "#BF6B00", "#B05D00", (10, 2, 2, 2)),
    "prototypical": Ink("#E7703F", "#C4501B", "#C24E19", (7, 2)),
    "nearest_neighbor": Ink("#FFBF41", "#CB8600", "#A86400", (2, 3)),
    "whitened_centroid": Ink("#D59937", "#B47A00", "#9F6600", (5, 2, 1.5, 2, 1.5, 2)),
    "oracle": Ink("#C9CDD2", "#4A4F55", "#4A4F55", (12, 3, 2, 3, 2, 3)),
}
#: Classes of a task are not learners: their own colours, always with a shape as second cue.
CLASS_COLORS = ("#CC6677", "#DDCC77", "#44AA99", "#88CCEE", "#AA4499")


def ink(learner: str) -> Ink:
    """Return how a learner is drawn; one without a line of its own gets one by its name, always the same."""
    return INKS.get(learner) or _CYCLE[sum(learner.encode()) % len(_CYCLE)]
