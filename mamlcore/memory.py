"""Freed memory stays with the process, so that the next large array finds some at hand.

The GNU C library gives pages of freed arrays back to the system, which has to clear others for the next ones. An
evaluation makes hundreds of large arrays of the same few sizes: that took up to a third of its time.
"""

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the names of mallopt's parameters in malloc.h
_LARGEST = 32 << 20  # bytes of an array; the C library allows no more
_KEPT = 256 << 20  # bytes free at the end of the heap


@cache
def keep_freed_memory() -> bool:
    """Keep up to 256 MiB of freed memory in this whole process; False where the C library is none that can be asked."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT))
