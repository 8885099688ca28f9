"""For everyone: checked by axe in every state, by keyboard alone, read as a screen reader does."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.web.browsers import violations
from tests.web.servers import agent_line
from tests.web.widget.conftest import Chat, Shop
from tests.web.widget.scenes import SCENES, address, set_scene

pytestmark = pytest.mark.browser

THEMES = ("light", "dark")
SET_THEME = "(theme) => { document.documentElement.dataset.theme = theme; }"
WINDOW: ViewportSize = {"width": 384, "height": 640}
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # 1280 x 1024 at 400 % (WCAG 2.2, 1.4.10)


@pytest.fixture
def frames(browser: Browser) -> Iterator[Page]:
    """A window as large as the chat."""
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce", locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing_in_any_state(shared_shop: Shop, frames: Page, lang: str) -> None:
    server = shared_shop.server
    found: dict[tuple[str, str], list[str]] = {}
    frames.goto(address(server.url, server.key, lang=lang))
    for name in SCENES:
        frames.reload()
        set_scene(frames, name)
        for theme in THEMES:
            frames.evaluate(SET_THEME, theme)
            found[name, theme] = violations(frames)
    assert {state: problems for state, problems in found.items() if problems} == {}


def test_nothing_is_cut_off_at_twice_the_size_and_nothing_moves_when_asked_to_rest(
    shared_shop: Shop, frames: Page
) -> None:
    server = shared_shop.server
    for name in (
        *("answer", "formatted", "waiting", "csat picked", "nps", "form", "streaming"),
        *("past", "past read", "attached", "attaching"),
    ):
        frames.goto("about:blank")
        frames.goto(address(server.url, server.key))
        set_scene(frames, name)
        frames.set_viewport_size(ZOOMED)
        wide = frames.evaluate("document.documentElement.scrollWidth > innerWidth")
        log = frames.locator("wl-panel").evaluate(
            "panel => [panel.root, ...[...panel.root.querySelectorAll('wl-past')].map((one) => one.root)]"
            ".flatMap((root) => [...root.querySelectorAll('.log, .chats')])"
            ".some((one) => one.scrollWidth > one.clientWidth)"
        )
        moving = frames.evaluate(
            "document.getAnimations().filter((one) => one.playState === 'running').length"
        )
        assert (name, wide, log, moving) == (name, False, False, 0)
        least = 60 if name != "attaching" else 40
        assert frames.locator("wl-panel .log").last.evaluate("log => log.clientHeight") >= least


def test_forced_colours_keep_the_edges(shared_shop: Shop, browser: Browser) -> None:
    context = browser.new_context(viewport=WINDOW, forced_colors="active")
    page = context.new_page()
    server = shared_shop.server
    page.goto(address(server.url, server.key))
    set_scene(page, "person")
    for part in ("wl-message .bubble", "wl-composer .composer", "wl-panel .icon"):
        width = page.locator(part).first.evaluate("one => getComputedStyle(one).borderTopWidth")
        assert width != "0px", part
    assert violations(page) == []
    context.close()


def test_the_accessibility_tree_reads_like_the_conversation(
    shared_shop: Shop, frames: Page
) -> None:
    server = shared_shop.server
    frames.goto("about:blank")
    frames.goto(address(server.url, server.key))
    set_scene(frames, "answer")
    tree = frames.locator("body").aria_snapshot()
    for line in (
        "- main:",
        '- heading "Support" [level=1]',
        '- button "More"',
        '- button "Close chat window"',
        '- log "Conversation"',
        'button "Source 1: Send something back"',
        '- button "This helped"',
        '- textbox "Your message"',
        '- button "Talk to a person"',
    ):
        assert line in tree, tree
    read = [tree.index(words) for words in ("How do I send", "Send it back within", "This helped")]
    assert read == sorted(read), "what was said comes in the order in which it was said"
    assert "aria-live" not in tree
    expect(frames.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_a_new_chat_announces_answers_from_the_first_moment(
    shared_shop: Shop, frames: Page
) -> None:
    # No timer of some length runs out: there is no past to wait for.
    frames.add_init_script(
        "const given = setTimeout; window.setTimeout = (act, ms) => (ms >= 100 ? 0 : given(act, ms));"
    )
    frames.goto(address(shared_shop.server.url, shared_shop.server.key))
    expect(frames.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_the_keyboard_alone_leads_from_opening_to_the_rating(shop: Shop, chat: Chat) -> None:
    page = chat.page
    keyboard = page.keyboard

    def tab_to(name: str) -> None:
        """Press Tab until something of this name has the focus."""
        for _ in range(20):
            focused = page.frames[1].evaluate(
                "() => { let one = document.activeElement; while (one?.shadowRoot?.activeElement)"
                " one = one.shadowRoot.activeElement;"
                " return one?.getAttribute('aria-label') || one?.textContent; }"
            )
            if focused == name:
                return
            keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {name}")

    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    keyboard.type("I want to talk to a person, please")
    keyboard.press("Enter")
    chat.expect_sent("I want to talk to a person, please")
    expect(chat.field).to_be_focused()
    expect(chat.find("wl-waiting")).to_contain_text("You are next in line")
    with closing(shop.server.log_in()) as client, agent_line(shop.server, client) as agent:
        agent.send("presence", state="online")
        row = agent.until(lambda frame: frame["type"] == "row" and frame["stage"] == "waiting")
        conversation = row["conversation"]
        agent.send("open", conversation=conversation)
        agent.send("claim", conversation=conversation, client_id="claim")
        agent.send("message", conversation=conversation, client_id="m", text="Here I am.")
        expect(chat.message("Here I am.")).to_be_visible()
        expect(chat.field).to_be_focused()
        # The menu by keys, and back.
        tab_to("More")
        keyboard.press("Enter")
        expect(chat.find("[role=menuitem]").first).to_be_focused()
        keyboard.press("End")
        expect(chat.find("[role=menuitem]").last).to_be_focused()
        keyboard.press("Escape")
        expect(chat.button("More")).to_be_focused()
        agent.send("close", conversation=conversation, client_id="c", resolution="solved")
        expect(chat.find("wl-survey")).to_be_visible()
        tab_to("1: Very bad")
        keyboard.press("ArrowLeft")  # round to the other end
        expect(chat.find("wl-survey").get_by_role("radio", name="5: Very good")).to_be_checked()
        keyboard.press("Tab")
        keyboard.type("Quick and kind")
        keyboard.press("Tab")
        keyboard.press("Enter")
        rated = agent.event("survey", score=5)
    assert rated["comment"] == "Quick and kind"
    expect(chat.field).to_be_focused()
    keyboard.press("Escape")
    expect(page.get_by_role("button", name="Open chat")).to_be_focused()
