"""What comes late moves nothing: the keyboard stays where the agent has put it."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsers import TIMEOUT_MS
from tests.web.console.customers import MIRA, SAM, Arrives, OpensChat
from tests.web.console.screens import Console
from tests.web.console.slow_line import SlowLine, is_event

pytestmark = pytest.mark.browser


# The page's own requests wait here: what reaches the network is not held back again by a browser
# that is busy, and the page has the whole answer before the test goes on.
HOLD = """([path, method]) => {
  const real = window.fetch;
  window.late = { asked: 0, answered: 0, go: [] };
  window.fetch = async (address, options) => {
    if (address !== path || (options?.method ?? "GET") !== method) return real(address, options);
    const before = new Promise((go) => window.late.go.push(go));
    window.late.asked += 1;
    await before;
    const answer = await real(address, options);
    const body = await answer.arrayBuffer();
    window.late.answered += 1;
    return new Response(body, answer);
  };
}"""


def hold(page: Page, path: str, method: str = "GET") -> None:
    """Keep back the page's requests of this method to this path until `answer`."""
    page.evaluate(HOLD, [path, method])


ANSWER = """async (limit) => {
  const frame = () => new Promise((done) => setTimeout(() => requestAnimationFrame(done)));
  const until = performance.now() + limit;
  const comes = async (done) => {
    while (!done()) {
      if (performance.now() > until) throw new Error("Nothing that is held back was asked for.");
      await frame();
    }
  };
  await comes(() => window.late.asked > 0);
  window.late.go.forEach((go) => go());
  await comes(() => window.late.answered === window.late.asked);
  await frame();
}"""


def answer(page: Page) -> None:
    """Let the requests kept back be answered, and the page take note of it."""
    page.evaluate(ANSWER, TIMEOUT_MS)


def claims(opens_chat_of: OpensChat, console: Console, name: str) -> None:
    """An agent takes the chat of a customer who waits, and is about to reply."""
    opens_chat_of(name)
    console.claim.click()
    expect(console.reply).to_be_focused()


def test_a_key_after_escape_is_for_the_desk_while_the_claims_event_is_on_its_way(
    arrives: Arrives, console: Console
) -> None:
    arrives("Rita Row").asks_for_a_person_as(name="Rita Row")
    line = SlowLine(console.page)
    console.log_in(MIRA).open("Rita Row")
    console.page.get_by_role("searchbox").fill("nobodysaidthis")
    expect(console.page.locator("warmline-queue .row")).to_have_count(0)
    line.is_late = is_event
    console.claim.click()
    expect(console.reply).to_be_focused()  # the row told it
    console.page.keyboard.press("Escape")
    expect(console.reply).not_to_be_focused()
    console.page.keyboard.press("s")
    dialog = console.page.get_by_role("dialog", name="Put away until …")
    expect(dialog).to_be_visible()
    promise = console.page.get_by_label("What you promised")
    promise.fill("Ring the carrier")
    line.arrive()
    expect(console.transcript).to_contain_text(f"{MIRA.name} joined")
    expect(promise).to_be_focused()


def test_events_that_come_after_a_newer_row_leave_the_reply_as_it_is(
    arrives: Arrives, console: Console
) -> None:
    customer = arrives("Lara Late")
    customer.says("The kettle whistles all night.")
    customer.asks_for_a_person()
    line = SlowLine(console.page, is_event)
    console.log_in(MIRA).open("Lara Late")
    console.claim.click()
    expect(console.reply).to_be_focused()
    console.page.keyboard.type("Hello")
    # Each event is drawn by itself, as on a slow line; among them: it waits, nobody has it.
    for text in line.waiting:
        line.socket.send(text)
        console.page.evaluate("() => new Promise(requestAnimationFrame)")
        expect(console.reply).to_be_focused()
    expect(console.transcript).to_contain_text("whistles all night")
    console.page.keyboard.type(" Lara")
    expect(console.reply).to_have_value("Hello Lara")


def test_the_list_of_colleagues_that_comes_late_leaves_the_next_question_alone(
    opens_chat_of: OpensChat, console: Console
) -> None:
    claims(opens_chat_of, console, "Quinn Quick")
    page = console.page
    hold(page, "/api/agent/team")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.get_by_role("dialog", name="Transfer the chat")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog", name="Close the chat")).to_be_visible()
    answer(page)
    expect(page.get_by_role("dialog", name="Close the chat")).to_be_visible()


def test_saved_replies_that_come_late_stay_shut_when_the_field_was_left(
    opens_chat_of: OpensChat, console: Console
) -> None:
    claims(opens_chat_of, console, "Selma Slash")
    page = console.page
    hold(page, "/api/agent/saved-replies")
    page.keyboard.type("/")
    page.keyboard.press("Escape")
    answer(page)
    expect(page.locator("warmline-composer .saved")).to_be_hidden()


def test_the_answer_to_a_save_leaves_the_next_saved_reply_in_its_form(console: Console) -> None:
    console.log_in(SAM).go_to("Saved replies")
    page = console.page
    hold(page, "/api/agent/saved-replies", "POST")
    name, text = page.get_by_label("Short name"), page.get_by_label("Text")
    name.fill("late-one")
    text.fill("It is on its way.")
    page.get_by_role("button", name="Save").click()
    name.fill("late-two")
    text.fill("It has")
    answer(page)
    expect(page.get_by_role("heading", name="/late-one")).to_be_visible()
    expect(text).to_be_focused()
    expect(text).to_have_value("It has")
    page.keyboard.type(" arrived.")
    page.get_by_role("button", name="Delete late-one").click()
    expect(page.get_by_role("heading", name="/late-one")).to_have_count(0)
    expect(page.get_by_role("heading", name="Saved replies", level=1)).to_be_focused()


# Two keys before the browser draws again: the focus is still in what the first one has closed.
QUICKLY = """(keys) => {
  const deepest = (root) => {
    const inner = root.activeElement?.shadowRoot;
    return inner?.activeElement ? deepest(inner) : root.activeElement;
  };
  for (const key of keys) {
    const press = new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true });
    deepest(document).dispatchEvent(press);
  }
}"""


def test_a_key_right_after_escape_from_a_dialog_is_for_the_desk(
    arrives: Arrives, console: Console
) -> None:
    arrives("Kay Quick").asks_for_a_person_as(name="Kay Quick")
    console.log_in(MIRA)
    expect(console.row("Kay Quick")).to_be_visible()
    console.page.keyboard.press("?")
    keys = console.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    console.page.evaluate(QUICKLY, ["Escape", "k"])
    expect(keys).to_be_hidden()
    expect(console.page.get_by_role("heading", name="Kay Quick", level=2).first).to_be_visible()
