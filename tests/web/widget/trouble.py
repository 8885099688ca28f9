"""A help centre whose articles, titles, file names and site name are strings of trouble."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from handoff.database import open_database
from handoff.look import Look
from handoff.sites import Sites
from tests.web.naughty import strings
from tests.web.servers import ServerProcess, prepare

LINE = re.compile(r"[\r\n\u2028\u2029\x0b\x0c\x1c-\x1e\x85]")
GONE = re.compile("[\x00-\x1f\x7f\ufeff]")  # what no text file means to say
NAME = "<b onclick=attacked=1>Kim & Co</b> ${7*7} \u202eevil"
# What a script of an attack can do is set `attacked`, call `alert`, or fetch what is not ours.
WATCH = "window.attacked = 0; for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => { window.attacked += 1; };"
STRANGERS = """() => {
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll('*')) {
      if (/^(img|iframe|object|embed|base|video|audio|math|form)$/.test(one.localName) && !one.closest('form.composer, form.ask, form.helpful, search')) found.push(one.outerHTML.slice(0, 200));
      for (const { name, value } of one.attributes)
        if (/^on/i.test(name) || (/^(href|src|action)$/i.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value))) found.push(`${name}=${value}`);
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document.body);
  return found;
}"""


def folded(text: str) -> str:
    """The text with every run of space as one, and without what no text file keeps."""
    return " ".join(GONE.sub("", LINE.sub("\n", text).replace("\t", " ")).split())


def troubles() -> list[str]:
    """The strings as lines of text, each once."""
    lines = [folded(text) for text in strings()]
    return [line for line in dict.fromkeys(lines) if line]


def bare(text: str) -> str:
    """The text without the spaces, which lists and paragraphs make their own."""
    return "".join(text.split())


@contextmanager
def library(
    folder: Path, written: dict[str, list[str]], model: str = "hash"
) -> Iterator[ServerProcess]:
    """A server with such articles, the lines as paragraphs, and a site with such a name."""
    key = prepare(
        folder, {name: "\n\n".join(lines) for name, lines in written.items()}, model=model
    )
    engine = open_database(f"sqlite:///{folder / 'warmline.db'}")
    sites = Sites(engine)
    site = sites.by_key(key)
    assert site is not None
    sites.set_look(site.id, Look(name=NAME, greeting=NAME, suggestions=(NAME,)))
    engine.dispose()
    limits = {
        "WARMLINE_COMMANDS_BURST": "1000",
        "WARMLINE_CLIENT_QUEUE": "1000",
        "WARMLINE_EMBEDDING_MODEL": model,
    }
    server = ServerProcess(folder, key, environ=limits)
    server.start()
    try:
        yield server
    finally:
        server.hang_up()
        server.stop()


def save_chat(page: Page, folder: Path) -> str:
    """Save the open chat both ways, as chat.txt and chat.html; gives the text."""
    for item, ending in (("Save chat as text", "txt"), ("Save chat as a web page", "html")):
        page.get_by_role("button", name="More").click()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name=item).click()
        saved.value.save_as(folder / f"chat.{ending}")
    return (folder / "chat.txt").read_bytes().decode()


def all_text(page: Page) -> str:
    """Everything that stands in the page's shadow roots."""
    text: Any = page.evaluate(
        "() => { const say = (root) => [...root.childNodes].map((one) => one.nodeType === 3 ? one.data"
        " : say(one) + (one.shadowRoot ? say(one.shadowRoot) : '')).join(' '); return say(document.body); }"
    )
    return str(text)
