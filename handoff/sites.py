"""The web sites that carry the widget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from handoff.desk.ledger import system_clock
from handoff.events import SiteId


@dataclass(frozen=True)
class Site:
    """A site. `key` stands in its pages and is public; `origins` may embed the widget."""

    id: SiteId
    name: str
    key: str
    origins: tuple[str, ...]
    created_at: datetime


class Sites:
    """The sites; every method is one transaction."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = system_clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, name: str, origins: Sequence[str]) -> Site:
        """Add a site with a fresh key. Names are unique. Raises `BadValue`."""
        raise NotImplementedError

    def by_key(self, key: str) -> Site | None:
        """The site with this public key."""
        raise NotImplementedError

    def by_name(self, name: str) -> Site | None:
        """The site with this name."""
        raise NotImplementedError

    def all(self) -> list[Site]:
        """Every site, by name."""
        raise NotImplementedError
