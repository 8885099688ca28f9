"""Whether an agent is there, without any I/O."""

from datetime import datetime, timedelta
from enum import StrEnum


class Presence(StrEnum):
    """Online takes offers; away keeps what it has; offline has gone."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


def present(
    chosen: Presence, seen_at: datetime | None, now: datetime, grace: timedelta
) -> Presence:
    """The presence that others see: what the agent chose, or offline once unseen for `grace`."""
    if seen_at is None or now - seen_at >= grace:
        return Presence.OFFLINE
    return chosen
