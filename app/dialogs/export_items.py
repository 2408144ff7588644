"""What an export offers, once: groups of check boxes, each standing for one or more files."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase as fnmatch

from PySide6.QtCore import QCoreApplication

CONTEXT = "export"


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark a text for the translators; :func:`translated` translates it when it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Item:
    """One check box: its key in the remembered settings, its text, the files it stands for.

    A file may be a pattern, ``parameters/*.npz``: one of each learner that has such a file.
    """

    key: str
    text: str
    files: tuple[str, ...]
    note: str = ""
    on: bool = True
    needs_theta: bool = False


GROUPS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        QT_TRANSLATE_NOOP("export", "What was learned"),
        (
            Item("theta_npz", QT_TRANSLATE_NOOP("export", "θ for Python"), ("theta.npz",),
                 QT_TRANSLATE_NOOP("export", "opens with mamlcore.load_theta"), needs_theta=True),
            Item("theta_safetensors", QT_TRANSLATE_NOOP("export", "θ for PyTorch"), ("theta.safetensors",),
                 QT_TRANSLATE_NOOP("export", "loads with strict=True"), needs_theta=True),
            Item("theta_json", QT_TRANSLATE_NOOP("export", "θ as text"), ("theta.json",), on=False,
                 needs_theta=True),
            Item("parameters", QT_TRANSLATE_NOOP("export", "All that each learner has trained"),
                 ("parameters/*.npz", "parameters/*.safetensors")),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("export", "Pictures"),
        (
            Item("png", QT_TRANSLATE_NOOP("export", "Both plots, PNG"), ("meta_loss.png", "adaptation.png")),
            Item("svg", QT_TRANSLATE_NOOP("export", "Both plots, SVG"), ("meta_loss.svg", "adaptation.svg")),
            Item("pdf", QT_TRANSLATE_NOOP("export", "Both plots, PDF"), ("meta_loss.pdf", "adaptation.pdf"), on=False),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("export", "Numbers"),
        (
            Item("history", QT_TRANSLATE_NOOP("export", "Curves"), ("history.csv",)),
            Item("evaluation", QT_TRANSLATE_NOOP("export", "Evaluation after every step"), ("evaluation.csv",)),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("export", "Settings and exact resume"),
        (
            Item("settings", QT_TRANSLATE_NOOP("export", "Settings and command"), ("config.json", "command.txt")),
            Item("checkpoint", QT_TRANSLATE_NOOP("export", "Checkpoint"), ("checkpoint.npz",),
                 QT_TRANSLATE_NOOP("export", "all that an exact resume needs"), on=False),
        ),
    ),
)  # fmt: skip


def translated(text: str) -> str:
    """Return a text of this table in the language in use."""
    return QCoreApplication.translate(CONTEXT, text) if text else ""


def items() -> Iterable[Item]:
    """Return all items in order."""
    return (item for _, group in GROUPS for item in group)


def files_for(item: Item, there: Iterable[str]) -> list[str]:
    """Return which of the files there are an item stands for."""
    return [name for name in there if any(fnmatch(name, pattern) for pattern in item.files)]
