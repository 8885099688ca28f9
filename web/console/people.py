"""The people who work here, for those who lead them: accounts, roles, skills, capacity."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from handoff.accounts import MAX_CAPACITY, Account, AgentRole, Member
from handoff.errors import BadValue, UnknownAgent
from handoff.events import AgentId
from handoff.presence import Presence
from web.accounts.passwords import hash_password, one_time_password
from web.accounts.sessions import required_supervisor
from web.errors import NotAllowed
from web.middleware import require_own_origin
from web.wire import Close
from web.wiring import Wiring, wiring_of

router = APIRouter(prefix="/api/agent/people", tags=["console"])

RANKS = list(AgentRole)
MAX_SKILLS = 20


class Duties(BaseModel):
    """What of a person may be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=200)
    role: AgentRole | None = None
    skills: list[str] | None = Field(None, max_length=MAX_SKILLS)
    capacity: int | None = Field(None, ge=1, le=MAX_CAPACITY)
    disabled: bool | None = None


class NewPerson(BaseModel):
    """A person to be added."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(min_length=3, max_length=320)
    name: str = Field(min_length=1, max_length=200)
    role: AgentRole = AgentRole.AGENT
    skills: list[str] = Field(default_factory=list, max_length=MAX_SKILLS)
    capacity: int | None = Field(None, ge=1, le=MAX_CAPACITY)


class Person(BaseModel):
    """A person. `capacity` None is the desk's usual one; `load` counts chats in hand."""

    id: str
    email: str
    name: str
    role: AgentRole
    skills: list[str]
    capacity: int | None
    disabled: bool
    must_change_password: bool
    presence: Presence
    load: int


class People(BaseModel):
    """Everyone by name, the shut out last; and how many chats are usual."""

    people: list[Person]
    usual_capacity: int


class Welcomed(BaseModel):
    """A person and the password to be typed once; it is shown here and nowhere else."""

    person: Person
    password: str


@dataclass(frozen=True)
class Leader:
    """Whoever is signed in, and what is wired up."""

    wiring: Wiring
    account: Account

    def check(self, role: AgentRole) -> None:
        """Raise `NotAllowed` for a role above the leader's own."""
        if RANKS.index(role) > RANKS.index(self.account.role):
            raise NotAllowed("Only administrators may change administrators.")


@router.get("")
async def people(request: Request) -> People:
    """Everyone who works here. For supervisors."""
    wiring = wiring_of(request)
    await required_supervisor(request, wiring)
    members = {m.account.id: m for m in await _team(wiring)}
    accounts = await wiring.database(wiring.accounts.all)
    everyone = [_person(account, members.get(account.id)) for account in accounts]
    return People(
        people=sorted(everyone, key=lambda one: one.disabled),
        usual_capacity=wiring.desk.rules.capacity,
    )


@router.post("", status_code=201)
async def add_person(request: Request, given: NewPerson) -> Welcomed:
    """Add a person with a password to be typed once. For supervisors."""
    leader = await _leader(request)
    leader.check(given.role)
    password = one_time_password()
    hashed = await leader.wiring.outside(hash_password, password)
    account = await leader.wiring.database(
        leader.wiring.accounts.add,
        given.email,
        given.name,
        given.role,
        hashed,
        skills=_skills(given.skills),
        capacity=given.capacity,
    )
    return Welcomed(person=_person(account, None), password=password)


@router.put("/{agent}")
async def change_person(request: Request, agent: str, given: Duties) -> Person:
    """Change what a person is called and may do, or shut them out. For supervisors."""
    leader = await _leader(request)
    wiring = leader.wiring
    account = await _account(leader, agent)
    if given.role is not None:
        leader.check(given.role)
    itself = account.id == leader.account.id
    if itself and (given.disabled or given.role not in (None, account.role)):
        raise BadValue("Ask a colleague to change your own role or to shut you out.")
    changed = await wiring.database(
        wiring.accounts.change,
        account.id,
        name=given.name,
        role=given.role,
        skills=None if given.skills is None else _skills(given.skills),
        capacity=given.capacity,
    )
    if given.disabled is not None and given.disabled != account.disabled:
        await wiring.database(wiring.accounts.disable, account.id, given.disabled)
        changed = await _account(leader, agent)
        if given.disabled:
            _hang_up(wiring, account.id)
    members = {m.account.id: m for m in await _team(wiring)}
    return _person(changed, members.get(account.id))


@router.post("/{agent}/password")
async def new_password(request: Request, agent: str) -> Welcomed:
    """Make a new password to be typed once; ends all of the person's sessions. For supervisors."""
    leader = await _leader(request)
    account = await _account(leader, agent)
    password = one_time_password()
    hashed = await leader.wiring.outside(hash_password, password)
    await leader.wiring.database(
        leader.wiring.accounts.set_password, account.id, hashed, must_change_password=True
    )
    _hang_up(leader.wiring, account.id)
    return Welcomed(person=_person(account, None), password=password)


async def _leader(request: Request) -> Leader:
    wiring = wiring_of(request)
    require_own_origin(request, wiring.settings.public_url)
    return Leader(wiring, await required_supervisor(request, wiring))


async def _account(leader: Leader, agent: str) -> Account:
    account = await leader.wiring.database(leader.wiring.accounts.by_id, AgentId(agent))
    if account is None:
        raise UnknownAgent(agent)
    leader.check(account.role)
    return account


async def _team(wiring: Wiring) -> list[Member]:
    rules = wiring.desk.rules
    return await wiring.database(
        wiring.accounts.team, rules.claim_grace, rules.capacity, rules.idle_after
    )


def _hang_up(wiring: Wiring, agent: AgentId) -> None:
    for reader in wiring.hub.agents(agent):
        # Its own task: a socket that is slow to close must not hold up the answer.
        task = asyncio.get_running_loop().create_task(
            reader.socket.close(Close.TOKEN, "the session has ended")
        )
        _closing.add(task)
        task.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()


def _skills(given: list[str]) -> list[str]:
    return list(dict.fromkeys(skill.strip() for skill in given if skill.strip()))


def _person(account: Account, member: Member | None) -> Person:
    return Person(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        skills=list(account.skills),
        capacity=account.capacity,
        disabled=account.disabled,
        must_change_password=account.must_change_password,
        presence=member.presence if member else Presence.OFFLINE,
        load=member.load if member else 0,
    )
