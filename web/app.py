"""The application: routes, sockets, and the tasks that run beside them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.routing import Route, WebSocketRoute

from knowledge.embedding import Embedder
from web import health, refusals
from web.accounts.routes import router as accounts_router
from web.articles.routes import router as articles_router
from web.clockwork import Clockwork
from web.console.live import agent_socket
from web.console.routes import router as console_router
from web.demo.routes import router as demo_router
from web.hearing import Hearing
from web.limits import Attempts, Buckets
from web.middleware import SecureHeaders
from web.reference.routes import router as reference_router
from web.schedule import Schedule
from web.settings import Settings
from web.widget.files import router as files_router
from web.widget.live import widget_socket
from web.widget.routes import router as widget_router
from web.wiring import Wiring, wire_up

log = logging.getLogger(__name__)


def create_app(
    settings: Settings, *, embedder: Embedder | None = None, demo: bool = False
) -> FastAPI:
    """Make the application.

    Args:
        settings: what the owner chose.
        embedder: a model that is loaded already; None loads the settings' at start-up.
        demo: serve the sample company's shop at `/demo/` too.
    """
    wiring = wire_up(settings)
    app = FastAPI(
        title="Warmline",
        version=version("warmline"),
        docs_url=None,  # web/reference draws it, without anything from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lambda _: serving(wiring, embedder),
    )
    app.state.wiring = wiring
    app.state.attempts = Attempts(settings.login_attempts, settings.login_window_s)
    app.state.session_limits = Buckets(settings.sessions_per_minute, settings.sessions_per_minute)
    app.state.file_limits = Buckets(settings.files_per_minute, settings.files_per_minute)
    app.add_middleware(SecureHeaders)
    refusals.install(app, wiring.gauges)
    add_routes(app, wiring, demo=demo)
    return app


def add_routes(app: FastAPI, wiring: Wiring, *, demo: bool) -> None:
    """Give every room its addresses."""
    for router in (
        health.router,
        accounts_router,
        widget_router,
        files_router,
        console_router,
        articles_router,
        reference_router,
        *((demo_router,) if demo else ()),
    ):
        app.include_router(router)
    home = RedirectResponse("/demo/" if demo else "/agent/")
    app.router.routes += [
        WebSocketRoute("/ws/widget", widget_socket),
        WebSocketRoute("/ws/agent", agent_socket),
        Route("/assets/{version}/{path:path}", wiring.assets.serve),
        Route("/", home),
    ]


@asynccontextmanager
async def serving(wiring: Wiring, embedder: Embedder | None) -> AsyncIterator[None]:
    """Load what requests need, run what runs beside them, and end it all."""
    await wiring.load_model(embedder)
    await wiring.load_snapshot()
    await wiring.warm_up()
    if wiring.settings.uses_sqlite:  # the folder's lock says that no other server thinks
        await wiring.database(wiring.desk.free_questions)
    tasks = start_tasks(wiring)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        wiring.close()


def start_tasks(wiring: Wiring) -> list[asyncio.Task[None]]:
    """Start what runs beside the requests."""
    clockwork = Clockwork(wiring)
    hearing = Hearing(wiring, clockwork)
    schedule = Schedule(wiring.settings)
    return [
        asyncio.create_task(wiring.answering.run(), name="answering"),
        asyncio.create_task(clockwork.run_clock(), name="clock"),
        asyncio.create_task(clockwork.run_rows(), name="rows"),
        *([asyncio.create_task(hearing.run(), name="hints")] if hearing.is_wanted else []),
        *([asyncio.create_task(schedule.run(), name="schedule")] if schedule.is_wanted else []),
    ]
