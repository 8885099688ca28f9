"""The one table from error to HTTP status and name on the wire, and the JSON shape of errors.

`{"error": {"code", "message", "reference"}}`; `reference` is null save for an error that is not in
the table: that one is logged whole under its reference, and the caller sees nothing else of it.
"""

import logging
import secrets
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from handoff import errors as desk
from knowledge.errors import KnowledgeError
from web import errors as doors
from web.measures import Gauges
from web.wire.outgoing import ErrorNotice, WireAgent

log = logging.getLogger(__name__)

UNKNOWN_WORDS = "Something failed on our side. Please try again."
BUSY_RETRY_S = 2.0


@dataclass(frozen=True)
class Refusal:
    """How an error is told. `code` None: the error's own (`DeskError.code`)."""

    status: int
    code: str | None = None


# The first class that matches counts, so the special stands before the general.
TABLE: tuple[tuple[type[Exception], Refusal], ...] = (
    (doors.BadCredentials, Refusal(401, "bad_credentials")),
    (doors.NotSignedIn, Refusal(401, "not_signed_in")),
    (doors.NotAllowed, Refusal(403, "not_allowed")),
    (doors.NotFound, Refusal(404, "not_found")),
    (doors.TooMany, Refusal(429, "too_many")),
    (doors.Refused, Refusal(422, "refused")),
    (desk.UnknownConversation, Refusal(404)),
    (desk.UnknownSite, Refusal(404)),
    (desk.UnknownMessage, Refusal(404)),
    (desk.UnknownSurvey, Refusal(404)),
    (desk.UnknownAgent, Refusal(404)),
    (desk.NotYours, Refusal(403)),
    (desk.BadValue, Refusal(422)),
    (desk.DatabaseUnusable, Refusal(503)),
    (desk.DeskError, Refusal(409)),
    (KnowledgeError, Refusal(503, "no_articles")),
    (OperationalError, Refusal(503, "busy")),
)
STATUS_CODES = {404: "not_found", 405: "method", 401: "not_signed_in", 403: "not_allowed"}


@dataclass(frozen=True)
class Told:
    """An error in the words of the wire."""

    status: int
    code: str
    message: str
    reference: str | None = None
    retry_after_s: float | None = None
    agent: WireAgent | None = None


def tell(error: Exception) -> Told:
    """Find an error's words; one that is not in the table is logged whole."""
    for kind, refusal in TABLE:
        if isinstance(error, kind):
            return _known(error, refusal)
    reference = secrets.token_hex(4)
    log.error("unknown error reference=%s", reference, exc_info=error)
    return Told(500, "internal", UNKNOWN_WORDS, reference)


def _known(error: Exception, refusal: Refusal) -> Told:
    code = refusal.code or str(getattr(error, "code", "refused"))
    if isinstance(error, OperationalError):  # its text holds statements and values
        log.error("database failed", exc_info=error)
        return Told(refusal.status, code, UNKNOWN_WORDS, retry_after_s=BUSY_RETRY_S)
    agent = error.agent if isinstance(error, desk.Taken) else None
    return Told(
        refusal.status,
        code,
        str(error),
        retry_after_s=getattr(error, "retry_after_s", None),
        agent=WireAgent(id=agent.id, name=agent.name) if agent else None,
    )


def error_notice(
    error: Exception, *, client_id: str | None, conversation: str | None = None
) -> ErrorNotice:
    """Make the frame that answers a command that was refused."""
    told = tell(error)
    return ErrorNotice(
        code=told.code,
        message=told.message,
        client_id=client_id,
        conversation=conversation,
        retry_after_s=told.retry_after_s,
        agent=told.agent,
        reference=told.reference,
    )


def install(app: FastAPI, gauges: Gauges) -> None:
    """Give every error of HTTP the same shape."""

    def answer(told: Told) -> JSONResponse:
        gauges.errors.labels(told.code).inc()
        body: dict[str, object] = {
            "code": told.code,
            "message": told.message,
            "reference": told.reference,
        }
        headers = {}
        if told.retry_after_s is not None:
            body["retry_after_s"] = told.retry_after_s
            headers["retry-after"] = str(max(1, round(told.retry_after_s)))
        return JSONResponse({"error": body}, told.status, headers)

    async def known(_: Request, error: Exception) -> JSONResponse:
        return answer(tell(error))

    async def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = STATUS_CODES.get(error.status_code, "refused")
        return answer(Told(error.status_code, code, f"{error.detail}."))

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        return answer(Told(422, "invalid", f"{where or 'body'}: {first['msg']}."))

    for kind, _refusal in TABLE:
        app.add_exception_handler(kind, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, known)
