"""The queue's order, places, waits and offers, without any I/O."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from handoff.events import AgentId, AgentRef, ConversationId, WaitRange

MIN_SAMPLES = 5
"""Fewer waits than this say nothing; the customer is then told no range."""
LOW_QUARTILE, HIGH_QUARTILE = 0, 2
"""Of `statistics.quantiles(n=4)`: the range holds the middle half of what others waited."""


@dataclass(frozen=True)
class Waiting:
    """A conversation in the queue. `since` (UTC) is when it entered; `skill` None takes anyone."""

    conversation: ConversationId
    since: datetime
    priority: int = 0
    at_front: bool = False
    skill: str | None = None
    offered_to: AgentId | None = None
    declined_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Served:
    """A wait that ended with a person: its place in the queue when it began, and its length."""

    position: int
    wait_s: float


@dataclass(frozen=True)
class FreeAgent:
    """An agent who is there. `load` counts conversations in hand and offers outstanding.

    `offered_at` (UTC) is when the last offer was made to them; None for never.
    """

    agent: AgentRef
    load: int
    capacity: int
    skills: frozenset[str] = frozenset()
    offered_at: datetime | None = None


@dataclass(frozen=True)
class Match:
    """A conversation and the agent it shall be offered to."""

    conversation: ConversationId
    agent: AgentRef


def in_order(queue: Sequence[Waiting]) -> list[Waiting]:
    """The order to be served in: returned ones first, then priority, then time of waiting."""
    return sorted(queue, key=lambda w: (not w.at_front, -w.priority, w.since, w.conversation))


def positions(queue: Sequence[Waiting]) -> dict[ConversationId, int]:
    """The place from 1 of each among those who wait for the same people.

    Whoever takes anyone waits behind all before them; whoever needs a skill behind those who need
    it too and those who take anyone.
    """
    found: dict[ConversationId, int] = {}
    ahead: Counter[str | None] = Counter()
    for waiting in in_order(queue):
        rivals = ahead[None] + ahead[waiting.skill]
        before = ahead.total() if waiting.skill is None else rivals
        found[waiting.conversation] = 1 + before
        ahead[waiting.skill] += 1
    return found


def wait_range(history: Sequence[Served], place: int) -> WaitRange | None:
    """What others waited, per place in the queue, times this place; None without enough history.

    The range is the middle half (first to third quartile) of the history.
    """
    if len(history) < MIN_SAMPLES:
        return None
    per_place = sorted(served.wait_s / max(served.position, 1) for served in history)
    cuts = quantiles(per_place, n=4, method="inclusive")
    return WaitRange(round(cuts[LOW_QUARTILE] * place), round(cuts[HIGH_QUARTILE] * place))


def matches(
    queue: Sequence[Waiting], agents: Sequence[FreeAgent], now: datetime, pause: timedelta
) -> list[Match]:
    """Offers to make now: every free place is filled as far as the queue and the skills allow.

    In the queue's order, each to the matching agent who has not let it go before, then the one
    with the smallest share of places filled, then the longest without an offer. An agent who
    declined a conversation or let its offer run out is asked again only where nobody else is
    left, and not within `pause` of their last offer.
    """
    load = {free.agent.id: free.load for free in agents}
    made: list[Match] = []
    for waiting in in_order(queue):
        if waiting.offered_to is not None:
            continue
        free = [a for a in agents if load[a.agent.id] < a.capacity and _may(a, waiting, now, pause)]
        if not free:
            continue
        best = min(free, key=lambda a: _preference(a, load[a.agent.id], waiting))
        load[best.agent.id] += 1
        made.append(Match(waiting.conversation, best.agent))
    return made


def _may(agent: FreeAgent, waiting: Waiting, now: datetime, pause: timedelta) -> bool:
    if waiting.skill is not None and waiting.skill not in agent.skills:
        return False
    if agent.agent.id not in waiting.declined_by or agent.offered_at is None:
        return True
    return now - agent.offered_at >= pause


@dataclass(frozen=True, order=True)
class _Preference:
    asked_before: int
    share: float
    offered: float
    id: str


def _preference(agent: FreeAgent, load: int, waiting: Waiting) -> _Preference:
    declined = waiting.declined_by
    asked_before = declined.index(agent.agent.id) + 1 if agent.agent.id in declined else 0
    offered = agent.offered_at.timestamp() if agent.offered_at else 0.0
    return _Preference(asked_before, load / agent.capacity, offered, agent.agent.id)
