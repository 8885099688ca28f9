"""Take the documents' pictures, docs/widget.png, console.png and look.png, from the running product.

`make pictures`, or `python docs/pictures.py`. Starts `warmline demo` in a folder of its own, asks
in the widget, asks for a person, and opens the console with that chat and with the owner's look.
Needs Chromium (`WARMLINE_CHROMIUM`, the system's `chromium`, or Playwright's own).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

DOCS = Path(__file__).resolve().parent
WARMLINE = (sys.executable, "-c", "from web.commands import main; main()")
READY = re.compile(r"^ready (http://\S+)")
PERSON = re.compile(r"^\s*(agent|supervisor)\s+(\S+@\S+)\s+(\S+)")
QUESTION = "How long does a refund take to reach my card?"
FOLLOW_UP = "I sent the parcel back twelve days ago and still see nothing."
PATIENCE_MS = 60_000
WINDOW = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Credentials:
    """How somebody logs in."""

    email: str
    password: str


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, and its people by role."""

    url: str
    people: dict[str, Credentials]


@contextmanager
def demo() -> Iterator[Demo]:
    """Run the demo in a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            [*WARMLINE, "demo", "--port", "0", "--data", folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            people, url = {}, ""
            for line in process.stdout:
                if person := PERSON.match(line):
                    role, email, password = person.groups()
                    people[role] = Credentials(email, password)
                if ready := READY.match(line):
                    url = ready.group(1)
                    break
            if not url:
                sys.exit("The demo did not start; run `warmline demo` to see why.")
            yield Demo(url, people)
        finally:
            process.terminate()
            process.wait()


def ask_in_the_widget(browser: Browser, url: str) -> None:
    """Ask, picture the answer with its source, then ask for a person."""
    page = browser.new_page(viewport=WINDOW)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/demo/")
    page.locator("button[aria-expanded]").first.click()
    chat = page.frame_locator("iframe")
    field = chat.get_by_role("textbox", name="Your message")
    field.fill(QUESTION)
    field.press("Enter")
    chat.get_by_role("button", name="Source 1").first.wait_for()
    page.screenshot(path=DOCS / "widget.png")
    field.fill(FOLLOW_UP)
    field.press("Enter")
    expect(chat.get_by_text(FOLLOW_UP)).to_be_visible()
    field.fill("I want to talk to a person, please.")
    field.press("Enter")
    chat.get_by_role("button", name="Cancel").wait_for()


def log_in(browser: Browser, url: str, who: Credentials) -> Page:
    """Open the console, in a browser profile of its own."""
    page = browser.new_page(viewport=WINDOW)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/agent/")
    page.get_by_label("E-mail").fill(who.email)
    page.get_by_label("Password").fill(who.password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("switch", name="Online").wait_for()
    return page


def open_in_the_console(browser: Browser, url: str, who: Credentials) -> None:
    """Picture the waiting chat with its packet."""
    page = log_in(browser, url, who)
    page.locator("warmline-queue").get_by_role("button", name="Visitor").first.click()
    page.get_by_role("region", name="Handoff packet").wait_for()
    expect(page.get_by_role("log", name="Conversation")).to_contain_text(FOLLOW_UP)
    page.screenshot(path=DOCS / "console.png")


def open_the_look(browser: Browser, url: str, who: Credentials) -> None:
    """Picture the owner's look with the chat beside it."""
    page = log_in(browser, url, who)
    page.get_by_role("link", name="Look").click()
    page.get_by_label("Greeting").fill("Hello, Larkmere here. What can we do for you?")
    page.get_by_role("textbox", name="Colour", exact=True).fill("#7a1fa2")
    picture = page.frame_locator("iframe")
    expect(picture.get_by_text("Hello, Larkmere here.")).to_be_visible()
    page.get_by_role("region", name="What customers really ask").get_by_role(
        "button"
    ).first.wait_for()
    page.screenshot(path=DOCS / "look.png")


def main() -> None:
    """Take all pictures."""
    own = os.environ.get("WARMLINE_CHROMIUM") or shutil.which("chromium")
    with demo() as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=own, args=["--no-sandbox", "--disable-gpu"]
        )
        ask_in_the_widget(browser, shown.url)
        open_in_the_console(browser, shown.url, shown.people["agent"])
        open_the_look(browser, shown.url, shown.people["supervisor"])
        browser.close()


if __name__ == "__main__":
    main()
