"""The studies that lie on disk: read a report again, or go on where one stopped."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.look.numbers import count
from mamlcore.study.background import KnownStudy, known_studies


class EarlierStudies(QWidget):
    """A list of studies with what can be done with the chosen one."""

    resume_wanted = Signal(object)  # folder

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._known: list[KnownStudy] = []
        self._busy = False
        self.list = QTreeWidget(self)
        self.list.setHeaderLabels([self.tr("Study"), self.tr("Folder"), self.tr("Cells")])
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName(self.tr("Earlier studies"))
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place in (1, 2):
            self.list.header().setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        self.list.currentItemChanged.connect(lambda *_: self._follow())
        self.list.itemActivated.connect(lambda *_: self.open_report())
        self._none = QLabel(self.tr("Studies that you start are listed here."), self.list)
        self._none.setProperty("tone", "hint")
        inside = QVBoxLayout(self.list)
        inside.addWidget(self._none, 0, Qt.AlignmentFlag.AlignCenter)
        self.report = self._button(self.tr("Open report"), self.open_report)
        self.folder = self._button(self.tr("Open folder"), self._open_folder)
        self.go_on = self._button(self.tr("Go on"), self._go_on)
        row = QHBoxLayout()
        for button in (self.report, self.folder, self.go_on):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self._follow()

    def read(self, parent: Path, choose: Path | None = None) -> None:
        """List the studies in the folders of parent, the newest first; choose one by its folder."""
        wanted = choose or (self.chosen.folder if self.chosen is not None else None)
        self._known = known_studies(parent) if parent.is_dir() else []
        self.list.clear()
        for known in self._known:
            cells = self.tr("{0} of {1}").format(count(known.done), count(known.total))
            item = QTreeWidgetItem(self.list, [known.title, known.folder.name, cells])
            item.setToolTip(1, str(known.folder))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if known.folder == wanted:
                self.list.setCurrentItem(item)
        newest = self.list.topLevelItem(0)
        if newest is not None and self.list.currentItem() is None:
            self.list.setCurrentItem(newest)
        self._none.setVisible(not self._known)
        self._follow()

    def set_busy(self, busy: bool) -> None:
        """While a study is under way no other one goes on."""
        self._busy = busy
        self._follow()

    @property
    def chosen(self) -> KnownStudy | None:
        """The study that is chosen in the list."""
        place = self.list.indexOfTopLevelItem(self.list.currentItem()) if self.list.currentItem() else -1
        return self._known[place] if 0 <= place < len(self._known) else None

    def open_report(self) -> None:
        """Show the report of the chosen study with the system's browser."""
        if self.chosen is not None and self.chosen.report is not None:
            open_path(self.chosen.report)

    def _open_folder(self) -> None:
        if self.chosen is not None:
            open_path(self.chosen.folder)

    def _go_on(self) -> None:
        if self.chosen is not None:
            self.resume_wanted.emit(self.chosen.folder)

    def _follow(self) -> None:
        chosen = self.chosen
        self.report.setEnabled(chosen is not None and chosen.report is not None)
        self.folder.setEnabled(chosen is not None)
        self.go_on.setEnabled(chosen is not None and chosen.done < chosen.total and not self._busy)

    def _button(self, text: str, call: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: call())  # type: ignore[operator]
        return button


def open_path(path: Path) -> None:
    """Open a file or folder with the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
