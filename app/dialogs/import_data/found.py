"""What was found in a file: classes, samples, problems and the split. A function of a preview."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.controls.text import translated
from app.dialogs.import_data.samples import samples_pixmap
from app.look.numbers import count
from app.look.theme import Theme
from mamlcore.data import FORMATS, Preview, Problem

LISTED = 500  # classes
SAMPLES_PX = 260


class FoundView(QWidget):
    """The right side of the dialog."""

    fix_wanted = Signal(object)  # changes to the choices that would settle a problem

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.headline, self.split = QLabel(self), QLabel(self)
        self.headline.setProperty("tone", "group")
        self.split.setProperty("tone", "second")
        for label in (self.headline, self.split):
            label.setWordWrap(True)
        self.classes = self._list()
        self.samples = QLabel(self)
        self.samples.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.samples.setFixedWidth(SAMPLES_PX)
        self.samples.setAccessibleName(self.tr("Samples of the first classes"))
        self._problems = QVBoxLayout()
        self._problems.setSpacing(6)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.classes, 1)
        middle.addWidget(self.samples)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.headline)
        column.addWidget(self.split)
        column.addLayout(middle, 1)
        column.addWidget(self._scrolled(self._problems))

    def show_error(self, sentence: str) -> None:
        """Say why nothing could be read."""
        self._clear()
        self.headline.setText(self.tr("This cannot be imported."))
        self._problems.addWidget(self._sentence("error", sentence))

    def show_preview(self, preview: Preview) -> None:
        """Show all that is said of the file."""
        self._clear()
        self.headline.setText(self._summary(preview))
        self.split.setText(self._split(preview))
        self._fill_classes(preview)
        picture = samples_pixmap(preview, self._theme, SAMPLES_PX)
        if picture is not None:
            self.samples.setPixmap(picture)
        for found in preview.detected:
            self._problems.addWidget(self._sentence("note" if found.certain else "warning", found.text))
        for problem in preview.problems:
            self._problems.addLayout(self._problem(problem))

    def problem_texts(self) -> list[str]:
        """Return the sentences that are shown."""
        return [label.text() for label in self.findChildren(QLabel, "problem")]

    def _clear(self) -> None:
        self.headline.clear()
        self.split.clear()
        self.classes.clear()
        self.samples.clear()
        for label in self.findChildren(QLabel, "problem"):
            label.deleteLater()
            label.setObjectName("")
        for button in self.findChildren(QPushButton):
            button.deleteLater()
        while (item := self._problems.takeAt(0)) is not None:
            del item

    def _summary(self, preview: Preview) -> str:
        table = preview.table
        kind = translated(FORMATS[preview.format].label)
        if table is None:
            return self.tr("{0}: {1}").format(preview.name, kind)
        width = "x".join(map(str, table.image_shape)) if table.image_shape else count(table.x.shape[1])
        what = self.tr("pictures of {0}") if table.image_shape else self.tr("rows of {0} features")
        text = self.tr("{0}: {1}, {2} {3}, {4} classes")
        return text.format(preview.name, kind, count(len(table.x)), what.format(width), count(table.n_classes))

    def _split(self, preview: Preview) -> str:
        plan = preview.split
        if plan is None:
            return ""
        sizes = [count(len(plan.classes.get(part, ()))) for part in ("train", "validation", "test")]
        text = self.tr("{0} classes to train on, {1} to validate, {2} to test").format(*sizes)
        if plan.shares_classes:
            text = self.tr("{0} (validation uses other rows of the training classes)").format(text)
        groups = [", ".join(plan.groups.get(part, ())) for part in ("train", "validation", "test")]
        return text + "\n" + " | ".join(groups) if any(groups) else text

    def _fill_classes(self, preview: Preview) -> None:
        table, plan = preview.table, preview.split
        if table is None:
            return
        places = {name: part for part, names in (plan.classes if plan else {}).items() for name in names}
        words = {"train": self.tr("train"), "validation": self.tr("validation"), "test": self.tr("test")}
        for name, rows in list(zip(table.class_names, table.counts(), strict=True))[:LISTED]:
            item = QTreeWidgetItem(self.classes, [name, count(int(rows)), words.get(places.get(name, ""), "")])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _problem(self, problem: Problem) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._sentence(problem.severity, problem.text), 1)
        if problem.fix:
            button = QPushButton(self.tr("Settle"), self)
            said = ", ".join(f"{name}: {value}" for name, value in problem.fix.items())
            button.setToolTip(self.tr("Choose {0}").format(said))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, fix=problem.fix: self.fix_wanted.emit(fix))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _sentence(self, severity: str, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName("problem")
        label.setWordWrap(True)
        label.setProperty("tone", "second" if severity == "note" else "notice")
        label.setContentsMargins(0 if severity == "note" else 8, 2, 0, 2)
        return label

    def _list(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setHeaderLabels([self.tr("Class"), self.tr("Rows"), self.tr("Split")])
        tree.setRootIsDecorated(False)
        tree.setAccessibleName(self.tr("Classes"))
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place in (1, 2):
            tree.header().setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        return tree

    def _scrolled(self, problems: QVBoxLayout) -> QScrollArea:
        inside = QWidget(self)
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 8, 0)
        outer.addLayout(problems)
        outer.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setMinimumHeight(120)
        area.setMaximumHeight(190)
        return area
