"""Whether the server lives, whether it is ready, and its figures."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from handoff.database import reading
from web.wiring import Wiring, wiring_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Every part is there: database, model, articles. 503 and the missing one otherwise."""
    wiring = wiring_of(request)
    snapshot = wiring.snapshot()
    parts = {
        "database": await wiring.database(is_reachable, wiring),
        "model": wiring.thinking is not None,
        "articles": snapshot is not None,
    }
    ready = all(parts.values())
    body = {
        "status": "ready" if ready else "not ready",
        "parts": parts,
        "snapshot": snapshot.generation if snapshot else None,
    }
    return JSONResponse(body, 200 if ready else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus figures of this server."""
    body = generate_latest(wiring_of(request).gauges.registry)
    return Response(body, headers={"content-type": CONTENT_TYPE_LATEST})


def is_reachable(wiring: Wiring) -> bool:
    """Tell whether the database answers."""
    try:
        with reading(wiring.engine) as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
