"""From the first question to the rating, in a real browser against a real server."""

from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.web.browsers import violations
from tests.web.servers import agent_line
from tests.web.widget.conftest import Chat, Shop

pytestmark = pytest.mark.browser

QUESTION = "Can you return anything within 30 days?"


def test_a_customer_asks_sees_the_source_gets_a_person_and_rates(shop: Shop, chat: Chat) -> None:
    chat.open()
    expect(chat.field).to_be_focused()
    chat.write(QUESTION)
    chat.button("Source 1: Returns").click()
    expect(chat.find("wl-quote blockquote")).to_contain_text("return anything within 30 days")
    chat.page.keyboard.press("Escape")
    expect(chat.button("Source 1: Returns")).to_be_focused()
    chat.button("This helped").click()
    expect(chat.button("This helped")).to_have_attribute("aria-pressed", "true")
    assert violations(chat.page) == []

    chat.button("Talk to a person").click()
    expect(chat.find("wl-waiting")).to_contain_text("You are next in line")
    assert violations(chat.page) == []

    with closing(shop.server.log_in()) as client, agent_line(shop.server, client) as agent:
        agent.send("presence", state="online")
        row = agent.until(lambda frame: frame["type"] == "row" and frame["stage"] == "waiting")
        conversation = row["conversation"]
        agent.send("open", conversation=conversation)
        agent.send("claim", conversation=conversation, client_id="claim")
        expect(chat.find(".notice").last).to_have_text("Ada has joined the chat.")
        agent.send("message", conversation=conversation, client_id="m1", text="Hello, Ada here.")
        expect(chat.message("Hello, Ada here.")).to_be_visible()
        assert violations(chat.page) == []
        chat.write("Thank you, that is all")
        agent.event("message", text="Thank you, that is all")
        agent.send("close", conversation=conversation, client_id="c1", resolution="solved")
        chat.find("wl-survey").get_by_role("radio", name="5: Very good").check()
        assert violations(chat.page) == []
        chat.button("Send rating").click()
        rated = agent.event("survey", score=5)

    assert rated["from"]["role"] == "customer"
    expect(chat.find(".notice").last).to_have_text("Thank you for your rating.")


def test_the_keyboard_alone_is_enough(chat: Chat) -> None:
    page = chat.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    page.keyboard.type("Line one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line two")
    page.keyboard.press("Enter")
    chat.expect_sent("Line one\nline two")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open chat")).to_be_focused()
    expect(page.locator("warmline-widget iframe")).to_be_hidden()


def test_the_pages_script_may_ask_before_the_widget_has_loaded(shop: Shop, chat: Chat) -> None:
    page = chat.page
    page.add_init_script(
        "window.heard = [];"
        "window.Warmline = window.Warmline || function () {"
        " (Warmline.q = Warmline.q || []).push(arguments); };"
        "Warmline('on', 'open', () => heard.push('open'));"
        "Warmline('on', 'message', (message) => heard.push(message.from));"
        "Warmline('ask', 'Where do my invoices stand?');"
    )
    page.goto(shop.url)
    chat.expect_sent("Where do my invoices stand?")
    page.wait_for_function("heard.includes('open') && heard.includes('customer')")
    page.evaluate("Warmline('close')")
    expect(page.locator("warmline-widget iframe")).to_be_hidden()


def test_the_widget_moves_nothing_on_the_page(chat: Chat) -> None:
    chat.page.evaluate(
        "window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries()))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    chat.open()
    expect(chat.field).to_be_focused()
    assert chat.page.evaluate("shifts.length") == 0


def test_what_an_agent_or_a_customer_writes_stays_text(shop: Shop, chat: Chat) -> None:
    trick = '<img src=x onerror=alert(1)> "><script>alert(2)</script> [x](javascript:alert(3))'
    chat.open()
    chat.write(trick)
    chat.expect_sent(trick)
    with closing(shop.server.log_in()) as client, agent_line(shop.server, client) as agent:
        agent.send("presence", state="online")
        # Claimed from the bot or from the queue: whatever it made of such a message.
        row = agent.until(lambda frame: frame["type"] == "row")
        agent.send("claim", conversation=row["conversation"], client_id="claim")
        agent.send("message", conversation=row["conversation"], client_id="m", text=trick)
        expect(chat.message(trick)).to_have_count(2)
    assert chat.find("wl-message img, wl-message script, wl-message a").count() == 0
