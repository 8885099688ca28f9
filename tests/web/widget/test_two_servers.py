"""A customer's browser at one server and an agent's at another, on one PostgreSQL."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from handoff.database import open_database
from handoff.sites import Sites
from tests.web.console.screens import Console
from tests.web.pairs import Pair, pair
from tests.web.servers import Colleague
from tests.web.widget.conftest import HOST_PAGE, Chat, Host

__all__ = ["pair"]

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture
def chat_at_a(pair: Pair, postgres_url: str, host: Host, context: BrowserContext) -> Iterator[Chat]:
    """The widget of server A on a company's page, closed."""
    engine = open_database(postgres_url)
    key = Sites(engine).add("Host page", [host.origin]).key
    engine.dispose()
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(host.put("index.html", HOST_PAGE.format(server=pair[0].url, key=key)))
    yield Chat(page)
    assert problems == []


def test_customer_and_agent_talk_across_two_servers(
    pair: Pair, chat_at_a: Chat, browser: Browser
) -> None:
    chat = chat_at_a
    chat.open()
    chat.write("Can I return anything within 30 days of delivery?")
    expect(chat.find("wl-message .bubble").last).to_contain_text("30 days")
    chat.button("Talk to a person").click()
    expect(chat.find("wl-waiting")).to_contain_text("You are next in line")

    console = Console(browser, pair[1].url).log_in(Colleague("Ada", "ada@shop.example"))
    console.row("30 days").click()  # the line shows the last message, the bot's
    console.claim.click()
    expect(chat.find(".notice").last).to_have_text("Ada has joined the chat.")
    console.reply.fill("Hello from the other server.")
    console.reply.press("Enter")
    expect(chat.message("Hello from the other server.")).to_be_visible()
    chat.write("And hello back.")
    expect(console.transcript).to_contain_text("And hello back.")
    console.leave()
