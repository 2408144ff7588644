"""The left column: every setting that matters now, generated from its declaration."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.controls.change import Change, Followed, after, bounds, default_of, with_family
from app.controls.dataset import DatasetRow
from app.controls.family import FamilyPicker
from app.controls.fold import folded_items
from app.controls.group import Group, Item
from app.controls.learners import LearnerBox, chosen_learners, is_enough
from app.controls.marks import EffectMark
from app.controls.methods import matters
from app.controls.row import WIDE, ChoiceRow, NumberRow, Row, WidthsRow
from app.controls.text import full_name, value_text
from app.look.said import said, translated
from app.look.theme import DARK, Theme
from mamlcore.config import SETTINGS, Config
from mamlcore.errors import LabError
from mamlcore.learners import LEARNERS
from mamlcore.tasks import FAMILIES

_TOP, _BOTTOM = 6, 6
_LEGEND_HEIGHT = 24
_ROWS: dict[str, type[Row]] = {"widths": WidthsRow, "choice": ChoiceRow, "text": DatasetRow}
_GAPS = (12, 3)  # between groups: roomy, tight


class Controls(QWidget):
    """Shows settings and emits whole, valid new ones. What can't be done is said where it was tried."""

    changed = Signal(object)  # the new Config, each time a person changes something

    def __init__(self, config: Config | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = config or Config()
        self._theme = DARK
        self.picker = FamilyPicker(self)
        self.rows = {
            path: _ROWS.get(spec.kind, NumberRow)(spec, self) for path, spec in SETTINGS.items() if _has_row(path)
        }
        self.learners = {name: LearnerBox(name, self) for name in LEARNERS}
        self.groups = {name: Group(title, self) for name, title in self._titles().items()}
        self._note = QLabel(self)
        self._build()
        self._connect()
        self.show_config(self._config)

    @property
    def config(self) -> Config:
        """The settings shown."""
        return self._config

    def show_config(self, config: Config) -> None:
        """Show these settings, from a preset or a file. Emits nothing."""
        self._config = config
        self._say("")
        self._fill_groups()
        self._refresh(anew=True)
        self._fold()

    def show_unsupported(self, reasons: Mapping[str, str]) -> None:
        """Disable the learners that can't be offered for these tasks, each with its reason."""
        for name, box in self.learners.items():
            box.show_reason(reasons.get(name, ""))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.picker.apply_theme(theme)
        for mark in self._legend_marks:
            mark.apply_theme(theme)
        for row in self.rows.values():
            row.apply_theme(theme)
        for box in self.learners.values():
            box.apply_theme(theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._theme.card))
        painter.setPen(Qt.PenStyle.NoPen if self._theme.is_dark else QPen(QColor(self._theme.hairline), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold as many rows as the height asks for."""
        super().resizeEvent(event)
        for row in self.rows.values():
            row.set_wide(self.width() >= WIDE)
        self._fold()

    def _titles(self) -> dict[str, str]:
        known = {
            "task": self.tr("Tasks"), "model": self.tr("Model"), "inner": self.tr("Inner loop"),
            "outer": self.tr("Outer loop"), "learners": self.tr("Learners"), "learner": self.tr("Methods"),
            "evaluation": self.tr("Evaluation"),
        }  # fmt: skip
        return known | {name: translated(name.capitalize()) for name in map(_group_of, self.rows) if name not in known}

    def _build(self) -> None:
        content = QWidget(self)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, _TOP, 0, 0)
        for name, group in self.groups.items():
            self._column.addWidget(group)
            if name == "task":
                group.add_widget(self.picker)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        self.scroll_area = scroll
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, _BOTTOM)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._note)
        outer.addWidget(self._build_legend())
        self._note.setWordWrap(True)
        self._note.setProperty("tone", "notice")
        self._note.setContentsMargins(24, 4, 12, 4)
        self.setMinimumWidth(272)

    def _build_legend(self) -> QWidget:
        self._legend = QWidget(self)
        self._legend.setFixedHeight(_LEGEND_HEIGHT)
        row = QHBoxLayout(self._legend)
        row.setContentsMargins(24, 0, 12, 0)
        row.setSpacing(4)
        self._legend_marks = [EffectMark("live", self._legend), EffectMark("restart", self._legend)]
        for mark, text in zip(
            self._legend_marks, (self.tr("at the next step"), self.tr("restarts the run")), strict=True
        ):
            label = QLabel(text, self._legend)
            label.setProperty("tone", "hint")
            row.addWidget(mark)
            row.addWidget(label)
            row.addSpacing(10)
        row.addStretch(1)
        return self._legend

    def _connect(self) -> None:
        self.picker.chosen.connect(self._on_family)
        for row in self.rows.values():
            row.edited.connect(self._on_edited)
            row.refused.connect(self._refuse)
            row.reset_wanted.connect(self._on_reset)
        for box in self.learners.values():
            box.toggled.connect(self._on_learner)
        for group in self.groups.values():
            group.toggled.connect(self._fold)
            group.toggled.connect(partial(self._bring_into_view, group))

    def _fill_groups(self) -> None:
        """Give each group the rows that matter for the family and the learners, and Tab their order."""
        of_family = [f"task.{name}" for name in FAMILIES[self._config.task.family].settings]
        paths = [path for path in of_family if path in self.rows]
        chosen = self._config.learners
        paths += [path for path in self.rows if not path.startswith("task.") and matters(path, chosen)]
        if not self._config.model.hidden:
            paths.remove("model.activation")  # a linear model has none
        for name, group in self.groups.items():
            rows: list[Item] = [self.rows[path] for path in paths if _group_of(path) == name]
            group.set_items([*self.learners.values()] if name == "learners" else rows)
            group.setVisible(bool(group.items))
        for path, row in self.rows.items():
            row.setVisible(path in paths)
        visited = [widget for group in self.groups.values() for widget in group.focusables()]
        visited[1:1] = self.picker.buttons.values()  # below the first heading
        for first, second in pairwise(visited):
            QWidget.setTabOrder(first, second)

    def _refresh(self, touched: str = "", anew: bool = False) -> None:
        """Show the settings; a row where something impossible was typed keeps that until it is touched."""
        limits, family = bounds(self._config), self._config.task.family
        for path, row in self.rows.items():
            shown = self._config.value(path), default_of(path, family), limits.get(path)
            if anew or path == touched or not row.shows(*shown):
                row.show_value(*shown)
        for name, box in self.learners.items():
            box.show_checked(name in self._config.learners)
        self.picker.show_config(self._config)

    def _fold(self) -> None:
        """Squeeze until it fits: first the gaps, then rows, the least important first."""
        groups = [group for group in self.groups.values() if group.items]
        room = self.height() - _TOP - _BOTTOM - _LEGEND_HEIGHT
        line = self.picker.height_with(line=True)

        def fits(gap: int, picker: int, folded: Collection[Item]) -> bool:
            needed = sum(group.height_without(folded) for group in groups) + gap * (len(groups) - 1) + picker
            return needed <= room

        everything = folded_items(groups, lambda folded: True)
        roomy = fits(_GAPS[0], line, everything) or self.height() > 800
        gap, picker = (_GAPS[0], line) if roomy else (_GAPS[1], self.picker.height_with(line=False))
        folded = folded_items(groups, lambda folded: fits(gap, picker, folded))
        self._column.setSpacing(gap)
        self.picker.set_line_shown(roomy)
        for group in groups:
            group.show_folded(folded)

    def _bring_into_view(self, group: Group) -> None:
        """Scroll so that what was unfolded is seen, its heading at least."""
        if group.expanded:
            QTimer.singleShot(0, group, lambda: self._scroll_to(group))  # once the rows have their places

    def _scroll_to(self, group: Group) -> None:
        bar, top = self.scroll_area.verticalScrollBar(), group.y()
        room = self.scroll_area.viewport().height()
        bar.setValue(min(top, max(bar.value(), top + group.height() - room)))

    def _on_edited(self, path: str, value: object) -> None:
        self._try(path, lambda: after(self._config, {path: value}))

    def _on_reset(self, path: str) -> None:
        self._on_edited(path, default_of(path, self._config.task.family))

    def _on_family(self, name: str) -> None:
        if name != self._config.task.family:
            self._try("task.family", lambda: with_family(self._config, name))

    def _on_learner(self) -> None:
        if is_enough(self.learners):
            names = chosen_learners(self.learners, self._config.learners)
            self._try("learners", lambda: after(self._config, {"learners": names}))
        else:
            self._refresh()
            self._say(self.tr("At least one learner stays on."))

    def _try(self, path: str, change: Callable[[], Change]) -> None:
        """Make a change, or say why not; the settings stay as they were then."""
        try:
            made = change()
        except LabError as error:
            self._refuse(path, str(error))
            return
        before, self._config = self._config, made.config
        if made.config.task.family != before.task.family:
            self._fill_groups()
            self._refresh(anew=True)
            self._fold()
        elif _rows_differ(made.config, before):
            self._fill_groups()
            self._refresh(touched=path)
            self._fold()
        else:
            self._refresh(touched=path)
        self._say("\n".join(self._told(item) for item in made.followed))
        if made.config != before:
            self.changed.emit(made.config)

    def _refuse(self, path: str, reason: str) -> None:
        if path in self.rows:
            self.rows[path].show_refusal(reason)
        else:
            self._refresh()
        self._say(reason)

    def _told(self, item: Followed) -> str:
        spec = SETTINGS[item.path]
        texts = full_name(spec), value_text(spec, item.before), value_text(spec, item.after)
        return self.tr("{0} went from {1} to {2}: {3}.").format(*texts, said(item.reason).rstrip("."))

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._legend.setVisible(not text)


def _rows_differ(one: Config, other: Config) -> bool:
    return one.learners != other.learners or bool(one.model.hidden) != bool(other.model.hidden)


def _has_row(path: str) -> bool:
    return path not in ("task.family", "learners")


def _group_of(path: str) -> str:
    return "outer" if path == "seed" else path.partition(".")[0]
