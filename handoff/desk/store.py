"""Between rows and objects: loading a conversation's state, numbering and storing its events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from handoff.drafts import Draft
from handoff.events import (
    AgentId,
    AgentRef,
    ClientId,
    ConversationId,
    Event,
    EventKind,
    Promise,
    Resolution,
    Role,
    Sender,
    SiteId,
    Stage,
    VisitorHash,
    new_client_id,
)
from handoff.payloads import from_json, to_json
from handoff.projection import apply, begin, episode_of
from handoff.tables import clock, conversations, customers, events
from handoff.views import ConversationState

HINT_CHANNEL = "warmline"
"""PostgreSQL's NOTIFY channel; the payload is "conversation <id> <seq>"."""


@dataclass(frozen=True)
class Command:
    """Whose command it is, and the id they gave it; unique within conversation and side."""

    side: str
    client_id: ClientId


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row unless one with a key of it exists; waits for a rival's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    else:
        connection.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())


STATE = select(
    conversations, customers.c.site_id, customers.c.visitor_hash, customers.c.profile
).join(customers, conversations.c.customer_id == customers.c.id)
"""The columns that `state_of` reads."""


def load(
    connection: Connection, conversation: ConversationId, *, lock: bool = False
) -> ConversationState | None:
    """The state of a conversation; with `lock` nobody else changes it until the transaction ends."""
    query = STATE.where(conversations.c.id == conversation)
    if lock:
        query = query.with_for_update(of=conversations)
    row = connection.execute(query).one_or_none()
    return state_of(row) if row is not None else None


def state_of(row: Row[Any]) -> ConversationState:
    """A row of `STATE` as an object."""
    return ConversationState(
        id=ConversationId(row.id),
        site=SiteId(row.site_id),
        visitor_hash=VisitorHash(row.visitor_hash),
        stage=Stage(row.stage),
        episode=row.episode,
        seq=row.seq,
        customer_seq=row.customer_seq,
        answered_seq=row.answered_seq,
        settled_seq=row.settled_seq,
        created_at=row.created_at,
        changed_at=row.changed_at,
        episode_started_at=row.episode_started_at,
        agent=_ref(row.agent_id, row.agent_name),
        offered_to=_ref(row.offered_to, row.offered_name),
        offer_expires_at=row.offer_expires_at,
        declined_by=tuple(row.declined_by),
        waiting_since=row.waiting_since,
        handoff_reason=row.handoff_reason,
        skill=row.skill,
        at_front=row.at_front,
        priority=row.priority,
        tags=tuple(row.tags),
        snoozed_until=row.snoozed_until,
        promise=Promise(row.promise, row.promise_due_at) if row.promise else None,
        profile=row.profile,
        page=row.page,
        locale=row.locale,
        device=row.device,
        offer_made=row.offer_made,
        unanswered_since=row.unanswered_since,
        closed_at=row.closed_at,
        resolution=Resolution(row.resolution) if row.resolution else None,
        last_text=row.last_text,
        last_role=Role(row.last_role) if row.last_role else None,
    )


def _ref(agent: str | None, name: str | None) -> AgentRef | None:
    return AgentRef(AgentId(agent), name or "") if agent is not None else None


def columns_of(state: ConversationState) -> dict[str, Any]:
    """The projection as column values of `conversations`."""
    return {
        "stage": state.stage.value,
        "episode": state.episode,
        "seq": state.seq,
        "customer_seq": state.customer_seq,
        "answered_seq": state.answered_seq,
        "settled_seq": state.settled_seq,
        "changed_at": state.changed_at,
        "episode_started_at": state.episode_started_at,
        "agent_id": state.agent.id if state.agent else None,
        "agent_name": state.agent.name if state.agent else None,
        "offered_to": state.offered_to.id if state.offered_to else None,
        "offered_name": state.offered_to.name if state.offered_to else None,
        "offer_expires_at": state.offer_expires_at,
        "declined_by": list(state.declined_by),
        "waiting_since": state.waiting_since,
        "handoff_reason": state.handoff_reason,
        "skill": state.skill,
        "at_front": state.at_front,
        "priority": state.priority,
        "tags": list(state.tags),
        "snoozed_until": state.snoozed_until,
        "promise": state.promise.text if state.promise else None,
        "promise_due_at": state.promise.due_at if state.promise else None,
        "page": state.page,
        "locale": state.locale,
        "device": state.device,
        "offer_made": state.offer_made,
        "unanswered_since": state.unanswered_since,
        "closed_at": state.closed_at,
        "resolution": state.resolution.value if state.resolution else None,
        "last_text": state.last_text,
        "last_role": state.last_role.value if state.last_role else None,
    }


def create(
    connection: Connection,
    conversation: ConversationId,
    site: SiteId,
    visitor: VisitorHash,
    now: datetime,
) -> ConversationId | None:
    """Make sure that the visitor has a conversation; return its id, None when the id is taken.

    What is returned differs from `conversation` when the visitor has one already.
    """
    customer = {"site_id": site, "visitor_hash": visitor, "profile": {}, "created_at": now}
    insert_new(connection, customers, {"id": new_client_id(), **customer})
    owner = connection.execute(
        select(customers.c.id).where(
            customers.c.site_id == site, customers.c.visitor_hash == visitor
        )
    ).scalar_one()
    state = begin(conversation, site, visitor, now)
    values = {"id": conversation, "customer_id": owner, "created_at": now, **columns_of(state)}
    insert_new(connection, conversations, {**values, "question_tries": 0, "changed": 0})
    found = connection.execute(
        select(conversations.c.id).where(conversations.c.customer_id == owner)
    ).scalar_one_or_none()
    return ConversationId(found) if found is not None else None


def append(
    connection: Connection,
    state: ConversationState,
    drafts: Sequence[Draft],
    now: datetime,
    command: Command | None = None,
) -> tuple[ConversationState, list[Event]]:
    """Number the drafts, store them, and bring the projection along.

    The conversation's row must be locked by this transaction (`load(lock=True)`).
    """
    at = max(now, state.changed_at)  # clocks of two servers may differ; a conversation's may not
    stored: list[Event] = []
    rows: list[dict[str, Any]] = []
    profile = state.profile
    for draft in drafts:
        answers = command is not None and draft.answers_command
        event = Event(
            conversation=state.id,
            seq=state.seq + 1,
            episode=episode_of(state, draft.payload),
            at=at,
            sender=draft.sender,
            payload=draft.payload,
            client_id=command.client_id if command and answers else None,
        )
        stored.append(event)
        rows.append(_columns_of_event(event, command.side if command and answers else None))
        state = apply(state, event)
    if rows:
        connection.execute(events.insert(), rows)
    if state.profile != profile:
        keep_profile(connection, state)
    written = columns_of(state)
    if any(event.seq == state.customer_seq for event in stored):
        # A new question: whoever thinks about the one before it has lost it.
        written |= {"question_holder": None, "question_until": None, "question_tries": 0}
    connection.execute(
        update(conversations)
        .where(conversations.c.id == bindparam("of_conversation"))
        .values(changed=_next_change(connection)),
        {**written, "of_conversation": state.id},
    )
    if connection.dialect.name == "postgresql":
        hint = f"conversation {state.id} {state.seq}"
        connection.execute(select(func.pg_notify(HINT_CHANNEL, hint)))
    return state, stored


def keep_profile(connection: Connection, state: ConversationState) -> None:
    """Store what is known of the customer."""
    owner = (
        select(conversations.c.customer_id).where(conversations.c.id == state.id).scalar_subquery()
    )
    connection.execute(
        update(customers).where(customers.c.id == owner).values(profile=dict(state.profile))
    )


def _next_change(connection: Connection) -> Any:
    """Where this transaction stands in the desk's history; see `Reading.changed_since`."""
    if connection.dialect.name == "postgresql":
        return cast(cast(func.pg_current_xact_id(), Text), BigInteger)
    return connection.execute(
        update(clock).values(changes=clock.c.changes + 1).returning(clock.c.changes)
    ).scalar_one()


def _columns_of_event(event: Event, side: str | None) -> dict[str, Any]:
    return {
        "conversation_id": event.conversation,
        "seq": event.seq,
        "episode": event.episode,
        "at": event.at,
        "kind": event.kind.value,
        "role": event.sender.role.value,
        "sender_id": event.sender.id,
        "sender_name": event.sender.name,
        "side": side,
        "client_id": event.client_id,
        "payload": to_json(event.payload),
    }


def event_of(row: Row[Any]) -> Event:
    """A row of `events` as an object."""
    return Event(
        conversation=ConversationId(row.conversation_id),
        seq=row.seq,
        episode=row.episode,
        at=row.at,
        sender=Sender(Role(row.role), row.sender_id, row.sender_name),
        payload=from_json(EventKind(row.kind), row.payload),
        client_id=ClientId(row.client_id) if row.client_id else None,
    )


def by_command(
    connection: Connection, conversation: ConversationId, command: Command
) -> Event | None:
    """The event that answered this command before."""
    row = connection.execute(
        select(events).where(
            events.c.conversation_id == conversation,
            events.c.side == command.side,
            events.c.client_id == command.client_id,
        )
    ).one_or_none()
    return event_of(row) if row is not None else None


def latest(connection: Connection, conversation: ConversationId, kind: EventKind) -> Event | None:
    """The conversation's last event of a kind."""
    row = connection.execute(
        select(events)
        .where(events.c.conversation_id == conversation, events.c.kind == kind.value)
        .order_by(events.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return event_of(row) if row is not None else None


def of_episode(connection: Connection, state: ConversationState) -> list[Event]:
    """The events of the present episode, in order."""
    rows = connection.execute(
        select(events)
        .where(events.c.conversation_id == state.id, events.c.episode == state.episode)
        .order_by(events.c.seq)
    )
    return [event_of(row) for row in rows]


def numbered(connection: Connection, conversation: ConversationId, seq: int) -> Event | None:
    """The conversation's event with this number."""
    row = connection.execute(
        select(events).where(events.c.conversation_id == conversation, events.c.seq == seq)
    ).one_or_none()
    return event_of(row) if row is not None else None
