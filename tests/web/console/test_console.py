"""The console in a real browser against a real server, with customers on real sockets."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browsers import DOOMED
from tests.web.console.customers import JONAS, MIRA, Arrives, OpensChat
from tests.web.console.screens import Console
from tests.web.console.slow_line import SlowLine, everything, is_event
from tests.web.servers import ServerProcess

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def test_a_wrong_password_is_said_kindly_and_the_address_kept(console: Console) -> None:
    console.try_to_log_in(MIRA.email, "not her password")
    expect(console.page.get_by_role("alert")).to_contain_text("do not match")
    expect(console.page.get_by_label("E-mail")).to_have_value(MIRA.email)
    expect(console.page.get_by_label("Password")).to_be_focused()
    assert console.accessibility_problems() == []


def test_an_agent_reads_the_packet_claims_replies_and_closes(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Lena Vogt")
    customer.says("Where is the refund for my kettle?")
    customer.is_heard()
    customer.asks_for_a_person()

    console.log_in(MIRA)
    expect(console.row("Lena Vogt")).to_contain_text("asked for a person")
    console.open("Lena Vogt")
    expect(console.packet).to_contain_text("Where is the refund for my kettle?")
    expect(console.transcript).to_contain_text("Handed over to people")
    assert console.accessibility_problems() == []

    console.claim.click()
    expect(console.reply).to_be_focused()
    console.reply.fill("Hello Lena, I'm looking into it.")
    console.page.keyboard.press("Enter")
    assert customer.hears("agent") == "Hello Lena, I'm looking into it."
    expect(console.page.get_by_text("Sending…")).to_have_count(0)
    assert console.accessibility_problems() == []

    customer.says("Thank you, it has arrived.")
    expect(console.transcript).to_contain_text("Thank you, it has arrived.")
    console.page.get_by_role("button", name="Close", exact=True).click()
    console.page.get_by_role("button", name="Solved The customer has what they need").click()
    expect(console.transcript).to_contain_text("Closed: solved")
    customer.sees_the_end()
    customer.rates(5)
    expect(console.transcript).to_contain_text("Rated satisfaction 5 of 5")
    console.view("Closed")
    expect(console.row("Lena Vogt")).to_contain_text("solved")


def test_of_two_who_claim_at_once_the_loser_is_told_who_has_it(
    arrives: Arrives, console: Console, other_console: Console
) -> None:
    customer = arrives("Tom Reed")
    customer.says("I need an invoice with VAT.")
    customer.asks_for_a_person()
    consoles = (console, other_console)
    lines = [SlowLine(one.page) for one in consoles]
    for one, agent in zip(consoles, (MIRA, JONAS), strict=True):
        one.log_in(agent).open("Tom Reed")
        expect(one.claim).to_be_visible()
    # Neither hears of the other's claim before its own: both are made of the same sight.
    for line in lines:
        line.is_late = everything
    for one in consoles:
        one.claim.click()
    for line in lines:
        line.wait_for_late(lambda frame: frame["type"] in {"event", "error"})
        line.arrive()

    told = "has taken this chat"
    for one in consoles:
        expect(one.reply.or_(one.page.get_by_text("You can read along")).first).to_be_visible()
    winners = [one for one in consoles if one.reply.is_visible()]
    assert len(winners) == 1
    loser = consoles[1 - consoles.index(winners[0])]
    name = MIRA.name if winners[0] is console else JONAS.name
    expect(loser.page.get_by_text(f"{name} {told}")).to_be_visible()
    expect(loser.page.get_by_text(f"{name} has this chat")).to_be_visible()
    assert loser.accessibility_problems() == []


def test_markup_from_customer_and_agent_stays_text(arrives: Arrives, console: Console) -> None:
    customer = arrives(f"Eve {MARKUP}")
    customer.says(f"Hello {MARKUP}")
    customer.asks_for_a_person()
    console.log_in(MIRA)
    console.open("Eve")
    expect(console.transcript).to_contain_text(f"Hello {MARKUP}")
    expect(console.packet).to_contain_text(MARKUP)
    console.claim.click()
    console.reply.fill(f"Back {MARKUP}")
    console.page.keyboard.press("Enter")
    assert customer.hears("agent") == f"Back {MARKUP}"
    expect(console.transcript).to_contain_text(f"Back {MARKUP}")
    assert console.page.locator("img, warmline-console script").count() == 0
    assert "owned" not in console.page.title()


def test_a_chat_is_handled_by_keyboard_alone(arrives: Arrives, console: Console) -> None:
    customer = arrives("Kim Keys")
    customer.says("How do I descale the kettle?")
    customer.asks_for_a_person()
    keys = console.page.keyboard
    expect(console.page.get_by_label("E-mail")).to_be_focused()
    keys.type(MIRA.email)
    keys.press("Tab")
    keys.type(MIRA.password)
    keys.press("Enter")
    expect(console.row("Kim Keys")).to_be_visible()

    keys.press("?")
    expect(console.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert console.accessibility_problems() == []
    keys.press("Escape")
    keys.press("k")  # the nearest end: the last one in the list, who has waited least of all
    expect(console.page.get_by_role("heading", name="Kim Keys", level=2).first).to_be_visible()
    keys.press("c")
    expect(console.reply).to_be_visible()
    keys.press("n")
    keys.type("Asked about descaler.")
    keys.press("Enter")
    expect(console.transcript).to_contain_text("Asked about descaler.")
    keys.press("Escape")
    keys.press("r")
    keys.type("One sachet is enough.")
    keys.press("Enter")
    assert customer.hears("agent") == "One sachet is enough."
    keys.press("Escape")
    keys.press("e")
    expect(console.page.get_by_role("dialog", name="Close the chat")).to_be_visible()
    keys.press("Enter")
    customer.sees_the_end()
    expect(console.page.get_by_text("Closed: solved").first).to_be_visible()


def test_a_lost_connection_is_shown_and_nothing_written_is_lost(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Nils Net")
    customer.says("My order is late.")
    customer.asks_for_a_person()
    console.log_in(MIRA)
    console.open("Nils Net")
    console.claim.click()
    expect(console.reply).to_be_visible()

    console.context.set_offline(True)
    expect(console.page.get_by_text("Connection lost")).to_be_visible()
    customer.says("Are you there?")
    console.reply.fill("Yes, one moment.")
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_text("1 message is kept")).to_be_visible()
    assert console.accessibility_problems() == []

    console.context.set_offline(False)
    expect(console.page.get_by_text("Connection lost")).to_have_count(0)
    assert customer.hears("agent") == "Yes, one moment."
    expect(console.transcript.get_by_text("Are you there?")).to_have_count(1)
    expect(console.transcript.get_by_text("Yes, one moment.")).to_have_count(1)


def test_a_line_that_was_begun_without_a_network_is_not_waited_for(console: Console) -> None:
    console.context.add_init_script(DOOMED)
    console.page.reload()
    console.log_in(MIRA)
    console.context.set_offline(True)
    expect(console.page.get_by_text("Connection lost")).to_be_visible()
    tries = console.page.locator("html")
    expect(tries).to_have_attribute("data-lines", "2")  # it has tried once more
    console.context.set_offline(False)
    expect(console.page.get_by_text("Connection lost")).to_have_count(0)


def test_a_claim_that_a_lost_connection_leaves_unanswered_is_kept_and_is_no_message(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Cleo Claim")
    customer.asks_for_a_person_as(name="Cleo Claim")
    line = SlowLine(console.page)
    console.log_in(MIRA).open("Cleo Claim")
    line.is_late = is_event
    console.claim.click()
    expect(console.reply).to_be_focused()  # the row told it
    line.wait_for_late(is_event)
    console.context.set_offline(True)
    expect(console.page.get_by_text("What you did is kept")).to_be_visible()
    console.reply.fill("Here I am.")
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_text("1 message is kept")).to_be_visible()

    line.lose()
    console.context.set_offline(False)
    expect(console.page.get_by_text("Connection lost")).to_have_count(0)
    assert customer.hears("agent") == "Here I am."
    expect(console.transcript.get_by_text(f"{MIRA.name} joined")).to_have_count(1)
    expect(console.transcript.get_by_text("Here I am.")).to_have_count(1)


def test_a_tagged_chat_is_transferred_to_a_colleague_and_returned_to_the_bot(
    arrives: Arrives, console: Console, other_console: Console
) -> None:
    customer = arrives("Ola Bill")
    customer.says("I want to talk about my bill.")
    customer.asks_for_a_person()
    other_console.log_in(JONAS).view("Mine")
    console.log_in(MIRA)
    console.open("Ola Bill")
    console.claim.click()
    console.page.get_by_label("Add a tag").fill("billing")
    console.page.keyboard.press("Enter")
    console.page.get_by_label("Priority").select_option("High")
    expect(console.row("Ola Bill")).to_contain_text("#billing")
    expect(other_console.page.get_by_role("button", name="Team: ")).to_be_visible()
    console.page.get_by_role("button", name="Transfer", exact=True).click()
    console.page.get_by_role("button", name=f"{JONAS.name} Online").click()
    expect(console.page.get_by_text(f"{JONAS.name} has this chat")).to_be_visible()
    other_console.open("Ola Bill")
    expect(other_console.reply).to_be_visible()
    other_console.page.get_by_role("button", name="Return to bot").click()
    # The bot takes up what is still open, and may well hand over again.
    expect(other_console.transcript).to_contain_text("returned the chat to the bot")


def test_tags_that_are_set_before_the_desk_has_answered_are_all_kept(
    opens_chat_of: OpensChat, console: Console
) -> None:
    opens_chat_of("Tess Tag")
    # Both before any frame can come, as when a colleague sets the other one meanwhile.
    console.page.get_by_label("Add a tag").evaluate(
        """(field) => {
          for (const tag of ["parcel", "refund"]) {
            field.value = tag;
            field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
          }
        }"""
    )
    expect(console.row("Tess Tag")).to_contain_text("#refund")
    expect(console.row("Tess Tag")).to_contain_text("#parcel")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(360, 740), (768, 1024)], ids=["phone", "tablet"])
def test_on_narrow_screens_every_pane_can_be_reached_and_is_accessible(
    desk: ServerProcess, arrives: Arrives, browser: Browser, size: tuple[int, int], dark: bool
) -> None:
    name = f"Pia Phone {size[0]} {'dark' if dark else 'light'}"
    customer = arrives(name)
    customer.says("Do you ship to Norway?")
    customer.asks_for_a_person()
    console = Console(browser, desk.url, size=size, dark=dark)
    expect(console.page.get_by_label("E-mail")).to_be_visible()
    assert console.accessibility_problems() == []
    console.log_in(MIRA)
    assert console.accessibility_problems() == []
    console.open(name)
    expect(console.claim).to_be_in_viewport()
    assert console.accessibility_problems() == []
    console.page.get_by_role("button", name="Customer and actions").click()
    expect(console.page.get_by_label("Priority")).to_be_visible()
    assert console.accessibility_problems() == []
    console.page.get_by_role("button", name="Back to the chat").click()
    if size[0] < 768:
        console.page.get_by_role("button", name="Back to the list").click()
    expect(console.row(name)).to_be_visible()
    width = console.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]
    console.leave()


def test_one_click_marks_what_the_bot_should_have_known(arrives: Arrives, console: Console) -> None:
    customer = arrives("Mark Case")
    customer.says("How do I descale the kettle?")
    customer.is_heard()
    customer.asks_for_a_person()
    console.log_in(MIRA)
    console.open("Mark Case")
    mark = console.page.get_by_role("button", name="The bot should have known this")
    expect(mark).to_have_attribute("aria-pressed", "false")
    mark.click()
    expect(mark).to_have_attribute("aria-pressed", "true")
    expect(
        console.page.get_by_role("button", name="Remove the tag bot-should-know")
    ).to_be_visible()
    mark.click()
    expect(mark).to_have_attribute("aria-pressed", "false")
    console.page.get_by_role("button", name="Close", exact=True).click()
    console.page.get_by_role("button", name="Solved The customer has what they need").click()
    customer.sees_the_end()
    mark.click()  # judged once it is over, as is usual
    expect(mark).to_have_attribute("aria-pressed", "true")
    mark.click()
    expect(mark).to_have_attribute("aria-pressed", "false")


def test_a_suggested_reply_shows_its_source_and_is_sent_by_hand_only(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Sugar Gest")
    customer.says("How do I descale the kettle?")
    customer.asks_for_a_person()
    console.log_in(MIRA)
    console.open("Sugar Gest")
    console.claim.click()
    page = console.page
    page.get_by_text("suggested repl").click()
    expect(page.get_by_role("meter", name="Confidence").first).to_be_visible()
    page.locator("warmline-suggestions").get_by_role(
        "button", name="Descale the kettle"
    ).first.click()
    expect(page.locator("warmline-suggestions mark").first).to_be_visible()
    assert console.accessibility_problems() == []
    page.get_by_role("button", name="Use").first.click()
    expect(console.reply).to_be_focused()
    assert "descaler" in console.reply.input_value()
    expect(console.transcript.locator(".said.agent")).to_have_count(0)
    console.reply.press("Enter")
    assert "descaler" in customer.hears("agent")
    expect(page.get_by_text("suggested repl")).to_be_hidden()  # there is nothing left to answer
    customer.says("And how do I clean the filter of the kettle?")
    expect(page.get_by_text("suggested repl")).to_be_visible()
