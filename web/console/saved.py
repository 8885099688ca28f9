"""Saved replies over HTTP: everyone reads them, supervisors write them."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from handoff.saved import MAX_NAME_CHARS, MAX_TEXT_CHARS, SavedReplies, SavedReply
from web.accounts.sessions import required_account, required_supervisor
from web.errors import NotFound, Refused
from web.middleware import require_own_origin
from web.wiring import Wiring, wiring_of

router = APIRouter(prefix="/api/agent/saved-replies", tags=["console"])


class ReplyText(BaseModel):
    """A text; `{customer_name}` and `{agent_name}` in it are filled in by the console."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)


class NamedReply(ReplyText):
    """A text under the short name that agents type after a slash."""

    name: str = Field(min_length=1, max_length=MAX_NAME_CHARS)


class Replies(BaseModel):
    """All saved replies, by name."""

    replies: list[NamedReply]


@router.get("")
async def saved_replies(request: Request) -> Replies:
    """The saved replies of the team."""
    wiring = wiring_of(request)
    await required_account(request, wiring)
    found = await wiring.database(SavedReplies(wiring.engine).all)
    return Replies(replies=[NamedReply(name=each.name, text=each.text) for each in found])


@router.post("", status_code=201)
async def add_saved_reply(request: Request, given: NamedReply) -> NamedReply:
    """Add a saved reply; a name that is taken is refused. For supervisors."""
    wiring = await _for_writing(request)
    kept = await wiring.database(_add, wiring, given)
    return NamedReply(name=kept.name, text=kept.text)


@router.put("/{name:path}")
async def change_saved_reply(request: Request, name: str, given: ReplyText) -> NamedReply:
    """Change the text of a saved reply. For supervisors."""
    wiring = await _for_writing(request)
    kept = await wiring.database(_change, wiring, name, given.text)
    return NamedReply(name=kept.name, text=kept.text)


@router.delete("/{name:path}", status_code=204)
async def remove_saved_reply(request: Request, name: str) -> None:
    """Forget a saved reply. For supervisors."""
    wiring = await _for_writing(request)
    await wiring.database(SavedReplies(wiring.engine).remove, name)


async def _for_writing(request: Request) -> Wiring:
    wiring = wiring_of(request)
    require_own_origin(request, wiring.settings.public_url)
    await required_supervisor(request, wiring)
    return wiring


def _add(wiring: Wiring, given: NamedReply) -> SavedReply:
    replies = SavedReplies(wiring.engine)
    name = given.name.strip().lstrip("/")
    if _has(replies, name):
        raise Refused(f"There is a saved reply named {name!r} already; change that one.")
    return replies.save(name, given.text)


def _change(wiring: Wiring, name: str, text: str) -> SavedReply:
    replies = SavedReplies(wiring.engine)
    if not _has(replies, name):
        raise NotFound(f"There is no saved reply named {name!r}.")
    return replies.save(name, text)


def _has(replies: SavedReplies, name: str) -> bool:
    return any(each.name == name for each in replies.all())
