"""Coroutines in tests: in a loop of their own, wherever a browser keeps one running."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on another thread: in this one the browser of other tests may keep a loop running."""
    return elsewhere(lambda: asyncio.run(work))


def elsewhere(work: Callable[[], T]) -> T:
    """Do what starts a loop by itself on a thread that has none."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()
