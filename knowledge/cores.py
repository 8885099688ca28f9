"""The processor's other cores: used for one question while nothing else runs on them.

A customer who asks alone is answered sooner with two cores, many who ask at once with one each. So
a core is asked for only where none of the machine's processes wants it at that moment. Threads that
must share their cores wait for each other: with another process busy beside it, a pass through the
model took 16 ms in two threads instead of 9, one in twenty 160 ms.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

_CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
_RUNNING: Final = Path("/proc/loadavg")  # man 5 proc_loadavg: "0.20 0.18 0.12 1/80 11206"

_beside: Final = ThreadPoolExecutor(1, "beside")


def spare() -> bool:
    """Tell whether a core has nothing to run now; False where this system does not say."""
    if _CORES == 1:
        return False
    try:
        running = os.pread(_opened(), 64, 0).split()[3].partition(b"/")[0]
        return int(running) < _CORES
    except (OSError, IndexError, ValueError):
        return False


@cache
def _opened() -> int:
    # Kept open: opening it anew takes six times as long as reading it.
    return os.open(_RUNNING, os.O_RDONLY)


def begin(work: Callable[[], T]) -> Callable[[], T]:
    """Begin some work on a spare core; without one it is done when its result is asked for.

    Call what is returned, once, for the result, or for the error it ended with.
    """
    return _beside.submit(work).result if spare() else work
