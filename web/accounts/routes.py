"""Logging in and out, and a new password."""

import asyncio

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from handoff.accounts import Account
from handoff.presence import Presence
from web.accounts.passwords import MAX_CHARS, MIN_CHARS, hash_password, is_password
from web.accounts.sessions import account_of, end_session, required_account, start_session
from web.errors import BadCredentials
from web.limits import Attempts
from web.middleware import require_own_origin
from web.wiring import Wiring, caller_of, wiring_of

router = APIRouter(prefix="/api", tags=["accounts"])


class Credentials(BaseModel):
    """An agent's e-mail address and password."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=MAX_CHARS)


class NewPassword(BaseModel):
    """The password in use, and the one to use from now on."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    current: str = Field(min_length=1, max_length=MAX_CHARS)
    new: str = Field(min_length=MIN_CHARS, max_length=MAX_CHARS)


class ServiceLevel(BaseModel):
    """How long a customer waits before the console's timers turn amber, then red (seconds)."""

    amber_s: float
    red_s: float


class Me(BaseModel):
    """The agent who is signed in.

    `places` is how many chats they take at a time, `capacity` what was set for them alone.
    `idle_s` is the time without a sign of life after which the console says "away".
    """

    id: str
    email: str
    name: str
    role: str
    capacity: int | None
    skills: list[str]
    must_change_password: bool
    places: int
    idle_s: float
    service: ServiceLevel


def me_of(account: Account, wiring: Wiring) -> Me:
    """Show an account to its owner, with what the console goes by."""
    rules, settings = wiring.desk.rules, wiring.settings
    return Me(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role.value,
        capacity=account.capacity,
        skills=list(account.skills),
        must_change_password=account.must_change_password,
        places=account.capacity or rules.capacity,
        idle_s=rules.idle_after.total_seconds(),
        service=ServiceLevel(amber_s=settings.wait_amber_s, red_s=settings.wait_red_s),
    )


def attempts_of(request: Request) -> Attempts:
    """The wrong passwords that this server remembers."""
    attempts = request.app.state.attempts
    assert isinstance(attempts, Attempts)
    return attempts


@router.post("/login")
async def log_in(request: Request, response: Response, given: Credentials) -> Me:
    """Sign in: sets the session cookie."""
    wiring = wiring_of(request)
    require_own_origin(request, wiring.settings.public_url)
    attempts = attempts_of(request)
    email = given.email.strip().lower()
    # The address alone would let anyone lock an agent out from afar; the caller alone is a proxy.
    keys = (f"caller {caller_of(request)}", f"email {email} from {caller_of(request)}")
    attempts.check(*keys)
    account = await wiring.database(wiring.accounts.by_email, email)
    known = account.password_hash if account and not account.disabled else None
    right = await wiring.outside(is_password, given.password, known)
    if not right or account is None:
        attempts.fail(*keys)
        raise BadCredentials("That e-mail and password do not match.")
    attempts.succeed(keys[1])
    await start_session(request, response, wiring, account)
    return me_of(account, wiring)


@router.post("/logout", status_code=204)
async def log_out(request: Request, response: Response) -> None:
    """Sign out, and say that the agent has gone."""
    wiring = wiring_of(request)
    require_own_origin(request, wiring.settings.public_url)
    account = await account_of(request, wiring)
    await end_session(request, response, wiring)
    if account is not None:
        wiring.hub.presences.pop(account.id, None)
        await wiring.database(wiring.desk.agent_presence, account.id, Presence.OFFLINE)
        for reader in wiring.hub.agents(account.id):
            # Its own task: a socket that is slow to close must not hold up the answer.
            asyncio.get_running_loop().create_task(reader.socket.close(4401, "logged out"))


@router.post("/password")
async def change_password(request: Request, response: Response, given: NewPassword) -> Me:
    """Change one's own password; ends all other sessions."""
    wiring = wiring_of(request)
    require_own_origin(request, wiring.settings.public_url)
    account = await required_account(request, wiring)
    attempts, key = attempts_of(request), f"password {account.id}"
    attempts.check(key)
    if not await wiring.outside(is_password, given.current, account.password_hash):
        attempts.fail(key)
        raise BadCredentials("The password in use does not match.")
    hashed = await wiring.outside(hash_password, given.new)
    await wiring.database(wiring.accounts.set_password, account.id, hashed)
    await start_session(request, response, wiring, account)
    changed = await wiring.database(wiring.accounts.by_id, account.id)
    return me_of(changed or account, wiring)


@router.get("/me")
@router.get("/agent/me", include_in_schema=False)
async def me(request: Request) -> Me:
    """The agent who is signed in."""
    wiring = wiring_of(request)
    return me_of(await required_account(request, wiring), wiring)
