"""Everything that can go wrong at the doors.

DoorError
├── SettingsInvalid   a setting cannot be used; the process refuses to start
├── FolderBusy        another server process holds the data folder
├── NotSignedIn       no session, or it has ended
│   └── BadCredentials   e-mail and password do not match
├── NotAllowed        signed in, but not for this; or a foreign origin
├── NotFound          no such page, site, conversation
├── Refused           understood, but not possible (wrong value, wrong moment)
└── TooMany           too often; `retry_after_s` says when again

Every message is a sentence for the person who reads it: it names the value and the remedy.
`web/refusals.py` gives each error its HTTP status and its name on the wire.
"""


class DoorError(Exception):
    """Any error of this room."""


class SettingsInvalid(DoorError):
    """A setting cannot be used; the message names variable and value."""


class FolderBusy(DoorError):
    """Another server process holds the data folder."""


class NotSignedIn(DoorError):
    """There is no session, or it has ended."""


class BadCredentials(NotSignedIn):
    """E-mail and password do not match."""


class NotAllowed(DoorError):
    """The caller may not do this, or comes from a foreign origin."""


class NotFound(DoorError):
    """What was asked for does not exist."""


class Refused(DoorError):
    """Understood, but not possible."""


class TooMany(DoorError):
    """Too often; possible again in `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
