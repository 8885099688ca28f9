"""Reading the desk's whole record, row by row, and finding the conversations of a customer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, func, select

from handoff.database import reading
from handoff.desk import store
from handoff.events import ConversationId, Event, VisitorHash
from handoff.tables import conversations, customers, events
from handoff.views import ConversationState

ROWS_AT_ONCE = 500
"""Held in memory while streaming, whatever the size of the desk."""


class Exports:
    """Streams what is stored as of one moment; nothing here changes anything."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def conversations(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[ConversationState]:
        """Conversations that began in `[since, until)`, oldest first; None leaves an end open."""
        c = conversations.c
        query = store.STATE.where(*_within(c.created_at, since, until))
        for row in self._stream(query.order_by(c.created_at, c.id)):
            yield store.state_of(row)

    def events(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Event]:
        """Events that happened in `[since, until)`, by conversation and number."""
        query = select(events).where(*_within(events.c.at, since, until))
        for row in self._stream(query.order_by(events.c.conversation_id, events.c.seq)):
            yield store.event_of(row)

    def of_email(self, email: str) -> list[ConversationId]:
        """The conversations of customers who left this e-mail address, whatever its case."""
        left = customers.c.profile["email"].as_string()
        return self._ids(func.lower(left) == email.strip().lower())

    def of_visitor(self, visitor: VisitorHash) -> list[ConversationId]:
        """The conversations of a visitor, on every site."""
        return self._ids(customers.c.visitor_hash == visitor)

    def _ids(self, condition: ColumnElement[bool]) -> list[ConversationId]:
        query = (
            select(conversations.c.id)
            .join(customers, conversations.c.customer_id == customers.c.id)
            .where(condition)
            .order_by(conversations.c.id)
        )
        with reading(self._engine) as connection:
            return [ConversationId(id_) for id_ in connection.execute(query).scalars()]

    def _stream(self, query: Select[Any]) -> Iterator[Row[Any]]:
        with reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=ROWS_AT_ONCE)
            yield from streamed.execute(query)


def _within(
    column: ColumnElement[datetime], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    ends = [column >= since] if since else []
    return [*ends, column < until] if until else ends
