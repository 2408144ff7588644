"""What was found in a file: classes, samples, problems and the split. A function of a preview."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.dialogs.import_data.classes import LISTED, ClassList
from app.dialogs.import_data.form import choice_words
from app.dialogs.import_data.samples import SamplesView
from app.look.numbers import count
from app.look.said import said, translated
from mamlcore.data import FORMATS, Preview, Problem

SAMPLES_PX = (114, 231)  # three pictures, six pictures, with the gaps between them
ROOMY_PX = 600
# The sentences take the height they need, but at most this share, and scroll beyond.
SENTENCES_SHARE, SENTENCES_PX = 0.42, 120
BUTTON_LETTERS, NAME_LETTERS = 34, 60


class FoundView(QWidget):
    """The right side of the dialog."""

    fix_wanted = Signal(object)  # changes to the choices that would settle a problem

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.headline, self.split, self.listed, self.drawn = (QLabel(self) for _ in range(4))
        self.headline.setProperty("tone", "group")
        self.split.setProperty("tone", "second")
        for label in (self.listed, self.drawn):
            label.setProperty("tone", "hint")
        for label in (self.headline, self.split, self.drawn):
            label.setWordWrap(True)
        self.classes, self.samples = ClassList(self), SamplesView(self)
        self.samples.setAccessibleName(self.tr("Samples of some classes"))
        self.classes.currentItemChanged.connect(lambda *_: self.samples.show_from(self.classes.place))
        self._table = self._both()
        self._inside, self._sentences = QWidget(self), QVBoxLayout()
        self._sentences.setSpacing(6)
        self._area = self._scrolled()
        self._inside.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.headline)
        column.addWidget(self.split)
        column.addWidget(self._table, 1)
        column.addWidget(self._area)

    def show_waiting(self, names: str) -> None:
        """Say what is being read for the first time."""
        self._clear()
        self.headline.setText(self.tr("Reading {0}…").format(_short(names)))
        self._table.setVisible(False)

    def show_error(self, sentence: str) -> None:
        """Say why nothing could be read."""
        self._clear()
        self.headline.setText(self.tr("This cannot be imported."))
        self._sentences.addWidget(self._sentence("error", sentence))
        self._table.setVisible(False)

    def show_preview(self, preview: Preview) -> None:
        """Show all that is said of the file."""
        self._clear()
        self.headline.setText(self._summary(preview))
        self.split.setText(self._split(preview))
        self._table.setVisible(preview.table is not None)
        self.classes.show_preview(preview)
        self.samples.show_preview(preview)
        self._show_captions(preview)
        for problem in preview.problems:
            self._sentences.addLayout(self._problem(problem))
        for found in sorted(preview.detected, key=lambda found: found.certain):
            asked = {} if found.certain else {found.choice: found.value}
            row = self._problem(Problem("detected", "note" if found.certain else "warning", found.text, asked))
            self._sentences.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share width and height out anew."""
        super().resizeEvent(event)
        for part in (self.samples, self.drawn):
            part.setFixedWidth(SAMPLES_PX[self.width() >= ROOMY_PX])
        self._share_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the height out anew when the sentences are others."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._inside:
            self._share_height()
        return super().eventFilter(watched, event)

    def problem_texts(self) -> list[str]:
        """Return the sentences that are shown."""
        return [label.text() for label in self.findChildren(QLabel, "problem")]

    def _clear(self) -> None:
        self.headline.clear()
        self.split.clear()
        self.classes.clear()
        self.samples.show_preview(None)
        for label in self.findChildren(QLabel, "problem"):
            label.deleteLater()
            label.setObjectName("")
        for button in self.findChildren(QPushButton):
            button.deleteLater()
        while (item := self._sentences.takeAt(0)) is not None:
            del item

    def _summary(self, preview: Preview) -> str:
        table = preview.table
        kind = translated(FORMATS[preview.format].label)
        if table is None:
            return self.tr("{0}: {1}. This cannot be imported as it is.").format(_short(preview.name), kind)
        width = "x".join(map(str, table.image_shape)) if table.image_shape else count(table.x.shape[1])
        what = self.tr("pictures of {0}") if table.image_shape else self.tr("rows of {0} features")
        text = self.tr("{0}: {1}, {2} {3}, {4} classes")
        return text.format(_short(preview.name), kind, count(len(table.x)), what.format(width), count(table.n_classes))

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

    def _show_captions(self, preview: Preview) -> None:
        """Say what the list leaves out, and how the samples are drawn."""
        n_classes = 0 if preview.table is None else preview.table.n_classes
        more = self.tr("The first {0} of {1} classes are listed").format(count(LISTED), count(n_classes))
        self.listed.setText(more)
        self.listed.setVisible(n_classes > LISTED)
        strips = preview.table is not None and preview.table.image_shape is None
        text = self.tr("Samples, from the chosen class on")
        if strips:
            text = self.tr("Samples, from the chosen class on. A strip is a row, a cell a feature, bright where high")
        self.drawn.setText(text)

    def _problem(self, problem: Problem) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._sentence(problem.severity, problem.text), 1)
        if problem.fix:
            words = ", ".join(choice_words(name, value) for name, value in problem.fix.items())
            short = words if len(words) <= BUTTON_LETTERS else words[: BUTTON_LETTERS - 1] + "…"
            button = QPushButton(short, self)
            button.setToolTip(self.tr("Choose {0}").format(words))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, fix=problem.fix: self.fix_wanted.emit(fix))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _sentence(self, severity: str, text: str) -> QLabel:
        label = QLabel(said(text), self)
        label.setObjectName("problem")
        label.setWordWrap(True)
        label.setProperty("tone", "second" if severity == "note" else "notice")
        label.setContentsMargins(0 if severity == "note" else 8, 2, 0, 2)
        return label

    def _both(self) -> QWidget:
        """Return the list of classes with the samples beside it."""
        both = QWidget(self)
        sides = QHBoxLayout(both)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.classes, 1)
        left.addWidget(self.listed)
        right.addWidget(self.drawn)
        right.addWidget(self.samples, 1)
        sides.addLayout(left, 1)
        sides.addLayout(right)
        return both

    def _scrolled(self) -> QScrollArea:
        outer = QVBoxLayout(self._inside)
        outer.setContentsMargins(0, 0, 8, 0)
        outer.addLayout(self._sentences)
        outer.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self._inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _share_height(self) -> None:
        """Give the sentences the height they need, within reason; all of it where there is no table."""
        if self._table.isHidden():
            self._area.setMinimumHeight(SENTENCES_PX)
            self._area.setMaximumHeight(16777215)
            return
        layout = self._inside.layout()
        needed = layout.totalHeightForWidth(max(1, self.width() - 12)) if layout is not None else 0
        most = max(SENTENCES_PX, round(SENTENCES_SHARE * self.height()))
        self._area.setFixedHeight(max(1, min(needed, most)))


def _short(name: str) -> str:
    """Return a name that can be wrapped: the middle of a very long one is left out."""
    half = NAME_LETTERS // 2
    return name if len(name) <= NAME_LETTERS else f"{name[:half]}…{name[-half:]}"
