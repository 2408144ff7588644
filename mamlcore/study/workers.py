"""Where cells are computed: on Dask (a local cluster of processes, or any scheduler's), or in this very process."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from mamlcore.blas import pin_to_one_thread
from mamlcore.errors import Cancelled, LabError
from mamlcore.study.cell import run_cell
from mamlcore.study.outcome import Outcome, failed
from mamlcore.study.plan import Cell

#: A cell, what it gave, and the seconds it took.
Done = tuple[Cell, Outcome, float]
Stop = Callable[[], bool]
_POLL_S = 0.25
#: Above everything that Dask logs: what a person has to know of its workers is said by us, in words.
SILENT = logging.CRITICAL + 1
_PATIENCE_S = 10.0


def timed(cell: Cell) -> tuple[Outcome, float]:
    """Compute a cell with one BLAS thread; return its outcome and the seconds it took. Runs on a worker."""
    pin_to_one_thread()
    start = time.perf_counter()
    return run_cell(cell), time.perf_counter() - start


def here(cells: Sequence[Cell], stop: Stop) -> Iterator[Done]:
    """Compute cells one after the other in this process."""
    for cell in cells:
        if stop():
            raise Cancelled
        yield cell, *timed(cell)


def capacity(client: Any) -> int:
    """Return how many cells a cluster computes at once."""
    return max(1, sum(client.nthreads().values()))


def on_dask(cells: Sequence[Cell], client: Any, stop: Stop) -> Iterator[Done]:
    """Compute cells on a Dask cluster, and yield them as they come.

    A worker that dies costs only its cell, which goes to another; a cell on which several workers have died becomes
    an outcome that says so.
    """
    distributed = _distributed()
    futures = {client.submit(timed, cell, key=f"maml-lab-{cell.key}", pure=True): cell for cell in cells}
    arriving = distributed.as_completed(futures)  # one look-out for all of them: waiting anew costs memory each time
    try:
        while futures:
            if stop():
                raise Cancelled
            if not arriving.has_ready():
                time.sleep(_POLL_S)
            for future in arriving.next_batch(block=False):
                cell = futures.pop(future)
                yield cell, *_result(future)
    finally:
        client.cancel(list(futures), force=True)


def _result(future: Any) -> tuple[Outcome, float]:
    try:
        outcome, seconds = future.result()
    except Exception as error:  # of the cluster: run_cell turns the cell's own into outcomes
        return failed(f"{type(error).__name__}: {error}"), 0.0
    return outcome, float(seconds)


@contextmanager
def cluster(n_workers: int, scheduler: str | None) -> Iterator[Any]:
    """Open a client of a scheduler, or of a local cluster of so many processes, and close it again.

    Raises LabError when Dask is missing, the scheduler does not answer, or has no workers.
    """
    distributed = _distributed()
    logging.getLogger("distributed").setLevel(SILENT)
    if scheduler is not None:
        with _client(distributed, scheduler) as client:
            _need_workers(client, scheduler)
            yield client
        return
    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "memory_limit": 0}
    with (
        distributed.LocalCluster(n_workers=n_workers, silence_logs=SILENT, **options) as local,
        distributed.Client(local) as client,
    ):
        yield client


def _client(distributed: Any, scheduler: str) -> Any:
    try:
        return distributed.Client(scheduler, timeout=_PATIENCE_S)
    except (OSError, ValueError, TypeError) as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        raise LabError(f"No Dask scheduler answers at {scheduler} ({said}); start one with: dask scheduler") from None


def _need_workers(client: Any, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_S)
    except TimeoutError:
        raise LabError(
            f"The Dask scheduler at {scheduler} has no workers; start some with: dask worker {scheduler} --nthreads 1"
        ) from None


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ModuleNotFoundError:
        raise LabError(
            "Several workers need Dask: pip install 'maml-lab[cluster]'; or compute in this process with --workers 0"
        ) from None
