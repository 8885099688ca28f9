"""A desk that offers each chat to one agent at a time, in two real consoles."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.console.customers import arriving
from tests.web.console.screens import Console
from tests.web.servers import PEOPLE, ServerProcess

pytestmark = pytest.mark.browser

ADA, BOB = PEOPLE[0], PEOPLE[1]


def test_what_one_declines_is_offered_to_the_next_who_accepts(
    stopped_server: ServerProcess, browser: Browser
) -> None:
    rules = stopped_server.data / "desk.toml"
    rules.write_text('[queue]\nassignment = "offer"\noffer_time_s = 600\n', encoding="utf-8")
    stopped_server.environ["WARMLINE_DESK"] = str(rules)
    stopped_server.start()
    with arriving(stopped_server, "Olive Offer") as customer:
        consoles = [Console(browser, stopped_server.url).log_in(who) for who in (ADA, BOB)]
        customer.asks_for_a_person_as(name="Olive Offer")
        for one in consoles:
            one.open("Olive Offer")
        ada_first = customer.is_offered_to() == ADA.name
        first, second = consoles if ada_first else reversed(consoles)
        expect(first.page.get_by_text("This chat is offered to you.")).to_be_visible()
        expect(first.row("Olive Offer")).to_contain_text("offered to you · ")
        assert first.accessibility_problems() == []
        first.page.get_by_role("button", name="Decline").click()
        accept = second.page.get_by_role("button", name="Accept")
        accept.click()
        expect(second.reply).to_be_focused()
        expect(first.page.get_by_text("has this chat. You can read along")).to_be_visible()
        for one in consoles:
            one.leave()
