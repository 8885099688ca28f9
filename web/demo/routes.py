"""The shop page at `/demo/`."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from handoff.errors import BadValue
from handoff.sites import Site
from web.errors import NotFound
from web.middleware import is_origin, own_origin, policy
from web.wiring import Wiring, wiring_of

router = APIRouter(include_in_schema=False)


@router.get("/demo")
async def without_slash() -> RedirectResponse:
    """The shop stands at `/demo/`."""
    return RedirectResponse("/demo/")


@router.get("/demo/")
async def shop(request: Request) -> HTMLResponse:
    """Show the shop; its script tag is what any site puts into its pages."""
    wiring = wiring_of(request)
    origin = own_origin(request, wiring.settings.public_url)
    if not is_origin(origin):
        raise NotFound("There is no shop under this name.")
    site = await wiring.database(demo_site, wiring, origin)
    html = wiring.pages.get_template("demo/shop.html").render(key=site.key)
    return HTMLResponse(
        html, headers={"content-security-policy": policy(), "cache-control": "no-cache"}
    )


def demo_site(wiring: Wiring, origin: str) -> Site:
    """The shop's site under the address by which it was opened, added on first sight."""
    name = f"Larkmere shop at {origin}"
    known = wiring.sites.by_name(name)
    if known is not None:
        return known
    try:
        return wiring.sites.add(name, [origin])
    except BadValue:  # somebody else opened the shop at the same moment
        added = wiring.sites.by_name(name)
        assert added is not None, "names are unique, so it is there"
        return added
