"""Where this desk keeps its snapshots: the data folder, or PostgreSQL for several servers."""

from knowledge.postgres_store import PostgresStore
from knowledge.snapshot import FolderStore, SnapshotStore
from web.settings import Settings


def open_store(settings: Settings) -> SnapshotStore:
    """The store of the settings.

    With PostgreSQL the snapshots stand in the database, so that servers need no common folder;
    `snapshots/` then holds copies of those that this machine has opened.
    """
    if settings.uses_sqlite:
        return FolderStore(settings.snapshots, keep=settings.snapshots_kept)
    return PostgresStore(settings.database, settings.snapshots, keep=settings.snapshots_kept)
