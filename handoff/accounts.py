"""Agents and their sessions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine

from handoff.desk.ledger import system_clock
from handoff.events import AgentId


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


class Accounts:
    """The people who work here; every method is one transaction."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = system_clock) -> None:
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
        raise NotImplementedError

    def by_id(self, agent: AgentId) -> Account | None:
        """The account with this id, disabled or not."""
        raise NotImplementedError

    def by_email(self, email: str) -> Account | None:
        """The account with this address, whatever its case, disabled or not."""
        raise NotImplementedError

    def all(self) -> list[Account]:
        """Everyone, by name."""
        raise NotImplementedError

    def set_password(
        self, agent: AgentId, password_hash: str, *, must_change_password: bool = False
    ) -> None:
        """Replace the hash and end all of the agent's sessions."""
        raise NotImplementedError

    def disable(self, agent: AgentId, disabled: bool = True) -> None:
        """Shut the agent out (their sessions end, their conversations go back), or let them in."""
        raise NotImplementedError

    def start_session(self, agent: AgentId, token_hash: str, lifetime: timedelta) -> None:
        """Remember a session by its token's digest until `lifetime` from now."""
        raise NotImplementedError

    def by_session(self, token_hash: str) -> Account | None:
        """The account whose session this is; None when unknown, run out or disabled."""
        raise NotImplementedError

    def end_session(self, token_hash: str) -> None:
        """Forget a session; nothing happens when there is none."""
        raise NotImplementedError
