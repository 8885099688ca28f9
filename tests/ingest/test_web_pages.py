"""Pages from a real local HTTP server, allowed explicitly."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.errors import FileRefused, SourceRefused
from ingest.pipeline import run
from ingest.report import Report, Severity
from ingest.sources import SourceSpec
from ingest.web_pages import WebRules, WebTree, path_of
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore


class Site:
    """A web site on loopback: pages, robots.txt, and a log of what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.statuses: dict[str, int] = {}
        self.log: list[tuple[str, int]] = []
        self.waited: list[float] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = self.pages.get(request.path)
        status = self.statuses.get(request.path, 200 if body is not None else 404)
        etag = f'"{hash(body)}"'
        if status == 200 and request.headers.get("If-None-Match") == etag:
            status = 304
        self.log.append((request.path, status))
        request.send_response(status)
        if status in (301, 302):
            request.send_header("Location", body or "")
            body = ""
        kind = "application/xml" if ".xml" in request.path else "text/html; charset=utf-8"
        request.send_header("Content-Type", kind)
        request.send_header("ETag", etag)
        request.end_headers()
        if status == 200 and body is not None:
            request.wfile.write(body.encode())

    def rules(self, *, allow_private: bool = True) -> WebRules:
        """The time stands still: a wait is noted, not waited."""
        return WebRules(allow_private, delay_s=1.0, sleep=self.waited.append, clock=lambda: 0.0)

    def sitemap(self, *paths: str) -> None:
        urls = "".join(f"<url><loc>{self.url}{path}</loc></url>" for path in paths)
        self.pages["/sitemap.xml"] = (
            f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        )

    def page(self, path: str, text: str) -> None:
        self.pages[path] = (
            f"<html><body><nav>Menu</nav><main><h1>{path}</h1><p>{text}</p></main></body></html>"
        )


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "snapshots")


def ingest(
    site: Site, store: FolderStore, location: str = "/sitemap.xml", **options: bool
) -> Report:
    embedder = HashEmbedder()
    site.log.clear()
    return run(
        [SourceSpec(site.url + location)], store, lambda: embedder, embedder.model_id,
        web=site.rules(), force=options.get("force", False),
    )  # fmt: skip


def test_pages_of_a_sitemap_are_articles_with_their_addresses(
    site: Site, store: FolderStore
) -> None:
    site.sitemap("/pay", "/send/")
    site.page("/pay", "Pay by card.")
    site.page("/send/", "We send it.")
    report = ingest(site, store)
    assert report.added == (f"{site.host}/pay", f"{site.host}/send")
    current = store.current()
    assert current is not None
    articles = list(store.open(current).articles())
    assert articles[0].url == f"{site.url}/pay"
    assert articles[0].text == "# /pay\n\nPay by card.\n"


def test_unchanged_pages_are_asked_for_by_etag_and_not_sent_again(
    site: Site, store: FolderStore
) -> None:
    site.sitemap("/pay", "/send")
    site.page("/pay", "Pay by card.")
    site.page("/send", "We send it.")
    ingest(site, store)
    site.page("/send", "We send it today.")
    report = ingest(site, store)
    assert ("/pay", 304) in site.log
    assert ("/send", 200) in site.log
    assert report.changed == (f"{site.host}/send",)
    assert report.embedded == 1


def test_page_that_is_gone_leaves_and_one_that_fails_stays(site: Site, store: FolderStore) -> None:
    paths = [f"/p{n}" for n in range(6)]
    site.sitemap(*paths)
    for path in paths:
        site.page(path, f"About {path}.")
    ingest(site, store)
    site.statuses["/p1"], site.statuses["/p2"] = 410, 503
    report = ingest(site, store)
    assert report.removed == (f"{site.host}/p1",)
    assert [(p.file, p.severity) for p in report.problems] == [
        (f"{site.host}/p1", Severity.SKIPPED),
        (f"{site.host}/p2", Severity.ERROR),
    ]
    assert report.articles == 5


def test_robots_txt_is_obeyed_and_its_delay_kept(site: Site, store: FolderStore) -> None:
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /secret\nCrawl-delay: 7\n"
    site.sitemap("/pay", "/secret")
    site.page("/pay", "Pay by card.")
    site.page("/secret", "Not for you.")
    report = ingest(site, store)
    assert report.added == (f"{site.host}/pay",)
    assert any("robots.txt" in problem.message for problem in report.problems)
    assert all(path != "/secret" for path, _ in site.log)
    assert max(site.waited) >= 7


def test_site_whose_robots_txt_fails_is_left_alone(site: Site, store: FolderStore) -> None:
    site.pages["/robots.txt"] = "oops"
    site.statuses["/robots.txt"] = 500
    site.page("/pay", "Pay by card.")
    site.sitemap("/pay")
    with pytest.raises(SourceRefused, match=r"robots\.txt"):
        ingest(site, store)


def test_requests_to_one_site_are_spaced(site: Site) -> None:
    site.sitemap("/pay")
    list(WebTree(SourceSpec(site.url + "/sitemap.xml"), site.rules()).entries())
    assert site.waited == [1.0]  # robots.txt, then a second later the sitemap


def test_redirects_are_followed_and_circles_refused(site: Site) -> None:
    site.pages["/old"], site.statuses["/old"] = "/new", 301
    site.page("/new", "Here.")
    site.pages["/round"], site.statuses["/round"] = "/round", 302
    tree = WebTree(SourceSpec(site.url + "/old"), site.rules())
    (entry,) = tree.entries()
    assert not isinstance(entry, FileRefused)
    assert b"Here." in tree.read(entry.path)
    circle = WebTree(SourceSpec(site.url + "/round"), site.rules())
    (entry,) = circle.entries()
    assert not isinstance(entry, FileRefused)
    with pytest.raises(FileRefused, match="redirects"):
        circle.read(entry.path)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/x", "http://localhost:1/x", "http://[::1]:1/x", "http://169.254.169.254/latest",
     "http://10.0.0.1/x", "http://0.0.0.0/x"],
)  # fmt: skip
def test_private_addresses_are_refused_unless_allowed(site: Site, address: str) -> None:
    tree = WebTree(SourceSpec(address), site.rules(allow_private=False))
    (entry,) = tree.entries()
    assert not isinstance(entry, FileRefused)
    with pytest.raises(FileRefused, match="private"):
        tree.read(entry.path)


def test_sitemap_speaks_for_its_own_site_only(site: Site) -> None:
    site.sitemap("/pay")
    site.pages["/sitemap.xml"] = site.pages["/sitemap.xml"].replace(
        "</urlset>", "<url><loc>http://elsewhere.example/x</loc></url></urlset>"
    )
    entries = list(WebTree(SourceSpec(site.url + "/sitemap.xml"), site.rules()).entries())
    assert [getattr(entry, "path", None) for entry in entries] == [f"{site.host}/pay"]


def test_address_becomes_a_path_without_scheme_and_last_slash() -> None:
    assert path_of("https://a.example/b/c/?d=1#e") == "a.example/b/c?d=1"
