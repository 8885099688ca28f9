"""Static files under an address that changes when any of them does.

Every room's `static/` folder is served at `/assets/<hash>/<room>/<name>`: one hash over all files,
so that a module may import its neighbour (`./chat.js`) and another room's (`../static/tokens.css`)
by a relative address and still get a file that may be cached for ever. In templates:
`{{ asset_url("widget", "widget.css") }}`.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

WEB = Path(__file__).resolve().parent
ROOMS: dict[str, Path] = {
    "static": WEB / "static",
    "widget": WEB / "widget" / "static",
    "console": WEB / "console" / "static",
    "demo": WEB / "demo" / "static",
    "articles": WEB / "articles" / "static",
}
FOR_EVER = "public, max-age=31536000, immutable"
MIME_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True)
class Asset:
    """One file, read at start-up."""

    body: bytes
    mime_type: str


class Assets:
    """All static files, held in memory (they are few and small)."""

    def __init__(self, rooms: dict[str, Path] | None = None) -> None:
        self._files: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for room, folder in sorted((ROOMS if rooms is None else rooms).items()):
            for file in sorted(f for f in folder.rglob("*") if f.is_file()):
                body = file.read_bytes()
                name = f"{room}/{file.relative_to(folder).as_posix()}"
                digest.update(f"{name}\0{len(body)}\0".encode() + body)
                self._files[name] = Asset(body, mime_type(file))
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

    def body(self, room: str, name: str) -> bytes:
        """Give a file's bytes; KeyError when there is none."""
        return self._files[f"{room}/{name}"].body

    async def serve(self, request: Request) -> Response:
        """Answer `GET /assets/{version}/{path}`; a page of an older version gets today's file."""
        asset = self._files.get(request.path_params["path"])
        if asset is None:
            return PlainTextResponse("No such file.", status_code=404)
        # Only the right hash may be kept for ever: a stale page must not poison a cache.
        current = request.path_params["version"] == self.version
        return Response(
            asset.body,
            media_type=asset.mime_type,
            headers={"cache-control": FOR_EVER if current else "no-cache"},
        )


def mime_type(file: Path) -> str:
    """Tell a file's type by its name, not by what this machine happens to have registered."""
    guessed = mimetypes.guess_type(file.name)[0]
    return MIME_TYPES.get(file.suffix) or guessed or "application/octet-stream"
