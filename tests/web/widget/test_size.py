"""How little a customer waits for, and how little the company's page notices."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.web.widget.conftest import Chat, Shop

pytestmark = pytest.mark.browser

LOADER_BYTES = 3_000
FIRST_MESSAGE_BYTES = 20_000
# What the browser says of the page itself, from before the loader runs.
WATCH = """window.noticed = [];
for (const type of ['layout-shift', 'longtask'])
  new PerformanceObserver((list) => noticed.push(...list.getEntries().map((one) => one.toJSON())))
    .observe({ type, buffered: true });"""


def test_the_loader_is_at_most_three_kilobytes(shop: Shop) -> None:
    with httpx.stream("GET", f"{shop.server.url}/widget.js") as answer:
        assert len(b"".join(answer.iter_raw())) <= LOADER_BYTES


def test_everything_for_the_first_message_fits_in_twenty_kilobytes(
    shop: Shop, chat: Chat, context: BrowserContext
) -> None:
    """The compressed bodies that the browser took, from an empty cache to the sent message."""
    bodies: dict[str, int] = {}
    headers: dict[str, int] = {}
    names: dict[str, str] = {}
    chat.page.goto("about:blank")
    line = context.new_cdp_session(chat.page)

    def answered(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["response"]["url"].partition("#")[0]
        headers[event["requestId"]] = event["response"]["encodedDataLength"]

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in names:
            whole = event["encodedDataLength"]
            bodies[names[event["requestId"]]] = int(whole - headers[event["requestId"]])

    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", finished)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    chat.page.goto(shop.url)
    chat.open()
    expect(chat.field).to_be_focused()
    chat.write("hello")
    # At this moment it is on its way; what comes for the answer is not counted.
    expect(chat.message("hello")).to_be_visible()
    ours = {
        name: size
        for name, size in bodies.items()
        if name.startswith(shop.server.url) and not name.endswith(("/answer.js", "/answer.css"))
    }
    ours = {name: size for name, size in ours.items() if "/formatting." not in name}
    assert any(name.endswith("/widget.js") for name in ours)
    assert any(name.endswith("/frame.js") for name in ours)
    assert any(name.endswith("/api/widget/sessions") for name in ours)
    assert 10_000 < sum(ours.values()) <= FIRST_MESSAGE_BYTES, ours


def test_opening_the_chat_neither_moves_nor_stalls_the_page(shop: Shop, chat: Chat) -> None:
    chat.page.add_init_script(WATCH)
    chat.page.goto(shop.url)
    chat.page.get_by_role("button", name="Open chat").wait_for()
    chat.page.evaluate("noticed.length = 0")  # the page's own loading is the page's own matter
    chat.open()
    expect(chat.field).to_be_focused()
    chat.write("hello")
    expect(chat.message("hello")).to_be_visible()
    own = [one for one in chat.page.evaluate("noticed") if of_the_page(one)]
    assert own == []


def of_the_page(entry: dict[str, Any]) -> bool:
    """Whether it happened to the page or in its own scripts, the loader's among them.

    What the frame does is its own: on a company's site it is another site's and has a process of
    its own, which two ports of one machine have not.
    """
    return bool(entry["entryType"] == "layout-shift" or entry["name"] == "self")
