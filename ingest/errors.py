"""What can go wrong with an ingest.

IngestError
├── SourceRefused       a source cannot be opened at all (missing, not a folder, file, zip or address)
├── PathCollision       two sources hold the same path and neither was named
├── FileRefused         one file cannot be read; the run goes on and reports it by name
├── TooManyRemoved      the run would remove more articles than is allowed without force
├── NothingToServe      no source held a single article, and publishing that was not forced
└── IngestRunning       another ingest holds the lock

Every message names the value and says what to do.
"""


class IngestError(Exception):
    """Any error of this room; its text is a sentence for the operator."""


class SourceRefused(IngestError):
    """A source as a whole cannot be used; nothing was published."""


class PathCollision(IngestError):
    """The same article path comes from two sources; give them names (`NAME=SOURCE`)."""


class FileRefused(IngestError):
    """One file cannot be read. It never stops the others."""


class TooManyRemoved(IngestError):
    """More than the allowed share of articles would leave; nothing was published."""


class NothingToServe(IngestError):
    """No article was found; nothing was published."""


class IngestRunning(IngestError):
    """Another ingest is at work on the same data; its holder is named."""
