"""The time, so that tests can hold it by hand."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present time with its zone."""


def system_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
