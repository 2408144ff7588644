"""What of each learner can be looked at: the literal registry, and the words for it."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from mamlcore.snapshot import Snapshot

_GRADIENTS = ("cosines", "angles", "norms")
_TUNED = ("tuning",)
#: What each learner lets one see, first what shows most.
KINDS: Mapping[str, tuple[str, ...]] = {
    "maml": _GRADIENTS,
    "fomaml": _GRADIENTS,
    "joint": _TUNED,
    "scratch": _TUNED,
    "zero": _TUNED,
    "reptile": _GRADIENTS,
    "anil": _GRADIENTS,
    "meta_sgd": ("rates", *_GRADIENTS),
    "maml_pp": ("step_rates", *_GRADIENTS),
    "proto_maml": ("head", "plane"),
    "imaml": ("rest", "system"),
    "prototypical": ("distances", "plane"),
    "nearest_centroid": ("distances",),
    "nearest_neighbor": ("neighbors",),
    "whitened_centroid": ("spectrum", "distances"),
    "oracle": ("posterior",),
    "matching": ("attention",),
    "matching_fce": ("attention",),
    "snail": ("attention_1", "attention_2", "attention_3"),
    "meta_networks": ("memory",),
    "meta_lstm": ("forget", "input"),
}
#: Kinds that can be had over all held-out tasks, too.
OVER_TASKS = _GRADIENTS
translate = QCoreApplication.translate


def offered(shot: Snapshot) -> list[str]:
    """Return the learners of the run that have something to show, in their order."""
    told = set() if shot.source.problem.is_classification else {"oracle"}  # on waves it has only its outputs
    return [name for name in shot.learners if name in KINDS and name not in told]


def kind_text(kind: str) -> str:
    """Return what a view is called in the chooser."""
    return {
        "cosines": translate("internals", "Cosine matrix"),
        "angles": translate("internals", "Cosines by step"),
        "norms": translate("internals", "Norms by step"),
        "rates": translate("internals", "Learned rates"),
        "step_rates": translate("internals", "Learned rates"),
        "distances": translate("internals", "Distances"),
        "plane": translate("internals", "Prototypes"),
        "neighbors": translate("internals", "Distances"),
        "posterior": translate("internals", "Probabilities"),
        "rest": translate("internals", "Coming to rest"),
        "system": translate("internals", "Implicit gradient"),
        "head": translate("internals", "Head"),
        "spectrum": translate("internals", "Spectrum"),
        "tuning": translate("internals", "Fine-tuning"),
        "attention": translate("internals", "Attention"),
        "attention_1": translate("internals", "Attention 1"),
        "attention_2": translate("internals", "Attention 2"),
        "attention_3": translate("internals", "Attention 3"),
        "memory": translate("internals", "Memory read"),
        "forget": translate("internals", "Forget gate"),
        "input": translate("internals", "Input gate"),
    }[kind]
