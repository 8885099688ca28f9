"""The console's places beside the chats, in a real browser: look, people, saved replies, rules."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.web.console.customers import MIRA, SAM, Arrives
from tests.web.console.screens import Console
from tests.web.servers import ServerProcess

pytestmark = pytest.mark.browser

PLACES = ["Rules", "Saved replies", "People", "Look"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(360, 740), (1440, 900)], ids=["phone", "desk"])
def test_every_place_is_reached_and_accessible(
    desk: ServerProcess, browser: Browser, size: tuple[int, int], dark: bool
) -> None:
    console = Console(browser, desk.url, size=size, dark=dark).log_in(SAM)
    for place in PLACES:
        console.go_to(place)
        if place == "Look":
            console.page.frame_locator("iframe").locator(
                "h1"
            ).wait_for()  # its picture is looked at too
        assert console.accessibility_problems() == []
        width = console.page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0]
    console.page.get_by_role("link", name="Chats").click()
    expect(console.page.get_by_role("navigation", name="Views")).to_be_visible()
    console.leave()


def test_the_look_is_pictured_as_it_is_written_and_kept_when_saved(
    desk: ServerProcess, console: Console
) -> None:
    console.log_in(SAM).go_to("Look")
    page = console.page
    picture = page.frame_locator("iframe")
    markup = "<img src=x onerror=\"document.title='owned'\">"
    page.get_by_role("textbox", name="Name", exact=True).first.fill(f"Larkmere {markup}")
    page.get_by_role("textbox", name="Greeting").fill("Hello from the owner.")
    page.get_by_role("textbox", name="Suggested questions").fill("Where is my parcel?")
    page.get_by_role("textbox", name="Colour", exact=True).fill("#7a1fa2")
    page.get_by_label("Corner").select_option("Left")
    expect(picture.get_by_text("Hello from the owner.")).to_be_visible()
    expect(picture.get_by_role("heading", name=f"Larkmere {markup}")).to_be_visible()
    expect(page.get_by_role("region", name="Snippet's code")).to_contain_text(
        'data-position="left" data-accent="#7a1fa2"'
    )
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_label("People are there at set hours").check()
    page.get_by_label("Monday").fill("half past nine")
    page.get_by_role("button", name="Save the look").click()
    expect(page.get_by_role("alert").filter(has_text="cannot be read")).to_be_visible()
    page.get_by_label("Monday").fill("9-12, 13:30–17")
    page.get_by_role("button", name="Save the look").click()
    expect(page.get_by_text("Saved. The next customer sees it.")).to_be_visible()
    expect(page.get_by_label("Monday")).to_have_value("9–12, 13:30–17")
    expect(picture.get_by_role("heading", name=f"Larkmere {markup}")).to_be_visible()
    assert console.accessibility_problems() == []
    assert "owned" not in page.title()
    shown = httpx.get(f"{desk.url}/widget/", params={"key": desk.key}).text
    assert 'data-greeting="Hello from the owner."' in shown
    page.get_by_role("button", name="React").click()
    expect(page.get_by_role("region", name="Snippet's code")).to_contain_text("useEffect")


def test_a_question_that_customers_ask_becomes_a_suggestion(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Quinn Asks")
    customer.says("How do I descale the kettle?")
    customer.is_heard()
    console.log_in(SAM).go_to("Look")
    asked = console.page.get_by_role("region", name="What customers really ask")
    asked.get_by_role("button").first.wait_for()
    question = asked.get_by_role("button").first.locator("span").first.inner_text()
    asked.get_by_role("button").first.click()
    field = console.page.get_by_role("textbox", name="Suggested questions")
    assert question in str(field.input_value()).splitlines()


def test_a_supervisor_adds_a_person_who_then_logs_in(
    console: Console, other_console: Console
) -> None:
    console.log_in(SAM).go_to("People")
    page = console.page
    page.get_by_text("Add a person").click()
    page.get_by_label("E-mail").fill("nora@shop.example")
    page.locator("#new-name").fill("Nora New")
    page.locator("#new-skills").fill("billing")
    page.get_by_role("button", name="Add", exact=True).click()
    told = page.get_by_role("status").filter(has_text="One-time password for Nora New")
    password = told.locator("code").inner_text()
    assert console.accessibility_problems() == []
    other_console.try_to_log_in("nora@shop.example", password)
    heading = other_console.page.get_by_role("heading", name="Choose your own password")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(told).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="Nora New")).to_contain_text("billing")


def test_saved_replies_are_written_by_a_supervisor_and_used_by_an_agent(
    arrives: Arrives, console: Console, other_console: Console
) -> None:
    console.log_in(SAM).go_to("Saved replies")
    page = console.page
    page.get_by_label("Short name").fill("hello")
    page.get_by_label("Text").fill("Hello {customer}, {agent} here.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved /hello.")).to_be_visible()
    expect(page.get_by_role("heading", name="/hello")).to_be_visible()

    customer = arrives("Sara Slash")
    customer.asks_for_a_person_as(name="Sara Slash")
    other_console.log_in(MIRA).open("Sara Slash")
    other_console.claim.click()
    other_console.reply.fill("/hel")
    expect(other_console.page.get_by_role("option", name="hello")).to_be_visible()
    assert other_console.accessibility_problems() == []
    other_console.page.keyboard.press("Enter")
    expect(other_console.reply).to_have_value("Hello Sara Slash, Mira Klein here.")

    page.get_by_role("button", name="Change hello").click()
    page.get_by_label("Text").fill("Good day {customer}.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Good day {customer}.")).to_be_visible()
    other_console.reply.fill("")
    other_console.reply.press("/")  # the console has been open all the time
    other_console.page.get_by_role("option", name="hello").click()
    expect(other_console.reply).to_have_value("Good day Sara Slash.")
    page.get_by_role("button", name="Delete hello").click()
    expect(page.get_by_text("Save brings it back")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved /hello.")).to_be_visible()
    expect(page.get_by_role("heading", name="/hello")).to_be_visible()

    other_console.go_to("Saved replies")
    expect(other_console.page.get_by_role("heading", name="/hello")).to_be_visible()
    expect(other_console.page.get_by_label("Short name")).to_be_hidden()
    expect(other_console.page.get_by_role("link", name="People")).to_have_count(0)


def test_the_rules_in_force_are_shown(console: Console) -> None:
    console.log_in(MIRA).go_to("Rules")
    row = console.page.get_by_role("row").filter(has_text="Min confidence").first
    expect(row).to_contain_text("0.")
