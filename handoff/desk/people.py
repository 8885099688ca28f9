"""Agents as the desk's transactions see them: who may act, how full their hands are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from handoff.desk import queue
from handoff.desk.ledger import Moment
from handoff.drafts import Hands
from handoff.errors import BadValue, UnknownAgent
from handoff.events import AgentId, AgentRef
from handoff.presence import Presence, present
from handoff.tables import agents

# Locks are taken in one order everywhere: the conversation first, then agents by id.


def touch(
    connection: Connection, agent: AgentId, now: datetime, *, active: bool = True
) -> Row[Any]:
    """Note that the agent is there, and lock them: what they have cannot change meanwhile.

    `active` False: only their console is; they may be idle.

    Raises `UnknownAgent` when there is none, or when they are disabled.
    """
    row = connection.execute(
        update(agents)
        .where(agents.c.id == agent, agents.c.disabled.is_(False))
        .values(seen_at=now, **({"active_at": now} if active else {}))
        .returning(agents)
    ).one_or_none()
    if row is None:
        raise UnknownAgent(agent)
    return row


def show(connection: Connection, agent: AgentId, state: Presence, now: datetime) -> None:
    """Keep the presence that an agent chose. Raises `UnknownAgent`."""
    row = touch(connection, agent, now)
    if row.presence != state.value:
        connection.execute(update(agents).where(agents.c.id == agent).values(presence=state.value))


def acting(moment: Moment, agent: AgentId) -> AgentRef:
    """The agent whose command this is. Raises `UnknownAgent`."""
    row = touch(moment.connection, agent, moment.now)
    return AgentRef(AgentId(row.id), row.name)


def hands(moment: Moment, agent: AgentId) -> Hands:
    """The agent and their load, locked so that the load holds until the transaction ends."""
    return _hands(moment, touch(moment.connection, agent, moment.now))


def giver_and_taker(moment: Moment, giver: AgentId, taker: AgentId) -> tuple[AgentRef, Hands]:
    """Both sides of a transfer. Raises `BadValue` when the taker is not there."""
    both = select(agents).where(agents.c.id.in_((giver, taker))).order_by(agents.c.id)
    rows = {
        row.id: row
        for row in moment.connection.execute(both.with_for_update(key_share=True))
        if not row.disabled
    }
    for agent in (giver, taker):
        if agent not in rows:
            raise UnknownAgent(agent)
    touch(moment.connection, giver, moment.now)
    to = rows[taker]
    there = present(Presence(to.presence), to.seen_at, moment.now, moment.rules.claim_grace)
    if there is Presence.OFFLINE:
        raise BadValue(f"{to.name} is not there; transfer to the queue instead.")
    return AgentRef(giver, rows[giver].name), _hands(moment, to)


def _hands(moment: Moment, row: Row[Any]) -> Hands:
    return Hands(
        agent=AgentRef(AgentId(row.id), row.name),
        load=queue.load_of(moment.connection, AgentId(row.id)),
        capacity=row.capacity or moment.rules.capacity,
    )


def free_place(moment: Moment, agent: AgentId) -> bool:
    """Whether the agent is online with a place free, offers counted; locks them."""
    row = moment.connection.execute(
        select(agents).where(agents.c.id == agent).with_for_update(key_share=True)
    ).one()
    there = present(
        Presence(row.presence),
        row.seen_at,
        moment.now,
        moment.rules.claim_grace,
        active_at=row.active_at,
        idle_after=moment.rules.idle_after,
    )
    load = queue.load_of(moment.connection, agent, with_offers=True)
    capacity = row.capacity or moment.rules.capacity
    return not row.disabled and there is Presence.ONLINE and load < int(capacity)
