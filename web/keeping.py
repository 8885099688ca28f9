"""Copying a data folder while it is in use."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from web.errors import Refused
from web.settings import FILE_NAME, Settings

POINTER = "current"
UNFINISHED = "backup-unfinished"
PAGES_A_STEP = 256  # the writers get their turn between the steps


def copy_data(settings: Settings, target: Path) -> None:
    """Copy everything that a server needs into the new folder `target`.

    The database is copied by SQLite's online backup, so it is whole as of one moment, whatever is
    written meanwhile. Snapshots never change once they have their name; the pointer is copied
    after what it points at. `target` gets its name when everything is in it.

    Raises:
        Refused: `target` exists, there is nothing to copy, or the database is PostgreSQL.
    """
    if not settings.uses_sqlite:
        raise Refused("The database is PostgreSQL: use pg_dump, and copy the snapshots folder.")
    database = Path(settings.database.removeprefix("sqlite:///"))
    if not database.is_file():
        raise Refused(f"There is no database in {settings.data}.")
    if target.exists():
        raise Refused(f"{target} exists already.")
    aside = target.with_name(f"{target.name}.{UNFINISHED}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        copy_database(database, aside / "warmline.db")
        copy_snapshots(settings.snapshots, aside / "snapshots")
        for name in ("secret.key", FILE_NAME):
            if (settings.data / name).is_file():
                shutil.copy2(settings.data / name, aside / name)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database that may be in use."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=PAGES_A_STEP, sleep=0.001)


def copy_snapshots(source: Path, target: Path) -> None:
    """Copy the finished snapshots and the pointer, which may move meanwhile."""
    target.mkdir()
    while True:
        pointer = source / POINTER
        current = pointer.read_text(encoding="utf-8") if pointer.is_file() else ""
        for folder in sorted(path for path in source.glob("[0-9]*") if path.is_dir()):
            if not (target / folder.name).exists():
                copy_snapshot(folder, target / folder.name, needed=folder.name == current.strip())
        if not current or (target / current.strip()).is_dir():
            break
    if current:
        (target / POINTER).write_text(current, encoding="utf-8")


def copy_snapshot(source: Path, target: Path, *, needed: bool) -> None:
    """Copy one snapshot; an old one may be pruned while we copy, and is then left out."""
    try:
        shutil.copytree(source, target)
    except (shutil.Error, FileNotFoundError):
        shutil.rmtree(target, ignore_errors=True)
        if needed and source.is_dir():
            raise
