"""A run in a process of its own that stops at a named point and waits to be killed.

Usage: killed_run.py POINT FOLDER SNAPSHOTS LOCK. Prints "here" when the point is reached.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.pipeline import run
from ingest.sources import SourceSpec
from knowledge import layout, manifest, snapshot
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore


def wait_to_be_killed() -> None:
    print("here", flush=True)
    threading.Event().wait()


class Stopping:
    """Progress that stops at a stage of the run."""

    def __init__(self, point: str) -> None:
        self._point = point

    def has_read(self, done: int, total: int) -> None:
        if (self._point == "first file read" and done == 1) or (
            self._point == "all files read" and done == total
        ):
            wait_to_be_killed()

    def has_embedded(self, done: int, total: int) -> None:
        if self._point == "embedding" and done > 0:
            wait_to_be_killed()

    def publishes(self) -> None:
        if self._point == "before publishing":
            wait_to_be_killed()


def stop_before(owner: Any, name: str) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    def stopped(*args: Any, **kwargs: Any) -> Any:
        if owner is layout:  # half of the files stand there
            original(*args, **kwargs)
        wait_to_be_killed()
        return original(*args, **kwargs)

    setattr(owner, name, stopped)


PLACES: dict[str, tuple[Any, str]] = {
    "files written": (layout, "write"),
    "before checking": (snapshot, "check_draft"),
    "before switching": (FolderStore, "_point_at"),
    "while switching": (manifest, "sync"),
    "before pruning": (FolderStore, "_prune"),
}


def main() -> None:
    point, folder, snapshots, lock = sys.argv[1:]
    if point in PLACES:
        stop_before(*PLACES[point])
    embedder = HashEmbedder()
    run(
        [SourceSpec(folder)], FolderStore(Path(snapshots)), lambda: embedder, embedder.model_id,
        progress=Stopping(point), lock_file=Path(lock),
    )  # fmt: skip


if __name__ == "__main__":
    main()
