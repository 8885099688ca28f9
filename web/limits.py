"""How often is too often: buckets of tokens, and wrong passwords remembered."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from web.errors import TooMany

MAX_REMEMBERED = 10_000  # callers kept in memory; the one silent longest is forgotten first


class Bucket:
    """A token bucket: `burst` at once, `per_minute` in the long run. `clock` gives seconds."""

    def __init__(
        self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._tokens = burst
        self._clock = clock
        self._at = clock()

    def take(self, words: str) -> None:
        """Take one token.

        Raises:
            TooMany: there is none; it says when there will be, in these words.
        """
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            raise TooMany(words, round((1 - self._tokens) / self._rate, 1) + 0.1)
        self._tokens -= 1


class Buckets:
    """One bucket a caller (a network address, say)."""

    def __init__(
        self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, caller: str, words: str) -> None:
        """Take one of the caller's tokens; raises `TooMany` when there is none."""
        bucket = self._buckets.pop(caller, None)
        if bucket is None:
            bucket = Bucket(self._per_minute, self._burst, self._clock)
        self._buckets[caller] = bucket
        if len(self._buckets) > MAX_REMEMBERED:
            self._buckets.popitem(last=False)
        bucket.take(words)


class Attempts:
    """Wrong passwords: at most `limit` in `window_s` seconds for each key."""

    def __init__(
        self, limit: int, window_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._window_s = window_s
        self._clock = clock
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, *keys: str) -> None:
        """Let through only while no key has too many.

        Raises:
            TooMany: wait until the oldest is forgotten.
        """
        now = self._clock()
        for key in keys:
            failed = self._failed.get(key, deque())
            while failed and now - failed[0] >= self._window_s:
                failed.popleft()
            if len(failed) >= self._limit:
                wait_s = self._window_s - (now - failed[0])
                raise TooMany("Too many wrong passwords. Please wait a little.", round(wait_s, 1))

    def fail(self, *keys: str) -> None:
        """Remember a wrong password under every key."""
        for key in keys:
            failed = self._failed.setdefault(key, deque(maxlen=self._limit))
            failed.append(self._clock())
            self._failed.move_to_end(key)
        while len(self._failed) > MAX_REMEMBERED:
            self._failed.popitem(last=False)

    def succeed(self, key: str) -> None:
        """Forget a key."""
        self._failed.pop(key, None)
