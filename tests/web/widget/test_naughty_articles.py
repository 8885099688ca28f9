"""Articles that carry markup and odd characters, through a real ingest to whoever reads them.

The strings stand in the articles' text, titles and file names, and in the site's name; they come
out of the article page, the chat, its transcript and the console as the same text.
"""

import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, expect

from tests.web.console.screens import Console
from tests.web.naughty import OWN
from tests.web.servers import PEOPLE, ServerProcess
from tests.web.widget.scenes import address
from tests.web.widget.trouble import (
    NAME,
    STRANGERS,
    WATCH,
    all_text,
    bare,
    folded,
    library,
    save_chat,
    troubles,
)

pytestmark = pytest.mark.browser

THINGS = ("kettle", "ladder", "pillow")
PARAGRAPHS = 40  # in an article
TITLE_CHARS = 60


def articles() -> dict[str, list[str]]:
    """File name to lines: a title, and its share of the strings."""
    lines = troubles()
    titles = [
        line for line in lines if len(line) <= TITLE_CHARS and line[0] not in "-=*#+>~^•0123456789"
    ]
    names = [
        line
        for line in lines
        if re.search(r"[<&'\"%?#;]", line) and "/" not in line and len(line.encode()) < 100
    ]
    made: dict[str, list[str]] = {}
    for n, start in enumerate(range(0, len(lines), PARAGRAPHS)):
        name = f"{n} {names[n % len(names)]}.txt"
        made[name] = [titles[n % len(titles)], *lines[start : start + PARAGRAPHS]]
    return made


def answers() -> dict[str, list[str]]:
    """Articles that the bot answers from: a file name, a title and a sentence with a string."""
    lines = [folded(text) for text in OWN]
    short = [line for line in lines if 8 < len(line) < 60 and "/" not in line]
    short.sort(key=lambda line: line[0] != "<")  # those that would be elements come first
    return {
        f"{thing} {short[n]}.txt": [
            f"{short[n + 1]} {thing}",
            f"You can return a {thing} with the label {short[n]} within 30 days.",
        ]
        for n, thing in enumerate(THINGS)
    }


def test_article_pages_say_what_the_files_said(tmp_path: Path, context: BrowserContext) -> None:
    written = articles()
    page = context.new_page()
    page.add_init_script(WATCH)
    with (
        library(tmp_path / "data", written) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        for name, lines in written.items():
            address = f"/help/articles/{quote(name)}"
            answer = client.get(address)
            assert answer.status_code == 200, name
            soup = BeautifulSoup(answer.text, "html.parser")
            said = bare(folded(soup.get_text("\n")))
            assert [line for line in lines if bare(line) not in said] == [], name
            assert soup.title is not None
            assert bare(lines[0]) in bare(soup.title.get_text())
            page.goto(f"{server.url}{address}")
            assert page.evaluate("window.attacked") == 0, name
            assert page.evaluate(STRANGERS) == [], name


def test_chat_transcript_and_console_say_what_the_articles_said(
    tmp_path: Path, context: BrowserContext, browser: Browser
) -> None:
    with library(tmp_path / "data", answers()) as server:
        titles = ask_everything(server, context, tmp_path)
        console = Console(browser, server.url)
        console.page.add_init_script(WATCH)
        console.page.reload()
        console.log_in(PEOPLE[0])
        console.view("All open")
        console.page.locator("warmline-queue .row").click()
        expect(console.page.locator("warmline-conversation")).to_contain_text(THINGS[-1])
        text = bare(all_text(console.page))
        assert [title for title in titles if bare(title) not in text] == []
        assert console.page.evaluate("window.attacked") == 0
        assert [
            one for one in console.page.evaluate(STRANGERS) if not one.startswith("<form")
        ] == []
        console.leave()


def ask_everything(server: ServerProcess, context: BrowserContext, folder: Path) -> list[str]:
    """Ask for each article, read its source, save the chat; gives the titles that were shown."""
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(WATCH)
    page.goto(address(server.url, server.key))
    expect(page.locator("wl-panel h1")).to_have_text(NAME)
    expect(page.get_by_role("button", name=NAME, exact=True)).to_be_visible()
    assert page.title() == f"Chat with {NAME}"

    field = page.locator("wl-composer textarea")
    sentences = dict(answers().values())
    for n, thing in enumerate(THINGS):
        field.fill(f"Can you return a {thing} with the label within 30 days?")
        field.press("Enter")
        expect(page.locator("wl-message.theirs.latest")).to_be_visible()
        expect(page.locator("wl-message.theirs")).to_have_count(n + 1)
    for message in page.locator("wl-message.theirs:has(.chip)").all():
        title = message.locator(".chip .cut").first.text_content()
        assert sentences[folded(title or "")] in folded(message.locator(".bubble").inner_text())
    titles = page.locator("wl-message .chip .cut").evaluate_all(
        "all => all.map((one) => one.textContent)"
    )
    page.locator("wl-message .chip").last.click()
    source = page.locator("wl-quote a").get_attribute("href")
    assert page.locator("wl-quote h3").text_content() == titles[-1]
    page.keyboard.press("Escape")
    assert page.evaluate("window.attacked") == 0
    assert page.evaluate(STRANGERS) == []
    assert [url for url in requests if not url.startswith((server.url, "blob:"))] == []

    text = save_chat(page, folder)
    assert text.startswith(f"Chat with {NAME}\n")
    assert all(f"[1] {title}" in text for title in titles)
    page.goto(f"{server.url}{source}")
    assert bare(titles[-1]) in bare(page.locator("body").inner_text())
    assert page.evaluate("window.attacked") == 0
    page.goto(f"file://{folder}/chat.html")
    assert page.locator("h1").text_content() == f"Chat with {NAME}"
    assert page.locator("script, img, iframe, svg, form, a").count() == 0
    assert page.evaluate("window.attacked") == 0
    assert titles
    return [str(title) for title in titles]
