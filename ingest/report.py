"""What an ingest did, and how it says so while it works."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Protocol


class Severity(StrEnum):
    """How much a problem matters to the content team."""

    ERROR = "error"  # a file could not be read
    WARNING = "warning"  # something in a file was left out or could not be resolved
    SKIPPED = "skipped"  # a file is not an article, or not one to serve


@dataclass(frozen=True)
class Problem:
    """One sentence about one file."""

    file: str
    severity: Severity
    message: str


@dataclass(frozen=True)
class Rename:
    """The same text under a new path."""

    before: str
    after: str


@dataclass(frozen=True)
class Report:
    """What a run found and did.

    `generation` is the snapshot that is current afterwards (None when nothing ever was published);
    `published` says whether this run made it. `files` counts all files looked at; every one that
    became no article stands in `problems`. `embedded` and `reused` count passages. `removed` counts
    articles that left; one that was renamed is not among them.
    """

    generation: str | None
    published: bool
    dry_run: bool
    files: int
    articles: int
    passages: int
    embedded: int
    reused: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[Rename, ...]
    unchanged: int
    problems: tuple[Problem, ...]
    seconds: float

    def to_json(self) -> dict[str, object]:
        """The report as JSON types."""
        return asdict(self)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The files that could not be read."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


class Progress(Protocol):
    """Told how far a run is. Calls come from the thread that runs it, and must return quickly."""

    def has_read(self, done: int, total: int) -> None:
        """`done` of `total` files are read."""
        ...

    def has_embedded(self, done: int, total: int) -> None:
        """`done` of the `total` passages known so far have their vectors."""
        ...

    def publishes(self) -> None:
        """Everything is ready and is being written and switched to."""
        ...


class NoProgress:
    """Says nothing."""

    def has_read(self, done: int, total: int) -> None:
        """Ignore."""

    def has_embedded(self, done: int, total: int) -> None:
        """Ignore."""

    def publishes(self) -> None:
        """Ignore."""
