"""What a study compares: learners, and the numbers that are varied."""

import os
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QGridLayout, QLabel, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.controls.learners import LearnerBox
from app.look.theme import Theme
from mamlcore.config import Config
from mamlcore.learners import LEARNERS
from mamlcore.setting import bounds_of
from mamlcore.study.plan import USUAL, Study
from mamlcore.tasks import FAMILIES

COLUMNS = 2
ROOMY_PX, LOW_ROW_PX = 700, 20  # on a screen lower than this the learners stand closer
FIELD_PX, NAME_PX = 112, 284


class StudyForm(QWidget):
    """The fields of a plan. ``changed`` after every change by hand."""

    changed = Signal()

    def __init__(self, config: Config, not_offered: Mapping[str, str], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.boxes: dict[str, LearnerBox] = {}
        self.lists: dict[str, QLineEdit] = {}
        self.spins: dict[str, QSpinBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._group(self.tr("Learners")))
        column.addLayout(self._learners(not_offered, theme))
        column.addLayout(self._quick())
        column.addSpacing(8)
        column.addWidget(self._group(self.tr("Numbers")))
        column.addLayout(self._numbers(config))
        column.addStretch(1)
        self.choose(USUAL)

    def wished(self) -> dict[str, Any]:
        """Return what is asked for, as :func:`mamlcore.study.plan.planned` takes it; unchecked text and all."""
        chosen = tuple(name for name, box in self.boxes.items() if box.isChecked() and box.isEnabled())
        texts = {name: edit.text() for name, edit in self.lists.items()}
        numbers = {name: spin.value() for name, spin in self.spins.items() if name != "workers"}
        return {"learners": chosen, **texts, **numbers}

    @property
    def workers(self) -> int:
        """How many processes compute."""
        return self.spins["workers"].value()

    def choose(self, names: tuple[str, ...]) -> None:
        """Check these learners and no others."""
        for name, box in self.boxes.items():
            box.show_checked(name in names and box.isEnabled())
        self.changed.emit()

    def _group(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("tone", "group")
        return label

    def _learners(self, not_offered: Mapping[str, str], theme: Theme) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(0)
        grid.setHorizontalSpacing(12)
        rows = -(-len(LEARNERS) // COLUMNS)
        for place, name in enumerate(LEARNERS):
            box = LearnerBox(name, self)
            box.apply_theme(theme)
            box.show_reason(not_offered.get(name, ""))
            box.setMinimumWidth(NAME_PX)
            if self.screen().availableGeometry().height() < ROOMY_PX:
                box.setFixedHeight(LOW_ROW_PX)
            box.toggled.connect(lambda _on: self.changed.emit())
            self.boxes[name] = box
            grid.addWidget(box, place % rows, place // rows)
        return grid

    def _quick(self) -> QGridLayout:
        row = QGridLayout()
        row.setContentsMargins(0, 2, 0, 0)
        for place, (text, names) in enumerate(
            ((self.tr("The usual ones"), USUAL), (self.tr("All"), tuple(LEARNERS)), (self.tr("None"), ()))
        ):
            button = QPushButton(text, self)
            button.setProperty("role", "quiet")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, names=names: self.choose(names))
            row.addWidget(button, 0, place)
        row.setColumnStretch(3, 1)
        return row

    def _numbers(self, config: Config) -> QGridLayout:
        """Return lists at the left, single numbers at the right."""
        row = QGridLayout()
        row.addLayout(self._lists(config), 0, 0)
        row.addLayout(self._spins(config), 0, 1)
        row.setHorizontalSpacing(24)
        row.setColumnStretch(2, 1)
        return row

    def _lists(self, config: Config) -> QFormLayout:
        form, task, family = self._fields(), config.task, FAMILIES[config.task.family]
        splits = "0, 1, 2" if "split_seed" in family.settings else str(task.split_seed)
        several = self.tr("One number or several, separated by commas")
        for name, text, value, setting in (
            ("ways", self.tr("Ways N"), task.n_way, "n_way"),
            ("shots", self.tr("Shots K"), task.k_shot, "k_shot"),
            ("splits", self.tr("Class splits"), splits, "split_seed"),
            ("seeds", self.tr("Seeds"), config.seed, ""),
        ):
            edit = QLineEdit(str(value), self)
            edit.setEnabled(not setting or setting in family.settings)
            edit.setToolTip(several if edit.isEnabled() else self.tr("These tasks have no such setting"))
            edit.textChanged.connect(lambda _text: self.changed.emit())
            self.lists[name] = edit
            self._add(form, text, edit)
        return form

    def _spins(self, config: Config) -> QFormLayout:
        form = self._fields()
        for name, text, about in (
            ("steps", self.tr("Meta-steps"), self.tr("Training of each learner; the best point on validation counts")),
            ("trials", self.tr("Trials"), self.tr("Settings tried for each learner on validation tasks")),
            ("tasks", self.tr("Test tasks"), self.tr("Held-out tasks that each learner is judged on")),
        ):
            bounds = bounds_of(Study.model_fields[name])
            default = config.evaluation.tasks if name == "tasks" else Study.model_fields[name].default
            self._add(form, text, self._spin(name, (bounds["ge"], bounds["le"]), default, about))
        cores = os.cpu_count() or 1
        about = self.tr("Processes of a local Dask cluster, one thread each; this machine has {0} cores").format(cores)
        self._add(form, self.tr("Workers"), self._spin("workers", (1, max(8, cores)), min(2, cores), about))
        return form

    def _fields(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        return form

    def _spin(self, name: str, limits: tuple[int, int], value: int, about: str) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setRange(*limits)
        spin.setValue(value)
        spin.setToolTip(about)
        spin.valueChanged.connect(lambda _value: self.changed.emit())
        self.spins[name] = spin
        return spin

    def _add(self, form: QFormLayout, text: str, field: QWidget) -> None:
        field.setFixedWidth(FIELD_PX)
        field.setAccessibleName(text)
        form.addRow(text, field)
