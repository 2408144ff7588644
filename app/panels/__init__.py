"""The literal registry of panels: one line each, in the order of the View menu."""

from app.panels.adaptation import AdaptationPanel
from app.panels.base import Panel
from app.panels.internals.panel import InternalsPanel
from app.panels.learners.panel import LearnersPanel
from app.panels.meta_loss.panel import MetaLossPanel
from app.panels.task.panel import TaskPanel
from app.panels.theta.panel import ThetaPanel

PANELS: dict[str, type[Panel]] = {
    "meta_loss": MetaLossPanel,
    "adaptation": AdaptationPanel,
    "task": TaskPanel,
    "theta": ThetaPanel,
    "learners": LearnersPanel,
    "internals": InternalsPanel,
}
