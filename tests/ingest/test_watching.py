"""Watching a folder: a change starts a run."""

import threading
from pathlib import Path

import pytest

from ingest.errors import SourceRefused
from ingest.sources import SourceSpec
from ingest.watching import watch_sources


def test_changes_close_together_start_one_run(tmp_path: Path) -> None:
    stop, started = threading.Event(), threading.Event()
    runs: list[list[str]] = []

    def ingest() -> None:
        runs.append(sorted(path.name for path in tmp_path.iterdir()))
        stop.set()

    def watch() -> None:
        started.set()
        watch_sources([SourceSpec(str(tmp_path))], ingest, stop=stop, debounce_ms=400)

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert started.wait(5)
    # The watch begins at some moment after the thread: write until it has seen something.
    for number in range(200):
        (tmp_path / f"a{number}.md").write_text("x")
        if stop.wait(0.05):
            break
    watcher.join(10)
    assert not watcher.is_alive()
    assert len(runs) == 1


@pytest.mark.parametrize("location", ["https://a.example/x", "no-such-place"])
def test_what_cannot_be_watched_is_refused_by_name(location: str) -> None:
    with pytest.raises(SourceRefused, match=location):
        watch_sources([SourceSpec(location)], lambda: None)
