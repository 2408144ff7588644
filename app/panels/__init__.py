"""The literal registry of panels: one line each, in the order of the View menu."""

from app.panels.adaptation import AdaptationPanel
from app.panels.base import Panel
from app.panels.meta_loss import MetaLossPanel

PANELS: dict[str, type[Panel]] = {
    "meta_loss": MetaLossPanel,
    "adaptation": AdaptationPanel,
}
