"""Pages from the web as a source: one address, or a sitemap of many.

Polite and careful: robots.txt is obeyed (RFC 9309), a page that has not changed is not sent again
(ETag and Last-Modified, RFC 9110), requests are spaced, and addresses inside private networks are
refused unless they are allowed, at every redirect.
"""

import gzip
import io
import ipaddress
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup
from protego import Protego

from ingest.errors import FileRefused, SourceRefused
from ingest.sources import MAX_FILE_BYTES, Entry, SourceSpec

USER_AGENT = "Warmline/0.1 (help articles; one request at a time)"
_ROBOT = "Warmline"
_MAX_REDIRECTS = 5
_MAX_SITEMAPS = 200
_MAX_CRAWL_DELAY_S = 30.0
_TIMEOUT_S = 30.0
_SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt",
    "text/markdown": ".md", "application/pdf": ".pdf", "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip


@dataclass(frozen=True)
class WebRules:
    """How pages are fetched.

    `delay_s` is the least time between two requests to one site (robots.txt may ask for more, up to
    30 s). `allow_private` permits addresses that are not public, such as an intranet's. `sleep` and
    `clock` (seconds, monotonic) are for tests.
    """

    allow_private: bool = False
    delay_s: float = 0.5
    max_pages: int = 10_000
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class Page:
    """A fetched page. `data` is None when it has not changed since the given marks."""

    data: bytes | None
    suffix: str
    etag: str | None
    modified: str | None


class PageGone(FileRefused):
    """The page is no more (404 or 410): its article leaves."""


class WebTree:
    """The pages of one web source. Paths are addresses without `https://`."""

    def __init__(self, spec: SourceSpec, rules: WebRules) -> None:
        """Prepare to fetch; nothing is asked yet."""
        self._spec = spec
        self._rules = rules
        self._robots: dict[str, Protego] = {}
        self._next_at: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        self._client = httpx.Client(
            headers={"User-Agent": USER_AGENT}, timeout=_TIMEOUT_S, trust_env=False
        )

    def entries(self) -> Iterator[Entry | FileRefused]:
        """The addresses of the source. Raises SourceRefused when its sitemap cannot be had."""
        try:
            addresses = self._listed(self._spec.location)
        except FileRefused as error:
            raise SourceRefused(f"{self._spec.location}: {error}") from error
        if len(addresses) > self._rules.max_pages:
            yield FileRefused(
                f"{self._spec.location}: lists {len(addresses)} pages; only the first "
                f"{self._rules.max_pages} are read."
            )
        for address in addresses[: self._rules.max_pages]:
            path = path_of(address)
            if path not in self._addresses:
                self._addresses[path] = address
                yield Entry(path, 0, 0)

    def address(self, path: str) -> str:
        """The full address of a listed path."""
        return self._addresses[path]

    def holds(self, path: str) -> bool:
        """Whether the path was listed. Pages include nothing."""
        return path in self._addresses

    def read(self, path: str) -> bytes:
        """Fetch a page whole."""
        return self.fetch(path).data or b""

    def fetch(self, path: str, etag: str | None = None, modified: str | None = None) -> Page:
        """Fetch a page unless it still has these marks. Raises PageGone or FileRefused."""
        marks = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in marks.items() if value}
        response = self._get(self._addresses[path], path, headers)
        if response.status == httpx.codes.NOT_MODIFIED:
            return Page(None, "", etag, modified)
        kind = response.headers.get("content-type", "text/html").split(";")[0].strip().lower()
        if kind not in _SUFFIXES:
            raise FileRefused(f"{path}: is {kind}, which is not read.")
        return Page(
            response.data,
            _SUFFIXES[kind],
            response.headers.get("etag"),
            response.headers.get("last-modified"),
        )

    def _listed(self, location: str) -> list[str]:
        """The addresses behind a location: those of a sitemap, or itself."""
        looks_like_sitemap = re.search(r"\.xml(?:\.gz)?(?:\?|$)", location)
        if not looks_like_sitemap:
            return [location]
        found: dict[str, None] = {}
        waiting, seen = [location], set[str]()
        while waiting and len(seen) < _MAX_SITEMAPS:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            data = self._get(address, address, {}).data
            soup = BeautifulSoup(_unpacked(data, address), "lxml-xml")
            waiting += [_text(loc) for loc in soup.select("sitemap > loc")]
            host = urlsplit(address).hostname
            for loc in soup.select("url > loc"):
                # A sitemap speaks for its own site only (sitemaps.org).
                if urlsplit(_text(loc)).hostname == host:
                    found[_text(loc)] = None
        if not found:
            raise FileRefused("the sitemap lists no page of its site.")
        return list(found)

    def _get(self, address: str, shown: str, headers: dict[str, str]) -> "_Response":
        """GET with redirects, each checked against the rules."""
        for _ in range(_MAX_REDIRECTS + 1):
            self._check_robots(address, shown)
            response = self._ask(address, shown, headers)
            if response.status in (301, 302, 303, 307, 308) and "location" in response.headers:
                address = urljoin(address, response.headers["location"])
                continue
            if response.status in (404, 410):
                raise PageGone(f"{shown}: gone ({response.status}).")
            if response.status >= 400:
                raise FileRefused(f"{shown}: the server answered {response.status}.")
            return response
        raise FileRefused(f"{shown}: more than {_MAX_REDIRECTS} redirects.")

    def _check_robots(self, address: str, shown: str) -> None:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            response = self._ask(f"{origin}/robots.txt", f"{origin}/robots.txt", {})
            # RFC 9309: no file allows everything, a failing server forbids everything.
            if response.status >= 500:
                raise FileRefused(f"{shown}: robots.txt cannot be had ({response.status}).")
            rules = response.data.decode("utf-8", "replace") if response.status == 200 else ""
            self._robots[origin] = Protego.parse(rules)
        if not self._robots[origin].can_fetch(address, _ROBOT):
            raise FileRefused(f"{shown}: robots.txt forbids it.")

    def _ask(self, address: str, shown: str, headers: dict[str, str]) -> "_Response":
        self._check_place(address, shown)
        self._wait(address)
        try:
            with self._client.stream("GET", address, headers=headers) as response:
                self._check_peer(response, shown)
                data = io.BytesIO()
                for piece in response.iter_bytes():
                    data.write(piece)
                    if data.tell() > MAX_FILE_BYTES:
                        raise FileRefused(f"{shown}: larger than {MAX_FILE_BYTES // 2**20} MB.")
                return _Response(response.status_code, response.headers, data.getvalue())
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FileRefused(f"{shown}: cannot be fetched ({error}).") from error

    def _check_place(self, address: str, shown: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FileRefused(f"{shown}: {address!r} is not a web address.")
        if self._rules.allow_private:
            return
        try:
            found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
        except OSError as error:
            raise FileRefused(f"{shown}: {parts.hostname} is not known ({error}).") from error
        for *_, place in found:
            _refuse_private(str(place[0]), shown)

    def _check_peer(self, response: httpx.Response, shown: str) -> None:
        """The name may have pointed elsewhere by the time we connected."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer and not self._rules.allow_private:
            _refuse_private(str(peer[0]), shown)

    def _wait(self, address: str) -> None:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        asked = self._robots[origin].crawl_delay(_ROBOT) if origin in self._robots else None
        delay = max(self._rules.delay_s, min(float(asked or 0), _MAX_CRAWL_DELAY_S))
        now = self._rules.clock()
        ready = self._next_at.get(origin, now)
        if ready > now:
            self._rules.sleep(ready - now)
        self._next_at[origin] = max(now, ready) + delay


@dataclass(frozen=True)
class _Response:
    status: int
    headers: httpx.Headers
    data: bytes


def path_of(address: str) -> str:
    """An address as an article's path: `https://a.example/x/?y` becomes `a.example/x?y`."""
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc}{parts.path.rstrip('/')}{query}"


def _refuse_private(ip: str, shown: str) -> None:
    if not ipaddress.ip_address(ip.split("%")[0]).is_global:
        raise FileRefused(f"{shown}: {ip} is in a private network; allow private addresses first.")


def _unpacked(data: bytes, shown: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            unpacked = stream.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError) as error:
        raise FileRefused(f"{shown}: cannot be unpacked ({error}).") from error
    if len(unpacked) > MAX_FILE_BYTES:
        raise FileRefused(f"{shown}: larger than {MAX_FILE_BYTES // 2**20} MB unpacked.")
    return unpacked


def _text(loc: object) -> str:
    return str(getattr(loc, "text", "")).strip()
