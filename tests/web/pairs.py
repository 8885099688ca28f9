"""Two server processes on one PostgreSQL, with no common folder.

Import the fixture into a test module: `from tests.web.pairs import pair`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff.accounts import Accounts, AgentRole
from handoff.database import open_database
from handoff.sites import Sites
from tests.web.command_line import warmline, write_articles
from tests.web.servers import HOST_PAGE, PASSWORD, ServerProcess
from web.accounts.passwords import hash_password

Pair = tuple[ServerProcess, ServerProcess]


@pytest.fixture
def pair(postgres_url: str, tmp_path: Path) -> Iterator[Pair]:
    """Servers A and B: one database, no common folder."""
    environ = {
        "WARMLINE_DATABASE_URL": postgres_url,
        "WARMLINE_SECRET": "one secret for all servers of this desk",
        "WARMLINE_ANSWER_TIMEOUT_S": "6",
    }
    articles = write_articles(tmp_path / "articles")
    done = warmline("ingest", articles, "--data", tmp_path / "elsewhere", stdin=b"", **environ)
    assert done.returncode == 0, done.stderr
    engine = open_database(postgres_url)
    hashed = hash_password(PASSWORD)
    for name in ("ada", "bob"):
        address = f"{name}@shop.example"
        Accounts(engine).add(
            address, name.capitalize(), AgentRole.AGENT, hashed, must_change_password=False
        )
    key = Sites(engine).add("Shop", [HOST_PAGE]).key
    engine.dispose()
    servers = [ServerProcess(tmp_path / name, key, dict(environ)) for name in ("a", "b")]
    for server in servers:
        server.start()
    yield servers[0], servers[1]
    for server in servers:
        server.hang_up()
        if server.process is not None and server.process.poll() is None:
            assert server.stop() == 0, server.log()
