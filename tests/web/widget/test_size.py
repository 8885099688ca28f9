"""How little a customer waits for."""

import httpx
import pytest
from playwright.sync_api import BrowserContext

from tests.web.widget.conftest import Chat, Shop

pytestmark = pytest.mark.browser

LOADER_BYTES = 3_000
# Modules are not bundled (no build step), so each is compressed alone; 20 kB is the aim.
FIRST_MESSAGE_BYTES = 28_500


def test_the_loader_is_at_most_three_kilobytes(shop: Shop) -> None:
    with httpx.stream("GET", f"{shop.server.url}/widget.js") as answer:
        assert len(b"".join(answer.iter_raw())) <= LOADER_BYTES


def test_everything_for_the_first_message_stays_small(
    shop: Shop, chat: Chat, context: BrowserContext
) -> None:
    loaded: set[str] = set()
    context.on("request", lambda request: loaded.add(request.url))
    chat.page.reload()
    chat.open()
    chat.write("hello")
    chat.expect_sent("hello")
    total = 0
    for address in loaded:
        if "/assets/" in address or "/widget" in address:
            with httpx.stream("GET", address.partition("#")[0]) as answer:
                total += len(b"".join(answer.iter_raw()))
    assert 10_000 < total <= FIRST_MESSAGE_BYTES
