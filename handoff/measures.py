"""What the desk achieves, computed from events.

`measure` looks at one episode, `total` adds episodes up; both are pure. `episodes_measured` reads.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from statistics import median

from sqlalchemy import Engine, select

from handoff.database import reading
from handoff.desk import store
from handoff.events import (
    AgentRef,
    ConversationId,
    Erased,
    Event,
    EventKind,
    HandoffState,
    HandoffStep,
    Message,
    Resolution,
    Role,
    Stage,
    StageChange,
    Survey,
    SurveyKind,
)
from handoff.tables import conversations, events

SATISFIED = 4
"""CSAT counts scores of 4 and 5 of 5 as satisfied (the usual top-two-box)."""
RESOLVED = frozenset({Resolution.SOLVED, Resolution.CONFIRMED, Resolution.ASSUMED})


@dataclass(frozen=True)
class EpisodeMeasures:
    """One episode in figures; durations in seconds, None for what did not happen.

    `first_response_s`: from the customer's first message to the first reply, bot's or agent's.
    `first_human_s`: from the first request for a person to the first agent message.
    `waiting_s`: the time in the queue that ended with an agent, all stays added.
    `resolution_s`: from the first event to the last close. `by_bot`: closed as confirmed or
    assumed with no agent having written. `reasons`: of every handoff asked for, in order.
    """

    conversation: ConversationId
    episode: int
    started_at: datetime
    first_response_s: float | None
    first_human_s: float | None
    waiting_s: float | None
    resolution_s: float | None
    resolution: Resolution | None
    by_bot: bool
    reopened: bool
    reasons: tuple[str, ...]
    csat: int | None
    agent: AgentRef | None


@dataclass(frozen=True)
class Totals:
    """Many episodes in figures. Shares are 0..1, None where nothing was counted.

    `first_contact_share` is of the closed episodes: resolved and never reopened. Bot resolution
    keeps confirmed and assumed apart. `csat_share` is of the surveys answered.
    """

    episodes: int
    closed: int
    first_response_median_s: float | None
    first_human_median_s: float | None
    waiting_median_s: float | None
    resolution_median_s: float | None
    bot_confirmed: int
    bot_assumed: int
    handed_over: int
    first_contact_share: float | None
    csat_share: float | None
    csat_answers: int
    reasons: Mapping[str, int]


def measure(said: Sequence[Event]) -> EpisodeMeasures:
    """One episode's figures from its events, in order; there is at least one."""
    first = said[0]
    asked = next((e.at for e in said if _is_message(e, Role.CUSTOMER)), None)
    replied = next(
        (e.at for e in said if _is_message(e, Role.BOT) or _is_message(e, Role.AGENT)), None
    )
    stages = [(e, e.payload) for e in said if isinstance(e.payload, StageChange)]
    closes = [(e, s) for e, s in stages if s.stage is Stage.CLOSED]
    closed = stages[-1][1] if stages and stages[-1][1].stage is Stage.CLOSED else None
    agent_wrote = next((e.at for e in said if _is_message(e, Role.AGENT)), None)
    requests = [
        e
        for e in said
        if isinstance(e.payload, HandoffStep) and e.payload.state is HandoffState.REQUESTED
    ]
    scores = [
        e.payload.score
        for e in said
        if isinstance(e.payload, Survey) and e.payload.survey_kind is SurveyKind.CSAT
    ]
    holders = [s.agent for _, s in stages if s.stage is Stage.HUMAN]
    resolution = closed.resolution if closed else None
    return EpisodeMeasures(
        conversation=first.conversation,
        episode=first.episode,
        started_at=first.at,
        first_response_s=_between(asked, replied),
        first_human_s=_between(requests[0].at, agent_wrote) if requests else None,
        waiting_s=_waited(stages),
        resolution_s=_between(first.at, closes[-1][0].at) if closed else None,
        resolution=resolution,
        by_bot=resolution in (Resolution.CONFIRMED, Resolution.ASSUMED) and agent_wrote is None,
        reopened=any(s.reason == "reopened" for _, s in stages),
        reasons=tuple(e.payload.reason for e in requests if isinstance(e.payload, HandoffStep)),
        csat=next((score for score in reversed(scores) if score is not None), None),
        agent=holders[-1] if holders else None,
    )


def _is_message(event: Event, role: Role) -> bool:
    """Whether a message of this role stands, or stood, here."""
    said = event.payload
    was_message = isinstance(said, Erased) and said.was is EventKind.MESSAGE
    return (isinstance(said, Message) or was_message) and event.sender.role is role


def _between(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


def _waited(stages: Sequence[tuple[Event, StageChange]]) -> float | None:
    stays = [
        (after.at - before.at).total_seconds()
        for (before, entered), (after, left) in pairwise(stages)
        if entered.stage is Stage.WAITING and left.stage is Stage.HUMAN
    ]
    return sum(stays) if stays else None


def total(measured: Sequence[EpisodeMeasures]) -> Totals:
    """The figures of many episodes."""
    closed = [m for m in measured if m.resolution is not None]
    at_once = [m for m in closed if m.resolution in RESOLVED and not m.reopened]
    scores = [m.csat for m in measured if m.csat is not None]
    by_bot = Counter(m.resolution for m in closed if m.by_bot)
    return Totals(
        episodes=len(measured),
        closed=len(closed),
        first_response_median_s=_median([m.first_response_s for m in measured]),
        first_human_median_s=_median([m.first_human_s for m in measured]),
        waiting_median_s=_median([m.waiting_s for m in measured]),
        resolution_median_s=_median([m.resolution_s for m in measured]),
        bot_confirmed=by_bot[Resolution.CONFIRMED],
        bot_assumed=by_bot[Resolution.ASSUMED],
        handed_over=sum(1 for m in measured if m.reasons),
        first_contact_share=len(at_once) / len(closed) if closed else None,
        csat_share=sum(s >= SATISFIED for s in scores) / len(scores) if scores else None,
        csat_answers=len(scores),
        reasons=dict(Counter(reason for m in measured for reason in m.reasons)),
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def episodes_measured(
    engine: Engine, since: datetime | None = None, until: datetime | None = None
) -> list[EpisodeMeasures]:
    """The figures of every episode that began from `since` on and before `until`, oldest first.

    None leaves an end open.
    """
    active = select(conversations.c.id)
    if since is not None:
        active = active.where(conversations.c.changed_at >= since)
    if until is not None:
        active = active.where(conversations.c.created_at < until)
    with reading(engine) as connection:
        rows = connection.execute(
            select(events)
            .where(events.c.conversation_id.in_(active))
            .order_by(events.c.conversation_id, events.c.seq)
            .execution_options(yield_per=1000)
        )
        found = [measure(said) for said in _episodes(store.event_of(row) for row in rows)]
    inside = [
        m
        for m in found
        if (since is None or since <= m.started_at) and (until is None or m.started_at < until)
    ]
    return sorted(inside, key=lambda m: (m.started_at, m.conversation))


def _episodes(said: Iterator[Event]) -> Iterator[list[Event]]:
    for _, episode in groupby(said, key=lambda e: (e.conversation, e.episode)):
        yield list(episode)
