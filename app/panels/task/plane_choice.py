"""Which plane a classification task is drawn on: the directions that matter, the leading ones, or two features."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget


class PlaneChoice(QWidget):
    """A list, and two small boxes for the numbers of two features, counted from 1."""

    chosen = Signal(object, object)  # PlaneKind, (first, second) counted from 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = QComboBox(self)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.kind.setAccessibleName(self.tr("Plane"))
        self.kind.setStyleSheet("font-size: 12px;")
        self.kind.activated.connect(self._on_changed)
        self.boxes = (QSpinBox(self), QSpinBox(self))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.kind)
        for box, axis in zip(self.boxes, (self.tr("horizontal"), self.tr("vertical")), strict=True):
            box.setAccessibleName(self.tr("Feature of the {0} axis").format(axis))
            box.setToolTip(box.accessibleName())
            box.setFixedWidth(46)
            box.setMinimum(1)
            box.valueChanged.connect(self._on_changed)
            row.addWidget(box)
            box.hide()
        self._offered: tuple[int, bool] | None = None

    def show_for(self, n_features: int, is_known: bool) -> None:
        """Offer what tasks with so many features allow; ``is_known``: the family knows the directions that matter."""
        if self._offered == (n_features, is_known):
            return
        self._offered = n_features, is_known
        self.kind.clear()
        if is_known:
            self.kind.addItem(self.tr("What matters"), "known")
        self.kind.addItem(self.tr("Leading"), "leading")
        self.kind.addItem(self.tr("Features"), "features")
        for place, box in enumerate(self.boxes):
            box.blockSignals(True)
            box.setMaximum(n_features)
            box.setValue(min(place + 1, n_features))
            box.blockSignals(False)
        self._show_boxes()

    def _show_boxes(self) -> None:
        for box in self.boxes:
            box.setVisible(self.kind.currentData() == "features")

    def _on_changed(self, value: int) -> None:
        self._show_boxes()
        first, second = (box.value() - 1 for box in self.boxes)
        self.chosen.emit(self.kind.currentData(), (first, second))
