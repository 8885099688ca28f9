"""The conversation's rules, without any I/O: what a command brings about, and what that changes.

Each command is a function from the present state to drafts of events; it raises a `DeskError`
when the command is refused. No drafts mean that things already are as the command wants them.
What an event changes stands in `projection.py`; labels have their commands in `labels.py`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue import Decision, Reply
from handoff.drafts import BOT, CUSTOMER, SYSTEM, Draft, Hands, by_agent
from handoff.errors import (
    BadValue,
    CapacityReached,
    NoOffer,
    NotYours,
    StageRefuses,
    Taken,
)
from handoff.events import (
    AgentRef,
    Attachment,
    Decided,
    HandoffState,
    HandoffStep,
    Labels,
    Message,
    Resolution,
    Sender,
    Stage,
    StageChange,
    Survey,
)
from handoff.views import ConversationState, Entry, QueuePlace

SAID_WHILE_WAITING = frozenset({Decision.ANSWER, Decision.CLARIFY, Decision.SMALLTALK})
"""HOUSE.md, invariant 1."""


# The customer


def customer_writes(
    state: ConversationState,
    text: str,
    now: datetime,
    reopen_within: timedelta,
    choice: str | None = None,
    files: tuple[Attachment, ...] = (),
) -> list[Draft]:
    """A message; one to a closed conversation opens it first."""
    message = Draft(CUSTOMER, Message(text, choice=choice, files=files), answers_command=True)
    return [*_opening(state, now, reopen_within), message]


def customer_asks_human(
    state: ConversationState,
    reason: str,
    entry: Entry,
    now: datetime,
    reopen_within: timedelta,
) -> list[Draft]:
    """A request for a person; nothing more while waiting for one already."""
    if state.stage is Stage.HUMAN:
        raise StageRefuses("Asking for a person", state.stage)
    if state.stage is Stage.WAITING:
        return []
    opening = _opening(state, now, reopen_within)
    request = Draft(CUSTOMER, HandoffStep(HandoffState.REQUESTED, reason), True)
    return [*opening, request, *_into_queue(state, Stage.BOT, reason, entry)]


def customer_cancels(state: ConversationState) -> list[Draft]:
    """Out of the queue, back to the bot."""
    if state.stage is not Stage.WAITING:
        raise StageRefuses("Leaving the queue", state.stage)
    return [
        Draft(CUSTOMER, HandoffStep(HandoffState.CANCELLED), True),
        Draft(CUSTOMER, StageChange(Stage.BOT, Stage.WAITING, "cancelled")),
    ]


def customer_closes(
    state: ConversationState, resolution: Resolution, survey: Survey | None
) -> list[Draft]:
    """The end of the episode, by the customer."""
    if state.stage is Stage.CLOSED:
        raise StageRefuses("Closing", state.stage)
    cancelled = (
        [Draft(CUSTOMER, HandoffStep(HandoffState.CANCELLED))]
        if state.stage is Stage.WAITING
        else []
    )
    return [*cancelled, *_closing(state, CUSTOMER, resolution, survey, command=True)]


# The bot


def bot_replies(
    state: ConversationState, reply: Reply, answers_seq: int, entry: Entry | None
) -> list[Draft] | None:
    """What of a reply may be stored; None when it does not hold and the question stays as it is.

    An empty list settles the question: nothing is said, a person will reply.
    `entry` is needed when the reply hands over.
    """
    if answers_seq != state.customer_seq or not state.has_open_question:
        return None
    if state.stage is Stage.WAITING and reply.decision not in SAID_WHILE_WAITING:
        return []
    said = [Draft(BOT, _said(reply, answers_seq))] if reply.text.strip() else []
    if reply.decision is not Decision.HANDOFF:
        return said
    assert entry is not None
    request = Draft(BOT, HandoffStep(HandoffState.REQUESTED, reply.reason))
    return [*said, request, *_into_queue(state, state.stage, reply.reason, entry)]


def bot_fails(
    state: ConversationState, answers_seq: int, reason: str, entry: Entry
) -> list[Draft] | None:
    """A person instead of a reply; None when the question is no longer open."""
    if answers_seq != state.customer_seq or not state.has_open_question:
        return None
    if state.stage is Stage.WAITING:
        return []
    request = Draft(SYSTEM, HandoffStep(HandoffState.REQUESTED, reason))
    return [request, *_into_queue(state, state.stage, reason, entry)]


# The agent


def agent_claims(state: ConversationState, hands: Hands) -> list[Draft]:
    """From the queue or from the bot into one agent's hands; nothing when it is there already."""
    if state.stage is Stage.HUMAN:
        assert state.agent is not None
        if state.agent.id == hands.agent.id:
            return []
        raise Taken(state.agent)
    if state.stage is Stage.CLOSED:
        raise StageRefuses("Claiming", state.stage)
    _check_capacity(hands)
    sender = by_agent(hands.agent)
    accepted = (
        [Draft(sender, HandoffStep(HandoffState.ACCEPTED, agent=hands.agent))]
        if state.stage is Stage.WAITING
        else []
    )
    return [*accepted, Draft(sender, _held(state, hands.agent, "claimed"), True)]


def agent_accepts(state: ConversationState, hands: Hands, now: datetime) -> list[Draft]:
    """A claim of what was offered."""
    if state.stage is Stage.HUMAN:
        return agent_claims(state, hands)
    _check_offer(state, hands.agent, now)
    return agent_claims(state, hands)


def agent_declines(
    state: ConversationState, agent: AgentRef, place: QueuePlace, now: datetime
) -> list[Draft]:
    """The offer goes on; the conversation stays where it stands in the queue."""
    _check_offer(state, agent, now)
    step = replace(_queued(place, "declined", state.skill), agent=agent)
    return [Draft(SYSTEM, step, True)]


def agent_writes(state: ConversationState, agent: AgentRef, text: str) -> list[Draft]:
    """A message to the customer."""
    _check_holder(state, agent)
    return [Draft(by_agent(agent), Message(text), True)]


def agent_transfers(state: ConversationState, agent: AgentRef, to: Hands) -> list[Draft]:
    """From one agent to another."""
    _check_holder(state, agent)
    if to.agent.id == agent.id:
        raise BadValue("A conversation cannot be transferred to the one who has it.")
    _check_capacity(to)
    return [Draft(by_agent(agent), _held(state, to.agent, "transferred"), True)]


def agent_transfers_to_queue(
    state: ConversationState, agent: AgentRef, skill: str | None, place: QueuePlace
) -> list[Draft]:
    """From an agent to the agents with a skill."""
    _check_holder(state, agent)
    return _back_to_queue(by_agent(agent), agent, "transferred", place, skill, command=True)


def agent_releases_to_queue(
    state: ConversationState, agent: AgentRef, place: QueuePlace
) -> list[Draft]:
    """From an agent to the front of the queue."""
    _check_holder(state, agent)
    return _back_to_queue(by_agent(agent), agent, "released", place, state.skill, command=True)


def agent_releases_to_bot(state: ConversationState, agent: AgentRef) -> list[Draft]:
    """From an agent to the bot."""
    _check_holder(state, agent)
    sender = by_agent(agent)
    return [
        Draft(sender, HandoffStep(HandoffState.RETURNED, "to_bot", agent=agent)),
        Draft(sender, StageChange(Stage.BOT, Stage.HUMAN, "released", agent), True),
    ]


def agent_closes(
    state: ConversationState, agent: AgentRef, resolution: Resolution, survey: Survey | None
) -> list[Draft]:
    """The end of the episode, by an agent."""
    if state.stage is Stage.CLOSED:
        raise StageRefuses("Closing", state.stage)
    if state.stage is Stage.HUMAN:
        _check_holder(state, agent)
    return _closing(state, by_agent(agent), resolution, survey, command=True, agent=agent)


# Time


def is_offered(
    state: ConversationState, agent: AgentRef, until: datetime, place: QueuePlace
) -> list[Draft]:
    """An offer to one agent."""
    step = HandoffStep(
        HandoffState.OFFERED,
        position=place.position,
        wait=place.wait,
        agent=agent,
        until=until,
        skill=state.skill,
    )
    return [Draft(SYSTEM, step)]


def offer_runs_out(state: ConversationState, place: QueuePlace) -> list[Draft]:
    """Nobody accepted in time; the place in the queue stays."""
    step = HandoffStep(
        HandoffState.TIMED_OUT,
        position=place.position,
        wait=place.wait,
        agent=state.offered_to,
        skill=state.skill,
    )
    return [Draft(SYSTEM, step)]


def lease_runs_out(state: ConversationState, place: QueuePlace) -> list[Draft]:
    """The agent has gone: to the front of the queue, and the customer is told."""
    assert state.agent is not None
    return _back_to_queue(SYSTEM, state.agent, "lease_expired", place, state.skill, command=False)


def silence_closes(
    state: ConversationState, resolution: Resolution, survey: Survey | None
) -> list[Draft]:
    """Nobody wrote for long enough."""
    return _closing(state, SYSTEM, resolution, survey, command=False)


# Pieces


def _opening(state: ConversationState, now: datetime, reopen_within: timedelta) -> list[Draft]:
    if state.stage is not Stage.CLOSED:
        return []
    assert state.closed_at is not None
    reason = "reopened" if now - state.closed_at <= reopen_within else "new_episode"
    return [Draft(CUSTOMER, StageChange(Stage.BOT, Stage.CLOSED, reason))]


def _into_queue(
    state: ConversationState, previous: Stage, reason: str, entry: Entry
) -> list[Draft]:
    hurried = Labels(state.tags, entry.priority, None, state.promise)
    return [
        *([Draft(SYSTEM, hurried)] if entry.priority != state.priority else []),
        Draft(SYSTEM, StageChange(Stage.WAITING, previous, "handoff")),
        Draft(SYSTEM, _queued(entry.place, reason, entry.skill)),
    ]


def _back_to_queue(
    sender: Sender,
    agent: AgentRef,
    why: str,
    place: QueuePlace,
    skill: str | None,
    *,
    command: bool,
) -> list[Draft]:
    return [
        Draft(sender, HandoffStep(HandoffState.RETURNED, why, agent=agent)),
        Draft(sender, StageChange(Stage.WAITING, Stage.HUMAN, why, agent), command),
        Draft(SYSTEM, _queued(place, why, skill)),
    ]


def _queued(place: QueuePlace, reason: str, skill: str | None) -> HandoffStep:
    return HandoffStep(
        HandoffState.QUEUED,
        reason,
        position=place.position,
        wait=place.wait,
        back_at=place.back_at,
        off_duty=place.off_duty,
        skill=skill,
    )


def _held(state: ConversationState, agent: AgentRef, why: str) -> StageChange:
    return StageChange(Stage.HUMAN, state.stage, why, agent)


def _closing(
    state: ConversationState,
    sender: Sender,
    resolution: Resolution,
    survey: Survey | None,
    *,
    command: bool,
    agent: AgentRef | None = None,
) -> list[Draft]:
    who = agent or state.agent
    closed = StageChange(Stage.CLOSED, state.stage, "closed", who, resolution)
    asked = [Draft(SYSTEM, survey)] if survey is not None else []
    return [Draft(sender, closed, command), *asked]


def _said(reply: Reply, answers_seq: int) -> Message:
    return Message(
        text=reply.text,
        sentences=reply.sentences,
        citations=reply.citations,
        choices=reply.choices,
        offer=reply.offer or reply.decision is Decision.OFFER_HUMAN,
        snapshot=reply.snapshot,
        decided=Decided(
            decision=reply.decision,
            answers_seq=answers_seq,
            confidence=reply.confidence,
            frustration=reply.frustration,
            reason=reply.reason,
            figures=dict(reply.figures),
            retrieved=reply.retrieved,
            query=reply.query,
        ),
    )


def _check_capacity(hands: Hands) -> None:
    if hands.load >= hands.capacity:
        raise CapacityReached(hands.agent, hands.capacity)


def _check_holder(state: ConversationState, agent: AgentRef) -> None:
    if state.stage is not Stage.HUMAN or state.agent is None:
        raise NotYours(state.id)
    if state.agent.id != agent.id:
        raise Taken(state.agent)


def _check_offer(state: ConversationState, agent: AgentRef, now: datetime) -> None:
    offered = state.offered_to is not None and state.offered_to.id == agent.id
    if not offered or state.offer_expires_at is None or state.offer_expires_at <= now:
        raise NoOffer(state.id)
