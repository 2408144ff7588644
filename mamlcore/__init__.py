"""MAML Lab's core: what meta-learning is, in NumPy, with no window.

>>> import mamlcore
>>> lab = mamlcore.Lab(mamlcore.load_preset("sine").with_settings({"evaluation.live_tasks": 10}))
>>> lab.step()
>>> lab.snapshot().iteration
1
"""

from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.errors import LabError, LoadError, SettingError
from mamlcore.estimator import ThetaModel, load_theta
from mamlcore.lab import Lab
from mamlcore.metagrad import MetaGradient, meta_gradient
from mamlcore.presets import load_preset, preset_names
from mamlcore.runner import Runner
from mamlcore.snapshot import Snapshot

__version__ = "0.1.0"
__all__ = [
    "Config", "Lab", "LabError", "LoadError", "MetaGradient", "Runner", "SettingError", "Snapshot", "TaskBatch",
    "ThetaModel", "load_preset", "load_theta", "meta_gradient", "preset_names",
]  # fmt: skip
