"""What every test runs under: no screen, one BLAS thread, nobody's own files, no thread left behind."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy is imported: it reads them once
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ.setdefault("MPLBACKEND", "Agg")
ROOT = Path(__file__).resolve().parent.parent
# Matplotlib's font list takes seconds to build; here it is built once, whatever home a test gives to its processes.
os.environ.setdefault("MPLCONFIGDIR", str(ROOT / ".pytest_cache" / "matplotlib"))

import pytest  # noqa: E402

_PLACES = {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state"}


@pytest.fixture
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT


@pytest.fixture(autouse=True)
def user_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test, and the processes it starts, empty settings and data folders; return their parent."""
    home = tmp_path_factory.mktemp("user", numbered=True)
    for variable, name in _PLACES.items():
        monkeypatch.setenv(variable, str(home / name))
    return home


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Fail the test that ends while a thread it started still runs."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2.0
    while (left := _started_since(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    if left:
        pytest.fail(f"threads still running after the test: {sorted(thread.name for thread in left)}", pytrace=False)


def _started_since(before: set[threading.Thread]) -> set[threading.Thread]:
    # Threads that Python did not start (a Qt pool calling back) show up as _DummyThread and never end.
    # Dask's own pools, made once in a process, end with it.
    ours = (t for t in threading.enumerate() if not t.name.startswith("Dask-Offload"))
    return {t for t in ours if t not in before and not isinstance(t, threading._DummyThread)}
