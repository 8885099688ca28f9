"""Nothing is lost, doubled or out of order, whatever the network and the server do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.web.browsers import DOOMED
from tests.web.widget.conftest import Chat, Shop

pytestmark = pytest.mark.browser


def expect_words(shop: Shop, chat: Chat, sent: list[str]) -> None:
    """Expect that the server has this from the customer, read by a second visit of the visitor."""
    second = Chat(chat.page.context.new_page())
    second.page.goto(shop.url)
    expect(second.find("wl-message")).not_to_have_count(0)
    expect(second.find(".log")).to_have_attribute("aria-live", "polite")
    expect(second.find("wl-message.mine .bubble")).to_have_text(sent)
    second.page.close()


def test_what_is_written_without_a_network_is_sent_once_when_it_is_back(
    shop: Shop, chat: Chat, context: BrowserContext
) -> None:
    chat.open()
    chat.write("before the tunnel")
    chat.expect_sent("before the tunnel")
    context.set_offline(True)
    expect(chat.find(".bar")).to_contain_text("nothing is lost")
    chat.write("in the tunnel")
    chat.write("still in the tunnel")
    chat.field.fill("half a thou")
    context.set_offline(False)
    chat.expect_sent("still in the tunnel")
    expect(chat.find(".bar")).to_be_empty()
    expect(chat.field).to_have_value("half a thou")
    expect_words(shop, chat, ["before the tunnel", "in the tunnel", "still in the tunnel"])


def test_a_line_that_was_begun_without_a_network_is_not_waited_for(
    chat: Chat, context: BrowserContext
) -> None:
    context.add_init_script(DOOMED)
    chat.page.reload()
    chat.open()
    chat.write("before the tunnel")
    chat.expect_sent("before the tunnel")
    context.set_offline(True)
    expect(chat.find(".bar")).to_contain_text("nothing is lost")
    frame = chat.page.frames[1]
    expect(chat.find("html")).to_have_attribute("data-lines", "2")  # it has tried once more
    assert frame.evaluate("(dispatchEvent(new Event('online')), lines)") == 3


def test_what_is_written_outlives_a_killed_server_and_a_reload(shop: Shop, chat: Chat) -> None:
    chat.open()
    chat.write("one")
    chat.expect_sent("one")
    shop.server.kill()
    chat.write("two")
    chat.field.fill("a draft")
    shop.server.start()
    chat.page.reload()
    chat.expect_sent("two")
    expect(chat.field).to_have_value("a draft")
    expect_words(shop, chat, ["one", "two"])


def test_two_tabs_show_the_same_chat(shop: Shop, chat: Chat) -> None:
    chat.open()
    other = Chat(chat.page.context.new_page())
    other.page.goto(shop.url)
    other.open()
    other.write("from the other tab")
    other.expect_sent("from the other tab")
    expect(chat.message("from the other tab")).to_be_visible()
    chat.write("and back")
    expect(other.message("and back")).to_be_visible()


def test_a_chat_opened_without_a_network_is_there_when_it_is_back(
    chat: Chat, context: BrowserContext
) -> None:
    launcher = chat.page.get_by_role("button", name="Open chat")
    launcher.wait_for()
    context.set_offline(True)
    launcher.click()
    chat.page.wait_for_function(
        "document.querySelector('warmline-widget').shadowRoot.querySelector('.open iframe')"
    )
    context.set_offline(False)
    chat.field.wait_for(timeout=60_000)  # asked for again ever less often
    chat.write("at last")
    chat.expect_sent("at last")


def stops_coming(route: Route) -> None:
    """Neither answered nor refused, as on a line that died."""


def cut_off(route: Route) -> None:
    """Refused, as without a network."""
    route.abort()


@pytest.mark.parametrize("ending", [stops_coming, cut_off])
def test_a_chat_of_which_only_a_part_came_is_loaded_anew(
    ending: Callable[[Route], None], shop: Shop, context: BrowserContext
) -> None:
    chat = Chat(context.new_page())
    asked: list[Route] = []

    def ends_once(route: Route) -> None:
        asked.append(route)
        ending(route) if len(asked) == 1 else route.continue_()

    context.route("**/frame.js*", ends_once)
    chat.page.goto(shop.url, wait_until="commit")
    chat.open()
    expect(chat.field).to_be_focused(timeout=60_000)
    assert len(asked) > 1
    chat.write("at last")
    chat.expect_sent("at last")


def test_the_menu_opens_without_a_network_once_there_was_an_answer(
    chat: Chat, context: BrowserContext
) -> None:
    chat.open()
    with chat.page.expect_response(lambda answer: answer.url.endswith("/menu.css")):
        chat.write("Can you return anything within 30 days?")
    chat.page.wait_for_load_state("networkidle")
    context.set_offline(True)
    chat.button("More").click()
    expect(chat.find("[role=menu]")).to_be_visible()
