"""``maml-lab presets``, ``families`` and ``learners``: what there is, by name."""

from mamlcore.cli.options import Json
from mamlcore.cli.output import print_list
from mamlcore.learners import LEARNERS
from mamlcore.presets import preset_label, preset_names, preset_summary
from mamlcore.tasks import FAMILIES


def presets(as_json: Json = False) -> None:
    """List the presets."""
    rows = [{"name": name, "label": preset_label(name), "summary": preset_summary(name)} for name in preset_names()]
    print_list("Presets", rows, as_json)


def families(as_json: Json = False) -> None:
    """List the families of tasks."""
    rows = [{"name": name, "label": family.label, "summary": family.summary} for name, family in FAMILIES.items()]
    print_list("Families of tasks", rows, as_json)


def learners(as_json: Json = False) -> None:
    """List the learners."""
    rows = [{"name": name, "label": learner.label, "role": learner.role, "summary": learner.summary}
            for name, learner in LEARNERS.items()]  # fmt: skip
    print_list("Learners", rows, as_json)
