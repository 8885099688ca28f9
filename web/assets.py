"""Static files under an address that changes when any of them does.

Every room's `static/` folder is served at `/assets/<hash>/<room>/<name>`: one hash over all files,
so that a module may import its neighbour (`./chat.js`) and another room's (`../static/tokens.css`)
by a relative address and still get a file that may be cached for ever. In templates:
`{{ asset_url("widget", "widget.css") }}`.

Scripts and sheets are slimmed (`web/slimming.py`) and compressed once, at start-up.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.slimming import slim_script, slim_sheet

WEB = Path(__file__).resolve().parent
ROOMS: dict[str, Path] = {
    "static": WEB / "static",
    "widget": WEB / "widget" / "static",
    "console": WEB / "console" / "static",
    "demo": WEB / "demo" / "static",
    "articles": WEB / "articles" / "static",
    "reference": WEB / "reference" / "static",
}
FOR_EVER = "public, max-age=31536000, immutable"
MIME_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True)
class Asset:
    """One file, read at start-up."""

    body: bytes
    mime_type: str
    zipped: bytes | None = None  # None where compressing does not pay

    def response(self, request: Request, headers: dict[str, str]) -> Response:
        """Answer with the file, compressed for those who take it so."""
        headers = {**headers, "vary": "accept-encoding"}
        if self.zipped and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(self.zipped, media_type=self.mime_type, headers=headers)
        return Response(self.body, media_type=self.mime_type, headers=headers)


class Assets:
    """All static files, held in memory (they are few and small)."""

    def __init__(self, rooms: dict[str, Path] | None = None) -> None:
        self._files: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for room, folder in sorted((ROOMS if rooms is None else rooms).items()):
            for file in sorted(f for f in folder.rglob("*") if f.is_file()):
                body = slimmed(file)
                name = f"{room}/{file.relative_to(folder).as_posix()}"
                digest.update(f"{name}\0{len(body)}\0".encode() + body)
                self._files[name] = Asset(body, mime_type(file), zipped(body))
        self.version = digest.hexdigest()[:16]

    def url(self, room: str, name: str) -> str:
        """Give the address of a file.

        Raises:
            KeyError: there is no such file (a slip in a template, found by its first test).
        """
        path = f"{room}/{name}"
        if path not in self._files:
            raise KeyError(f"no static file {path}")
        return f"/assets/{self.version}/{path}"

    def file(self, room: str, name: str) -> Asset:
        """Give a file; KeyError when there is none."""
        return self._files[f"{room}/{name}"]

    async def serve(self, request: Request) -> Response:
        """Answer `GET /assets/{version}/{path}`; a page of an older version gets today's file."""
        asset = self._files.get(request.path_params["path"])
        if asset is None:
            return PlainTextResponse("No such file.", status_code=404)
        # Only the right hash may be kept for ever: a stale page must not poison a cache.
        current = request.path_params["version"] == self.version
        return asset.response(request, {"cache-control": FOR_EVER if current else "no-cache"})


def slimmed(file: Path) -> bytes:
    """Read a file, without what only readers of the source need."""
    body = file.read_bytes()
    if file.suffix in {".js", ".mjs"}:
        return slim_script(body.decode()).encode()
    return slim_sheet(body.decode()).encode() if file.suffix == ".css" else body


def zipped(body: bytes) -> bytes | None:
    """Compress with gzip; None when that saves nothing. The same bytes at every start."""
    small = gzip.compress(body, 9, mtime=0)
    return small if len(small) < len(body) else None


def mime_type(file: Path) -> str:
    """Tell a file's type by its name, not by what this machine happens to have registered."""
    guessed = mimetypes.guess_type(file.name)[0]
    return MIME_TYPES.get(file.suffix) or guessed or "application/octet-stream"
