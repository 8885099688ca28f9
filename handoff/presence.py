"""Whether an agent is there."""

from enum import StrEnum


class Presence(StrEnum):
    """Online takes offers; away keeps what it has; offline has gone."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"
