"""A classification task whose inputs are pictures: one line a class, support left, query right, mistakes framed."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.look.lettering import SUBTITLE, TICK, lettering, text_width
from app.look.numbers import percent
from app.look.theme import Theme
from app.panels.glyph import draw_glyph
from app.panels.task.model import decisions
from app.panels.task.scene import Scene, TaskView
from app.plots.view import learner_label
from mamlcore.arrays import Array

HEAD = 20  # px above the rows
GLYPH = 34  # px before a row: the class's shape and name
DIVIDER = 16  # px between support and query
LARGEST = 48  # px of a picture


class PicturesView(TaskView):
    """All rows of a task as pictures; those a learner names wrongly are framed and crossed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.learner = ""
        self._images: list[list[list[QImage]]] = []  # by class: support, query
        self._wrong: list[Array] = []
        self.setMinimumHeight(80)

    def show_scene(self, scene: Scene) -> None:
        """Draw the rows of this task."""
        if self.scene is None or scene.task.support_x is not self.scene.task.support_x or not self._images:
            self._images = _pictures(scene)
        self.scene = scene
        labels = scene.labels("query")
        wrong = np.zeros(len(labels), dtype=bool)
        if not scene.is_ready and self.learner in scene.shot.learners:
            chosen = decisions(scene.outcome(self.learner).query[scene.step], scene.loss)
            wrong = chosen != labels
        self._wrong = [wrong[labels == number] for number in range(scene.n_classes)]
        self.update()

    def wrong_count(self) -> int:
        """Return how many query pictures are marked."""
        return int(sum(np.count_nonzero(part) for part in self._wrong))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.theme = theme
        self.update()

    def subtitles(self) -> tuple[str, ...]:
        """Return whose mistakes are marked, and how many it gets right."""
        if self.scene is None or self.learner not in self.scene.shot.learners:
            return ()
        if self.scene.is_ready:
            return (self.tr("support and query pictures"),)
        result = self.scene.outcome(self.learner)
        hits = None if result.accuracy is None else float(result.accuracy[self.scene.step])
        name, share = learner_label(self.learner), percent(hits, decimals=0)
        return self.tr("{0} {1}; ×: wrong").format(name, share), self.tr("{0} {1}").format(name, share)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw headings, glyphs and pictures, as large as the room allows."""
        if self.scene is None or not self._images:
            return
        painter = QPainter(self)
        n_support, n_query = (max(len(rows[side]) for rows in self._images) for side in (0, 1))
        lines, size = self._arrange(n_support, n_query)
        line_height = min((self.height() - HEAD) / len(self._images), lines * size + 8)
        split = GLYPH + n_support * size + DIVIDER / 2
        self._paint_head(painter, split)
        for number, (support, query) in enumerate(self._images):
            top = HEAD + number * line_height
            middle = top + line_height / 2
            self._paint_class(painter, number, middle)
            for at, image in enumerate(support):
                self._paint_one(painter, image, QRectF(GLYPH + at * size, middle - size / 2, size, size), False)
            per_line = -(-n_query // lines)
            first = middle - lines * size / 2
            for at, image in enumerate(query):
                x, y = split + DIVIDER / 2 + (at % per_line) * size, first + (at // per_line) * size
                self._paint_one(painter, image, QRectF(x, y, size, size), bool(self._wrong[number][at]))
        painter.end()

    def _arrange(self, n_support: int, n_query: int) -> tuple[int, float]:
        """Return in how many lines a class's query pictures stand, and the size of one: the largest possible."""
        width, height = self.width() - GLYPH - DIVIDER, (self.height() - HEAD) / len(self._images) - 4
        sizes = []
        for lines in range(1, 5):
            across = n_support + -(-n_query // lines)
            sizes.append((min(width / across, height / lines, LARGEST), lines))
        size, lines = max(sizes, key=lambda pair: pair[0])
        return lines, size

    def _paint_head(self, painter: QPainter, split: float) -> None:
        painter.setFont(lettering(TICK))
        painter.setPen(QColor(self.theme.second))
        wide = text_width(self.tr("support"), TICK) + 2
        painter.drawText(QRectF(GLYPH, 0, wide, HEAD), Qt.AlignmentFlag.AlignVCenter, self.tr("support"))
        place = QRectF(max(split + DIVIDER / 2, GLYPH + wide + 8), 0, 200, HEAD)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.tr("query"))
        painter.setPen(QPen(QColor(self.theme.hairline), 1))
        painter.drawLine(round(split), HEAD, round(split), self.height())

    def _paint_class(self, painter: QPainter, number: int, middle: float) -> None:
        assert self.scene is not None
        draw_glyph(painter, number, 7, middle, 5.5, self.theme)
        names = self.scene.shot.source.class_names(self.scene.original)
        if names is not None:
            painter.setFont(lettering(SUBTITLE))
            painter.setPen(QColor(self.theme.second))
            box = QRectF(15, middle - 8, GLYPH - 17, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, names[0][number])

    def _paint_one(self, painter: QPainter, image: QImage, box: QRectF, is_wrong: bool) -> None:
        inner = box.adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, box.width() < image.width())
        painter.drawImage(inner, image)
        if not is_wrong:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(inner, QColor(0, 0, 0, 90))
        painter.setPen(QPen(QColor(self.theme.amber), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(inner)
        cross = inner.adjusted(*(inner.width() * share for share in (0.28, 0.28, -0.28, -0.28)))
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())


def _pictures(scene: Scene) -> list[list[list[QImage]]]:
    """Return the grey pictures of each class's support and query rows, on one scale for the task."""
    shape = scene.shot.source.image_shape()
    if shape is None:
        return []
    both = np.concatenate([scene.task.support_x[0], scene.task.query_x[0]]).astype(np.float64)
    low, high = float(both.min()), float(both.max())
    found = []
    for number in range(scene.n_classes):
        sides = []
        for rows in ("support", "query"):
            x = getattr(scene.task, f"{rows}_x")[0][scene.labels(rows) == number]
            sides.append([_image(row, shape, low, high) for row in x])
        found.append(sides)
    return found


def _image(row: Array, shape: tuple[int, int], low: float, high: float) -> QImage:
    levels = (np.asarray(row, np.float64) - low) / max(high - low, 1e-12) * 255
    grey = np.ascontiguousarray(levels.reshape(shape).astype(np.uint8))
    height, width = shape
    return QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
