"""Job: one outcome, told in the GUI thread, and nothing left behind."""

import threading
import time

from pytestqt.qtbot import QtBot

from app.job import Job
from mamlcore.evaluate import Progress


def test_the_result_comes_in_the_gui_thread_with_progress(qtbot: QtBot) -> None:
    def work(progress: Progress) -> int:
        progress(0.5)
        time.sleep(0.1)
        return threading.get_ident()

    job, shares = Job(work), []
    job.progressed.connect(shares.append)
    with qtbot.waitSignal(job.done, timeout=5_000) as done:
        job.start()
    assert done.args[0] != threading.get_ident() and shares == [0.5] and not job.running


def test_an_exception_is_told(qtbot: QtBot) -> None:
    job = Job(lambda progress: 1 / 0)
    with qtbot.waitSignal(job.failed, timeout=5_000) as failed:
        job.start()
    assert isinstance(failed.args[0], ZeroDivisionError)


def test_cancel_ends_at_the_next_report(qtbot: QtBot) -> None:
    def work(progress: Progress) -> None:
        for _ in range(500):
            progress(0.1)
            time.sleep(0.01)

    job = Job(work)
    with qtbot.waitSignal(job.cancelled, timeout=5_000):
        job.start()
        job.cancel()


def test_an_abandoned_job_tells_nobody(qtbot: QtBot) -> None:
    told: list[object] = []
    job = Job(lambda progress: time.sleep(0.05))
    for signal in (job.done, job.failed, job.cancelled):
        signal.connect(lambda *_: told.append(1))
    assert job.start().abandon() and not job.running
    qtbot.wait(100)
    assert told == [] and job.abandon()
