"""One ingest at a time; the second is told who is at work."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IngestRunning


@contextmanager
def only_ingest(file: Path | None) -> Iterator[None]:
    """Hold the lock while the block runs; None holds nothing (a store without a folder).

    The operating system frees the lock when its holder dies, however it dies. Raises
    IngestRunning, naming process, machine and time, when another holds it.
    """
    if file is None:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    holder = file.with_suffix(".holder")
    lock = FileLock(file, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IngestRunning(_told(holder)) from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        mine = {"process": os.getpid(), "machine": socket.gethostname(), "since": now}
        holder.write_text(json.dumps(mine), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _told(holder: Path) -> str:
    try:
        held = json.loads(holder.read_text(encoding="utf-8"))
        who = f"process {held['process']} on {held['machine']}, since {held['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process"
    return (
        f"An ingest is already running ({who}). Wait until it is done, or stop it, and try again."
    )
