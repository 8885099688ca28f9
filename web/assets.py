"""Static files under an address that changes when any of them does.

Every room's `static/` folder is served at `/assets/<hash>/<room>/<name>`: one hash over all files,
so that a module may import its neighbour (`./chat.js`) and another room's (`../static/tokens.css`)
by a relative address and still get a file that may be cached for ever. In templates:
`{{ asset_url("widget", "widget.css") }}`.

Scripts and sheets are slimmed (`web/slimming.py`), what a page always needs together is packed into
one (`web/packing.py`), and all is compressed, once, at start-up.
"""

import gzip
import hashlib
import mimetypes
import posixpath
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.packing import fold_sheets, imports_from_pack, pack, without_unused
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
PACKED = {"chat": ("widget", "frame.js")}
"""Rooms once more, with the module that a page loads and all that it imports as one file."""
FOR_CUSTOMERS = ("chat/", "widget/loader.js")
NOTHING = "default-src 'none'"
FOR_EVER = "public, max-age=31536000, immutable"
MIME_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True)
class Asset:
    """One file, read at start-up."""

    body: bytes
    mime_type: str
    zipped: bytes | None = None  # None where compressing does not pay
    brotli: bytes | None = None  # smaller still, for what customers' phones load

    def response(self, request: Request, headers: dict[str, str]) -> Response:
        """Answer with the file, compressed for those who take it so."""
        accepted = request.headers.get("accept-encoding", "")
        for name, body in (("br", self.brotli), ("gzip", self.zipped)):
            if body and name in accepted:
                headers = {**headers, "content-encoding": name}
                break
        else:
            body = self.body
        # Short, because every file carries them: a file is no page, so it may do nothing.
        headers = {**headers, "vary": "accept-encoding", "content-security-policy": NOTHING}
        return Response(body, media_type=self.mime_type, headers=headers)


class Assets:
    """All static files, held in memory (they are few and small)."""

    def __init__(self, rooms: dict[str, Path] | None = None) -> None:
        self._files: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for name, source in sorted(read_rooms(ROOMS if rooms is None else rooms).items()):
            file = Path(name)
            body = slimmed(file, source)
            digest.update(f"{name}\0{len(body)}\0".encode() + body)
            small = brotli.compress(body) if name.startswith(FOR_CUSTOMERS) else None
            self._files[name] = Asset(body, mime_type(file), zipped(body), small)
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


def read_rooms(rooms: dict[str, Path]) -> dict[str, bytes]:
    """Read every file as `room/name`, and the packed rooms beside the plain ones."""
    files = {
        f"{room}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for room, folder in rooms.items()
        for file in folder.rglob("*")
        if file.is_file()
    }
    for packed, (room, entry) in PACKED.items():
        if room in rooms:
            files |= read_packed(files, packed, room, entry)
    return files


def read_packed(files: dict[str, bytes], packed: str, room: str, entry: str) -> dict[str, bytes]:
    """Give a room's files under another name, its entry as a pack and its sheets folded."""
    names = {name.removeprefix(f"{room}/"): name for name in files if name.startswith(f"{room}/")}
    scripts = {
        name: files[path].decode()
        for name, path in names.items()
        if name.endswith(".js") and "/" not in name
    }
    made = pack(scripts, entry)
    result: dict[str, bytes] = {}
    for name, path in names.items():
        if name == entry:
            result[f"{packed}/{name}"] = made.source.encode()
        elif name in made.modules:
            continue
        elif name in scripts:
            result[f"{packed}/{name}"] = imports_from_pack(scripts[name], made).encode()
        elif name.endswith(".css"):
            result[f"{packed}/{name}"] = fold_sheets(
                files[path].decode(),
                lambda other: files[posixpath.normpath(f"{room}/{other}")].decode(),
            ).encode()
        else:
            result[f"{packed}/{name}"] = files[path]
    texts = [body.decode() for body in result.values()]
    for name in [name for name in result if name.endswith(".css")]:
        result[name] = without_unused(result[name].decode(), texts).encode()
    return result


def slimmed(file: Path, source: bytes) -> bytes:
    """Drop what only readers of the source need."""
    if file.suffix in {".js", ".mjs"}:
        return slim_script(source.decode()).encode()
    return slim_sheet(source.decode()).encode() if file.suffix == ".css" else source


def zipped(body: bytes) -> bytes | None:
    """Compress with gzip; None when that saves nothing. The same bytes at every start."""
    small = gzip.compress(body, 9, mtime=0)
    return small if len(small) < len(body) else None


def mime_type(file: Path) -> str:
    """Tell a file's type by its name, not by what this machine happens to have registered."""
    guessed = mimetypes.guess_type(file.name)[0]
    return MIME_TYPES.get(file.suffix) or guessed or "application/octet-stream"
