"""Labels that the core declares and sentences that it makes, in the language of the window.

The core knows no language. What it declares is in the catalogues as it stands. Its reasons and remedies are English
sentences with names and numbers in them: here each kind of sentence stands once as a pattern; what is recognised is
said anew in the catalogue's words, and what is not stays as it was made.
"""

import re
from functools import cache

from PySide6.QtCore import QCoreApplication

from app.look import said_data
from app.look.said_data import QT_TRANSLATE_NOOP

#: The first that fits is taken: a longer pattern stands before one that would swallow it.
PATTERNS = (
    QT_TRANSLATE_NOOP("core", "{0} needs classes to have prototypes of, and these tasks have values to regress."),
    QT_TRANSLATE_NOOP("core", "{0} needs classes, and these tasks have values to regress."),
    QT_TRANSLATE_NOOP("core", "{0} needs a finite pool of classes: in an endless one no class is ever met twice."),
    QT_TRANSLATE_NOOP("core", "{0} hands its hidden layers on to new classes, and the linear model has none. "
                              "Add a hidden layer, or compare with Zero start."),
    QT_TRANSLATE_NOOP("core", "{0} learns the layers below the head, and the linear model has none. "
                              "Add a hidden layer, or compare with Nearest centroid."),
    QT_TRANSLATE_NOOP("core", "{0} is for the linear model: from zero weights hidden layers get no gradient. "
                              "Take all hidden layers away, or use Scratch."),
    QT_TRANSLATE_NOOP("core", "{0} needs tasks whose making is known: sine waves, or Gaussian classes. "
                              "Of these tasks there is nothing to tell it."),
    QT_TRANSLATE_NOOP("core", "{0} can't train from zero initial weights: choose Glorot initial weights."),
    QT_TRANSLATE_NOOP("core", "{0} can't train. Zero initial weights give the hidden layers no gradient: "
                              "choose Glorot initial weights, or no hidden layer."),
    QT_TRANSLATE_NOOP("core", "{0} can't train. From zero weights every row is embedded at the same place and no "
                              "gradient says where to go: choose Glorot initial weights."),
    QT_TRANSLATE_NOOP("core", "{0} can't learn a task. Zero initial weights give the hidden layers no gradient: "
                              "choose Glorot initial weights, or no hidden layer."),
    QT_TRANSLATE_NOOP("core", "{0} diverged: its training loss is not a finite number. "
                              "The theta of iteration {1} was kept."),
    QT_TRANSLATE_NOOP("core", "{0} diverged: its training loss is {1}. The theta of iteration {2} was kept."),
    QT_TRANSLATE_NOOP("core", "It came with the change {0}: go back to what was before, or try something in between."),
    QT_TRANSLATE_NOOP("core", "Adaptation itself runs away: try an inner step size α below {0} (now {1})."),
    QT_TRANSLATE_NOOP("core", "Try a meta step size β below {0} (now {1}), "
                              "or an inner step size α below {2} (now {3})."),
    QT_TRANSLATE_NOOP("core", "the {0} split of {1} has {2} of its {3} classes"),
    QT_TRANSLATE_NOOP("core", "class {0} of {1} has {2} {3} rows, and {4} of a class are query rows"),
    QT_TRANSLATE_NOOP("core", "class {0} of {1} has {2} {3} rows, and {4} of a class are support rows"),
    QT_TRANSLATE_NOOP("core", "a row of {0} has {1} features"),
    QT_TRANSLATE_NOOP("core", "the validation pool has {0} classes; an endless pool takes more"),
    QT_TRANSLATE_NOOP("core", "there are no more features than that"),
    QT_TRANSLATE_NOOP("core", "tasks that are made up have rows of at most so many numbers"),
    QT_TRANSLATE_NOOP("core", "made for the N and the sizes of training"),
    QT_TRANSLATE_NOOP("core", "labels are 0 or 1: these tasks have two classes by construction"),
    QT_TRANSLATE_NOOP("core", "at 1 amplitudes and phases fill the ranges that are set"),
    *said_data.PATTERNS,
)  # fmt: skip


#: What may stand in a hole of a pattern and is a word rather than a name.
WORDS = (
    QT_TRANSLATE_NOOP("core", "training"),
    QT_TRANSLATE_NOOP("core", "validation"),
    QT_TRANSLATE_NOOP("core", "test"),
    *said_data.WORDS,
)


def translated(text: str) -> str:
    """Return the translation of a text that the core declares: a label, a summary, a help text."""
    return QCoreApplication.translate("settings", text)


def said(text: str) -> str:
    """Return a sentence of the core in the language in use; as it is where no pattern knows it."""
    for pattern, shape in _shapes():
        found = shape.fullmatch(text)
        if found:
            holes = [_word(hole) for hole in found.groups()]
            return QCoreApplication.translate("core", pattern).format(*holes)
    return text


def _word(hole: str) -> str:
    return QCoreApplication.translate("core", hole) if hole in WORDS else hole


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((pattern, _shape(pattern)) for pattern in PATTERNS)


def _shape(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{\d\}", pattern)
    return re.compile("(.+?)".join(map(re.escape, parts)))
