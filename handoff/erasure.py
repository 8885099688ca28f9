"""Forgetting a customer: contents become tombstones, numbers stay."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, update

from handoff.clock import Clock, system_clock
from handoff.conversation import silence_closes
from handoff.database import writing
from handoff.desk import records, store
from handoff.errors import UnknownConversation
from handoff.events import (
    ConversationId,
    Erased,
    EventKind,
    Resolution,
    Stage,
    Survey,
    new_client_id,
)
from handoff.files import forget
from handoff.payloads import from_json, to_json
from handoff.tables import conversations, customers, events, handoffs

CONTENT = (
    EventKind.MESSAGE,
    EventKind.NOTE,
    EventKind.PROFILE,
    EventKind.LABELS,
    EventKind.SUMMARY,
)
"""What customers or agents wrote in their own words, and what was told of it."""


@dataclass(frozen=True)
class ErasureReport:
    """What was forgotten, in counts."""

    conversation: ConversationId
    events: int
    comments: int
    packets: int
    profile: bool
    files: int = 0


def erase(
    engine: Engine, conversation: ConversationId, *, clock: Clock = system_clock
) -> ErasureReport:
    """Forget what a conversation says and who its customer is, in one transaction.

    An open conversation is closed first. Times, stages and scores stay, so that measures do; the
    visitor's secret no longer leads here. Raises `UnknownConversation`.
    """
    with writing(engine) as connection:
        state = store.load(connection, conversation, lock=True)
        if state is None:
            raise UnknownConversation(conversation)
        if state.stage is not Stage.CLOSED:
            drafts = silence_closes(state, Resolution.UNSOLVED, None)
            after, stored = store.append(connection, state, drafts, clock())
            records.follow(connection, state, after, stored)
        report = ErasureReport(
            conversation=conversation,
            events=_entomb(connection, conversation),
            comments=_drop_comments(connection, conversation),
            packets=connection.execute(
                update(handoffs)
                .where(handoffs.c.conversation_id == conversation)
                .values(packet=None)
            ).rowcount,
            profile=bool(state.profile),
            files=forget(connection, conversation),
        )
        _forget_customer(connection, conversation)
    return report


def _entomb(connection: Connection, conversation: ConversationId) -> int:
    done = 0
    for kind in CONTENT:
        done += connection.execute(
            update(events)
            .where(events.c.conversation_id == conversation, events.c.kind == kind.value)
            .values(kind=EventKind.ERASED.value, payload=to_json(Erased(kind)))
        ).rowcount
    return done


def _drop_comments(connection: Connection, conversation: ConversationId) -> int:
    rows = connection.execute(
        select(events).where(
            events.c.conversation_id == conversation, events.c.kind == EventKind.SURVEY.value
        )
    ).all()
    done = 0
    for row in rows:
        survey = from_json(EventKind.SURVEY, row.payload)
        assert isinstance(survey, Survey)
        if survey.comment is None:
            continue
        kept = Survey(survey.survey, survey.survey_kind, survey.score)
        connection.execute(
            update(events)
            .where(events.c.conversation_id == conversation, events.c.seq == row.seq)
            .values(payload=to_json(kept))
        )
        done += 1
    return done


def _forget_customer(connection: Connection, conversation: ConversationId) -> None:
    owner = (
        select(conversations.c.customer_id)
        .where(conversations.c.id == conversation)
        .scalar_subquery()
    )
    connection.execute(
        update(customers)
        .where(customers.c.id == owner)
        .values(profile={}, visitor_hash=f"erased-{new_client_id()}")
    )
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(page=None, locale=None, device=None, tags=[], last_text=None)
    )
