"""`kill -9` at every stage of an ingest: the former snapshot serves, the next run repairs."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import IngestRunning
from ingest.pipeline import run
from ingest.report import Report
from ingest.sources import SourceSpec
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore

POINTS = [
    "first file read", "all files read", "embedding", "before publishing", "files written",
    "before checking", "while switching", "before switching", "before pruning",
]  # fmt: skip
_SCRIPT = Path(__file__).with_name("killed_run.py")
_ROOT = Path(__file__).parents[2]


class Place:
    """A folder of articles with one snapshot of them, and a change that waits to be published."""

    def __init__(self, root: Path) -> None:
        self.folder, self.snapshots, self.lock = root / "help", root / "snapshots", root / "i.lock"
        self.folder.mkdir()
        for number in range(6):
            (self.folder / f"a{number}.md").write_text(f"# Topic {number}\n\nAnswer {number}.\n")
        self.ingest()
        (self.folder / "a0.md").write_text("# Topic 0\n\nThe new answer.\n")

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.snapshots)

    def ingest(self) -> Report:
        embedder = HashEmbedder()
        return run(
            [SourceSpec(str(self.folder))], self.store, lambda: embedder, embedder.model_id,
            lock_file=self.lock,
        )  # fmt: skip

    def served_answer(self) -> str:
        current = self.store.current()
        assert current is not None
        article = self.store.open(current).article(ArticleId("a0.md"))
        assert article is not None
        return article.text.split("\n")[2]

    @contextmanager
    def run_stopped_at(self, point: str) -> Iterator[None]:
        """Another process ingests up to a point; it is killed with SIGKILL afterwards."""
        command = [
            sys.executable,
            str(_SCRIPT),
            point,
            *map(str, (self.folder, self.snapshots, self.lock)),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT) as process:
            assert process.stdout is not None
            try:
                assert process.stdout.readline() == b"here\n"
                yield
            finally:
                process.kill()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("point", POINTS)
def test_killed_run_leaves_a_whole_snapshot_and_the_next_run_repairs(
    place: Place, point: str
) -> None:
    with place.run_stopped_at(point):
        pass
    switched = point == "before pruning"
    assert place.served_answer() == ("The new answer." if switched else "Answer 0.")
    report = place.ingest()
    assert report.changed == (() if switched else ("a0.md",))
    assert place.served_answer() == "The new answer."
    assert [path.name for path in place.snapshots.glob(".building*")] == []
    assert all(place.store.open(info.generation) for info in place.store.list())


def test_second_ingest_is_told_who_holds_the_first(place: Place) -> None:
    with (
        place.run_stopped_at("embedding"),
        pytest.raises(IngestRunning, match=r"process \d+ on .*since"),
    ):
        place.ingest()
