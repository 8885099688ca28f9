"""The projection: what the events of a conversation add up to, without any I/O."""

from dataclasses import replace
from datetime import datetime

from handoff.events import (
    ConversationId,
    Event,
    HandoffState,
    HandoffStep,
    Labels,
    Message,
    Payload,
    ProfileChange,
    Role,
    SiteId,
    Stage,
    StageChange,
    VisitorHash,
)
from handoff.views import ConversationState

PREVIEW_CHARS = 160
"""Of the last message, kept for the console's rows."""


def begin(
    conversation: ConversationId, site: SiteId, visitor: VisitorHash, now: datetime
) -> ConversationState:
    """The state before the first event."""
    return ConversationState(
        id=conversation,
        site=site,
        visitor_hash=visitor,
        stage=Stage.BOT,
        episode=1,
        seq=0,
        customer_seq=0,
        answered_seq=0,
        settled_seq=0,
        created_at=now,
        changed_at=now,
        episode_started_at=now,
    )


def apply(state: ConversationState, event: Event) -> ConversationState:
    """The state after an event. Folding all events of a conversation gives its state."""
    moved = replace(state, seq=event.seq, episode=event.episode, changed_at=event.at)
    match event.payload:
        case Message():
            return _after_message(moved, event, event.payload)
        case StageChange():
            return _after_stage(moved, event, event.payload)
        case HandoffStep():
            return _after_step(moved, event.payload)
        case Labels(tags, priority, snoozed_until, promise):
            return replace(
                moved,
                tags=tags,
                priority=priority,
                snoozed_until=snoozed_until,
                promise=promise,
            )
        case ProfileChange(profile):
            return replace(moved, profile={**moved.profile, **profile})
        case _:
            return moved


def episode_of(state: ConversationState, payload: Payload) -> int:
    """The number of the episode that an event with this payload belongs to."""
    begins = isinstance(payload, StageChange) and payload.reason == "new_episode"
    return state.episode + 1 if begins else state.episode


def _after_message(state: ConversationState, event: Event, message: Message) -> ConversationState:
    role = event.sender.role
    seen = replace(state, last_text=message.text[:PREVIEW_CHARS], last_role=role)
    if role is Role.CUSTOMER:
        oldest = seen.unanswered_since or event.at
        return replace(seen, customer_seq=event.seq, unanswered_since=oldest, snoozed_until=None)
    if role is Role.AGENT:
        return replace(seen, answered_seq=seen.customer_seq, unanswered_since=None)
    answers = message.decided.answers_seq if message.decided else seen.customer_seq
    answered = max(seen.answered_seq, answers)
    since = None if answered >= seen.customer_seq else seen.unanswered_since
    return replace(
        seen,
        answered_seq=answered,
        unanswered_since=since,
        offer_made=seen.offer_made or message.offer,
    )


def _after_stage(state: ConversationState, event: Event, change: StageChange) -> ConversationState:
    # Whoever gets it finds it in their list: what was put away comes back with every move.
    free = replace(
        state, stage=change.stage, offered_to=None, offer_expires_at=None, snoozed_until=None
    )
    match change.stage:
        case Stage.BOT:
            return _with_bot(free, event, change)
        case Stage.WAITING:
            return replace(
                free,
                agent=None,
                waiting_since=event.at,
                at_front=change.reason in ("lease_expired", "released"),
                declined_by=(),
            )
        case Stage.HUMAN:
            since = free.unanswered_since or free.waiting_since
            return replace(
                free,
                agent=change.agent,
                waiting_since=None,
                unanswered_since=since,
                at_front=False,
                declined_by=(),
            )
        case Stage.CLOSED:
            return replace(
                free,
                agent=None,
                waiting_since=None,
                unanswered_since=None,
                at_front=False,
                closed_at=event.at,
                settled_seq=free.customer_seq,
                resolution=change.resolution,
                promise=None,
            )


def _with_bot(free: ConversationState, event: Event, change: StageChange) -> ConversationState:
    opened = change.previous is Stage.CLOSED
    fresh = change.reason == "new_episode"
    return replace(
        free,
        agent=None,
        waiting_since=None,
        handoff_reason="",
        skill=None,
        at_front=False,
        declined_by=(),
        closed_at=None if opened else free.closed_at,
        resolution=None if opened else free.resolution,
        episode_started_at=event.at if fresh else free.episode_started_at,
        offer_made=False if fresh else free.offer_made,
        tags=() if fresh else free.tags,
        priority=0 if fresh else free.priority,
        settled_seq=0 if change.reason == "released" else free.settled_seq,
    )


def _after_step(state: ConversationState, step: HandoffStep) -> ConversationState:
    match step.state:
        case HandoffState.REQUESTED:
            return replace(state, handoff_reason=step.reason)
        case HandoffState.QUEUED:
            freed = replace(state, skill=step.skill, offered_to=None, offer_expires_at=None)
            return _declined(freed, step) if step.reason == "declined" else freed
        case HandoffState.OFFERED:
            return replace(state, offered_to=step.agent, offer_expires_at=step.until)
        case HandoffState.TIMED_OUT:
            freed = replace(state, offered_to=None, offer_expires_at=None)
            return _declined(freed, step)
        case HandoffState.RETURNED:
            return replace(state, handoff_reason=step.reason)
        case _:
            return state


def _declined(state: ConversationState, step: HandoffStep) -> ConversationState:
    if step.agent is None:
        return state
    others = tuple(agent for agent in state.declined_by if agent != step.agent.id)
    return replace(state, declined_by=(*others, step.agent.id))
