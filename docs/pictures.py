"""Take the README's pictures, docs/widget.png and docs/console.png, from the running product.

`make pictures`, or `python docs/pictures.py`. Starts `warmline demo` in a folder of its own, asks
in the widget, asks for a person, and opens the console with that chat. Needs Chromium
(`WARMLINE_CHROMIUM`, the system's `chromium`, or Playwright's own).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

DOCS = Path(__file__).resolve().parent
WARMLINE = (sys.executable, "-c", "from web.commands import main; main()")
READY = re.compile(r"^ready (http://\S+)")
AGENT = re.compile(r"^\s*agent\s+(\S+@\S+)\s+(\S+)")
QUESTION = "How long does a refund take to reach my card?"
FOLLOW_UP = "I sent the parcel back twelve days ago and still see nothing."
PATIENCE_MS = 60_000
WINDOW = {"width": 1280, "height": 800}


@contextmanager
def demo() -> Iterator[tuple[str, str, str]]:
    """Run the demo in a fresh folder; gives its address and the agent's e-mail and password."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            [*WARMLINE, "demo", "--port", "0", "--data", folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            email = password = url = ""
            for line in process.stdout:
                if agent := AGENT.match(line):
                    email, password = agent.groups()
                if ready := READY.match(line):
                    url = ready.group(1)
                    break
            if not url:
                sys.exit("The demo did not start; run `warmline demo` to see why.")
            yield url, email, password
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


def open_in_the_console(browser: Browser, url: str, email: str, password: str) -> None:
    """Log in and picture the waiting chat with its packet."""
    page = browser.new_page(viewport=WINDOW)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/agent/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.locator("warmline-queue").get_by_role("button", name="Visitor").first.click()
    page.get_by_role("region", name="Handoff packet").wait_for()
    expect(page.get_by_role("log", name="Conversation")).to_contain_text(FOLLOW_UP)
    page.screenshot(path=DOCS / "console.png")


def main() -> None:
    """Take both pictures."""
    own = os.environ.get("WARMLINE_CHROMIUM") or shutil.which("chromium")
    with demo() as (url, email, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=own, args=["--no-sandbox", "--disable-gpu"]
        )
        ask_in_the_widget(browser, url)
        open_in_the_console(browser, url, email, password)
        browser.close()


if __name__ == "__main__":
    main()
