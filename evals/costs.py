"""What a benchmark times: costs, latencies and how they grow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np


@dataclass(frozen=True)
class Latency:
    """Seconds from text to ranked articles: the middle and the 95th of a hundred."""

    median_s: float
    p95_s: float


@dataclass(frozen=True)
class Cost:
    """What a pipeline takes. Rates count characters of article text; sizes are bytes."""

    system: str
    passages: int
    ingest_s: float
    chars_per_s: float
    reingest_s: float
    alone: Latency
    together_s: float
    memory_bytes: int


@dataclass(frozen=True)
class Growth:
    """A synthetic snapshot of a size: publishing and searching it (embedding left out)."""

    passages: int
    publish_s: float
    open_s: float
    search: Latency
    disk_bytes: int


def latency(seconds: Sequence[float]) -> Latency:
    """Summarise measured seconds (at least one)."""
    return Latency(float(np.median(seconds)), float(np.quantile(seconds, 0.95)))


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    started = perf_counter()
    work()
    return perf_counter() - started
