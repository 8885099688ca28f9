"""Storms: the network cut, slowed and lying, the server killed, tabs reloaded, at random moments.

Whatever happens, every tab ends with exactly the server's transcript, and the server has every
message that was written, once, in the order in which its tab wrote it. Short and seeded here;
`make soak` sets `WARMLINE_SOAK_STORMS` to weather that many more.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.web.servers import customer_line
from tests.web.widget.conftest import HOST_PAGE, Chat, Host, Shop
from tests.web.widget.networks import Network, Weather

pytestmark = pytest.mark.browser

STORMS = int(os.environ.get("WARMLINE_SOAK_STORMS", "0"))
SEEDS = [20261122, *range(1, STORMS + 1)]
STEPS = 16
READINGS = 5
CALM_MS = 90_000  # a deadline: reconnecting waits up to 20 s by design, on a machine that is busy
# What buttons say stands in the server's text as a list.
SHOWN = """log => [...log.querySelectorAll('wl-message')].map(({ className, shadowRoot }) => [
  className.includes('mine') ? 'customer' : 'other',
  [...shadowRoot.querySelectorAll('.bubble, [role=group] .choice')].map((one) => one.textContent).join('\\n- ')])"""


@pytest.fixture
def network(shop: Shop, host: Host) -> Iterator[Network]:
    """The network between the browser and the server; the page loads the widget through it."""
    network = Network(shop.server.port)
    shop.url = host.put("rough.html", HOST_PAGE.format(server=network.url, key=shop.server.key))
    yield network
    network.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_leaves_every_tab_with_the_servers_transcript(
    shop: Shop, network: Network, context: BrowserContext, seed: int
) -> None:
    chance = random.Random(seed)
    context.set_default_timeout(CALM_MS)
    tabs = [Chat(context.new_page()) for _ in range(2)]
    for tab in tabs:
        tab.page.goto(shop.url)
        tab.open()
        expect(tab.field).to_be_focused()
    written: list[list[str]] = [[], []]

    def write() -> None:
        at = chance.randrange(2)
        text = f"{'AB'[at]}{len(written[at])} is what I say"
        tabs[at].field.fill(text)
        tabs[at].field.press("Enter")
        expect(tabs[at].message(text)).to_have_count(1)
        written[at].append(text)

    def reload() -> None:
        # A page that cannot load needs its widget's files: what has weather is the conversation.
        network.turn(Weather.FINE)
        tab = chance.choice(tabs)
        tab.page.reload()
        tab.field.wait_for()

    def restart() -> None:
        shop.server.kill()
        write()
        shop.server.start()

    def weather() -> None:
        network.turn(chance.choice([Weather.CUT, Weather.SLOW, Weather.FINE, Weather.FINE]))

    write()
    deeds: list[Callable[[], None]] = [write, write, write, weather, weather, reload]
    for step in range(STEPS):
        chance.choice(deeds)()
        if step == STEPS // 2:
            restart()
    network.turn(Weather.FINE)
    compare(shop, tabs, written)


def test_a_network_that_swallows_everything_loses_nothing(
    shop: Shop, network: Network, context: BrowserContext
) -> None:
    context.set_default_timeout(CALM_MS)
    tab = Chat(context.new_page())
    tab.page.goto(shop.url)
    tab.open()
    tab.write("before")
    expect(tab.find("wl-message.theirs").first).to_be_visible()
    network.turn(Weather.SILENT)
    tab.write("into the void")
    expect(tab.find(".bar")).to_contain_text("nothing is lost", timeout=CALM_MS)
    tab.write("and again")
    network.turn(Weather.FINE)
    compare(shop, [tab], [["before", "into the void", "and again"]])


def compare(shop: Shop, tabs: list[Chat], written: list[list[str]]) -> None:
    """Wait until all is sent and answered, then hold tabs and server against each other."""
    for tab in tabs:
        expect(tab.find("wl-message .meta").get_by_text("Sending…")).to_have_count(
            0, timeout=CALM_MS
        )
        expect(tab.find("wl-message.mine")).to_have_count(
            sum(len(texts) for texts in written), timeout=CALM_MS
        )
        expect(tab.find(".dots")).to_have_count(0, timeout=CALM_MS)
    said = [text for role, text in agreed(shop, tabs) if role == "customer"]
    for texts in written:
        assert [text for text in said if text in texts] == texts
    assert len(said) == sum(len(texts) for texts in written)


def agreed(shop: Shop, tabs: list[Chat]) -> list[tuple[str, str]]:
    """The transcript that the server and all tabs have; the bot may still say something."""
    for _ in range(READINGS):
        servers = transcript(shop, tabs[0])
        with suppress(AssertionError):
            for tab in tabs:
                expect(tab.find("wl-message")).to_have_count(len(servers))
            break
    for tab in tabs:
        assert [tuple(one) for one in tab.find(".rows").evaluate(SHOWN)] == servers
    return servers


def transcript(shop: Shop, tab: Chat) -> list[tuple[str, str]]:
    """What the server has, read over a line of its own with the same visitor's secret."""
    visitor = tab.find("wl-panel").evaluate("panel => panel.chat.visitor")
    session = shop.server.session(visitor=visitor).json()
    with customer_line(shop.server, session) as line:
        last = line.seen[-1]["seq"]
        line.until(lambda frame: frame["type"] == "event" and frame["seq"] >= last)
        return [
            ("customer" if frame["from"]["role"] == "customer" else "other", frame["text"])
            for frame in line.seen
            if frame["type"] == "event" and frame["kind"] == "message"
        ]
