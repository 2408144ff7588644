"""The Chinese catalogue: every text has its entry, nothing in braces is lost, and the window speaks it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shots
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app import language
from app.actions import plain
from app.look.said import PATTERNS, said
from app.sentence.words import plain as words
from app.sentence.words import sentence
from mamlcore import Config
from mamlcore.divergence import fault_of
from mamlcore.learners import LEARNERS
from mamlcore.tasks import FAMILIES, limits, open_source
from tests.translate import CATALOGUES, entries, update

CATALOGUE = CATALOGUES / "maml_lab_zh_CN.ts"
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[QApplication]:
    translator = QTranslator()
    assert translator.load(str(CATALOGUE.with_suffix(".qm")))
    qapp.installTranslator(translator)
    yield qapp
    qapp.removeTranslator(translator)


def test_the_texts_of_the_program_have_their_entries(tmp_path: Path) -> None:
    fresh = tmp_path / CATALOGUE.name
    shutil.copy(CATALOGUE, fresh)
    update(fresh)  # adds what is new in the program and drops what is gone
    now, known = set(entries(fresh)), set(entries(CATALOGUE))
    missing = {source for _, source, _ in now - known}
    # A few new texts may wait, in English, for somebody who knows the language.
    assert len(missing) < 0.1 * len(now), f"run python -m tests.translate for {sorted(missing)}"
    assert len(known - now) < 0.1 * len(known)


def test_what_is_translated_keeps_what_is_put_in_and_little_is_left() -> None:
    wrong, found = {}, entries(CATALOGUE)
    for (_, source, _), text in found.items():
        holes = [sorted(set(re.findall(r"\{\d\}", side))) for side in (source, text)]
        keys = [("&" in side, "…" in side) for side in (source, text)]
        if text and (holes[0] != holes[1] or keys[0] != keys[1]):
            wrong[source] = text
    assert wrong == {}
    left = [source for (_, source, _), text in found.items() if not text]  # is shown in English until it is
    assert len(left) < 0.1 * len(found)


def test_the_compiled_catalogue_says_what_its_source_says(chinese: QApplication) -> None:
    for (context, source, comment), text in entries(CATALOGUE).items():
        assert QCoreApplication.translate(context, source, comment or None) == (text or source)


@pytest.mark.parametrize(("code", "used"), [("zh_CN", "zh_CN"), ("zh", "zh_CN"), ("en", "en"), ("de_DE", "en")])
def test_the_language_is_chosen_by_its_code(code: str, used: str) -> None:
    found = language.catalogue(QLocale(code))
    assert (found.stem.removeprefix(language.PREFIX) if found else "en") == used


def test_the_sentence_is_said_in_chinese(chinese: QApplication) -> None:
    first, second = (words(line.forms()[0]) for line in (sentence(shots.sine()).first, sentence(shots.sine()).second))
    assert re.match(r"在 10 个点上适应 3 步后：MAML \d", first)
    assert first.endswith("。") and "联合训练" in first and "个留出任务，95 % 区间。" in second


def test_menus_lose_their_keys_on_buttons(chinese: QApplication) -> None:
    from PySide6.QtWidgets import QWidget  # noqa: PLC0415

    from app.actions import Actions  # noqa: PLC0415

    window = QWidget()
    assert plain(Actions(window)["export"]) == "导出"
    window.deleteLater()


def _reasons() -> set[str]:
    """Return why learners are not offered, over all families and a few networks."""
    found = set()
    for family in FAMILIES:
        for changes in ({}, {"model.hidden": []}, {"model.init": "zero"}, {"task.pool": "endless"}):
            config = Config().with_settings({"task.family": family, **FAMILIES[family].defaults, **changes})
            problem = open_source(config, np.random.default_rng(0)).problem
            found |= {learner.unsupported(problem, config) for learner in LEARNERS.values()} - {None}
            found |= {limit.reason for limit in limits(config).values()}
    return {str(reason) for reason in found}


def test_what_the_core_says_is_said_anew(chinese: QApplication) -> None:
    faults = [
        fault_of("maml", "MAML", loss, Config(), kept, changes)
        for loss in (1.87e11, np.inf)
        for kept, changes in ((0, []), (40, []), (40, ["α 0.02 → 5"]))
    ]
    texts = _reasons() | {text for fault in faults for text in (fault.reason, fault.remedy)}
    left = {text for text in texts if not HAN.search(said(text))}
    assert len(left) < 0.1 * len(texts), f"no pattern in app/look/said.py knows {sorted(left)}"
    assert "1.87 × 10¹¹" in said(faults[0].reason) and said("something else") == "something else"


def test_no_pattern_is_there_for_nothing() -> None:
    from app.look.said import _shape  # noqa: PLC0415

    for pattern in PATTERNS:
        values = [f"v{place}" for place in range(9)]
        assert _shape(pattern).fullmatch(pattern.format(*values))
