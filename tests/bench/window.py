"""How the window keeps up: start-up, first movement, lateness of the event loop, training rate with and without it.

    python -m tests.bench.window [--preset sine] [--seconds 15]

Needs a display, or QT_QPA_PLATFORM=offscreen. All panels are shown, training runs at full speed. Lateness is that of
a precise 5 ms timer. The time with the window is paired with that of a headless lab, in a process of its own right
after it, for the same number of meta-steps: early ones are dearer, since live evaluations lie closer together there.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable

BEGAN = time.perf_counter()
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="sine")
    parser.add_argument("--seconds", type=float, default=15.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = home
        measure(wanted.preset, wanted.seconds)


def headless(preset: str, steps: int) -> float:
    """Return the seconds a lab alone takes for so many meta-steps, live evaluations included."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return min(pool.apply(_headless, (preset, steps)) for _ in range(3))


def _headless(preset: str, steps: int) -> float:
    from mamlcore import Lab, load_preset  # noqa: PLC0415

    lab, start = Lab(load_preset(preset)), time.perf_counter()
    while lab.iteration < steps:
        lab.advance()
    return time.perf_counter() - start


def measure(preset: str, seconds: float) -> None:
    """Open the window, train, and print every figure."""
    app = QApplication(sys.argv[:1])
    from app.dialogs.error import Reporter  # noqa: PLC0415
    from app.frame.window import Window  # noqa: PLC0415
    from app.look.appearance import Appearance  # noqa: PLC0415
    from app.memory import Memory  # noqa: PLC0415
    from app.start import assemble  # noqa: PLC0415

    memory = Memory()
    appearance = Appearance(app, memory, "dark")
    window = Window(memory, appearance)
    window.resize(1920, 1080)
    window.show()
    app.processEvents()
    shown = time.perf_counter() - BEGAN
    wiring = assemble(window, memory, appearance, Reporter(window), preset)
    session = wiring.session
    pump(app, lambda: session.snapshot is not None and session.state == "ready")
    print(f"chrome on screen {shown:.2f} s after the first import, panels with tasks in them {since(BEGAN):.2f} s")
    late = Lateness()
    pressed = time.perf_counter()
    session.run()
    pump(app, lambda: session.snapshot.live.iteration > 0)
    print(f"first new point {since(pressed):.2f} s after Run")
    half = wait_for_half(app, session, pressed, seconds)
    pump(app, lambda: since(pressed) > seconds)
    steps, passed = session.snapshot.iteration, since(pressed)
    print(f"frames/s {session.frames_per_second()}, lateness {late.figures()}")
    session.pause()
    pump(app, lambda: session.state != "running")
    window.close()
    alone = headless(preset, steps)
    print(
        f"{steps} meta-steps in {passed:.1f} s with the window, {alone:.1f} s without: {alone / passed:.0%} of the rate"
    )
    print(half)


def wait_for_half(app: QApplication, session: object, pressed: float, seconds: float) -> str:
    """Return when MAML's adapted loss was first half of joint's, where both run on a regression."""
    shot = session.snapshot  # type: ignore[attr-defined]
    if shot.metric != "loss" or "joint" not in shot.learners:
        return ""

    def halved() -> bool:
        curves = session.snapshot.curves  # type: ignore[attr-defined]
        return bool(curves["maml"].loss[-1] <= curves["joint"].loss[-1] / 2)

    pump(app, lambda: halved() or since(pressed) > seconds)
    return f"MAML at most half of joint after {since(pressed):.1f} s" if halved() else "MAML not yet half of joint"


class Lateness:
    """How late a precise 5 ms timer fires."""

    def __init__(self) -> None:
        self._late: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=5)
        self._timer.timeout.connect(self._tick)
        self._clock.start()
        self._timer.start()

    def _tick(self) -> None:
        self._late.append(max(0.0, self._clock.nsecsElapsed() / 1e6 - 5.0))
        self._clock.restart()

    def figures(self) -> str:
        """Return p50, p95, p99 and the largest, in ms."""
        ordered = sorted(self._late)
        at = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99)]
        return f"p50 {at[0]:.1f}, p95 {at[1]:.1f}, p99 {at[2]:.1f}, max {ordered[-1]:.1f} ms over {len(ordered)} ticks"


def pump(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the window live as it does in use, in its own event loop, until something is so."""
    loop, look = QEventLoop(), QTimer(interval=20)
    look.timeout.connect(lambda: loop.quit() if done() else None)
    look.start()
    loop.exec()
    look.stop()


def since(moment: float) -> float:
    """Return seconds passed."""
    return time.perf_counter() - moment


if __name__ == "__main__":
    main()
