"""Freed memory is taken again instead of being fetched from the system: counted in pages, in a process of its own."""

import subprocess
import sys
import textwrap

import pytest

SCRIPT = """
    import resource, sys
    import numpy as np
    from mamlcore.memory import keep_freed_memory

    def pages():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(10):
            arrays = [np.ones(125_000) for _ in range(10)]  # 10 MB, 2400 pages
            del arrays
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    fresh = pages()
    asked = keep_freed_memory()
    pages()
    print(asked, fresh, pages())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the GNU C library's own affair")
def test_large_arrays_find_the_memory_of_those_before():
    found = subprocess.run([sys.executable, "-c", textwrap.dedent(SCRIPT)], capture_output=True, text=True, check=True)
    asked, fresh, kept = found.stdout.split()
    if asked == "False":
        pytest.skip("another C library")
    assert int(fresh) > 10_000
    assert int(kept) < 100
