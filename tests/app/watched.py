"""Opens the window and keeps a file of where everything is: a test's eyes on another process.

    python tests/app/watched.py FILE [ARGUMENTS OF THE WINDOW]

FILE is JSON, replaced whole five times a second: a list of visible widgets with class, accessible name, what they
show, and their place on the screen. The window itself is not touched: the mouse and the keyboard drive it.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QLabel, QLineEdit, QWidget

EVERY_MS = 200


def seen(widget: QWidget) -> dict[str, Any]:
    corner = widget.mapToGlobal(widget.rect().topLeft())
    return {
        "kind": [kind.__name__ for kind in type(widget).__mro__ if issubclass(kind, QWidget)],
        "name": widget.accessibleName(),
        "object": widget.objectName(),
        "text": text_of(widget),
        "share": share_of(widget),
        "enabled": widget.isEnabled(),
        "focus": widget.hasFocus() and widget.isActiveWindow(),
        "box": [corner.x(), corner.y(), widget.width(), widget.height()],
    }


def text_of(widget: QWidget) -> str:
    if isinstance(widget, QAbstractSlider):
        return str(widget.value())
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, (QAbstractButton, QLabel, QLineEdit)):
        return widget.text()
    return ""


def share_of(widget: QWidget) -> float | None:
    """Return where a slider's handle stands, 0 left to 1 right."""
    if not isinstance(widget, QAbstractSlider) or widget.maximum() == widget.minimum():
        return None
    return (widget.value() - widget.minimum()) / (widget.maximum() - widget.minimum())


def everything() -> list[dict[str, Any]]:
    tops = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    inside = [child for top in tops for child in top.findChildren(QWidget) if child.isVisible()]
    once = dict.fromkeys([*tops, *inside])  # a dialog is a top and its window's child
    return [seen(widget) for widget in once if not widget.visibleRegion().isEmpty()]


def watch(file: Path) -> QTimer:
    def write() -> None:
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(everything()), encoding="utf-8")
        os.replace(fresh, file)

    timer = QTimer()
    timer.timeout.connect(write)
    timer.start(EVERY_MS)
    return timer


def main() -> int:
    from app.__main__ import main as window  # noqa: PLC0415 - before Qt reads the command line

    file, arguments = Path(sys.argv[1]), sys.argv[2:]
    run = QApplication.exec

    def run_watched(*_: object) -> int:
        timer = watch(file)
        code = run()
        timer.stop()
        return code

    QApplication.exec = run_watched  # type: ignore[method-assign, assignment]
    return window(arguments)


if __name__ == "__main__":
    sys.exit(main())
