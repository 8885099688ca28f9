"""A real Chromium for the tests of widget and console.

Import the fixtures into a test module or a conftest: `from tests.web.browsers import ...`.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Frame,
    Page,
    Route,
    expect,
    sync_playwright,
)

WEB = Path(__file__).resolve().parents[2] / "web"
MODULES = "http://modules.test"
# Chromium heeds the last list of features only: what Playwright switches off, said again, and the
# pages behind the address bar's suggestions, which cost as much as each test's own window.
FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,TcpPortRandomizationWin,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={FEATURES_OFF}",
]
# What a page with the chat must satisfy; best practices catch what the criteria leave open.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of what axe finds, only what is wrong leaves the browser: the rest is megabytes.
FINDINGS = """(options) => axe.run(document, options).then(({ violations }) => violations.flatMap(
  ({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`)))"""
TIMEOUT_MS = 15_000  # a busy machine is slow, and no reason to fail
# A socket that is opened without a network never says that it failed, as on a line that just died.
DOOMED = """(() => {
  window.lines = 0;
  window.WebSocket = class extends WebSocket {
    constructor(address) { super(address); document.documentElement.dataset.lines = ++lines; this.doomed = !navigator.onLine; }
    set onclose(heard) { if (!this.doomed) super.onclose = heard; }
    addEventListener(name, ...rest) { if (!this.doomed || name !== "close") super.addEventListener(name, ...rest); }
    get readyState() { return this.doomed ? WebSocket.CONNECTING : super.readyState; }
  };
})()"""
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}

expect.set_options(timeout=TIMEOUT_MS)


def chromium_path() -> str | None:
    """The browser to drive: `WARMLINE_CHROMIUM`, the system's, or None for Playwright's own."""
    return os.environ.get("WARMLINE_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the run; contexts keep tests apart."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor at a desk; give up sooner than after thirty seconds."""
    made = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
    made.set_default_timeout(TIMEOUT_MS)
    yield made
    made.close()


@pytest.fixture
def modules(context: BrowserContext) -> Page:
    """An empty page that can import the modules of `web/` as `/<room>/<name>`, with no server."""

    def serve(route: Route) -> None:
        room, _, name = route.request.url.removeprefix(MODULES + "/").partition("/")
        file = WEB / room / "static" / name if room != "static" else WEB / "static" / name
        if not room:
            route.fulfill(body="<!doctype html><title>Modules</title>", content_type="text/html")
        elif file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.fulfill(status=404)

    page = context.new_page()
    page.route(f"{MODULES}/**", serve)
    page.goto(f"{MODULES}/")
    return page


def violations(page: Page) -> list[str]:
    """What axe finds on the page and in its frames, one line each; empty is well."""
    return [line for frame in page.frames for line in _findings(frame)]


def _findings(frame: Frame) -> list[str]:
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(AXE_SCRIPT)
    options = {"runOnly": RULES, "resultTypes": ["violations"], "iframes": False}
    found: list[str] = frame.evaluate(FINDINGS, options)
    return found
