"""The literal registry of learners: one line each, in the order of display."""

from mamlcore.learners.base import Learner

LEARNERS: dict[str, Learner] = {}
