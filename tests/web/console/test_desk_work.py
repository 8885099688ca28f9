"""What agents do beside replying: putting away, promising, searching, reading the past."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.console.customers import JONAS, MIRA, Arrives, OpensChat
from tests.web.console.screens import Console

pytestmark = pytest.mark.browser


def test_a_promise_stands_until_it_is_kept_and_the_chat_comes_back_by_itself(
    opens_chat_of: OpensChat, console: Console
) -> None:
    customer = opens_chat_of("Paul Promise")
    console.claim.click()
    expect(console.reply).to_be_focused()
    page = console.page
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_role("dialog", name="Put away until …")).to_be_visible()
    assert console.accessibility_problems() == []
    page.get_by_label("What you promised").fill("Ring the carrier")
    page.get_by_role("button", name="Tomorrow morning").click()
    expect(console.transcript).to_contain_text("promised “Ring the carrier”")
    expect(console.row("Paul Promise")).to_have_count(0)  # out of Mine
    console.view("Follow-ups")
    expect(console.row("Paul Promise")).to_contain_text("promised tomorrow")
    assert console.accessibility_problems() == []

    customer.says("It has just arrived!")
    console.view("Mine")
    expect(console.row("Paul Promise")).to_contain_text("It has just arrived!")
    page.get_by_role("button", name="Promise kept").click()
    expect(console.transcript).to_contain_text("kept the promise")
    expect(page.get_by_role("button", name="Promise kept")).to_have_count(0)


def test_a_search_reads_everything_that_was_said_and_shows_where(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Fay Found")
    customer.says("The zephyrlamp flickers at night.")
    for _ in range(12):
        customer.says("More about something else entirely.")
    console.log_in(MIRA)
    console.view("Closed")
    console.page.keyboard.press("/")
    console.page.keyboard.type("zephyrLAMP flickers")
    expect(console.row("Fay Found")).to_contain_text("The zephyrlamp flickers at night.")
    assert console.accessibility_problems() == []
    console.page.keyboard.press("Enter")
    console.page.keyboard.press("Enter")
    found = console.transcript.get_by_text("The zephyrlamp flickers at night.")
    expect(found).to_be_in_viewport()
    console.page.keyboard.press("/")
    console.page.keyboard.type("nobodysaidthis")
    expect(console.page.get_by_role("heading", name="No chat matches")).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(console.page.get_by_role("searchbox")).to_have_value("")


def test_a_colleague_who_looks_or_writes_is_seen(
    opens_chat_of: OpensChat, console: Console, other_console: Console
) -> None:
    opens_chat_of("Cora Two")
    console.claim.click()
    other_console.log_in(JONAS)
    other_console.view("Team")
    other_console.open("Cora Two")
    expect(console.page.get_by_text(f"{JONAS.name} is looking at this chat")).to_be_visible()
    console.reply.fill("Hello Cora")
    expect(other_console.page.get_by_text(f"{MIRA.name} is typing…")).to_be_visible()
    other_console.view("Waiting")
    assert other_console.accessibility_problems() == []


def test_an_earlier_conversation_can_be_read_again(arrives: Arrives, console: Console) -> None:
    customer = arrives("Olga Again")
    customer.says("The first matter of all.")
    customer.asks_for_a_person()
    console.log_in(MIRA).open("Olga Again")
    console.claim.click()
    expect(console.reply).to_be_focused()
    console.page.get_by_role("button", name="Close", exact=True).click()
    console.page.get_by_role("button", name="Solved The customer has what they need").click()
    customer.sees_the_end()
    customer.says("And a second matter.")
    console.view("All open")
    console.open("Olga Again")
    expect(console.transcript).to_contain_text("The first matter of all.")
    expect(console.transcript).to_contain_text("And a second matter.")


def test_a_chat_that_is_chosen_shows_nothing_of_the_one_before(
    arrives: Arrives, console: Console
) -> None:
    first, second = arrives("Una First"), arrives("Vera Second")
    for customer, matter in ((first, "My kettle leaks."), (second, "My lamp is dark.")):
        customer.asks_for_a_person_as(customer.name)
        customer.command("message", text=f"{matter} It was mine.")
        customer.command("close")
        customer.command("message", text=f"{matter} This is new.", anew=True)
        customer.asks_for_a_person()
    console.log_in(MIRA)
    past = console.about
    kettle, lamp = ("Una First", "kettle", "lamp"), ("Vera Second", "lamp", "kettle")
    for name, its, other in (kettle, lamp, kettle):  # the third time its events are there already
        console.open(name)
        console.page.get_by_role("button", name="Show the earlier conversation").click()
        expect(console.transcript).to_contain_text(f"My {its}")
        expect(console.transcript).to_contain_text("It was mine.")
        expect(console.transcript).not_to_contain_text(f"My {other}")
        expect(past).to_contain_text(f"My {its}")
        expect(past).not_to_contain_text(f"My {other}")


def test_how_the_last_episode_ended_stands_beside_the_next(
    opens_chat_of: OpensChat, console: Console
) -> None:
    customer = opens_chat_of("Nora Next")
    expect(console.packet).to_be_visible()
    customer.command("message", text="The first matter.")
    customer.command("close")
    customer.command("message", text="The second matter.", anew=True)
    past = console.about.get_by_role("button", name="The first matter.")
    expect(past).to_contain_text("not solved")


def test_what_the_customer_tells_after_the_handoff_stands_on_the_card(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Tess Told")
    customer.name = "Tess"
    customer.says("The kettle whistles.")
    customer.asks_for_a_person()
    console.log_in(MIRA).open("Tess")
    expect(console.packet.get_by_text("Open question")).to_be_visible()
    expect(console.packet).not_to_contain_text("Told since the handoff")
    customer.command("email_me", email="told@shop.example", name="Tess")
    expect(console.packet).to_contain_text("Email: told@shop.example (was customer@shop.example)")
    expect(console.packet).not_to_contain_text("Name:")  # that is as it was
    assert console.accessibility_problems() == []
    console.page.reload()
    console.open("Tess")
    expect(console.packet).to_contain_text("Email: told@shop.example (was customer@shop.example)")


IDLE = """async () => {
  const { Idleness } = await import("/console/idleness.js");
  const said = [];
  const start = Date.now();
  const idleness = new Idleness(600_000, (presence) => said.push(presence), () => {});
  idleness.update("online", start + 599_000);
  idleness.update("online", start + 601_000);
  idleness.update("away", start + 700_000);
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "j" }));
  idleness.update("online", start + 500_000); // the sign of life was just now
  idleness.chose();
  idleness.stop();
  return said;
}"""


def test_an_agent_without_a_sign_of_life_goes_away_and_comes_back(modules: Page) -> None:
    assert modules.evaluate(IDLE) == ["away", "online"]


@pytest.mark.parametrize(
    ("text", "openings"),
    [
        ("9-17", [{"start": "09:00", "end": "17:00"}]),
        ("9–12, 13.30 – 17:15", [{"start": "09:00", "end": "12:00"}, {"start": "13:30", "end": "17:15"}]),
        ("0-24", [{"start": "00:00", "end": "23:59"}]),
        ("", []),
        ("17-9", None),
        ("9-13, 12-14", None),
        ("25-26", None),
        ("soon", None),
    ],
    ids=["plain", "two", "all-day", "off", "backwards", "overlap", "hours", "words"],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(
    modules: Page, text: str, openings: list[dict[str, str]] | None
) -> None:
    read = """async (text) => (await import("/console/hours.js")).parseOpenings(text)"""
    assert modules.evaluate(read, text) == openings


def test_usual_times_are_ahead_each_once_and_soonest_first(modules: Page) -> None:
    times = (
        """async (now) => (await import("/console/later.js")).usualTimes(now).map(({ at }) => at)"""
    )
    for hour in range(0, 24 * 8):
        now = 1_790_000_000_000 + hour * 3_600_000
        found = modules.evaluate(times, now)
        assert found == sorted(set(found))
        assert min(found) > now
