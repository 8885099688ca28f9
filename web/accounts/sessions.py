"""Who is signed in: a random cookie, its digest in the database."""

import secrets
from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from handoff.accounts import Account, AgentRole
from web.errors import NotAllowed, NotSignedIn
from web.tokens import digest
from web.wiring import Wiring

COOKIE = "warmline_session"


async def start_session(
    connection: HTTPConnection, response: Response, wiring: Wiring, account: Account
) -> None:
    """Sign an agent in: a 256-bit secret goes into the cookie, its digest into the database."""
    secret = secrets.token_urlsafe(32)
    lifetime_s = wiring.settings.agent_session_s
    await wiring.database(
        wiring.accounts.start_session, account.id, digest(secret), timedelta(seconds=lifetime_s)
    )
    https = wiring.settings.public_url.startswith("https://") or connection.url.scheme == "https"
    response.set_cookie(
        COOKIE, secret, max_age=int(lifetime_s), httponly=True, samesite="strict", secure=https
    )


async def end_session(connection: HTTPConnection, response: Response, wiring: Wiring) -> None:
    """Sign out; nothing happens when nobody is signed in."""
    if secret := connection.cookies.get(COOKIE):
        await wiring.database(wiring.accounts.end_session, digest(secret))
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


async def account_of(connection: HTTPConnection, wiring: Wiring) -> Account | None:
    """The agent who is signed in, or None."""
    secret = connection.cookies.get(COOKIE)
    if not secret:
        return None
    return await wiring.database(wiring.accounts.by_session, digest(secret))


async def required_account(connection: HTTPConnection, wiring: Wiring) -> Account:
    """The agent who is signed in. Raises `NotSignedIn`."""
    account = await account_of(connection, wiring)
    if account is None:
        raise NotSignedIn("Please log in.")
    return account


async def required_supervisor(connection: HTTPConnection, wiring: Wiring) -> Account:
    """The supervisor or administrator who is signed in. Raises `NotSignedIn`, `NotAllowed`."""
    account = await required_account(connection, wiring)
    if account.role not in {AgentRole.SUPERVISOR, AgentRole.ADMIN}:
        raise NotAllowed("Only supervisors may do this.")
    return account
