"""The schema, the addresses, and hints between servers."""

import queue
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from handoff.database import migrate, open_database, writing
from handoff.errors import DatabaseUnusable
from handoff.hints import (
    ConversationHint,
    Hint,
    LostHint,
    SnapshotHint,
    listen,
    parse,
    tell_snapshot,
)
from handoff.tables import metadata
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import Scene

PATIENCE_S = 20.0
"""For a hint that should come at once; longer only means a failed test."""


@BOTH
def test_the_migrations_build_exactly_the_tables(database: Engine) -> None:
    with writing(database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@BOTH
def test_a_schema_newer_than_the_program_is_refused(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="newer than this program"):
        migrate(database)


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://localhost/x", "sqlite://", "postgresql://nobody@127.0.0.1:1/none"],
    ids=["no-address", "other-database", "memory", "nobody-there"],
)
def test_an_address_that_cannot_work_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(DatabaseUnusable):
        open_database(url)


def test_a_file_in_a_folder_not_yet_there_is_made(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/new/folder/warmline.db")
    migrate(engine)
    migrate(engine)
    engine.dispose()
    assert (tmp_path / "new" / "folder" / "warmline.db").exists()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_servers_hear_of_each_others_conversations_and_snapshots(scene: Scene) -> None:
    heard: queue.Queue[Hint] = queue.Queue()
    stop = threading.Event()
    listener = threading.Thread(target=listen, args=(scene.engine, heard.put, stop))
    listener.start()
    assert heard.get(timeout=PATIENCE_S) == LostHint()
    scene.writes()
    assert heard.get(timeout=PATIENCE_S) == ConversationHint(scene.eva, 1)
    tell_snapshot(scene.engine, "000002-abc")
    assert heard.get(timeout=PATIENCE_S) == SnapshotHint("000002-abc")
    stop.set()
    listener.join(timeout=PATIENCE_S)
    assert not listener.is_alive()


def test_one_server_on_sqlite_needs_no_hints(database: Engine) -> None:
    listen(database, pytest.fail, threading.Event())
    tell_snapshot(database, "000002-abc")


def test_an_unknown_hint_is_none() -> None:
    assert parse("weather sunny") is None
