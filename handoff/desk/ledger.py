"""The transaction around every use case."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine

from handoff.rules import DeskRules


def system_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """What all sides of the desk stand on: the database, the clock and the rules."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Callable[[], datetime] = system_clock,
        rules: DeskRules | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._rules = rules or DeskRules()
