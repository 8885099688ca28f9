"""Snapshots in PostgreSQL, for servers without a common folder.

A snapshot's files are stored in pieces in one table; opening one copies it into a local folder
once and maps it from there. The pointer is a row that is changed in the transaction that stores the
snapshot, so readers see the former one or the new one whole.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock

from knowledge import layout, manifest
from knowledge.contents import Snapshot
from knowledge.draft import SnapshotDraft
from knowledge.errors import NoSnapshot
from knowledge.manifest import Generation
from knowledge.snapshot import KEPT_SNAPSHOTS, SnapshotInfo, check_draft

_Connection = psycopg.Connection[tuple[Any, ...]]

_CHUNK_BYTES = 4 << 20
_COPYING = ".copying.lock"
# Any constant will do; it names our publish lock among a database's advisory locks.
_LOCK_KEY = 0x5741524D
_TABLES = """
create table if not exists knowledge_snapshots (
    generation text primary key,
    created_at timestamptz not null,
    content text not null,
    article_count bigint not null,
    passage_count bigint not null,
    is_current boolean not null default false
);
create table if not exists knowledge_files (
    generation text not null references knowledge_snapshots on delete cascade,
    name text not null,
    piece bigint not null,
    bytes bytea not null,
    primary key (generation, name, piece)
);
"""


class PostgresStore:
    """A SnapshotStore in a PostgreSQL database, with a local folder of opened snapshots."""

    def __init__(
        self,
        url: str,
        cache: Path,
        *,
        keep: int = KEPT_SNAPSHOTS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Use the database at `url` ("postgresql://…"), making its tables when first needed."""
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._cache = cache
        self._keep = keep
        self._clock = clock
        with self._connect() as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK_KEY])
            connection.execute(_TABLES)

    def current(self) -> Generation | None:
        """Name the current snapshot, None before the first publish."""
        with self._connect() as connection:
            return _current(connection)

    def open(self, generation: Generation) -> Snapshot:
        """Open a snapshot from the local folder, copied there first unless it stands there whole."""
        folder = self._cache / generation
        with self._connect() as connection:
            self._require(connection, generation)
        if not manifest.is_whole(folder):
            self._fetch(generation, folder)
            manifest.verify(folder, manifest.read(folder))
        return Snapshot(folder)

    def publish(self, draft: SnapshotDraft) -> Generation:
        """Write aside, verify, store and switch in one transaction; see SnapshotStore."""
        self._cache.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=self._cache))
        try:
            with self._connect() as connection:
                connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK_KEY])
                current = _current(connection)
                texts = layout.texts_of(draft)
                same = current is not None and _content(connection, current) == texts.content
                if current is not None and same and self._is_stored_whole(connection, current):
                    return current
                written = layout.write(draft, texts, building, self._clock())
                check_draft(Snapshot(building), draft.kept)
                generation = Generation(f"{_next_number(connection):06d}-{written.hash_name}")
                _insert(connection, generation, written)
                for path in _files(building):
                    _store(connection, generation, path, building)
                _point_at(connection, generation)
                self._prune(connection)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        return generation

    def list(self) -> list[SnapshotInfo]:
        """Describe the snapshots that are kept, newest first."""
        with self._connect() as connection:
            rows = connection.execute(
                "select generation, created_at, article_count, passage_count, is_current "
                "from knowledge_snapshots order by generation desc"
            ).fetchall()
        return [SnapshotInfo(Generation(row[0]), *row[1:]) for row in rows]

    def rollback(self, generation: Generation) -> None:
        """Make a kept snapshot current again, once it has proved readable."""
        self.open(generation)
        with self._connect() as connection:
            self._require(connection, generation)
            _point_at(connection, generation)

    def _connect(self) -> _Connection:
        return psycopg.connect(self._url)

    def _require(self, connection: _Connection, generation: Generation) -> None:
        rows = connection.execute("select generation from knowledge_snapshots").fetchall()
        kept = sorted(str(row[0]) for row in rows)
        if generation not in kept:
            raise NoSnapshot(
                f"There is no snapshot {generation!r}. Kept: {', '.join(kept) or 'none'}."
            )

    def _fetch(self, generation: Generation, folder: Path) -> None:
        """Copy a snapshot to its local folder, in place of a damaged copy; one process at a time."""
        self._cache.mkdir(parents=True, exist_ok=True)
        with FileLock(self._cache / _COPYING):
            if manifest.is_whole(folder):
                return
            shutil.rmtree(folder, ignore_errors=True)
            with self._connect() as connection:
                self._copy(connection, generation, folder)

    def _is_stored_whole(self, connection: _Connection, generation: Generation) -> bool:
        """Whether what the database holds of a snapshot is undamaged."""
        with tempfile.TemporaryDirectory(prefix=".checking-", dir=self._cache) as aside:
            folder = Path(aside) / generation
            self._copy(connection, generation, folder)
            return manifest.is_whole(folder)

    def _copy(
        self,
        connection: _Connection,
        generation: Generation,
        folder: Path,
    ) -> None:
        """Copy a snapshot's files aside, then give the folder its name in one step."""
        self._cache.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".copying-", dir=self._cache))
        try:
            with connection.cursor(name="pieces") as cursor:
                cursor.itersize = 8
                cursor.execute(
                    "select name, bytes from knowledge_files where generation = %s "
                    "order by name, piece",
                    [generation],
                )
                for name, piece in cursor:
                    path = aside / str(name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("ab") as file:
                        file.write(piece)
            if not folder.is_dir():
                aside.rename(folder)
        except OSError:
            # Another process may have been first; what it put there is verified by `open`.
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _prune(self, connection: _Connection) -> None:
        gone = connection.execute(
            "delete from knowledge_snapshots where not is_current and generation not in "
            "(select generation from knowledge_snapshots order by generation desc limit %s) "
            "returning generation",
            [self._keep],
        ).fetchall()
        for (generation,) in gone:
            shutil.rmtree(self._cache / str(generation), ignore_errors=True)


def _current(connection: _Connection) -> Generation | None:
    row = connection.execute(
        "select generation from knowledge_snapshots where is_current"
    ).fetchone()
    return Generation(str(row[0])) if row else None


def _content(connection: _Connection, generation: Generation) -> str | None:
    row = connection.execute(
        "select content from knowledge_snapshots where generation = %s", [generation]
    ).fetchone()
    return str(row[0]) if row else None


def _next_number(connection: _Connection) -> int:
    row = connection.execute("select max(generation) from knowledge_snapshots").fetchone()
    return int(str(row[0])[:6]) + 1 if row and row[0] else 1


def _insert(
    connection: _Connection,
    generation: Generation,
    written: manifest.Manifest,
) -> None:
    connection.execute(
        "insert into knowledge_snapshots "
        "(generation, created_at, content, article_count, passage_count) "
        "values (%s, %s, %s, %s, %s)",
        [
            generation,
            written.created_at,
            written.content,
            written.article_count,
            written.passage_count,
        ],
    )


def _point_at(connection: _Connection, generation: Generation) -> None:
    connection.execute(
        "update knowledge_snapshots set is_current = (generation = %s) "
        "where is_current or generation = %s",
        [generation, generation],
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _store(
    connection: _Connection,
    generation: Generation,
    path: Path,
    folder: Path,
) -> None:
    """Store a file in pieces; an empty one is one empty piece."""
    name = path.relative_to(folder).as_posix()
    number = 0
    with path.open("rb") as file:
        while (piece := file.read(_CHUNK_BYTES)) or number == 0:
            connection.execute(
                "insert into knowledge_files values (%s, %s, %s, %s)",
                [generation, name, number, piece],
            )
            number += 1
