"""What follows from stored events in the tables beside them: handoffs and surveys."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, ScalarSelect, select, update

from handoff.desk import store
from handoff.events import (
    ConversationId,
    Event,
    HandoffState,
    HandoffStep,
    Stage,
    StageChange,
    Summary,
    Survey,
)
from handoff.packet import Packet, assemble, from_json, to_json
from handoff.tables import conversations, handoffs, surveys
from handoff.views import ConversationState

TAKEN_OVER = "taken_over"
"""The packet's reason when an agent took a conversation that nobody handed over."""


def follow(
    connection: Connection,
    before: ConversationState,
    after: ConversationState,
    stored: Sequence[Event],
) -> None:
    """Write handoff with packet, acceptance and survey, in the transaction of their events."""
    for event in stored:
        match event.payload:
            case StageChange(stage=Stage.WAITING):
                _hands_over(connection, after, event, _position(stored), after.handoff_reason)
            case StageChange(stage=Stage.HUMAN, previous=Stage.BOT):
                _hands_over(connection, after, event, None, TAKEN_OVER)
            case StageChange(stage=Stage.HUMAN, previous=Stage.WAITING):
                _accepts(connection, event)
            case Survey(survey=survey, survey_kind=kind, score=None):
                values = {
                    "id": survey,
                    "conversation_id": event.conversation,
                    "episode": event.episode,
                    "kind": kind.value,
                    "agent_id": before.agent.id if before.agent else None,
                    "asked_at": event.at,
                }
                connection.execute(surveys.insert().values(**values))
            case Survey(survey=survey, score=score):
                connection.execute(
                    update(surveys)
                    .where(surveys.c.id == survey)
                    .values(score=score, answered_at=event.at)
                )
            case Summary(text=text):
                _sums_up(connection, event.conversation, text)
            case _:
                pass
    if any(isinstance(e.payload, StageChange) for e in stored):
        connection.execute(
            update(conversations)
            .where(conversations.c.id == after.id)
            .values(question_holder=None, question_until=None, question_tries=0)
        )


def _position(stored: Sequence[Event]) -> int | None:
    return next(
        (
            e.payload.position
            for e in stored
            if isinstance(e.payload, HandoffStep) and e.payload.state is HandoffState.QUEUED
        ),
        None,
    )


def _hands_over(
    connection: Connection,
    state: ConversationState,
    event: Event,
    position: int | None,
    reason: str,
) -> None:
    packet = assemble(state, store.of_episode(connection, state), event.at, reason)
    connection.execute(
        handoffs.insert().values(
            conversation_id=event.conversation,
            seq=event.seq,
            episode=event.episode,
            requested_at=event.at,
            reason=reason,
            position=position,
            packet=to_json(packet),
        )
    )


def latest_packet(connection: Connection, conversation: ConversationId) -> Packet | None:
    """The packet of the conversation's newest handoff; None without a handoff, or once erased."""
    found = connection.execute(
        select(handoffs.c.packet).where(
            handoffs.c.conversation_id == conversation, handoffs.c.seq == _newest(conversation)
        )
    ).scalar_one_or_none()
    return from_json(found) if found is not None else None


def _sums_up(connection: Connection, conversation: ConversationId, text: str) -> None:
    packet = latest_packet(connection, conversation)
    assert packet is not None  # the command has looked
    connection.execute(
        update(handoffs)
        .where(handoffs.c.conversation_id == conversation, handoffs.c.seq == _newest(conversation))
        .values(packet=to_json(replace(packet, worded_summary=text)))
    )


def _newest(conversation: ConversationId) -> ScalarSelect[int]:
    return (
        select(handoffs.c.seq)
        .where(handoffs.c.conversation_id == conversation)
        .order_by(handoffs.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )


def _accepts(connection: Connection, event: Event) -> None:
    newest = _newest(event.conversation)
    connection.execute(
        update(handoffs)
        .where(handoffs.c.conversation_id == event.conversation, handoffs.c.seq == newest)
        .values(accepted_at=event.at)
    )
