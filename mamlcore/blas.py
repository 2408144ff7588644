"""BLAS in one thread: the matrices here are small, and two BLAS threads on them are slower than one, often much."""

from threadpoolctl import threadpool_limits


def pin_to_one_thread() -> None:
    """Make BLAS use one thread in this whole process, whatever the environment says; other libraries keep theirs."""
    threadpool_limits(limits=1, user_api="blas")
