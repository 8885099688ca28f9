"""Whatever a content team does, the snapshot grown by ingests is the one that a first ingest makes."""

import random
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import run
from ingest.sources import SourceSpec
from knowledge import draft
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore, Generation, Snapshot
from knowledge.vectors import Floats

NAMES = ["a.md", "b.md", "sub/c.md", "sub/d.md", "de/a.md", "index.md", "faq.csv", "notes.txt"]
PART = "_includes/part.md"
STEPS = 14


class Team:
    """Edits a folder at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)

    def edit(self) -> None:
        """Write, delete, rename, copy or hide something."""
        path = self.folder / self.random.choice(NAMES)
        kind = self.random.random()
        if kind < 0.55 or not path.is_file():
            self._write(path, self._table() if path.suffix == ".csv" else self._article())
        elif kind < 0.65:
            path.unlink()
        elif kind < 0.75:
            path.rename(self.folder / f"moved-{self.random.randint(1, 3)}{path.suffix}")
        elif kind < 0.85:
            self._write(self.folder / f"twin{path.suffix}", path.read_text(encoding="utf-8"))
        else:
            self._write(self.folder / PART, self._sentence())

    def _article(self) -> str:
        fields = {"locale": "de", "url": "https://shop.example/help", "tags": "[x, y]"}
        front = [f"{k}: {v}" for k, v in fields.items() if self.random.random() < 0.3]
        front += ["status: draft"] if self.random.random() < 0.1 else []
        lines = ["---", *front, "---", f"# {self._sentence()}", ""]
        for _ in range(self.random.randint(1, 3)):
            lines += [self.random.choice([self._sentence, self._link, self._include])(), ""]
        return "\n".join(lines)

    def _sentence(self) -> str:
        words = [
            "refund",
            "parcel",
            "late",
            "the",
            "is",
            "Rechnung",
            "und",
            "die",
            "E104",
            "label",
            "we",
            "wait",
            "days",
        ]
        return " ".join(self.random.choice(words) for _ in range(8)).capitalize() + "."

    def _link(self) -> str:
        return f"See [this]({self.random.choice(NAMES)})."

    def _include(self) -> str:
        return "{% include part.md %}"

    def _table(self) -> str:
        rows = [f"{self._sentence()},{self._sentence()}" for _ in range(self.random.randint(1, 4))]
        return "\n".join(["question,answer", *rows])

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_snapshot_that_ingests_grew_is_the_one_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    def fixed(tokens: Floats, dimensions: int) -> Floats:
        return np.eye(tokens.shape[1], dimensions, dtype=np.float32)

    # Fitted to a folder's first ingest; here it is always one.
    monkeypatch.setattr(draft, "fit_projection", fixed)
    folder = tmp_path / "help"
    (folder / "_includes").mkdir(parents=True)
    (folder / "stays.md").write_text("# Stays\n\nThis one is always there.\n", encoding="utf-8")
    team = Team(folder, seed)
    kept: list[int] = []
    publish = FolderStore.publish

    def noted(store: FolderStore, made: draft.SnapshotDraft) -> Generation:
        kept.append(len(made.kept))
        return publish(store, made)

    monkeypatch.setattr(FolderStore, "publish", noted)
    store = FolderStore(tmp_path / "grown", keep=3)
    ingested(folder, store)
    for step in range(STEPS):
        for _ in range(team.random.randint(1, 3)):
            team.edit()
        if step % 7 == 6:
            store.rollback(store.list()[-1].generation)
        grown, fresh = (
            ingested(folder, store),
            ingested(folder, FolderStore(tmp_path / f"anew-{step}")),
        )
        sums, expected = dict(grown.manifest.checksums), dict(fresh.manifest.checksums)
        for one in (sums, expected):
            del one["ingest_state.txt"]  # it holds what files were called before
        assert sums == expected, f"step {step}"
    assert sum(count > 0 for count in kept) > STEPS / 2


def ingested(folder: Path, store: FolderStore) -> Snapshot:
    embedder = HashEmbedder()
    run([SourceSpec(str(folder))], store, lambda: embedder, embedder.model_id, force=True)
    current = store.current()
    assert current is not None
    return store.open(current)
