"""How little a customer waits for, and how little the company's page notices."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.web.widget.conftest import Chat, Shop

pytestmark = pytest.mark.browser

LOADER_BYTES = 3_000
FIRST_MESSAGE_BYTES = 20_000
ATTEMPTS = 4  # a busy machine stalls a page now and then; what we did wrong stalls it each time
# What the browser says of the page itself, from before the loader runs.
WATCH = """window.noticed = [];
for (const type of ['layout-shift', 'longtask'])
  new PerformanceObserver((list) => noticed.push(...list.getEntries().map((one) => one.toJSON())))
    .observe({ type, buffered: true });"""


def test_the_loader_is_at_most_three_kilobytes(shop: Shop) -> None:
    for encoding in ("br", "gzip"):
        assert body_bytes(f"{shop.server.url}/widget.js", encoding) <= LOADER_BYTES


def test_everything_for_the_first_message_fits_in_twenty_kilobytes(
    shop: Shop, chat: Chat, context: BrowserContext
) -> None:
    """The compressed bodies of all that the browser asked for before the message was sent."""
    bodies: dict[str, int] = {}
    headers: dict[str, int] = {}
    names: dict[str, str] = {}
    chat.page.goto("about:blank")
    line = context.new_cdp_session(chat.page)

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"].partition("#")[0]

    def answered(event: dict[str, Any]) -> None:
        headers[event["requestId"]] = event["response"]["encodedDataLength"]

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in names:
            whole = event["encodedDataLength"]
            bodies[names[event["requestId"]]] = int(whole - headers[event["requestId"]])

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", finished)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    chat.page.goto(shop.url)
    chat.open()
    expect(chat.field).to_be_focused()
    expect(chat.find(".log")).to_have_attribute("aria-live", "polite")  # welcomed
    before = set(names.values())
    chat.write("hello")
    chat.expect_sent("hello")
    ours = {name: size for name, size in bodies.items() if name in before and is_of(shop, name)}
    for part in ("/widget.js", "/frame.js", "/widget.css", "/en.js", "/api/widget/sessions"):
        assert any(name.endswith(part) for name in ours), part
    assert 10_000 < sum(ours.values()) <= FIRST_MESSAGE_BYTES, ours
    # The same for a browser, or a proxy, that knows no Brotli.
    plain = {
        name: size if name.endswith("/sessions") else body_bytes(name, "gzip")
        for name, size in ours.items()
    }
    assert sum(plain.values()) <= FIRST_MESSAGE_BYTES, plain
    print(f"first message: {sum(ours.values())} bytes, by gzip {sum(plain.values())}")


def is_of(shop: Shop, address: str) -> bool:
    """Whether our server gives it."""
    return address.startswith(f"{shop.server.url}/")


def body_bytes(address: str, encoding: str) -> int:
    """How long a body is, compressed in this way."""
    with httpx.stream("GET", address, headers={"accept-encoding": encoding}) as answer:
        assert answer.headers["content-encoding"] in {encoding, "gzip"}
        return len(b"".join(answer.iter_raw()))


def test_opening_the_chat_neither_moves_nor_stalls_the_page(shop: Shop, chat: Chat) -> None:
    chat.page.add_init_script(WATCH)
    stalls: list[list[dict[str, Any]]] = []
    for attempt in range(ATTEMPTS):
        chat.page.goto(shop.url)
        chat.page.get_by_role("button", name="Open chat").wait_for()
        chat.page.evaluate("noticed.length = 0")  # the page's own loading is the page's own matter
        chat.open()
        expect(chat.field).to_be_focused()
        chat.write(f"hello {attempt}")
        expect(chat.message(f"hello {attempt}")).to_be_visible()
        own = [one for one in chat.page.evaluate("noticed") if of_the_page(one)]
        assert [one for one in own if one["entryType"] == "layout-shift"] == []
        stalls.append(own)
        if not own:
            return
        chat.field.press("Escape")  # shuts it: a page that is left with it open opens it again
        chat.page.get_by_role("button", name="Open chat").wait_for()
    pytest.fail(f"Each of {ATTEMPTS} openings stalled the page: {stalls}")


def of_the_page(entry: dict[str, Any]) -> bool:
    """Whether it happened to the page or in its own scripts, the loader's among them.

    What the frame does is its own: on a company's site it is another site's and has a process of
    its own, which two ports of one machine have not.
    """
    return bool(entry["entryType"] == "layout-shift" or entry["name"] == "self")
