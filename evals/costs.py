"""What a benchmark times: costs, latencies, rates and how they grow."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

# Customers who ask at once, each anew as soon as answered.
CUSTOMERS: Final = 32


@dataclass(frozen=True)
class Latency:
    """Seconds from text to ranked articles: the middle and the 95th of a hundred."""

    median_s: float
    p95_s: float


@dataclass(frozen=True)
class Cost:
    """What a pipeline takes. `chars_per_s` counts article text; sizes are bytes.

    `one_in_100_s` and `one_in_1000_s` are an ingest again after that share of the articles changed
    (one at least); `rate` counts questions answered a second to CUSTOMERS at once.
    """

    system: str
    passages: int
    ingest_s: float
    chars_per_s: float
    one_in_100_s: float
    one_in_1000_s: float
    alone: Latency
    rate: float
    memory_bytes: int


@dataclass(frozen=True)
class Growth:
    """A synthetic snapshot of a size, against a flat index of the stock pipeline over its vectors.

    `search` and `stock_search` leave embedding out; `alone` and `rate` (as in Cost) take it in, and
    so do `stock_alone` and `stock_rate`.
    """

    passages: int
    publish_s: float
    open_s: float
    search: Latency
    alone: Latency
    rate: float
    stock_search: Latency
    stock_alone: Latency
    stock_rate: float
    disk_bytes: int


def latency(seconds: Sequence[float]) -> Latency:
    """Summarise measured seconds (at least one)."""
    return Latency(float(np.median(seconds)), float(np.quantile(seconds, 0.95)))


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def rate(
    ask: Callable[[Sequence[str]], object],
    texts: Sequence[str],
    seconds: float,
    *,
    threads: int,
    batch: int,
) -> float:
    """Questions answered a second while CUSTOMERS keep asking.

    Each of `threads` takes `batch` of what waits at a time.
    """
    begun = perf_counter()

    def work(first: int) -> int:
        done = 0
        while perf_counter() - begun < seconds:
            at = range(first + done, first + done + batch)
            ask([texts[n % len(texts)] for n in at])
            done += batch
        return done

    with ThreadPoolExecutor(threads) as pool:
        answered = sum(pool.map(work, range(0, threads * len(texts), len(texts))))
    return answered / (perf_counter() - begun)
