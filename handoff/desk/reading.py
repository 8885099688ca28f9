"""What can be read from the desk; nothing here changes anything."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, cast, func, select

from handoff.database import reading
from handoff.desk import queue, records, store
from handoff.desk.ledger import Ledger
from handoff.errors import UnknownConversation
from handoff.events import (
    AGENTS_ONLY,
    AgentId,
    Audience,
    ConversationId,
    Event,
    EventKind,
    Stage,
)
from handoff.packet import Packet
from handoff.summaries import episodes_of, for_customer, row_of
from handoff.tables import clock, conversations, events
from handoff.views import (
    Changed,
    Changes,
    ConversationState,
    Cursor,
    EpisodeSummary,
    QueuePlace,
    Row,
    View,
)
from handoff.waiting import in_order


class Reading(Ledger):
    """Reads, each consistent in itself."""

    def state(self, conversation: ConversationId) -> ConversationState:
        """Where the conversation stands now. Raises `UnknownConversation`."""
        with reading(self._engine) as connection:
            found = store.load(connection, conversation)
        if found is None:
            raise UnknownConversation(conversation)
        return found

    def events_after(
        self,
        conversation: ConversationId,
        after: int,
        audience: Audience,
        *,
        limit: int | None = None,
    ) -> list[Event]:
        """The events numbered above `after`, in order; for `Audience.CUSTOMER` without notes.

        Customers' events lack `Message.decided` too. Empty for an unknown conversation.
        """
        query = (
            select(events)
            .where(events.c.conversation_id == conversation, events.c.seq > after)
            .order_by(events.c.seq)
            .limit(limit)
        )
        if audience is Audience.CUSTOMER:
            query = query.where(events.c.kind.not_in([kind.value for kind in AGENTS_ONLY]))
        with reading(self._engine) as connection:
            found = [store.event_of(row) for row in connection.execute(query)]
        return [for_customer(e) for e in found] if audience is Audience.CUSTOMER else found

    def rows(
        self,
        view: View,
        *,
        agent: AgentId | None = None,
        before: datetime | None = None,
        limit: int = 200,
    ) -> list[Row]:
        """A list of the console in its order. `agent` is needed for `View.MINE`.

        `before` pages `View.CLOSED` and `View.BOT`: only rows whose `at` is earlier.
        """
        if view is View.WAITING:
            return self._queue()[:limit]
        c = conversations.c
        query = store.STATE.where(_in_view(view, agent)).order_by(*_order(view)).limit(limit)
        if before is not None:
            query = query.where((c.closed_at if view is View.CLOSED else c.changed_at) < before)
        with reading(self._engine) as connection:
            return [row_of(store.state_of(row)) for row in connection.execute(query)]

    def _queue(self) -> list[Row]:
        with reading(self._engine) as connection:
            ordered = in_order(queue.waiting(connection))
            query = store.STATE.where(conversations.c.id.in_([w.conversation for w in ordered]))
            found = {row.id: row for row in connection.execute(query)}
        return [row_of(store.state_of(found[w.conversation])) for w in ordered]

    def row(self, conversation: ConversationId) -> Row:
        """One line. Raises `UnknownConversation`."""
        return row_of(self.state(conversation))

    def packet(self, conversation: ConversationId) -> Packet | None:
        """The latest handoff's packet; None when it was never handed over."""
        with reading(self._engine) as connection:
            return records.latest_packet(connection, conversation)

    def episodes(self, conversation: ConversationId) -> list[EpisodeSummary]:
        """The customer's history in this conversation, latest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(events)
                .where(
                    events.c.conversation_id == conversation,
                    events.c.kind.in_(
                        [EventKind.MESSAGE.value, EventKind.STAGE.value, EventKind.SURVEY.value]
                    ),
                )
                .order_by(events.c.seq)
            )
            found = [store.event_of(row) for row in rows]
        return list(reversed(episodes_of(found)))

    def queue_position(self, conversation: ConversationId) -> QueuePlace | None:
        """The place in the queue now; None when not waiting."""
        with reading(self._engine) as connection:
            found = store.load(connection, conversation)
            if found is None or found.stage is not Stage.WAITING:
                return None
            return queue.place(connection, found, self._clock(), self._rules)

    def queue_places(self) -> dict[ConversationId, QueuePlace]:
        """The place of everyone in the queue now, read at once."""
        with reading(self._engine) as connection:
            return queue.places(connection, self._clock(), self._rules)

    def now_cursor(self) -> Cursor:
        """The cursor from which only what happens after this call is a change."""
        with reading(self._engine) as connection:
            return Cursor(connection.execute(_horizon(connection)).scalar_one())

    def changed_since(self, cursor: Cursor) -> Changes:
        """The conversations changed since the cursor was made, by any server.

        Nothing committed is ever missed, whatever the order in which transactions commit. A
        conversation may come again with the same `seq`, which means nothing new.
        """
        c = conversations.c
        query = select(c.id, c.seq).where(c.changed >= cursor).order_by(c.changed, c.id)
        with reading(self._engine) as connection:
            horizon = connection.execute(_horizon(connection)).scalar_one()
            rows = connection.execute(query).all()
        changed = tuple(Changed(ConversationId(row.id), row.seq) for row in rows)
        return Changes(Cursor(horizon), changed)


def _horizon(connection: Connection) -> Select[int]:
    """The lowest number that a change committed after this transaction's snapshot can carry.

    SQLite has one writer at a time, so its counter rises in the order of commits. PostgreSQL's
    transactions commit in any order: a change carries its transaction's id, and every id below
    the snapshot's xmin is finished, so what is below it has been seen (documentation of
    pg_snapshot_xmin).
    """
    if connection.dialect.name == "postgresql":
        xmin = func.pg_snapshot_xmin(func.pg_current_snapshot())
        return select(cast(cast(xmin, Text), BigInteger))
    return select(clock.c.changes + 1)


def _in_view(view: View, agent: AgentId | None) -> ColumnElement[bool]:
    c = conversations.c
    awake = c.snoozed_until.is_(None)
    match view:
        case View.MINE:
            return (c.stage == Stage.HUMAN.value) & (c.agent_id == agent) & awake
        case View.OPEN:
            return c.stage != Stage.CLOSED.value
        case View.SNOOZED:
            return c.snoozed_until.is_not(None)
        case View.HUMAN:
            return (c.stage == Stage.HUMAN.value) & awake
        case _:
            return c.stage == view.value


def _order(view: View) -> list[ColumnElement[Any]]:
    c = conversations.c
    match view:
        case View.MINE:
            return [c.unanswered_since.is_(None), c.unanswered_since, c.changed_at.desc(), c.id]
        case View.CLOSED:
            return [c.closed_at.desc(), c.id]
        case View.SNOOZED:
            return [c.snoozed_until, c.id]
        case _:
            return [c.changed_at.desc(), c.id]
