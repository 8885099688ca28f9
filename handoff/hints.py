"""Hints between servers over PostgreSQL's LISTEN/NOTIFY.

A hint says where to look, never what happened: readers fetch from the tables, and poll
`Desk.changed_since` as well, so that a lost hint costs a second and nothing else. SQLite has one
server and needs none.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from sqlalchemy import Engine, func, select

from handoff.database import writing
from handoff.desk.store import HINT_CHANNEL
from handoff.events import ConversationId

LOOK_UP_S = 1.0
"""How often a listener looks whether it shall stop."""
RECONNECT_S = 2.0
"""After a lost connection; meanwhile polling carries on alone."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ConversationHint:
    """A conversation reached the number `seq`."""

    conversation: ConversationId
    seq: int


@dataclass(frozen=True)
class SnapshotHint:
    """A generation of the articles became current."""

    generation: str


@dataclass(frozen=True)
class LostHint:
    """Hints may have been missed: look at everything once."""


Hint = ConversationHint | SnapshotHint | LostHint


def parse(payload: str) -> Hint | None:
    """A notification's payload as a hint; None for one that this version does not know."""
    match payload.split():
        case ["conversation", conversation, seq] if seq.isdigit():
            return ConversationHint(ConversationId(conversation), int(seq))
        case ["snapshot", generation]:
            return SnapshotHint(generation)
        case _:
            return None


def tell_snapshot(engine: Engine, generation: str) -> None:
    """Hint to all servers that a generation is current; does nothing on SQLite."""
    if engine.dialect.name != "postgresql":
        return
    with writing(engine) as connection:
        connection.execute(select(func.pg_notify(HINT_CHANNEL, f"snapshot {generation}")))


def listen(engine: Engine, heard: Callable[[Hint], None], stop: threading.Event) -> None:
    """Call `heard` for every hint until `stop` is set; to be run in a thread of its own.

    Begins, and begins again after a lost connection, with a `LostHint`. Returns at once on
    SQLite. What `heard` raises ends the listening.
    """
    if engine.dialect.name != "postgresql":
        return
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not stop.is_set():
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"LISTEN {HINT_CHANNEL}")
                heard(LostHint())
                _hear(connection, heard, stop)
        except psycopg.OperationalError:
            log.warning("hints lost, connecting again in %s s", RECONNECT_S)
            stop.wait(RECONNECT_S)


def _hear(
    connection: psycopg.Connection, heard: Callable[[Hint], None], stop: threading.Event
) -> None:
    while not stop.is_set():
        for notification in connection.notifies(timeout=LOOK_UP_S):
            hint = parse(notification.payload)
            if hint is not None:
                heard(hint)
            if stop.is_set():
                return
