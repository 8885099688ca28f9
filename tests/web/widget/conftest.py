"""A company's page on an origin of its own, the widget on it, and the server behind."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from handoff.database import open_database
from handoff.look import Look
from handoff.sites import Site, Sites
from tests.web.browsers import FLAGS, chromium_path
from tests.web.servers import ServerProcess, copy_of, prepare

# Hostile on purpose: what a page's style sheet can do to elements it does not know.
HOST_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body {{ margin: 0; transform: scale(1); }}
  html > :not(head):not(body), warmline-widget * {{ display: none !important; opacity: 0.2 !important; }}
  button, iframe {{ position: static !important; width: 1px !important; color: red !important; }}
</style></head>
<body><main><h1>Shop</h1></main>
<script src="{server}/widget.js" data-key="{key}" async></script></body></html>
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@dataclass
class Shop:
    """The server, and a page at another origin that embeds its widget."""

    server: ServerProcess
    url: str

    @contextmanager
    def sites(self) -> Iterator[Sites]:
        """The sites of its database, as the command line reaches them beside a running server."""
        engine = open_database(f"sqlite:///{self.server.data / 'warmline.db'}")
        yield Sites(engine)
        engine.dispose()

    def site(self) -> Site:
        """The site of the page."""
        with self.sites() as sites:
            site = sites.by_key(self.server.key)
        assert site is not None
        return site

    def wear(self, look: Look) -> None:
        """Give the site a look."""
        with self.sites() as sites:
            sites.set_look(self.site().id, look)


@dataclass
class Chat:
    """The widget on a page, through a customer's eyes."""

    page: Page

    def open(self) -> None:
        """Press the launcher."""
        self.page.get_by_role("button", name="Open chat").click()

    def find(self, selector: str) -> Locator:
        """Something inside the frame."""
        return self.page.frame_locator("warmline-widget iframe").locator(selector)

    def button(self, name: str) -> Locator:
        """A button inside the frame."""
        frame = self.page.frame_locator("warmline-widget iframe")
        return frame.get_by_role("button", name=name, exact=True)

    @property
    def field(self) -> Locator:
        """Where the customer writes."""
        return self.find("wl-composer textarea")

    def write(self, text: str) -> None:
        """Type and send."""
        self.field.fill(text)
        self.field.press("Enter")

    def message(self, text: str) -> Locator:
        """The bubble with exactly this text."""
        return self.find("wl-message .bubble").get_by_text(text, exact=True)

    def texts(self) -> list[str]:
        """What the bubbles say, top to bottom."""
        return self.find("wl-message .bubble").all_text_contents()

    def expect_sent(self, text: str) -> None:
        """Wait until the server has acknowledged the last message of this text."""
        expect(self.message(text).last).to_be_visible()
        expect(self.find("wl-message .meta").get_by_text("Sending…")).to_have_count(0)


@pytest.fixture(scope="session")
def shop_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy."""
    folder = tmp_path_factory.mktemp("widget") / "data"
    prepare(folder)
    return folder


@dataclass
class Host:
    """A company's web server: what is put into `pages` stands at `url`."""

    pages: Path
    origin: str

    def put(self, name: str, html: str) -> str:
        """Make a page; gives its address."""
        (self.pages / name).write_text(html, "utf-8")
        return f"{self.origin}/{name}"


@contextmanager
def company(folder: Path) -> Iterator[Host]:
    """A company's web server, on an origin of its own."""
    pages = folder / "pages"
    pages.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(pages)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Host(pages, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


@contextmanager
def running_shop(shop_data: Path, host: Host, folder: Path) -> Iterator[Shop]:
    """A server, and a company's page that embeds its widget from another origin."""
    data = copy_of(shop_data, folder / "data")
    engine = open_database(f"sqlite:///{data / 'warmline.db'}")
    key = Sites(engine).add("Host page", [host.origin]).key
    engine.dispose()
    server = ServerProcess(data, key)
    server.start()
    yield Shop(server, host.put("index.html", HOST_PAGE.format(server=server.url, key=key)))
    server.hang_up()
    server.stop()


@contextmanager
def shown_shop() -> Iterator[tuple[Shop, Host, Browser]]:
    """A shop of the moment and a browser to look at it, for what is run by hand."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "prepared"
        prepare(data)
        with (
            company(Path(name)) as host,
            running_shop(data, host, Path(name)) as shop,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            yield shop, host, browser
            browser.close()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A company's web server of one's own."""
    with company(tmp_path) as host:
        yield host


@pytest.fixture
def shop(shop_data: Path, host: Host, tmp_path: Path) -> Iterator[Shop]:
    """A shop of one's own, to be killed or filled."""
    with running_shop(shop_data, host, tmp_path) as shop:
        yield shop


@pytest.fixture(scope="module")
def shared_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A company's web server that the tests of one file share."""
    with company(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="module")
def shared_shop(
    shop_data: Path, shared_host: Host, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A shop that the tests of one file share; each context is a customer of its own."""
    with running_shop(shop_data, shared_host, tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def chat(shop: Shop, context: BrowserContext) -> Iterator[Chat]:
    """The widget on the company's page, closed; errors of the page fail the test."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss())
    )
    page.goto(shop.url)
    yield Chat(page)
    assert problems == []
