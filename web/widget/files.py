"""The doors for attachments: a customer's upload, and the file for whoever has its address."""

from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from handoff.events import FileId
from web.errors import NotAllowed, NotFound, NotSignedIn, Refused
from web.limits import Buckets
from web.middleware import is_own_origin
from web.widget.contents import content_of
from web.wire.incoming import storable_text
from web.wiring import caller_of, wiring_of

router = APIRouter()

# A file does nothing, whatever it says that it is: no script, no frame, no form, an origin of its own.
HARMLESS = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'none'"
TOO_MANY = "Too many files from this network. Please wait a moment."


class FileKept(BaseModel):
    """A file that waits to be sent with a message."""

    id: str = Field(description="For `files` of the message that carries it.")
    name: str
    mime: str = Field(description="What it is, by its content (a MIME type).")
    size: int = Field(description="In bytes, as kept.")
    width: int | None = None
    height: int | None = None
    address: str


@router.post("/api/widget/files", tags=["widget"])
async def upload(request: Request) -> FileKept:
    """Keep a customer's file: the body as it is, its name (percent-encoded) in `X-File-Name`.

    `Authorization: Bearer` carries the session's token. Pictures are written anew.
    """
    wiring = wiring_of(request)
    if not is_own_origin(request, wiring.settings.public_url):
        raise NotAllowed("Files come from our own frame only.")
    limits = request.app.state.file_limits
    assert isinstance(limits, Buckets)
    limits.take(caller_of(request), TOO_MANY)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn("A file needs the session's token.")
    holder = wiring.tokens.read_widget_token(token)
    body = await body_of(request, wiring.settings.max_file_bytes)
    name = storable_text(unquote(request.headers.get("x-file-name", "")))
    content = await wiring.outside(content_of, name, body)
    kept = await wiring.database(
        wiring.files.keep, holder.conversation, holder.visitor_hash, content
    )
    return FileKept(
        id=kept.id,
        name=kept.name,
        mime=kept.type,
        size=kept.size,
        width=kept.width,
        height=kept.height,
        address=file_address(kept.id),
    )


async def body_of(request: Request, max_bytes: int) -> bytes:
    """Read a body, and no more of it than may be."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > max_bytes:
            raise Refused(f"A file may have at most {max_bytes} bytes.")
    return bytes(body)


@router.get("/files/{file}", include_in_schema=False)
async def download(request: Request, file: str) -> Response:
    """Give a file: a picture to be seen, all else to be saved."""
    wiring = wiring_of(request)
    content = await wiring.database(wiring.files.read, FileId(file))
    if content is None:
        raise NotFound("There is no such file.")
    way = "inline" if content.type.startswith("image/") else "attachment"
    headers = {
        "content-security-policy": HARMLESS,
        "content-disposition": f"{way}; filename*=UTF-8''{quote(content.name, safe='')}",
        "cache-control": "private, max-age=86400",
        "referrer-policy": "no-referrer",
    }
    return Response(content.body, media_type=content.type, headers=headers)


def file_address(file: str) -> str:
    """Where a file can be had, by whoever was told."""
    return f"/files/{file}"
