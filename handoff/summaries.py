"""Short forms of states and events, without any I/O."""

from collections.abc import Iterable
from dataclasses import replace

from handoff.events import Event, HandoffStep, Message, Role, Stage, StageChange, Survey
from handoff.views import ConversationState, EpisodeSummary, Row

FIRST_CHARS = 160
"""Of the message that began an episode."""


def row_of(state: ConversationState) -> Row:
    """The state as a line of the console's lists."""
    return Row(
        conversation=state.id,
        site=state.site,
        stage=state.stage,
        episode=state.episode,
        seq=state.seq,
        at=state.changed_at,
        name=state.profile.get("name"),
        email=state.profile.get("email"),
        text=state.last_text,
        text_from=state.last_role,
        waiting_since=state.waiting_since,
        unanswered_since=state.unanswered_since,
        reason=state.handoff_reason,
        agent=state.agent,
        offered_to=state.offered_to,
        offer_expires_at=state.offer_expires_at,
        skill=state.skill,
        at_front=state.at_front,
        priority=state.priority,
        tags=state.tags,
        snoozed_until=state.snoozed_until,
        promise=state.promise,
        resolution=state.resolution,
    )


def for_customer(event: Event) -> Event:
    """The event as its customer may see it.

    Without what stood behind the bot's decision, and without the skill whose queue it joined.
    """
    if isinstance(event.payload, Message) and event.payload.decided is not None:
        return replace(event, payload=replace(event.payload, decided=None))
    if isinstance(event.payload, HandoffStep) and event.payload.skill is not None:
        return replace(event, payload=replace(event.payload, skill=None))
    return event


def episodes_of(events: Iterable[Event]) -> list[EpisodeSummary]:
    """The episodes that a conversation's events tell of, oldest first."""
    found: dict[int, EpisodeSummary] = {}
    for event in events:
        known = found.get(event.episode) or EpisodeSummary(event.episode, event.at, None, None, "")
        match event.payload:
            case Message(text=text) if event.sender.role is Role.CUSTOMER and not known.first_text:
                known = replace(known, first_text=text[:FIRST_CHARS])
            case StageChange(stage=Stage.CLOSED, resolution=resolution):
                known = replace(known, closed_at=event.at, resolution=resolution)
            case StageChange(previous=Stage.CLOSED):
                known = replace(known, closed_at=None, resolution=None)
            case Survey(score=score) if score is not None:
                known = replace(known, score=score)
            case _:
                pass
        found[event.episode] = known
    return list(found.values())
