"""Earlier chats: listed, read again, and left behind for another matter."""

import pytest
from playwright.sync_api import expect

from tests.web.browsers import violations
from tests.web.widget.conftest import Chat

pytestmark = pytest.mark.browser


def menu(chat: Chat, item: str) -> None:
    """Choose from the menu."""
    chat.button("More").click()
    chat.find("[role=menuitem]").get_by_text(item, exact=True).click()


def test_a_closed_chat_makes_room_for_another_and_can_be_read_again(chat: Chat) -> None:
    chat.open()
    chat.write("Can you return anything within 30 days?")
    expect(chat.button("Source 1: Returns")).to_be_visible()
    chat.button("This helped").click()
    menu(chat, "End chat")
    expect(chat.find(".notice").last).to_have_text("This chat has ended.")
    menu(chat, "Start a new chat")
    expect(chat.field).to_be_focused()
    expect(chat.find("wl-message")).to_have_count(0)
    expect(chat.find(".hello")).to_be_visible()

    chat.write("How long does delivery take?")
    chat.expect_sent("How long does delivery take?")
    expect(chat.find("wl-message.theirs")).to_have_count(1)
    chat.page.reload()
    expect(chat.message("How long does delivery take?")).to_be_visible()
    expect(chat.find("wl-message.mine")).to_have_count(1)

    earlier = chat.button("Earlier chats")
    earlier.click()
    entries = chat.find("wl-past .past")
    expect(entries).to_have_count(2)
    expect(entries.nth(0)).to_contain_text("Still open")
    expect(entries.nth(1)).to_contain_text("Solved")
    expect(entries.nth(1)).to_contain_text("30 days")
    assert violations(chat.page) == []
    entries.nth(1).press("Enter")
    read = chat.find("wl-past wl-message")
    expect(read).to_have_count(2)
    expect(read.locator(".thumbs, .choice")).to_have_count(0)
    assert violations(chat.page) == []

    # A source opens over it, and every Escape goes one step back.
    chat.find("wl-past").get_by_role("button", name="Source 1: Returns").click()
    expect(chat.find("wl-quote blockquote")).to_contain_text("30 days")
    chat.page.keyboard.press("Escape")
    expect(chat.find("wl-past").get_by_role("button", name="Source 1: Returns")).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(entries.nth(1)).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.find("wl-past")).to_have_count(0)
    expect(earlier).to_be_focused()
    chat.write("Thank you")
    chat.expect_sent("Thank you")


def test_what_goes_on_after_the_close_stays_one_chat(chat: Chat) -> None:
    chat.open()
    chat.write("Can you return anything within 30 days?")
    expect(chat.find("wl-message.theirs")).to_have_count(1)
    menu(chat, "End chat")
    expect(chat.find(".notice").last).to_have_text("This chat has ended.")
    chat.write("One more thing: delivery?")
    chat.expect_sent("One more thing: delivery?")
    expect(chat.find("wl-message.mine")).to_have_count(2)
    expect(chat.button("Earlier chats")).to_have_count(0)
