"""Opening the desk's database: SQLite for one server, PostgreSQL for several."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from handoff.errors import DatabaseUnusable

BUSY_TIMEOUT_S = 30.0
"""How long an SQLite writer waits for another process (a backup, an ingest) to finish."""
POOL_CONNECTIONS = 10
"""Connections kept open; the web's database door has fewer threads than this and the overflow."""
MIGRATION_LOCK = 0x5741524D
"""PostgreSQL advisory lock ("WARM") that lets one server migrate while others wait."""

_writers: WeakKeyDictionary[Engine, RLock] = WeakKeyDictionary()
"""SQLite has one writer; threads queue here fairly rather than by its sleeping retries."""


def open_database(url: str) -> Engine:
    """Open the database at `url` ("sqlite:///…/warmline.db" or "postgresql://…").

    SQLite runs in WAL mode with a busy timeout, foreign keys and immediate write transactions;
    PostgreSQL through psycopg 3 with a pool. Raises `DatabaseUnusable` with the remedy.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnusable(
            "DATABASE_URL is not an address; write sqlite:///path or postgresql://user@host/name."
        ) from error
    if address.get_backend_name() == "sqlite":
        if not address.database or address.database == ":memory:":
            raise DatabaseUnusable("SQLite needs a file: write sqlite:///path/to/warmline.db.")
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        return _open_sqlite(url)
    if address.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_size=POOL_CONNECTIONS,
            max_overflow=POOL_CONNECTIONS,
            pool_pre_ping=True,
        )
        _check(engine)
        return engine
    raise DatabaseUnusable(
        f"{address.drivername} is not supported; use sqlite:///path or postgresql://…"
    )


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=POOL_CONNECTIONS,
        max_overflow=POOL_CONNECTIONS,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        # SQLite's own lower() knows ASCII only; customers write in more languages.
        connection.create_function("lower", 1, _lower, deterministic=True)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # what was acknowledged survives a power cut too
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns writer fails at once when another has written since.
        reads = connection.get_execution_options().get("warmline_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    _writers[engine] = RLock()
    _check(engine)
    return engine


def _lower(value: str | bytes | float | None) -> str | bytes | float | None:
    return value.lower() if isinstance(value, str) else value


def _check(engine: Engine) -> None:
    try:
        with reading(engine) as connection:
            connection.execute(text("SELECT 1"))
    except (DBAPIError, NoSuchModuleError) as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnusable(
            f"Cannot open the database at {shown}; check that it is there and may be written."
        ) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction: committed at the end, rolled back by an exception."""
    with _writers.get(engine) or nullcontext(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read transaction; on SQLite it neither waits for writers nor holds them up."""
    with engine.connect() as connection:
        connection = connection.execution_options(warmline_reads=True)
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def migrate(engine: Engine) -> None:
    """Bring the schema up to this version; safe when several servers start at once.

    Raises `DatabaseUnusable` when the schema is newer than this program.
    """
    config = Config()
    config.set_main_option("script_location", "handoff:migrations")
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        present = MigrationContext.configure(connection).get_current_heads()
        if not set(present) <= known:
            raise DatabaseUnusable(
                f"The database's schema ({', '.join(present)}) is newer than this program; "
                "install the version that wrote it, or restore a backup."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
