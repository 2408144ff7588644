"""Which class is taken for which: counts of one learner, on this task or on all held-out tasks."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.look.lettering import SUBTITLE, TICK, lettering, text_width
from app.look.numbers import NOTHING, count, percent
from app.look.theme import Theme, learner_color, mix
from app.panels.glyph import draw_glyph
from app.panels.task.model import Confusion, decisions, pooled_confusion, pools_classes, task_confusion
from app.panels.task.scene import Scene, TaskView
from app.plots.view import learner_label
from mamlcore.snapshot import Snapshot

LARGEST = 42.0  # px of a cell
AXIS = 18.0  # px for the name of an axis
READABLE = 13.0  # px: smaller cells carry no figure


class ConfusionView(TaskView):
    """A matrix of counts, true class by row, predicted class by column, with the share right of each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.learner = ""
        self.over_all = False
        self.confusion: Confusion | None = None
        self._pooled: tuple[Snapshot, tuple[str, int], Confusion] | None = None
        self._corner, self._cell = QPointF(), 1.0
        self.setMinimumHeight(80)

    def show_scene(self, scene: Scene) -> None:
        """Count and draw."""
        self.scene = scene
        self.confusion = None
        if not scene.is_ready and self.learner in scene.shot.learners:
            self.confusion = self._pooled_now(scene) if self.is_pooled() else self._task_now(scene)
        self.update()

    def is_pooled(self) -> bool:
        """Tell whether all held-out tasks are counted: asked for, and a class means the same in each."""
        return self.over_all and self.scene is not None and pools_classes(self.scene.shot)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self.theme = theme
        self.update()

    def subtitles(self) -> tuple[str, ...]:
        """Return whose decisions are counted, and on what."""
        if self.scene is None or self.confusion is None:
            return ()
        name = learner_label(self.learner)
        counts = self.confusion.counts
        total = int(counts.sum()) + self.confusion.undecided
        right = percent(float(np.trace(counts)) / total if total else None, decimals=0)
        where = self.tr("{0} held-out tasks").format(count(self.scene.shot.held_out.n_tasks))
        where = where if self.is_pooled() else self.tr("this task")
        return (
            self.tr("{0} {1} right, {2}").format(name, right, where),
            self.tr("{0} {1}").format(name, right),
            right,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the matrix as large as the room allows, or one sentence."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.confusion is None:
            painter.setPen(QColor(self.theme.second))
            text = self.tr("After the first meta-steps: which class is taken for which.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
        else:
            self._paint_matrix(painter, self.confusion)
        painter.end()

    def cell_text(self, at: QPointF) -> str:
        """Return what the cell at a widget pixel says in words, "" beside the matrix."""
        if self.confusion is None:
            return ""
        column, row = (int(part // self._cell) for part in ((at - self._corner).x(), (at - self._corner).y()))
        size = len(self.confusion.counts)
        if not (0 <= row < size and 0 <= column < size):
            return ""
        names = self.confusion.names or tuple(str(number) for number in range(size))
        total, value = int(self.confusion.counts[row].sum()), int(self.confusion.counts[row, column])
        text = self.tr("{0} of {1} rows of class {2} are taken for {3}")
        return text.format(count(value), count(total), names[row], names[column])

    def event(self, event: QEvent) -> bool:
        """Tell in a tooltip what the cell under the pointer counts."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.cell_text(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _paint_matrix(self, painter: QPainter, confusion: Confusion) -> None:
        size = len(confusion.counts)
        names = self._name_width(confusion)
        shares = text_width("100 %", SUBTITLE) + 12
        cell = min(
            (self.width() - AXIS - names - shares) / size, (self.height() - 2 * AXIS - 22) / size, LARGEST
        )  # fmt: skip
        self._cell = cell
        left = max((self.width() - AXIS - names - shares - cell * size) / 2, 0) + AXIS + names
        top = max((self.height() - 2 * AXIS - 22 - cell * size) / 2, 0) + AXIS
        self._corner = QPointF(left, top)
        for row in range(size):
            for column in range(size):
                self._paint_cell(
                    painter, confusion, row, column, QRectF(left + column * cell, top + row * cell, cell, cell)
                )
        self._paint_names(painter, confusion, left, top, cell)
        self._paint_shares(painter, confusion, left + size * cell, top, cell, shares)
        self._paint_axes(painter, left, top, size * cell, names, shares)

    def _paint_cell(self, painter: QPainter, confusion: Confusion, row: int, column: int, box: QRectF) -> None:
        value, total = int(confusion.counts[row, column]), int(confusion.counts[row].sum())
        share = value / total if total else 0.0
        color = learner_color(self.learner, self.theme) if row == column else self.theme.fill
        empty = mix(self.theme.card, self.theme.text, 0.05)
        ground = mix(empty, color, 0.15 + 0.6 * share) if value else empty
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        gap = 1.0 if box.width() > READABLE else 0.5
        painter.drawRoundedRect(
            box.adjusted(gap, gap, -gap, -gap), min(3.0, box.width() / 8), min(3.0, box.width() / 8)
        )
        text = count(value) if value else "·"
        if box.width() < READABLE:
            return
        is_bold = row == column and value > 0
        sizes = (px for px in (SUBTITLE, TICK, 10, 9, 8) if text_width(text, px, is_bold) <= box.width() - 3)
        if px := next(sizes, 0):
            painter.setFont(lettering(px, is_bold))
            painter.setPen(QColor(self.theme.text if value else self.theme.third))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_names(self, painter: QPainter, confusion: Confusion, left: float, top: float, cell: float) -> None:
        size = len(confusion.counts)
        bottom = top + size * cell
        painter.setFont(lettering(TICK))
        fits = max((text_width(name, TICK) for name in confusion.names), default=0.0) <= cell - 2
        for number in range(size):
            middle = (number + 0.5) * cell
            if not self.is_pooled():
                draw_glyph(painter, number, left - 11, top + middle, min(5.5, cell / 2.4), self.theme)
                draw_glyph(painter, number, left + middle, bottom + 10, min(5.5, cell / 2.4), self.theme)
            if not confusion.names or cell < READABLE - 4:
                continue
            text, shift = confusion.names[number], 0 if self.is_pooled() else 14
            painter.setPen(QColor(self.theme.second))
            row_place = QRectF(0, top + middle - 8, left - 6 - shift, 16)
            painter.drawText(row_place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            if self.is_pooled() and fits:
                below = QRectF(left + number * cell - 4, bottom + 2, cell + 8, 16)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_shares(
        self, painter: QPainter, confusion: Confusion, left: float, top: float, cell: float, width: float
    ) -> None:
        painter.setFont(lettering(SUBTITLE if cell >= READABLE else 9))
        painter.setPen(QColor(self.theme.text))
        for number, share in enumerate(confusion.per_class()):
            text = NOTHING if np.isnan(share) else percent(float(share), decimals=0)
            box = QRectF(left, top + number * cell, width, cell)
            if cell >= 9:
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)

    def _paint_axes(self, painter: QPainter, left: float, top: float, size: float, names: float, shares: float) -> None:
        painter.setFont(lettering(TICK))
        painter.setPen(QColor(self.theme.second))
        below = QRectF(left + size / 2 - 150, top + size + 20, 300, 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.tr("predicted class"))
        above = QRectF(left + size, top - 17, shares if self._cell >= 9 else 0, 15)
        painter.drawText(above, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.tr("right"))
        painter.save()
        painter.translate(left - names - AXIS / 2, top + size / 2)
        painter.rotate(-90)
        painter.drawText(QRectF(-100, -8, 200, 16), Qt.AlignmentFlag.AlignCenter, self.tr("true class"))
        painter.restore()

    def _name_width(self, confusion: Confusion) -> float:
        widest = max((text_width(name, TICK) for name in confusion.names), default=0.0)
        return min(widest, 110.0) + (6 if self.is_pooled() else 24)

    def _task_now(self, scene: Scene) -> Confusion:
        chosen = decisions(scene.outcome(self.learner).query[scene.step], scene.loss)
        return task_confusion(scene.shot, scene.original, chosen, scene.index)

    def _pooled_now(self, scene: Scene) -> Confusion:
        """Return the count over all tasks; it does not depend on the task on show nor on dragged points."""
        shot, asked = scene.shot, (self.learner, scene.step)
        if self._pooled is None or self._pooled[0] is not shot or self._pooled[1] != asked:
            self._pooled = shot, asked, pooled_confusion(shot, *asked)
        return self._pooled[2]
