"""Every string of trouble, quoted by the bot out of an article, wherever that answer is read.

The bot quotes a code block whole, whatever stands in it; so each string stands in one.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from knowledge.minilm import PACKAGED
from tests.web.console.screens import Console
from tests.web.servers import PEOPLE, ServerProcess, customer_line
from tests.web.widget.scenes import address
from tests.web.widget.trouble import STRANGERS, WATCH, library, save_chat, troubles

pytestmark = pytest.mark.browser

BLOCK_BYTES = 240  # a block of many more tokens is torn in two passages
IN_A_CHAT = 50
FENCE = "`" * 8
SYLLABLES = "ba che di fo gu ha ji ko lu me no pra qui ro sta tu ve wi zo kry".split()  # noqa: SIM905
# Opens each chip's sheet, reads its code, and leaves by Escape: in the page, for there are hundreds.
SHEETS = """async (chips) => {
  const sheet = (root) => {
    for (const one of root.querySelectorAll('*')) {
      const found = one.localName === 'wl-quote' ? one.shadowRoot : one.shadowRoot && sheet(one.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  const until = async (holds, what) => {
    for (let frames = 0; frames < 600; frames += 1) {
      if (holds()) return;
      await new Promise(requestAnimationFrame);
    }
    throw new Error(what);
  };
  const all = [];
  for (const chip of chips) {
    chip.click();
    await until(() => sheet(document)?.querySelector('pre code'), 'no sheet opened');
    const codes = [...sheet(document).querySelectorAll('pre code')];
    all.push(codes.map((one) => one.textContent.trim()));
    codes[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
    await until(() => !codes[0].isConnected, 'the sheet stayed');
  }
  return all;
}"""
CODES = "(all) => all.map((one) => one.textContent.trim())"


def blocks() -> list[str]:
    """The strings, a line each, as few blocks as their length allows; long ones in pieces."""
    lines = [piece for text in troubles() for piece in pieces(text)]
    made = [lines[0]]
    for line in lines[1:]:
        if len(f"{made[-1]}\n{line}".encode()) > BLOCK_BYTES:
            made.append(line)
        else:
            made[-1] += f"\n{line}"
    return made


def pieces(text: str) -> Iterator[str]:
    """The text in pieces that fit in a block, none with a blank at its ends."""
    fits = BLOCK_BYTES // (4 if not text.isascii() else 1)
    for start in range(0, len(text), fits):
        if piece := text[start : start + fits].strip():
            yield piece


def names() -> Iterator[str]:
    """Words that no string holds, no two of which begin or end alike."""
    pairs = ["".join(pair) for pair in itertools.product(SYLLABLES, repeat=2)]
    for n, start in enumerate(pairs):
        yield f"{start}{pairs[n * 147 % len(pairs)]}".capitalize()


def test_every_string_that_the_bot_quotes_is_the_same_text_everywhere(
    tmp_path: Path, context: BrowserContext, browser: Browser
) -> None:
    texts = blocks()
    quoted = dict(zip(names(), texts, strict=False))
    assert len(quoted) == len(texts)
    written = {
        f"{name}.md": [
            f"# {name} lamp",
            f"The {name} lamp is sold with this label:",
            f"{FENCE}\n{block}\n{FENCE}",
        ]
        for name, block in quoted.items()
    }
    with library(tmp_path / "data", written, PACKAGED) as server:
        console = Console(browser, server.url)
        console.page.add_init_script(WATCH)
        console.log_in(PEOPLE[0])
        for number, (visitor, things) in enumerate(chats(server, list(quoted)), 1):
            expected = [quoted[name] for name in things]
            widget_says(context, server, visitor, expected, tmp_path)
            console_says(console, expected, number)
        console.leave()


def chats(server: ServerProcess, things: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Ask for every thing's label; gives each chat's visitor and the things whose labels it says.

    A chat that has become long, or in which another label is given, ends; the next one goes on.
    """
    left = things
    while left:
        visitor, said = ask(server, left)
        assert said, left[0]
        left = left[len(said) :]
        yield visitor, said


def ask(server: ServerProcess, things: list[str]) -> tuple[str, list[str]]:
    """One customer asks for the things' labels in turn, at last for a person."""
    session = server.session().json()
    said: list[str] = []
    with customer_line(server, session) as line:
        for name in things[:IN_A_CHAT]:
            line.send("message", client_id=name, text=f"With which label is the {name} lamp sold?")
            if f"The {name} lamp is sold" not in line.message_of("bot")["text"]:
                break
            said.append(name)
        line.send("ask_human", client_id="person")
        line.event("stage", stage="waiting")
    return str(session["visitor"]), said


def widget_says(
    context: BrowserContext, server: ServerProcess, visitor: str, expected: list[str], folder: Path
) -> None:
    """The customer who comes back reads every block, in the log, its sources and what is saved."""
    page = context.new_page()
    page.add_init_script(
        f"{WATCH} localStorage.setItem('warmline:{server.key}:visitor', '{visitor}');"
    )
    page.goto(address(server.url, server.key))
    codes = page.locator("wl-message .bubble pre code")
    expect(codes.nth(len(expected) - 1)).to_be_attached(timeout=60_000)
    assert missing(expected, codes.evaluate_all(CODES)) == []
    assert missing(expected, sources(page)) == []
    assert page.evaluate("window.attacked") == 0
    assert page.evaluate(STRANGERS) == []
    transcripts_say(page, expected, folder)
    page.close()


def missing(expected: list[str], shown: list[str]) -> list[str]:
    """Those that are not shown, character by character."""
    return sorted(set(expected) - set(shown))


def sources(page: Page) -> list[str]:
    """What stands under each answer's source, as the sheet shows it, opened one after another."""
    return [
        code for codes in page.locator("wl-message .chip").evaluate_all(SHEETS) for code in codes
    ]


def transcripts_say(page: Page, expected: list[str], folder: Path) -> None:
    """Save the chat both ways; the text holds every block, the page shows them and runs nothing."""
    text = save_chat(page, folder)
    assert [block for block in expected if block not in text] == []
    page.goto(f"file://{folder}/chat.html")
    shown = page.locator("body").evaluate("(body) => body.textContent")
    assert [block for block in expected if block not in shown] == []
    assert page.locator("script, img, iframe, svg, form, a").count() == 0
    assert page.evaluate("window.attacked") == 0


def console_says(console: Console, expected: list[str], number: int) -> None:
    """The agent who opens the latest of so many chats reads every block, and nothing runs."""
    console.page.reload()
    console.view("All open")
    rows = console.page.locator("warmline-queue .row")
    expect(rows).to_have_count(number)  # they come one by one; the latest chat waits last
    rows.last.click()
    codes = console.page.locator("warmline-transcript .said.bot pre code")
    expect(codes.nth(len(expected) - 1)).to_be_attached(timeout=60_000)
    assert missing(expected, codes.evaluate_all(CODES)) == []
    assert console.page.evaluate("window.attacked") == 0
    assert [one for one in console.page.evaluate(STRANGERS) if not one.startswith("<form")] == []
