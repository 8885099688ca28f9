"""Whether an agent is there, without any I/O."""

from datetime import datetime, timedelta
from enum import StrEnum


class Presence(StrEnum):
    """Online takes offers; away keeps what it has; offline has gone."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


def present(
    chosen: Presence,
    seen_at: datetime | None,
    now: datetime,
    grace: timedelta,
    *,
    active_at: datetime | None = None,
    idle_after: timedelta | None = None,
) -> Presence:
    """The presence that others see.

    Offline once the console is unseen for `grace`; away, though they chose online, once the agent
    has done nothing for `idle_after` (None: never); otherwise what they chose.
    """
    if seen_at is None or now - seen_at >= grace:
        return Presence.OFFLINE
    idle = idle_after is not None and active_at is not None and now - active_at >= idle_after
    return Presence.AWAY if idle and chosen is Presence.ONLINE else chosen
