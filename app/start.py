"""From arguments to a window: the chrome is on the screen first, what takes longer to import follows."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from app import language
from app.dialogs.error import Reporter
from app.frame.window import Window
from app.garbage import Garbage
from app.look.appearance import Appearance
from app.memory import NAME, Memory, data_folder

if TYPE_CHECKING:
    from app.wiring import Wiring
    from mamlcore.checkpoint import Checkpoint

DEFAULT_PRESET = "sine"


def open_window(wanted: argparse.Namespace, checkpoint: "Checkpoint | None") -> int:
    """Run the application until the window is closed; return its exit code."""
    QCoreApplication.setApplicationName(NAME)
    app = QApplication(sys.argv[:1])
    app.setDesktopFileName(NAME)
    Garbage(app)
    language.install(app, wanted.lang)
    memory = Memory()
    if wanted.reset_settings:
        memory.forget()
        memory.notice = ""
    appearance = Appearance(app, memory, wanted.theme)
    window = Window(memory, appearance)
    reporter = Reporter(window)
    reporter.install()
    window.closing.connect(app.quit)  # no dialog left open keeps the program alive
    leave = _leave_on_interrupt(window)
    window.show()

    def begin() -> None:
        try:
            if not window.closed:
                assemble(window, memory, appearance, reporter, wanted.preset, checkpoint)
        except Exception:  # Qt would swallow it here, and the window stay empty without a word
            sys.excepthook(*sys.exc_info())

    QTimer.singleShot(0, window, begin)
    code = app.exec()
    leave.stop()
    return code


def assemble(
    window: Window, memory: Memory, appearance: Appearance, reporter: Reporter,
    preset: str | None = None, checkpoint: "Checkpoint | None" = None,
) -> "Wiring":  # fmt: skip
    """Import and insert the panels, start the session, and connect everything."""
    from app.autosave import Autosave  # noqa: PLC0415 - after the first picture
    from app.controls.column import Controls  # noqa: PLC0415
    from app.frame.body import Body  # noqa: PLC0415
    from app.offered import not_offered  # noqa: PLC0415
    from app.panels import PANELS  # noqa: PLC0415
    from app.sentence.bar import SentenceBar  # noqa: PLC0415
    from app.session import Session  # noqa: PLC0415
    from app.wiring import Wiring  # noqa: PLC0415
    from mamlcore.presets import load_preset  # noqa: PLC0415

    name = preset or DEFAULT_PRESET
    config = load_preset(name) if checkpoint is None else checkpoint.config
    body = Body(window.notices, window)
    controls, sentence = Controls(config, body), SentenceBar(body)
    restored = window.fill(body, controls, sentence, {name: panel(body) for name, panel in PANELS.items()})
    session = Session(config, window)
    wiring = Wiring(window, body, session, memory, appearance, reporter, Autosave(data_folder(), window))
    controls.changed.connect(session.post)
    controls.changed.connect(wiring.show_preset_of)
    session.config_replaced.connect(controls.show_config)
    session.snapshot_changed.connect(_once_each(not_offered, controls.show_unsupported))
    session.state_changed.connect(sentence.show_state)
    session.start()
    wiring.show_preset_of(config)
    if checkpoint is not None:
        session.resume(checkpoint)
    else:
        wiring.autosave.look()
    wiring.tidings.on_forgotten(memory.notice or ("" if restored else "layout"))
    return wiring


def _once_each(read: Callable[[Any], Any], show: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a slot that hands on what it reads from a snapshot only when that has changed."""
    last: list[Any] = [None]

    def follow(shot: Any) -> None:
        found = read(shot)
        if found != last[0]:
            last[0] = found
            show(found)

    return follow


def _leave_on_interrupt(window: Window) -> QTimer:
    """Close the window on Ctrl+C in the terminal; the timer lets Python see the signal."""
    signal.signal(signal.SIGINT, lambda *_: window.close())
    signal.signal(signal.SIGTERM, lambda *_: window.close())
    timer = QTimer(window)
    timer.start(200)
    timer.timeout.connect(lambda: None)
    return timer
