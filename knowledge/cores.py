"""The processor's other cores: used for one pass and search while nothing else runs on them.

A customer who asks alone is answered sooner with two cores, many who ask at once with one each. So
a core is asked for only where none of the machine's processes wants it at that moment. Threads that
must share their cores wait for each other: with another process busy beside it, a pass through the
model took 16 ms in two threads instead of 9, one in twenty 160 ms.

What runs is counted on the whole machine, also from inside a container.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

_RUNNING: Final = Path("/proc/loadavg")  # man 5 proc_loadavg: "0.20 0.18 0.12 1/80 11206"
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")  # a container's: "max 100000" or "150000 100000"


def _ours() -> int:
    """The cores that this process may use: 1 where this system does not say."""
    if not hasattr(os, "sched_getaffinity"):
        return 1
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return allowed if quota == "max" else min(allowed, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        return allowed


COUNT: Final = _ours()
"""The cores that this process may use."""


def spare() -> bool:
    """Tell whether a core has nothing to run now; False where this system does not say."""
    if COUNT == 1:
        return False
    try:
        running = os.pread(_opened(), 64, 0).split()[3].partition(b"/")[0]
        # Whoever asks runs: a system that counts nobody does not know.
        return 0 < int(running) < COUNT
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
    if not spare():
        return work
    try:
        begun = _helper(os.getpid()).submit(work)
    except RuntimeError:  # the process is ending and begins nothing any more
        return work
    # What the helper has not come to, for others' work, the caller does.
    return lambda: work() if begun.cancel() else begun.result()


@cache
def _helper(_process: int) -> ThreadPoolExecutor:
    # A process that was forked off has none of its parent's threads.
    return ThreadPoolExecutor(1, "beside")
