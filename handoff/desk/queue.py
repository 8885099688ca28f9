"""The queue as it stands in the tables."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from handoff.events import AgentId, AgentRef, ConversationId, SiteId, Stage
from handoff.hours import BusinessHours, is_open, next_opening
from handoff.presence import Presence, present
from handoff.rules import DeskRules
from handoff.sites import hours_of
from handoff.tables import agents, conversations, customers, handoffs
from handoff.views import ConversationState, QueuePlace
from handoff.waiting import FreeAgent, Served, Waiting, positions, wait_range

HISTORY = 60
"""The latest waits that a range is made of."""
HISTORY_AGE = timedelta(days=14)
"""Older waits say little of today."""
TAKES_CHATS = ("agent", "supervisor")
"""Roles to whom the desk offers conversations; others may claim them."""


def waiting(connection: Connection) -> list[Waiting]:
    """Everyone in the queue, in no order; what is snoozed is not in it."""
    rows = connection.execute(
        select(conversations).where(
            conversations.c.stage == Stage.WAITING.value, conversations.c.snoozed_until.is_(None)
        )
    )
    return [_waiting(row) for row in rows]


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        conversation=ConversationId(row.id),
        since=row.waiting_since,
        priority=row.priority,
        at_front=row.at_front,
        skill=row.skill,
        offered_to=AgentId(row.offered_to) if row.offered_to else None,
        declined_by=tuple(row.declined_by),
    )


def place(
    connection: Connection,
    state: ConversationState,
    now: datetime,
    rules: DeskRules,
    *,
    skill: str | None = None,
    at_front: bool = False,
) -> QueuePlace:
    """The place a conversation has in the queue, or would get by entering it now."""
    others = [w for w in waiting(connection) if w.conversation != state.id]
    inside = state.stage is Stage.WAITING
    mine = Waiting(
        state.id,
        since=state.waiting_since if inside and state.waiting_since else now,
        priority=state.priority,
        at_front=state.at_front if inside else at_front,
        skill=state.skill if inside else skill,
    )
    where = positions([*others, mine])[state.id]
    if free_agents(connection, now, rules):
        return QueuePlace(where, wait_range(history(connection, now), where))
    return _unattended(where, hours_of(connection, state.site) or rules.hours, now)


def places(
    connection: Connection, now: datetime, rules: DeskRules
) -> dict[ConversationId, QueuePlace]:
    """The place of everyone in the queue, read at once."""
    found = positions(waiting(connection))
    if found and free_agents(connection, now, rules):
        waits = history(connection, now)
        return {c: QueuePlace(where, wait_range(waits, where)) for c, where in found.items()}
    sites = _sites(connection) if found else {}
    hours = {site: hours_of(connection, site) or rules.hours for site in set(sites.values())}
    return {c: _unattended(where, hours[sites[c]], now) for c, where in found.items()}


def _sites(connection: Connection) -> dict[ConversationId, SiteId]:
    """The site of every conversation in the queue."""
    rows = connection.execute(
        select(conversations.c.id, customers.c.site_id)
        .join(customers, conversations.c.customer_id == customers.c.id)
        .where(conversations.c.stage == Stage.WAITING.value)
    )
    return {ConversationId(row.id): SiteId(row.site_id) for row in rows}


def _unattended(where: int, hours: BusinessHours | None, now: datetime) -> QueuePlace:
    """A place while no agent is free; outside opening hours with when people are back, if ever."""
    if hours is None or is_open(hours, now):
        return QueuePlace(where, None)
    back_at = next_opening(hours, now)
    return QueuePlace(where, None, back_at, off_duty=back_at is None)


def history(connection: Connection, now: datetime) -> list[Served]:
    """The latest waits that ended with a person."""
    rows = connection.execute(
        select(handoffs.c.position, handoffs.c.requested_at, handoffs.c.accepted_at)
        .where(
            handoffs.c.accepted_at.is_not(None),
            handoffs.c.position.is_not(None),
            handoffs.c.accepted_at > now - HISTORY_AGE,
        )
        .order_by(handoffs.c.accepted_at.desc())
        .limit(HISTORY)
    )
    return [
        Served(row.position, (row.accepted_at - row.requested_at).total_seconds()) for row in rows
    ]


def load_of(connection: Connection, agent: AgentId, *, with_offers: bool = False) -> int:
    """How many conversations an agent has, and with `with_offers` those offered to them."""
    held = connection.execute(
        select(func.count())
        .select_from(conversations)
        .where(conversations.c.agent_id == agent, conversations.c.stage == Stage.HUMAN.value)
    ).scalar_one()
    if not with_offers:
        return int(held)
    offered = connection.execute(
        select(func.count()).select_from(conversations).where(conversations.c.offered_to == agent)
    ).scalar_one()
    return int(held) + int(offered)


def _loads(connection: Connection) -> Counter[str]:
    """How many conversations each agent has, offers outstanding included."""
    found: Counter[str] = Counter()
    c = conversations.c
    for who, counts in (
        (c.agent_id, c.stage == Stage.HUMAN.value),
        (c.offered_to, c.offered_to.is_not(None)),
    ):
        rows = connection.execute(
            select(who.label("agent"), func.count().label("chats")).where(counts).group_by(who)
        )
        found.update({row.agent: row.chats for row in rows})
    return found


def _is_online(row: Row[Any], now: datetime, rules: DeskRules) -> bool:
    seen = present(
        Presence(row.presence),
        row.seen_at,
        now,
        rules.claim_grace,
        active_at=row.active_at,
        idle_after=rules.idle_after,
    )
    return seen is Presence.ONLINE


def free_agents(connection: Connection, now: datetime, rules: DeskRules) -> list[FreeAgent]:
    """The agents who are online and take chats, free places or not."""
    rows = connection.execute(
        select(agents).where(
            agents.c.disabled.is_(False),
            agents.c.role.in_(TAKES_CHATS),
            agents.c.presence == Presence.ONLINE.value,
            agents.c.seen_at > now - rules.claim_grace,
        )
    ).all()
    loads = _loads(connection)
    return [
        FreeAgent(
            agent=AgentRef(AgentId(row.id), row.name),
            load=loads[row.id],
            capacity=row.capacity or rules.capacity,
            skills=frozenset(row.skills),
            offered_at=row.offered_at,
        )
        for row in rows
        if _is_online(row, now, rules)
    ]
