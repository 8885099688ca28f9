"""Immutable snapshots: published in one step, listed, rolled back, served without a pause.

This is the room's front door; `Snapshot` itself is in `knowledge/contents.py`, what goes into one
in `knowledge/draft.py`.
"""

import shutil
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from filelock import FileLock

from knowledge import layout, manifest
from knowledge.articles import ArticleId
from knowledge.contents import Snapshot
from knowledge.draft import DraftBuilder, SnapshotDraft
from knowledge.embedding import Encoded
from knowledge.errors import KnowledgeError, NoSnapshot, SnapshotRefused
from knowledge.manifest import Generation, Manifest
from knowledge.passages import passage_id
from knowledge.search import WeightedQuery

__all__ = [
    "DraftBuilder",
    "FolderStore",
    "Generation",
    "Manifest",
    "ServedSnapshot",
    "Snapshot",
    "SnapshotDraft",
    "SnapshotInfo",
    "SnapshotStore",
]

KEPT_SNAPSHOTS = 5
_POINTER, _LOCK, _BUILDING = "current", ".publish.lock", ".building-"
# Smoke queries: this many passages, spread evenly, must each be found by their own vector.
_SMOKE_QUERIES = 8
# Unit vectors in float16 keep an inner product with themselves within this of 1.
_SMOKE_COSINE = 0.99


@dataclass(frozen=True)
class SnapshotInfo:
    """A snapshot in a store's list."""

    generation: Generation
    created_at: datetime
    article_count: int
    passage_count: int
    is_current: bool


class SnapshotStore(Protocol):
    """Keeps snapshots and owns the pointer to the current one."""

    def current(self) -> Generation | None:
        """Name the current snapshot, None before the first publish."""
        ...

    def open(self, generation: Generation) -> Snapshot:
        """Open a snapshot, its checksums verified. Raises NoSnapshot, SnapshotCorrupt or
        SnapshotMismatch.
        """
        ...

    def publish(self, draft: SnapshotDraft) -> Generation:
        """Write a draft aside, verify it, make it current, and drop the oldest beyond those kept.

        A draft with the content of the current snapshot publishes nothing and gives its name.
        Raises SnapshotRefused when verification fails; the former snapshot stays current.
        """
        ...

    def list(self) -> list[SnapshotInfo]:
        """Describe the snapshots that are kept, newest first."""
        ...

    def rollback(self, generation: Generation) -> None:
        """Make a kept snapshot current again. Raises as `open` does, and changes nothing then."""
        ...


class FolderStore:
    """Snapshots in a folder: `<generation>/` each, and a file `current` that names one.

    Safe against a kill at any moment: a snapshot is complete before it has its name, and the
    pointer is replaced in one step. What a killed publish leaves behind, the next one sweeps.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep: int = KEPT_SNAPSHOTS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Keep snapshots in `folder`, made when first needed; `keep` is at least 1."""
        self._folder = folder
        self._keep = keep
        self._clock = clock

    def current(self) -> Generation | None:
        """Name the current snapshot, None before the first publish."""
        try:
            name = (self._folder / _POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return Generation(name) if name else None

    def open(self, generation: Generation) -> Snapshot:
        """Open a snapshot after comparing every file with its checksum."""
        folder = self._existing(generation)
        manifest.verify(folder, manifest.read(folder))
        return Snapshot(folder)

    def publish(self, draft: SnapshotDraft) -> Generation:
        """Write aside, verify, switch; see SnapshotStore."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / _LOCK):
            self._sweep()
            current = self.current()
            texts = layout.texts_of(draft)
            if current is not None and self._has_content(current, texts.content):
                return current
            number = self._next_number()
            building = self._folder / f"{_BUILDING}{number:06d}"
            building.mkdir()
            try:
                written = layout.write(draft, texts, building, self._clock())
                check_draft(Snapshot(building), draft.kept)
                generation = Generation(f"{number:06d}-{written.hash_name}")
                building.rename(self._folder / generation)
            finally:
                shutil.rmtree(building, ignore_errors=True)
            manifest.sync(self._folder)
            self._point_at(generation)
            self._prune()
            return generation

    def list(self) -> list[SnapshotInfo]:
        """Describe the snapshots that are kept, newest first; unreadable ones are left out."""
        current = self.current()
        found = []
        for generation in reversed(self._generations()):
            try:
                made = manifest.read(self._folder / generation)
            except KnowledgeError:
                continue
            found.append(
                SnapshotInfo(
                    generation,
                    made.created_at,
                    made.article_count,
                    made.passage_count,
                    generation == current,
                )
            )
        return found

    def rollback(self, generation: Generation) -> None:
        """Make a kept snapshot current again, once it has proved readable."""
        self.open(generation)
        with FileLock(self._folder / _LOCK):
            self._existing(generation)
            self._point_at(generation)

    def _existing(self, generation: Generation) -> Path:
        folder = self._folder / generation
        # A name is one of ours or nothing: it may come from a command line.
        if generation not in self._generations():
            kept = ", ".join(self._generations()) or "none"
            raise NoSnapshot(f"There is no snapshot {generation!r}. Kept: {kept}.")
        return folder

    def _generations(self) -> Sequence[Generation]:
        if not self._folder.is_dir():
            return []
        names = [path.name for path in self._folder.iterdir() if path.is_dir()]
        return sorted(Generation(name) for name in names if name[:6].isdigit())

    def _next_number(self) -> int:
        numbers = [int(generation[:6]) for generation in self._generations()]
        return max(numbers, default=0) + 1

    def _has_content(self, generation: Generation, content: str) -> bool:
        """Whether a snapshot holds this content undamaged: else it is worth publishing again."""
        folder = self._folder / generation
        try:
            same = manifest.read(folder).content == content
        except KnowledgeError:
            return False
        return same and manifest.is_whole(folder)

    def _point_at(self, generation: Generation) -> None:
        aside = self._folder / f"{_POINTER}.next"
        aside.write_text(f"{generation}\n", encoding="utf-8")
        manifest.sync(aside)
        aside.replace(self._folder / _POINTER)
        manifest.sync(self._folder)

    def _prune(self) -> None:
        current = self.current()
        for generation in self._generations()[: -self._keep]:
            if generation != current:
                shutil.rmtree(self._folder / generation)

    def _sweep(self) -> None:
        for leftover in self._folder.glob(f"{_BUILDING}*"):
            shutil.rmtree(leftover, ignore_errors=True)


class ServedSnapshot:
    """The snapshot that a process serves: swapped as one reference when the pointer moves."""

    def __init__(self, store: SnapshotStore, model_id: str | None = None) -> None:
        """Serve the current snapshot of `store`; refuse those of another model than `model_id`."""
        self._store = store
        self._model_id = model_id
        self._snapshot: Snapshot | None = None
        self._refreshing = threading.Lock()

    def get(self) -> Snapshot | None:
        """Give the snapshot in service, None before the first; hold it for a whole request."""
        return self._snapshot

    def refresh(self) -> bool:
        """Look at the pointer; open and swap to what it names. True when something changed.

        Raises as `SnapshotStore.open` does, and SnapshotMismatch for another model; then the
        former snapshot stays in service.
        """
        with self._refreshing:
            wanted = self._store.current()
            held = self._snapshot.generation if self._snapshot else None
            if wanted is None or wanted == held:
                return False
            opened = self._store.open(wanted)
            if self._model_id is not None:
                opened.require(self._model_id)
            self._snapshot = opened
            return True


def check_draft(snapshot: Snapshot, kept: Collection[ArticleId] = ()) -> None:
    """Raise SnapshotRefused unless texts and spans agree and passages are found by their vectors.

    The articles `kept` were copied from a verified snapshot, whose publish had checked their spans.
    """
    for id_ in snapshot.article_ids:
        if id_ in kept:
            continue
        article = snapshot.article(id_)
        assert article is not None
        for number, passage in enumerate(snapshot.passages(id_)):
            if passage.id != passage_id(id_, number):
                raise SnapshotRefused(
                    f"Passage {number} of {id_} is named {passage.id}. This is a fault of ours; the "
                    "former snapshot still serves."
                )
            spans = [(s.start, s.end) for s in passage.sentences] + [(passage.start, passage.end)]
            wrong = [span for span in spans if not 0 <= span[0] < span[1] <= len(article.text)]
            if wrong:
                raise SnapshotRefused(
                    f"Passage {passage.id} cites characters {wrong[0][0]} to {wrong[0][1]} of a "
                    f"text of {len(article.text)}. This is a fault of ours; the former snapshot "
                    "still serves."
                )
    for row in _spread(snapshot.manifest.passage_count, _SMOKE_QUERIES):
        _check_found(snapshot, row)


def _check_found(snapshot: Snapshot, row: int) -> None:
    """A passage's own vector must find a passage as near as itself."""
    vector = snapshot.vectors_of(row).pooled.astype(np.float32)
    no_tokens = np.empty((0, snapshot.manifest.dimensions), np.float32)
    encoded = Encoded(vector, no_tokens, np.empty((0, 2), np.int32))
    finder = snapshot.finder
    found = finder.candidates(finder.weigh([WeightedQuery("", encoded)]), None)
    nearest = float(found.dense.max(initial=-1.0))
    if nearest < _SMOKE_COSINE:
        raise SnapshotRefused(
            f"Passage {row} is not found by its own vector (nearest {nearest:.2f}). The former "
            "snapshot still serves; publish again with `warmline ingest --force`."
        )


def _spread(count: int, wanted: int) -> list[int]:
    return sorted({count * n // wanted for n in range(wanted)}) if count else []
