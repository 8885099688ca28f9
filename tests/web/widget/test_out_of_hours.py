"""Nobody is there: a real widget says when people are back and takes an address, a console shows it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, expect

from handoff.hours import BusinessHours, Opening
from handoff.look import Look
from tests.web.browsers import violations
from tests.web.console.screens import Console
from tests.web.servers import PEOPLE
from tests.web.widget.conftest import Chat, Shop

pytestmark = pytest.mark.browser

ADDRESS = "kim@example.com"


def open_the_day_after_tomorrow() -> BusinessHours:
    """Closed now, whenever the test runs."""
    day = (datetime.now(UTC) + timedelta(days=2)).isoweekday()
    return BusinessHours("UTC", {day: (Opening(time(9), time(17)),)})


def test_where_nobody_ever_is_there_the_customer_reads_so_and_leaves_an_address(
    shop: Shop, chat: Chat
) -> None:
    shop.wear(Look(hours=BusinessHours("UTC", {})))
    chat.open()
    chat.write("My lamp is broken.")
    chat.expect_sent("My lamp is broken.")
    chat.button("Talk to a person").click()
    expect(chat.find("wl-waiting")).to_contain_text("Nobody is on duty at present.")
    expect(chat.find("wl-waiting")).not_to_contain_text("next in line")
    chat.button("E-mail me instead").click()
    chat.find("wl-waiting input").fill(ADDRESS)
    chat.find("wl-waiting input").press("Enter")
    expect(chat.find("wl-waiting")).to_contain_text(
        f"Nobody is on duty at present. We will write to {ADDRESS}."
    )


def test_an_address_left_out_of_hours_reaches_the_agent(
    shop: Shop, chat: Chat, browser: Browser
) -> None:
    shop.wear(Look(hours=open_the_day_after_tomorrow()))
    chat.open()
    chat.write("My lamp is broken.")
    chat.expect_sent("My lamp is broken.")
    chat.button("Talk to a person").click()
    expect(chat.find("wl-waiting")).to_contain_text("back")
    assert violations(chat.page) == []

    chat.button("E-mail me instead").click()
    field = chat.find("wl-waiting input")
    expect(field).to_be_focused()
    field.fill("kim at example")
    field.press("Enter")
    expect(chat.find("wl-waiting [role=alert]")).not_to_be_empty()
    assert violations(chat.page) == []
    field.fill(ADDRESS)
    field.press("Enter")
    expect(chat.find(".notice").last).to_contain_text(ADDRESS)
    expect(chat.find("wl-waiting")).to_contain_text("back")  # the place in the queue is kept

    console = Console(browser, shop.server.url).log_in(PEOPLE[0])
    console.open(ADDRESS)
    expect(console.page.locator("warmline-customer").get_by_text(ADDRESS)).to_be_visible()
    expect(console.transcript).to_contain_text(f"The customer left email {ADDRESS}")
    assert console.accessibility_problems() == []
    console.claim.click()
    console.reply.fill("Good morning, I send you a new lamp.")
    console.reply.press("Enter")
    expect(chat.message("Good morning, I send you a new lamp.")).to_be_visible()
    console.leave()
