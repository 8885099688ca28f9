"""A served desk and a browser, once for all tests of the console."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.web.console.customers import (
    AGENTS,
    ARTICLES,
    MIRA,
    Arrives,
    Customer,
    OpensChat,
    arriving,
)
from tests.web.console.screens import Console
from tests.web.servers import ServerProcess, prepare


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server process with two agents and a few articles."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    served = ServerProcess(folder, prepare(folder, ARTICLES, AGENTS))
    served.start()
    yield served
    assert served.stop() == 0, served.log()


@pytest.fixture
def arrives(desk: ServerProcess) -> Iterator[Arrives]:
    """Lets customers arrive by name; they leave when the test ends."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(arriving(desk, name))


@pytest.fixture
def console(desk: ServerProcess, browser: Browser) -> Iterator[Console]:
    """A console at the log-in page."""
    opened = Console(browser, desk.url)
    yield opened
    opened.leave()


@pytest.fixture
def opens_chat_of(arrives: Arrives, console: Console) -> OpensChat:
    """Has a customer ask for a person at once, by name, and Mira open the chat."""

    def opened(name: str) -> Customer:
        customer = arrives(name)
        customer.asks_for_a_person_as(name=name)
        console.log_in(MIRA).open(name)
        return customer

    return opened


@pytest.fixture
def other_console(desk: ServerProcess, browser: Browser) -> Iterator[Console]:
    """A second agent's console, in a browser profile of its own."""
    opened = Console(browser, desk.url)
    yield opened
    opened.leave()
