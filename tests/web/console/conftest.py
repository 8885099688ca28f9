"""A served desk and a browser, once for all tests of the console."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.web.console.desk_server import Arrives, Desk, running_desk
from tests.web.console.screens import Console


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server process with two agents and a few articles."""
    with running_desk(tmp_path_factory.mktemp("desk")) as served:
        yield served


@pytest.fixture
def arrives(desk: Desk) -> Iterator[Arrives]:
    """Lets customers arrive by name; they leave when the test ends."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(desk.customer(name))


@pytest.fixture
def console(desk: Desk, browser: Browser) -> Iterator[Console]:
    """A console at the log-in page."""
    opened = Console(browser, desk.url)
    yield opened
    opened.leave()


@pytest.fixture
def other_console(desk: Desk, browser: Browser) -> Iterator[Console]:
    """A second agent's console, in a browser profile of its own."""
    opened = Console(browser, desk.url)
    yield opened
    opened.leave()
