"""Agents and their sessions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from handoff.checks import LOOKS_LIKE_EMAIL
from handoff.clock import Clock, system_clock
from handoff.database import reading, writing
from handoff.errors import BadValue, UnknownAgent
from handoff.events import AgentId, Stage, new_client_id
from handoff.presence import Presence, present
from handoff.tables import agent_sessions, agents, conversations

MAX_CAPACITY = 50
"""Conversations at a time beyond which nobody works well."""


class AgentRole(StrEnum):
    """What a person may do; each may also do what those before it may."""

    AGENT = "agent"
    EDITOR = "editor"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True)
class Account:
    """A person who works here. `password_hash` is opaque text that the caller made."""

    id: AgentId
    email: str
    name: str
    role: AgentRole
    password_hash: str
    must_change_password: bool
    capacity: int | None
    skills: tuple[str, ...]
    disabled: bool
    created_at: datetime


@dataclass(frozen=True)
class Member:
    """A colleague as others see them; `load` counts the conversations they have."""

    account: Account
    presence: Presence
    load: int
    capacity: int


class Accounts:
    """The people who work here; every method is one transaction."""

    def __init__(self, engine: Engine, *, clock: Clock = system_clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(
        self,
        email: str,
        name: str,
        role: AgentRole,
        password_hash: str,
        *,
        must_change_password: bool = True,
        skills: Sequence[str] = (),
        capacity: int | None = None,
    ) -> Account:
        """Add a person. E-mail addresses are unique whatever their case. Raises `BadValue`."""
        clean = email.strip()
        if not LOOKS_LIKE_EMAIL.fullmatch(clean):
            raise BadValue(f"{email!r} is not an e-mail address.")
        if not name.strip():
            raise BadValue("An agent needs a name.")
        if capacity is not None and not 1 <= capacity <= MAX_CAPACITY:
            raise BadValue(f"Capacity {capacity} is not within 1..{MAX_CAPACITY}.")
        account = Account(
            id=AgentId(new_client_id()),
            email=clean,
            name=name.strip(),
            role=role,
            password_hash=password_hash,
            must_change_password=must_change_password,
            capacity=capacity,
            skills=tuple(skills),
            disabled=False,
            created_at=self._clock(),
        )
        values = {**asdict(account), "role": role.value, "skills": list(skills)}
        extra = {"email_key": clean.casefold(), "presence": Presence.OFFLINE.value}
        try:
            with writing(self._engine) as connection:
                connection.execute(agents.insert().values(**values, **extra))
        except IntegrityError as error:
            raise BadValue(f"There is an account with the address {clean} already.") from error
        return account

    def by_id(self, agent: AgentId) -> Account | None:
        """The account with this id, disabled or not."""
        return self._one(agents.c.id == agent)

    def by_email(self, email: str) -> Account | None:
        """The account with this address, whatever its case, disabled or not."""
        return self._one(agents.c.email_key == email.strip().casefold())

    def _one(self, condition: ColumnElement[bool]) -> Account | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(agents).where(condition)).one_or_none()
        return _account(row) if row is not None else None

    def all(self) -> list[Account]:
        """Everyone, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(agents).order_by(agents.c.name, agents.c.id))
            return [_account(row) for row in rows]

    def team(
        self, grace: timedelta, default_capacity: int, idle_after: timedelta | None = None
    ) -> list[Member]:
        """Everyone who is not disabled, as colleagues see them, by name.

        `grace`, `default_capacity` and `idle_after` are those of the desk's rules.
        """
        now = self._clock()
        held = (
            select(conversations.c.agent_id, func.count().label("load"))
            .where(conversations.c.stage == Stage.HUMAN.value)
            .group_by(conversations.c.agent_id)
            .subquery()
        )
        query = (
            select(agents, func.coalesce(held.c.load, 0).label("load"))
            .outerjoin(held, held.c.agent_id == agents.c.id)
            .where(agents.c.disabled.is_(False))
            .order_by(agents.c.name, agents.c.id)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [
            Member(
                account=_account(row),
                presence=present(
                    Presence(row.presence),
                    row.seen_at,
                    now,
                    grace,
                    active_at=row.active_at,
                    idle_after=idle_after,
                ),
                load=row.load,
                capacity=row.capacity or default_capacity,
            )
            for row in rows
        ]

    def change(
        self,
        agent: AgentId,
        *,
        name: str | None = None,
        role: AgentRole | None = None,
        skills: Sequence[str] | None = None,
        capacity: int | None = None,
    ) -> Account:
        """Change what is given. Raises `UnknownAgent`, and `BadValue` as `add` does."""
        if capacity is not None and not 1 <= capacity <= MAX_CAPACITY:
            raise BadValue(f"Capacity {capacity} is not within 1..{MAX_CAPACITY}.")
        given: dict[str, Any] = {
            "name": name.strip() if name and name.strip() else None,
            "role": role.value if role else None,
            "skills": list(skills) if skills is not None else None,
            "capacity": capacity,
        }
        values = {column: value for column, value in given.items() if value is not None}
        if values:
            self._update(agent, values)
        account = self.by_id(agent)
        if account is None:
            raise UnknownAgent(agent)
        return account

    def _update(self, agent: AgentId, values: dict[str, Any], *, log_out: bool = False) -> None:
        with writing(self._engine) as connection:
            done = connection.execute(update(agents).where(agents.c.id == agent).values(**values))
            if done.rowcount == 0:
                raise UnknownAgent(agent)
            if log_out:
                connection.execute(delete(agent_sessions).where(agent_sessions.c.agent_id == agent))

    def set_password(
        self, agent: AgentId, password_hash: str, *, must_change_password: bool = False
    ) -> None:
        """Replace the hash and end all of the agent's sessions."""
        values = {"password_hash": password_hash, "must_change_password": must_change_password}
        self._update(agent, values, log_out=True)

    def disable(self, agent: AgentId, disabled: bool = True) -> None:
        """Shut the agent out (their sessions end, their conversations go back), or let them in."""
        self._update(agent, {"disabled": disabled}, log_out=disabled)

    def start_session(self, agent: AgentId, token_hash: str, lifetime: timedelta) -> None:
        """Remember a session by its token's digest until `lifetime` from now."""
        now = self._clock()
        values = {
            "token_hash": token_hash,
            "agent_id": agent,
            "created_at": now,
            "expires_at": now + lifetime,
        }
        with writing(self._engine) as connection:
            connection.execute(delete(agent_sessions).where(agent_sessions.c.expires_at <= now))
            connection.execute(agent_sessions.insert().values(**values))

    def by_session(self, token_hash: str) -> Account | None:
        """The account whose session this is; None when unknown, run out or disabled."""
        query = (
            select(agents)
            .join(agent_sessions, agent_sessions.c.agent_id == agents.c.id)
            .where(
                agent_sessions.c.token_hash == token_hash,
                agent_sessions.c.expires_at > self._clock(),
                agents.c.disabled.is_(False),
            )
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return _account(row) if row is not None else None

    def end_session(self, token_hash: str) -> None:
        """Forget a session; nothing happens when there is none."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(agent_sessions).where(agent_sessions.c.token_hash == token_hash)
            )


def _account(row: Row[Any]) -> Account:
    return Account(
        id=AgentId(row.id),
        email=row.email,
        name=row.name,
        role=AgentRole(row.role),
        password_hash=row.password_hash,
        must_change_password=row.must_change_password,
        capacity=row.capacity,
        skills=tuple(row.skills),
        disabled=row.disabled,
        created_at=row.created_at,
    )
