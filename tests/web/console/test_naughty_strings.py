"""Whatever customers and agents write comes out of the console as the same text, and nothing runs."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.console.customers import EMAIL, Customer
from tests.web.console.screens import Console
from tests.web.naughty import OWN, messages, strings
from tests.web.servers import PEOPLE, ServerProcess, agent_line, customer_line

pytestmark = pytest.mark.browser

ADA = PEOPLE[0]
MESSAGE_CHARS = 3900
PROFILE_CHARS = 190
TEXTS = """(log) => [...log.querySelectorAll(".said:not(.bot) .text")].map((text) => text.textContent)"""
STRANGERS = """() => {
  const kinds = /^(script|img|iframe|object|embed|style|base|video|audio|math|form)$/i;
  const runs = /^\\s*(javascript|data|vbscript):/i;
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (kinds.test(one.localName)) found.push(one.localName);
      for (const { name, value } of one.attributes) {
        if (/^on/i.test(name) || (/^(href|src|action)$/i.test(name) && runs.test(value))) found.push(`${name}=${value}`);
      }
      if (one.shadowRoot) look(one.shadowRoot);
    }
  };
  look(document.querySelector("warmline-console").shadowRoot);
  return found;
}"""


def test_every_naughty_string_stays_the_same_text_and_nothing_runs(
    stopped_server: ServerProcess, browser: Browser
) -> None:
    server = stopped_server
    server.environ["WARMLINE_COMMANDS_BURST"] = "1000"
    server.start()
    texts = messages(MESSAGE_CHARS)
    name = " ".join(text for text in OWN if len(text) < 100)[:PROFILE_CHARS].strip()
    session = server.session(page=f"https://shop.example/?q={OWN[1]}").json()
    conversation = session["conversation"]
    with customer_line(server, session) as line:
        customer = Customer("Naughty", line)
        customer.asks_for_a_person()
        customer.command("email_me", email=EMAIL, name=name)
        console = Console(browser, server.url).log_in(ADA)
        dialogs: list[str] = []
        console.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        console.page.locator("warmline-queue .row").click()
        console.claim.click()
        expect(console.reply).to_be_visible()
        with agent_line(server, server.log_in()) as agent:
            for number, text in enumerate(texts):
                customer.command("message", text=text)
                fields = {"conversation": conversation, "client_id": f"a{number}", "text": text}
                agent.send("message", **fields)
                agent.event("message", client_id=f"a{number}")
        expect(console.transcript.locator(".said.agent")).to_have_count(len(texts))
        shown = console.transcript.evaluate(TEXTS)
    assert len(strings()) >= len(OWN)
    assert shown == [text.strip() for text in texts for _ in range(2)]
    heading = console.page.locator("warmline-conversation header h2")
    assert heading.evaluate("(one) => one.textContent") == name
    console.page.get_by_role("searchbox").fill(OWN[1])
    expect(console.page.locator("warmline-queue .row .text")).to_contain_text("<img")
    assert console.page.evaluate(STRANGERS) == []
    assert dialogs == []
    assert "owned" not in console.page.title()
    console.leave()
