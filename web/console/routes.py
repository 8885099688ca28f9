"""The console's page and the data it asks for."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field, TypeAdapter

from handoff.events import ConversationId
from handoff.packet import Packet
from handoff.views import EpisodeSummary, View
from web.accounts.sessions import required_account
from web.console import looks, people, ruling, saved, suggesting
from web.errors import NotFound
from web.wire.rows import RowFrame, row_frame
from web.wiring import wiring_of

router = APIRouter()
router.include_router(looks.router)
router.include_router(people.router)
router.include_router(saved.router)
router.include_router(suggesting.router)
router.include_router(ruling.router)

MAX_ROWS = 200
PACKET: TypeAdapter[Packet] = TypeAdapter(Packet)
EPISODES: TypeAdapter[list[EpisodeSummary]] = TypeAdapter(list[EpisodeSummary])


class Passage(BaseModel):
    """Where a conversation has the words: the number of a message or note, and a piece of it."""

    conversation: str
    seq: int
    excerpt: str


class Rows(BaseModel):
    """Lines of a list; `passages` are those of a search."""

    rows: list[RowFrame]
    passages: list[Passage] = Field(default_factory=list)


class Colleague(BaseModel):
    """Someone to whom a conversation can be given; `load` of `capacity` chats are in hand."""

    id: str
    name: str
    role: str
    presence: str
    load: int
    capacity: int
    skills: list[str]


class Team(BaseModel):
    """Everyone who may take conversations, and all skills there are."""

    agents: list[Colleague]
    skills: list[str]


@router.get("/agent", include_in_schema=False)
async def without_slash() -> RedirectResponse:
    """The console stands at `/agent/`."""
    return RedirectResponse("/agent/")


@router.get("/agent/", include_in_schema=False)
async def console(request: Request) -> HTMLResponse:
    """The console; it asks for a log-in by itself."""
    html = wiring_of(request).pages.get_template("console/console.html").render()
    return HTMLResponse(html, headers={"cache-control": "no-cache"})


@router.get("/api/agent/conversations", tags=["console"])
async def conversations(
    request: Request,
    view: View = View.OPEN,
    q: Annotated[str | None, Query(max_length=500)] = None,
) -> Rows:
    """A list of the console, or with `q` what has these words and where each has them."""
    wiring = wiring_of(request)
    account = await required_account(request, wiring)
    if q and q.strip():
        found = await wiring.database(wiring.desk.search, q, limit=MAX_ROWS)
        passages = [
            Passage(conversation=one.row.conversation, seq=one.seq, excerpt=one.excerpt)
            for one in found
            if one.seq is not None and one.excerpt is not None
        ]
        return Rows(rows=[row_frame(one.row) for one in found], passages=passages)
    rows = await wiring.database(wiring.desk.rows, view, agent=account.id, limit=MAX_ROWS)
    return Rows(rows=[row_frame(row) for row in rows])


@router.get("/api/agent/conversations/{conversation}", tags=["console"])
async def conversation_facts(request: Request, conversation: str) -> dict[str, Any]:
    """What is known of a conversation and its customer, with its episodes, latest first."""
    wiring = wiring_of(request)
    await required_account(request, wiring)
    key = ConversationId(conversation)
    state = await wiring.database(wiring.desk.state, key)
    episodes = await wiring.database(wiring.desk.episodes, key)
    return {
        "conversation": state.id,
        "site": state.site,
        "stage": state.stage,
        "episode": state.episode,
        "seq": state.seq,
        "customer": dict(state.profile),
        "page": state.page,
        "locale": state.locale,
        "device": state.device,
        "tags": list(state.tags),
        "priority": state.priority,
        "episodes": EPISODES.dump_python(episodes, mode="json"),
    }


@router.get("/api/agent/conversations/{conversation}/packet", tags=["console"])
async def packet(request: Request, conversation: str) -> dict[str, Any]:
    """The card of the latest handoff."""
    wiring = wiring_of(request)
    await required_account(request, wiring)
    found = await wiring.database(wiring.desk.packet, ConversationId(conversation))
    if found is None:
        raise NotFound("This conversation was never handed over.")
    shown = PACKET.dump_python(found, mode="json")
    assert isinstance(shown, dict)
    return shown


@router.get("/api/agent/team", tags=["console"])
async def team(request: Request) -> Team:
    """Everyone who may take conversations."""
    wiring = wiring_of(request)
    await required_account(request, wiring)
    rules = wiring.desk.rules
    members = await wiring.database(
        wiring.accounts.team, rules.claim_grace, rules.capacity, rules.idle_after
    )
    return Team(
        agents=[
            Colleague(
                id=member.account.id,
                name=member.account.name,
                role=member.account.role.value,
                presence=member.presence.value,
                load=member.load,
                capacity=member.capacity,
                skills=list(member.account.skills),
            )
            for member in members
        ],
        skills=sorted({skill for member in members for skill in member.account.skills}),
    )
