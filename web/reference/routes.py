"""`/api/docs`: every endpoint, socket and schema, drawn here, with nothing from elsewhere."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import iter_route_contexts

from web.reference import pages
from web.wiring import wiring_of

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
async def reference_page(request: Request) -> HTMLResponse:
    """The programming interface as a page."""
    app = request.app
    assert isinstance(app, FastAPI)
    document = app.openapi()
    routes = list(iter_route_contexts(app.routes))
    html = (
        wiring_of(request)
        .pages.get_template("reference/reference.html")
        .render(
            version=app.version,
            rooms=pages.rooms_of(document),
            shapes=pages.shapes_of(document),
            addresses=pages.addresses_of(routes, document),
            sockets=pages.sockets_of(routes),
            sent=pages.sent_frames(),
            codes=pages.close_codes(),
        )
    )
    return HTMLResponse(html)
