"""The one place where the event loop meets blocking work: three doors, each with its own limit.

None can starve another: a slow language model never holds up the database, a burst of questions
never holds up a login.

- `Door("database", n)`: short transactions.
- `Batches`: computing, one thread; whatever waits when it becomes free is worked on together, so
  that questions of many customers are embedded in one pass and a lone one never waits for others.
- `Door("outside", n)`: password hashes, language model, mail, webhooks.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")


class Door:
    """Runs blocking functions in threads of its own, at most `threads` at a time."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the function and return (or raise) what it does."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(function, *args, **kwargs))

    def close(self) -> None:
        """Wait for what runs and refuse more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Batches(Generic[T, R]):
    """One thread that works on everything that waits, together, `limit` items at most at a time.

    `work` gets the items in their order and gives one result, or one exception, for each.
    """

    def __init__(
        self, name: str, work: Callable[[Sequence[T]], Sequence[R | Exception]], limit: int
    ) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._work = work
        self._limit = limit
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, item: T) -> R:
        """Work on one item, with whatever else waits; raises what `work` found for it."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain())
        return await done

    async def alone(self, function: Callable[P, S], *args: P.args, **kwargs: P.kwargs) -> S:
        """Run something else in the computing thread (loading the model, say)."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, partial(function, *args, **kwargs))

    def close(self) -> None:
        """Wait for what runs and refuse more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self._limit, len(self._waiting)))]
            items = [item for item, _ in batch]
            results: Sequence[R | Exception]
            try:
                results = await loop.run_in_executor(self._pool, self._work, items)
            except Exception as error:  # the task's edge: whoever waits gets it, see answering.py
                results = [error] * len(batch)
            for (_, done), result in zip(batch, results, strict=True):
                if done.done():  # whoever waited has given up
                    continue
                if isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)
