"""The web sites that carry the widget."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Engine, Row, select, update
from sqlalchemy.exc import IntegrityError

from handoff.clock import Clock, system_clock
from handoff.database import reading, writing
from handoff.errors import BadValue, UnknownSite
from handoff.events import SiteId, new_client_id
from handoff.hours import BusinessHours
from handoff.look import Look, from_json, tidy, to_json
from handoff.tables import sites

KEY_BYTES = 18
"""Of a site's public key: not a secret, but never met by chance."""
KEY_ID_BYTES = 6
"""Of an identity key's id: only ever compared within a site."""
FIRST_IDENTITY_KEYS = ("",)
LOOK = "look"
"""Where the look stands among a site's settings."""
IDENTITY_KEYS = "identity_keys"
"""The same, for the ids of the keys that are in use."""


@dataclass(frozen=True)
class Site:
    """A site. `key` stands in its pages and is public; `origins` may embed the widget.

    `look` is what its owner chose. `identity_keys` are the ids of the keys with which it may sign
    who its customers are; the first has no id ("").
    """

    id: SiteId
    name: str
    key: str
    origins: tuple[str, ...]
    created_at: datetime
    look: Look = field(default_factory=Look)
    identity_keys: tuple[str, ...] = FIRST_IDENTITY_KEYS


class Sites:
    """The sites; every method is one transaction."""

    def __init__(self, engine: Engine, *, clock: Clock = system_clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, name: str, origins: Sequence[str]) -> Site:
        """Add a site with a fresh key. Names are unique. Raises `BadValue`."""
        clean = name.strip()
        if not clean:
            raise BadValue("A site needs a name.")
        site = Site(
            id=SiteId(new_client_id()),
            name=clean,
            key=secrets.token_urlsafe(KEY_BYTES),
            origins=tuple(check_origin(origin) for origin in origins),
            created_at=self._clock(),
        )
        values = {**asdict(site), "origins": list(site.origins), "settings": {}}
        del values["look"], values["identity_keys"]  # the defaults need no keeping
        try:
            with writing(self._engine) as connection:
                connection.execute(sites.insert().values(**values))
        except IntegrityError as error:
            raise BadValue(f"There is a site named {clean} already.") from error
        return site

    def set_origins(self, site: SiteId, origins: Sequence[str]) -> None:
        """Replace the origins that may embed the widget. Raises `BadValue`."""
        kept = [check_origin(origin) for origin in origins]
        with writing(self._engine) as connection:
            connection.execute(update(sites).where(sites.c.id == site).values(origins=kept))

    def set_look(self, site: SiteId, look: Look) -> Look:
        """Keep how the site's widget looks; return it tidied. Raises `BadValue`, `UnknownSite`."""
        kept = tidy(look)
        self._change(site, lambda settings: {**settings, LOOK: to_json(kept)})
        return kept

    def add_identity_key(self, site: SiteId) -> str:
        """Give a site one more key id to sign identities with; return it. Raises `UnknownSite`."""
        made = secrets.token_urlsafe(KEY_ID_BYTES)
        self._change(
            site,
            lambda settings: {
                **settings,
                IDENTITY_KEYS: [*settings.get(IDENTITY_KEYS, FIRST_IDENTITY_KEYS), made],
            },
        )
        return made

    def drop_identity_key(self, site: SiteId, key_id: str) -> None:
        """Let identities of a key id ("" for the first) count no more. Raises `UnknownSite`."""
        self._change(
            site,
            lambda settings: {
                **settings,
                IDENTITY_KEYS: [
                    known
                    for known in settings.get(IDENTITY_KEYS, FIRST_IDENTITY_KEYS)
                    if known != key_id
                ],
            },
        )

    def _change(
        self, site: SiteId, changed: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> None:
        with writing(self._engine) as connection:
            stored = connection.execute(
                select(sites.c.settings).where(sites.c.id == site).with_for_update()
            ).scalar_one_or_none()
            if stored is None:
                raise UnknownSite(site)
            connection.execute(
                update(sites).where(sites.c.id == site).values(settings=changed(stored))
            )

    def by_key(self, key: str) -> Site | None:
        """The site with this public key."""
        return self._one(sites.c.key == key)

    def by_name(self, name: str) -> Site | None:
        """The site with this name."""
        return self._one(sites.c.name == name.strip())

    def by_id(self, site: SiteId) -> Site | None:
        """The site with this id."""
        return self._one(sites.c.id == site)

    def _one(self, condition: ColumnElement[bool]) -> Site | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(sites).where(condition)).one_or_none()
        return _site(row) if row is not None else None

    def all(self) -> list[Site]:
        """Every site, by name."""
        with reading(self._engine) as connection:
            return [_site(row) for row in connection.execute(select(sites).order_by(sites.c.name))]


def check_origin(origin: str) -> str:
    """The origin in its canonical form ("https://shop.example:8443", RFC 6454).

    Raises `BadValue` for anything but scheme, host and port.
    """
    parts = urlsplit(origin.strip().rstrip("/"))
    try:
        port = parts.port
    except ValueError as error:
        raise BadValue(f"{origin!r} has no valid port.") from error
    bare = not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise BadValue(f"{origin!r} is not an origin; write https://shop.example.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def hours_of(connection: Connection, site: SiteId) -> BusinessHours | None:
    """When people are there for this site; None where its owner has set nothing."""
    stored = connection.execute(
        select(sites.c.settings).where(sites.c.id == site)
    ).scalar_one_or_none()
    return _look(stored).hours if stored else None


def _site(row: Row[Any]) -> Site:
    return Site(
        id=SiteId(row.id),
        name=row.name,
        key=row.key,
        origins=tuple(row.origins),
        created_at=row.created_at,
        look=_look(row.settings),
        identity_keys=tuple(row.settings.get(IDENTITY_KEYS, FIRST_IDENTITY_KEYS)),
    )


def _look(settings: Mapping[str, Any]) -> Look:
    return from_json(settings[LOOK]) if LOOK in settings else Look()
