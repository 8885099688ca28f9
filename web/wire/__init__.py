"""The frames on the sockets, both ways (HOUSE.md, "Outside contracts"; docs/protocol.md)."""

from enum import IntEnum


class Close(IntEnum):
    """Why a socket was closed (RFC 6455, private codes 4000-4999, 1011 and 1012)."""

    BAD_FRAME = 4400
    TOKEN = 4401
    ORIGIN = 4403
    NO_HELLO = 4408
    TOO_SLOW = 4409
    RESTART = 1012
    FAILED = 1011
