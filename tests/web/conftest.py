"""One prepared data folder for all tests of the doors; each test gets a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.browsers import browser, context, modules
from tests.web.servers import ServerProcess, copy_of, prepare

# Here once: a second Playwright in one process would find the first one's loop running.
__all__ = ["browser", "context", "modules"]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder with articles, agents and a site, and the site's key."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    return folder, prepare(folder)


@pytest.fixture
def stopped_server(prepared: tuple[Path, str], tmp_path: Path) -> Iterator[ServerProcess]:
    """A server of one's own, not started yet."""
    folder, key = prepared
    server = ServerProcess(copy_of(folder, tmp_path / "data"), key)
    yield server
    server.hang_up()
    if server.process is not None and server.process.poll() is None:
        server.kill()


@pytest.fixture
def own_server(stopped_server: ServerProcess) -> ServerProcess:
    """A running server of one's own, to be killed or filled."""
    stopped_server.start()
    return stopped_server


@pytest.fixture(scope="module")
def server(
    prepared: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A running server that the tests of one file share; each makes its own customers."""
    folder, key = prepared
    shared = ServerProcess(copy_of(folder, tmp_path_factory.mktemp("server") / "data"), key)
    shared.start()
    yield shared
    shared.hang_up()
    assert shared.stop() == 0, shared.log()
