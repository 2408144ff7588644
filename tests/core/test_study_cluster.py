"""A study on Dask: a scheduler and two workers in processes of their own, one of them and the client killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # comes with Dask
import pytest

from mamlcore.study.store import Store

pytest.importorskip("distributed", reason="needs the extra cluster")

PLAN = ["--preset", "letters", "--learners", "maml,scratch,nearest_centroid", "--shots", "1,5", "--splits", "0,1",
        "--steps", "150", "--trials", "2", "--tasks", "60", "--set", "model.hidden=16",
        "--set", "outer.tasks=4"]  # fmt: skip
N_CELLS = 12
COMMAND = "import sys; from app.command import main; sys.exit(main(sys.argv[1:]))"


def study(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-c", COMMAND, "study", "--out", str(folder), *words]


def done(folder: Path) -> int:
    return len(list((folder / "cells").glob("*.npz")))


def wait_for(what: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, "nothing happened for a minute"
        if process is not None and process.poll() is not None:
            out, err = process.communicate()
            pytest.fail(f"ended with {process.returncode}: {out}{err}")
        time.sleep(0.02)


def is_written(file: Path) -> bool:
    """Tell whether the scheduler's file is there in whole: it is there before it is written."""
    try:
        return bool(json.loads(file.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):
        return False


def is_empty(group: int) -> bool:
    """Tell whether no process of a group is left; one that has ended counts as gone, whoever should collect it."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                return False
    return True


@pytest.fixture
def started(root: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    environment = os.environ | {"PYTHONPATH": str(root)}

    def start(*command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        processes.append(process)
        return process

    yield start
    for process in reversed(processes):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_study_survives_its_worker_and_its_client(
    tmp_path: Path, started: Callable[..., subprocess.Popen[str]]
) -> None:
    """Killed twice and computed by whom it may: the CSV is the one of a run in a single process, byte for byte."""
    whole = started(*study(tmp_path / "whole", *PLAN, "--workers", "0"))
    address_file = tmp_path / "scheduler.json"
    started(sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1",
            "--no-dashboard", "--scheduler-file", str(address_file))  # fmt: skip
    wait_for(lambda: is_written(address_file))
    address = json.loads(address_file.read_text())["address"]
    worker = (sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard",
              "--no-nanny", "--local-directory", str(tmp_path))  # fmt: skip
    first = started(*worker)
    started(*worker)
    parts = tmp_path / "parts"
    client = started(*study(parts, *PLAN, "--scheduler", address))
    wait_for(lambda: done(parts) >= 2, client)
    first.kill()
    wait_for(lambda: done(parts) >= 5, client)
    client.kill()
    client.wait()
    kept = {path: path.stat().st_mtime_ns for path in (parts / "cells").glob("*.npz")}
    assert 5 <= len(kept) < N_CELLS
    resumed = started(*study(parts, "--scheduler", address))  # the plan lies in the folder
    out, err = resumed.communicate(timeout=60)
    assert resumed.returncode == 0, out + err
    assert f"{len(kept)}/{N_CELLS}" in out.splitlines()[0] and f"{N_CELLS}/{N_CELLS}" in out
    assert {path: path.stat().st_mtime_ns for path in kept} == kept  # nothing finished was written again
    assert whole.communicate(timeout=60)[1] == "" and whole.returncode == 0
    for name in ("study.csv", "curves.csv", "pairs.csv"):
        assert (parts / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert len(Store(parts).timings()) == N_CELLS


def test_a_local_cluster_gives_the_same_and_leaves_no_process(
    tmp_path: Path, started: Callable[..., subprocess.Popen[str]]
) -> None:
    small = [*PLAN, "--learners", "maml,nearest_centroid", "--shots", "1", "--splits", "0"]
    for name, workers in (("two", "2"), ("none", "0")):
        run = started(*study(tmp_path / name, *small, "--workers", workers))
        out, err = run.communicate(timeout=60)
        assert run.returncode == 0 and err == "", out + err
        wait_for(lambda group=run.pid: is_empty(group))  # no worker outlives its study
    assert (tmp_path / "two" / "study.csv").read_bytes() == (tmp_path / "none" / "study.csv").read_bytes()


def test_a_scheduler_that_is_not_there(tmp_path: Path, started: Callable[..., subprocess.Popen[str]]) -> None:
    run = started(*study(tmp_path, *PLAN, "--scheduler", "no-such-protocol://x"))
    out, err = run.communicate(timeout=60)
    assert run.returncode == 2 and "Traceback" not in err, out + err
    assert err.startswith("maml-lab: No Dask scheduler answers at no-such-protocol://x"), err
