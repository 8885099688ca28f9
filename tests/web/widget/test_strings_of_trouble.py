"""Markup, scripts and odd characters: what people write comes out as what they wrote.

Our own list always; the longer public ones too where they lie beside the house (../shared/data).
Customer and agent texts go through a real server; names, articles and profiles as frames.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.naughty import strings
from tests.web.servers import ServerProcess, agent_line, copy_of, customer_line
from tests.web.widget.scenes import address
from tests.web.widget.test_formatting import TRICKS
from tests.web.widget.trouble import WATCH, save_chat

pytestmark = pytest.mark.browser

LETTER_CHARS = 3_000


def troubles() -> list[str]:
    """The strings that are more than blanks: what trims to nothing is no message."""
    return [text for text in dict.fromkeys([*TRICKS, *strings()]) if text.strip()]


def letters(texts: list[str]) -> list[str]:
    """The strings a line each, as few messages as their length allows."""
    made = [""]
    for text in texts:
        if len(made[-1]) + len(text) > LETTER_CHARS:
            made.append("")
        made[-1] += f"{text}\n"
    return made


@pytest.fixture
def roomy(prepared: tuple[Path, str], tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that does not mind how quickly they write."""
    folder, key = prepared
    limits = {"WARMLINE_COMMANDS_BURST": "1000", "WARMLINE_CLIENT_QUEUE": "1000"}
    server = ServerProcess(copy_of(folder, tmp_path / "data"), key, environ=limits)
    server.start()
    yield server
    server.hang_up()
    server.stop()


def talk(server: ServerProcess, texts: list[str]) -> tuple[str, list[str]]:
    """Let a customer and an agent say all this; gives the visitor and the texts as stored."""
    session = server.session(page=f"https://shop.example/{texts[0][:40]}").json()
    with customer_line(server, session) as customer, closing(server.log_in()) as client:
        customer.send("ask_human", client_id="h")
        customer.event("stage", stage="waiting")
        with agent_line(server, client) as agent:
            conversation = session["conversation"]
            agent.send("presence", state="online")
            agent.send("claim", conversation=conversation, client_id="claim")
            customer.event("stage", stage="human")
            for n, text in enumerate(texts):
                customer.send("message", client_id=f"c{n}", text=text)
                agent.send("message", conversation=conversation, client_id=f"a{n}", text=text)
            said = [customer.event("message") for _ in range(2 * len(texts))]
    return session["visitor"], [one["text"] for one in said]


def test_what_customers_and_agents_write_comes_out_as_they_wrote_it(
    roomy: ServerProcess, page: Page, tmp_path: Path
) -> None:
    texts = letters(troubles())
    visitor, stored = talk(roomy, texts)
    as_kept = [text.replace("\x00", "\ufffd").strip() for text in texts]
    assert sorted(stored) == sorted(as_kept * 2)

    page.add_init_script(
        f"{WATCH} localStorage.setItem('warmline:{roomy.key}:visitor', '{visitor}');"
    )
    page.goto(address(roomy.url, roomy.key))
    expect(page.locator("wl-message")).to_have_count(len(stored), timeout=60_000)
    shown = page.locator("wl-message .bubble").evaluate_all(
        "all => all.map((one) => one.textContent)"
    )
    assert shown == stored
    made = page.locator("wl-message .bubble").evaluate_all(
        "all => [...new Set(all.flatMap((one) => [...one.querySelectorAll('*')].map((it) => it.localName)))]"
    )
    assert set(made) <= {"a", "span"}
    assert page.evaluate("window.attacked") == 0

    plain = save_chat(page, tmp_path)
    for text in stored:
        assert text in plain
    page.goto(f"file://{tmp_path}/chat.html")
    paragraphs = page.locator("p").evaluate_all("all => all.map((one) => one.textContent)")
    # HTML reads a carriage return as a line's end, and nothing else may change.
    lines = [text.replace("\r\n", "\n").replace("\r", "\n") for text in stored]
    assert [text for text in paragraphs if text in set(lines)] == lines
    assert page.locator("script, img, iframe, svg, form, a").count() == 0
    assert page.evaluate("window.attacked") == 0


# Everything else that people name: agents, articles, profiles, the site itself.
EVERYWHERE = """async ([texts]) => {
  const panel = document.querySelector('wl-panel');
  const { chat } = panel;
  chat.leave();
  let seq = 0;
  const frame = (kind, from, more) => ({ type: 'event', seq: (seq += 1), episode: 1, at: '2026-11-24T10:00:00Z', kind, from, ...more });
  chat.connection.receive({ type: 'welcome', conversation: 'c', episode: 1, stage: 'bot', seq: 0 });
  for (const text of texts) {
    const citations = [{ article: text, title: text, url: text, quote: text, start: 0, end: 1 }];
    const choices = [{ value: text, label: text }];
    chat.connection.receive(frame('message', { role: 'bot', name: text }, { text, citations, choices }));
    chat.connection.receive(frame('message', { role: 'agent', id: 'a', name: text }, { text }));
    chat.connection.receive(frame('profile', { role: 'customer' }, { profile: { email: text } }));
  }
  chat.caughtUp = true;
  chat.changed();
  await new Promise((done) => setTimeout(done, 50));
}"""
QUOTES = """async ([texts]) => {
  const panel = document.querySelector('wl-panel');
  const message = panel.root.querySelector('wl-message.theirs');
  const from = message.shadowRoot.querySelector('.chip');
  const citations = texts.map((text) => ({ article: text, title: text, url: text, quote: text, source: '/help/quotes/x' }));
  message.ask('source', { citations, from });
}"""


def test_names_articles_profiles_and_quotes_stay_text_too(roomy: ServerProcess, page: Page) -> None:
    texts = [text for text in troubles() if "\x00" not in text]
    requests: list[str] = []
    page.add_init_script(WATCH)
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address(roomy.url, roomy.key))
    page.locator("wl-panel .log").wait_for()
    expect(page.locator("wl-panel .log")).to_have_attribute("aria-live", "polite")
    page.evaluate(EVERYWHERE, [texts])
    expect(page.locator("wl-message")).to_have_count(2 * len(texts), timeout=60_000)

    def all_of(selector: str, what: str = "textContent") -> list[Any]:
        return page.locator(selector).evaluate_all(f"all => all.map((one) => one.{what})")

    assert all_of("wl-message.theirs .bubble") == [text for text in texts for _ in range(2)]
    assert all_of("wl-message .chip .cut") == texts
    assert all_of("wl-message .choice") == texts
    assert all_of("wl-panel .notice") == [f"We will write to {text}." for text in texts]
    page.evaluate(QUOTES, [texts])
    expect(page.locator("wl-quote blockquote")).to_have_count(len(texts))
    assert all_of("wl-quote blockquote") == texts
    protocols = set(all_of("wl-panel a, wl-message a, wl-quote a", "protocol"))
    assert protocols <= {"http:", "https:", "mailto:", "tel:"}
    assert (
        page.locator("wl-message script, wl-message img, wl-quote script, wl-quote img").count()
        == 0
    )
    assert page.evaluate("window.attacked") == 0
    assert [url for url in requests if not url.startswith((roomy.url, "blob:", "data:"))] == []


@pytest.fixture
def page(context: Any) -> Page:
    """A window; errors of the page fail the test."""
    page: Page = context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    return page
