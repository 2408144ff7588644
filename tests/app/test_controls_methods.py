"""The settings of single methods: shown for learners that are on, brought into view, never cut short."""

import pytest

from app.controls.column import Controls
from app.controls.methods import learners_of, matters
from app.controls.text import full_name
from app.look.lettering import text_width
from mamlcore.config import SETTINGS, Config
from mamlcore.learners import LEARNERS


@pytest.fixture
def column(qtbot):
    controls = Controls(Config(learners=("maml", "joint")))
    qtbot.addWidget(controls)
    controls.resize(280, 620)
    controls.show()
    qtbot.waitExposed(controls)
    return controls


def shown(controls: Controls) -> set[str]:
    items = controls.groups["learner"].items
    return {item.spec.path for item in items}


def test_settings_belong_to_learners_by_their_names():
    assert learners_of("learner.maml_pp_length") == ("maml_pp",)
    assert learners_of("learner.reptile_inner_steps") == ("reptile",)
    assert learners_of("learner.matching_metric") == ("matching", "matching_fce")
    assert matters("learner.of_some_new_idea", ()) and matters("inner.lr", ())
    for path in SETTINGS:
        assert not path.startswith("learner.") or set(learners_of(path)) <= set(LEARNERS)


def test_only_methods_that_are_on_show_their_settings(column):
    group = column.groups["learner"]
    assert group.title == "Methods" and shown(column) == set() and not group.isVisible()
    column.learners["reptile"].click()
    assert "reptile" in column.config.learners and group.isVisible()
    assert shown(column) == {path for path in SETTINGS if path.startswith("learner.reptile_")}
    column.learners["reptile"].click()
    assert shown(column) == set() and not group.isVisible()
    column.show_config(Config(learners=("anil",)))
    assert shown(column) == {"learner.anil_layers"}


def test_what_is_unfolded_at_the_end_comes_into_view(column, qtbot):
    column.learners["reptile"].click()
    group = column.groups["learner"]
    group.more.click()
    first = group.items[0]
    view = column.scroll_area.viewport()
    qtbot.waitUntil(lambda: first.isVisible() and view.rect().contains(first.mapTo(view, first.rect().center())))


@pytest.mark.parametrize("path", [path for path in SETTINGS if path not in ("task.family", "learners")])
def test_every_name_has_room(column, path):
    row = column.rows[path]
    assert text_width(full_name(row.spec), 9) <= row.label.width()
