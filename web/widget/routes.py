"""The widget's doors: the loader, the page inside the iframe, the session."""

import gzip
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from handoff.events import first_conversation_id
from handoff.sites import Site
from web.errors import NotAllowed, NotFound
from web.limits import Buckets
from web.middleware import is_own_origin, policy
from web.tokens import (
    Identity,
    WidgetPass,
    identified_hash,
    is_visitor,
    new_visitor,
    utc_now,
    visitor_hash_of,
)
from web.widget.languages import choose, direction
from web.widget.look import WidgetLook, look_of
from web.wire.incoming import storable_text
from web.wiring import Wiring, caller_of, wiring_of

router = APIRouter()

LOADER_CACHE = "public, max-age=300"  # a new release reaches every host page within minutes


class SessionRequest(BaseModel):
    """What the iframe knows when it starts."""

    model_config = ConfigDict(extra="forbid")
    key: str = Field(min_length=1, max_length=128, description="The site's public key.")
    visitor: str | None = Field(
        None, max_length=128, description="The secret of an earlier session."
    )
    identity: str | None = Field(
        None,
        max_length=8192,
        description="JWT (HS256, `sub`, `exp`, `kid`) signed with the site's secret.",
    )
    locale: str | None = Field(None, max_length=35, description="BCP 47, such as `de-AT`.")
    page: str | None = Field(None, max_length=2048, description="The page the customer is on.")


class Session(BaseModel):
    """A session; nothing is stored for it before the first message."""

    token: str = Field(description="For `hello` on the socket; good until `expires_at`.")
    visitor: str = Field(description="128-bit secret that brings the conversation back.")
    conversation: str
    expires_at: datetime


@router.get("/widget.js", include_in_schema=False)
async def loader(request: Request) -> Response:
    """The script that host pages load."""
    wiring = wiring_of(request)
    etag = f'"{wiring.assets.version}"'
    headers = {
        "cache-control": LOADER_CACHE,
        "cross-origin-resource-policy": "cross-origin",
        "etag": etag,
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return wiring.assets.file("widget", "loader.js").response(request, headers)


@router.get("/widget/", include_in_schema=False)
async def frame(request: Request, key: str = "", lang: str = "") -> HTMLResponse:
    """The page inside the iframe; only the site's own origins may frame it.

    `lang` is the host page's language; without one that the widget speaks, the browser's counts.
    """
    wiring = wiring_of(request)
    site = await site_of(wiring, key)
    look = look_of(site, wiring.settings, utc_now())
    html = frame_page(
        wiring, look, tag=choose(lang, request.headers.get("accept-language", ""), look.languages)
    )
    headers = {
        "content-security-policy": policy(site.origins or ("'none'",)),
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "no-cache",
        "vary": "accept-language, accept-encoding",
    }
    # Nothing in it is secret, so that its compressed length tells nothing.
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return HTMLResponse(gzip.compress(html.encode(), mtime=0), headers=headers)
    return HTMLResponse(html, headers=headers)


def frame_page(wiring: Wiring, look: WidgetLook, *, tag: str = "en", picture: bool = False) -> str:
    """Write the page inside the iframe in a language; a `picture` of it connects to nothing."""
    return wiring.pages.get_template("widget/frame.html").render(
        site=look,
        picture=picture,
        tag=tag,
        language=tag.partition("-")[0],
        direction=direction(tag),
        max_chars=wiring.settings.max_message_chars,
        max_file_bytes=wiring.settings.max_file_bytes,
    )


@router.post("/api/widget/sessions", tags=["widget"])
async def start_session(request: Request, asked: SessionRequest) -> Session:
    """Start a widget session, from our own iframe only."""
    wiring = wiring_of(request)
    if not is_own_origin(request, wiring.settings.public_url):
        raise NotAllowed("Sessions start in our own frame only.")
    limits = request.app.state.session_limits
    assert isinstance(limits, Buckets)
    limits.take(caller_of(request), "Too many sessions from this network. Please wait a moment.")
    site = await site_of(wiring, asked.key)
    identity = (
        wiring.tokens.read_identity(site.id, asked.identity, site.identity_keys)
        if asked.identity
        else None
    )
    visitor = asked.visitor if asked.visitor and is_visitor(asked.visitor) else new_visitor()
    holder = await pass_for(wiring, site, visitor, identity, asked, request)
    expires_at = utc_now() + timedelta(seconds=wiring.settings.widget_token_s)
    return Session(
        token=wiring.tokens.widget_token(holder, expires_at),
        visitor=visitor,
        conversation=holder.conversation,
        expires_at=expires_at,
    )


async def pass_for(
    wiring: Wiring,
    site: Site,
    visitor: str,
    identity: Identity | None,
    asked: SessionRequest,
    request: Request,
) -> WidgetPass:
    """Say who this is: the site's identified customer, or whoever has the visitor's secret."""
    visitor_hash = (
        identified_hash(site.id, identity.subject) if identity else visitor_hash_of(visitor)
    )
    stored = await wiring.database(wiring.desk.customer_conversation, site.id, visitor_hash)
    return WidgetPass(
        site=site.id,
        visitor_hash=visitor_hash,
        conversation=stored or first_conversation_id(site.id, visitor_hash),
        page=storable_text(asked.page) if asked.page else None,
        locale=storable_text(asked.locale) if asked.locale else None,
        device=storable_text(request.headers.get("user-agent", ""))[:300] or None,
        profile=identity.profile if identity else {},
    )


async def site_of(wiring: Wiring, key: str) -> Site:
    """Find a site by its key. Raises `NotFound`."""
    site = await wiring.database(wiring.sites.by_key, key) if key else None
    if site is None:
        raise NotFound("There is no site with this key.")
    return site
