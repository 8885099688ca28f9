"""The sites and their looks over HTTP, for supervisors; and the live picture of a look."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from handoff.asking import OftenAsked, often_asked
from handoff.errors import BadValue, UnknownSite
from handoff.events import SiteId
from handoff.hours import holiday_countries
from handoff.look import Look, tidy
from handoff.sites import Site
from web.accounts.sessions import required_supervisor
from web.middleware import is_origin, own_origin, policy, require_own_origin
from web.tokens import utc_now
from web.widget.languages import LANGUAGES, choose
from web.widget.look import look_with, suggestions_of
from web.widget.routes import frame_page
from web.wiring import Wiring, wiring_of

router = APIRouter(tags=["console"])

MAX_ORIGINS = 20
QUESTIONS_READ = 1000  # the latest; what was asked a year ago suggests little today
QUESTIONS_SHOWN = 12
LOOK: TypeAdapter[Look] = TypeAdapter(Look)


class Origins(BaseModel):
    """Where the widget may stand: origins, scheme and host without a path."""

    model_config = ConfigDict(extra="forbid")
    origins: list[str] = Field(max_length=MAX_ORIGINS)


class NewSite(Origins):
    """A site to be added."""

    name: str = Field(min_length=1, max_length=200)


class SiteShown(BaseModel):
    """A site; `key` stands in its pages and is no secret."""

    id: str
    name: str
    key: str
    origins: list[str]
    look: Look


class Defaults(BaseModel):
    """What holds where a look leaves something empty: the server's settings."""

    name: str
    accent: str
    greeting: str
    suggestions: list[str]
    hours_text: str


class SitesShown(BaseModel):
    """Every site, and what its look may be made of.

    `languages` are those that the widget speaks; `countries` those whose holidays are known, each
    with its regions. `server` is the address for the snippet.
    """

    sites: list[SiteShown]
    defaults: Defaults
    languages: list[str]
    countries: dict[str, list[str]]
    server: str


class Asked(BaseModel):
    """What customers of a site really ask, most asked first."""

    questions: list[OftenAsked]


@router.get("/api/agent/sites")
async def sites(request: Request) -> SitesShown:
    """All sites with their looks. For supervisors."""
    wiring = wiring_of(request)
    await required_supervisor(request, wiring)
    settings = wiring.settings
    return SitesShown(
        sites=[shown(site) for site in await wiring.database(wiring.sites.all)],
        defaults=Defaults(
            name=settings.company_name,
            accent=settings.accent,
            greeting=settings.greeting,
            suggestions=list(suggestions_of(settings)),
            hours_text=settings.hours_text,
        ),
        languages=list(LANGUAGES),
        countries=holiday_countries(),
        server=own_origin(request, settings.public_url),
    )


@router.post("/api/agent/sites", status_code=201)
async def add_site(request: Request, given: NewSite) -> SiteShown:
    """Add a site. For supervisors."""
    wiring = await _for_writing(request)
    return shown(await wiring.database(wiring.sites.add, given.name, checked(given.origins)))


@router.put("/api/agent/sites/{site}/origins")
async def change_origins(request: Request, site: str, given: Origins) -> SiteShown:
    """Change where the widget may stand. For supervisors."""
    wiring = await _for_writing(request)
    await _site(wiring, site)
    await wiring.database(wiring.sites.set_origins, SiteId(site), checked(given.origins))
    return shown(await _site(wiring, site))


@router.put("/api/agent/sites/{site}/look")
async def change_look(request: Request, site: str, given: Look) -> SiteShown:
    """Change how the widget looks; the next customer sees it. For supervisors."""
    wiring = await _for_writing(request)
    unknown = {*given.languages, *given.words} - set(LANGUAGES)
    if unknown:
        raise BadValue(f"The widget does not speak {', '.join(sorted(unknown))}.")
    await wiring.database(wiring.sites.set_look, SiteId(site), given)
    return shown(await _site(wiring, site))


@router.get("/api/agent/sites/{site}/asked")
async def asked(request: Request, site: str) -> Asked:
    """What customers of this site ask most, to choose suggestions from. For supervisors."""
    wiring = wiring_of(request)
    await required_supervisor(request, wiring)
    await _site(wiring, site)
    past = await wiring.database(wiring.desk.past_questions, QUESTIONS_READ, site=SiteId(site))
    return Asked(questions=often_asked(past, QUESTIONS_SHOWN))


@router.get("/agent/picture", include_in_schema=False)
async def picture(
    request: Request,
    look: Annotated[str, Query(max_length=20_000)] = "{}",
    lang: Annotated[str, Query(max_length=35)] = "",
) -> HTMLResponse:
    """The widget as a look makes it, kept or not; it connects to nothing. For supervisors.

    `lang` is the language of the customer whom the picture is for.
    """
    wiring = wiring_of(request)
    await required_supervisor(request, wiring)
    try:
        given = tidy(LOOK.validate_json(look))
    except ValidationError:
        raise BadValue("That is not a look.") from None
    pictured = look_with(given, "", wiring.settings, utc_now())
    tag = choose(lang, request.headers.get("accept-language", ""), pictured.languages)
    page = frame_page(wiring, pictured, tag=tag, picture=True)
    headers = {"content-security-policy": policy(("'self'",)), "cache-control": "no-store"}
    return HTMLResponse(page, headers=headers)


def checked(origins: list[str]) -> list[str]:
    """The origins in small letters, each once. Raises `BadValue`."""
    clean = list(dict.fromkeys(text.strip().rstrip("/").lower() for text in origins))
    for text in clean:
        if not is_origin(text):
            raise BadValue(f"{text!r} is not an origin; write https://shop.example.")
    return clean


def shown(site: Site) -> SiteShown:
    """Show a site to its owner."""
    return SiteShown(
        id=site.id, name=site.name, key=site.key, origins=list(site.origins), look=site.look
    )


async def _for_writing(request: Request) -> Wiring:
    wiring = wiring_of(request)
    require_own_origin(request, wiring.settings.public_url)
    await required_supervisor(request, wiring)
    return wiring


async def _site(wiring: Wiring, site: str) -> Site:
    found = await wiring.database(wiring.sites.by_id, SiteId(site))
    if found is None:
        raise UnknownSite(site)
    return found
