"""The literal registry of task families: one line each, in the order of display."""

from mamlcore.tasks.base import TaskFamily

FAMILIES: dict[str, TaskFamily] = {}
